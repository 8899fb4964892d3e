# SPDX-License-Identifier: Apache-2.0
"""VDA 5050: every vehicle speaks for itself, on a connection of its own; its drives are orders.

Positions are in the plane of the floor: x and y of the stage in m, for a stage whose y points up x and -z; theta grows
counter-clockwise seen from above.
"""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Callable, Mapping, Sequence
from time import time

from ..errors import FactoryTwinError
from ..event import State
from ..formats.vda5050 import Action, Order, Stop, VdaVehicle
from ..plant import Plant, Point
from .tour import Pose, Tour
from .wire import Channel, Line, Opener
from .word import Word

_log = logging.getLogger(__name__)
MAP = "floor"


class _Speaker:
    """A vehicle, its connection, and the order it drives by."""

    def __init__(self, vehicle: VdaVehicle, line: Line) -> None:
        self.vehicle, self.line = vehicle, line
        self.online = -1  # reconnects when it last said hello
        self.trip, self.header = 0, 0
        self.ahead: list[int] = []  # nodes of the order not reached yet
        self.action = ""


class VdaVoice:
    """Speaks VDA 5050 3.0 for all vehicles of a plant.

    Args:
        open: Opens a channel.
        count: Called with every message.
        prefix: The manufacturer; a slash in it becomes a point.
        plant: The plant.
        tour: Its vehicles.

    Raises:
        FactoryTwinError: The plant has no vehicles.
    """

    def __init__(self, open: Opener, count: Callable[[bool], None], prefix: str, plant: Plant, tour: Tour) -> None:
        if not tour.vehicles:
            raise FactoryTwinError("The plant has no vehicles to speak VDA 5050.", where="--format",
                                   hint="Add transports or vehicle paths with vehicles, or choose another format.")  # fmt: skip
        self._up, self._tour, self._open, self._count = plant.up_axis, tour, open, count
        self._speakers: dict[str, _Speaker] = {}
        for path, serial in _serials(tour.vehicles).items():
            vehicle = VdaVehicle(prefix.replace("/", "."), serial, rate=0.4)
            vehicle.map = MAP
            channel = Channel(f"vda5050-{serial}", vehicle.will(time()))
            self._speakers[path] = _Speaker(vehicle, Line(open(channel), count))

    def say(self, words: Sequence[Word]) -> None:
        """Do nothing: machines are not told in this format."""

    def drive(self, poses: Mapping[str, Pose], unix: float) -> None:
        """Send how vehicles stand at Unix time `unix`, s."""
        for path, pose in poses.items():
            speaker = self._speakers[path]
            if not speaker.line.connected:
                continue
            self._set(path, speaker, pose, unix)
            if speaker.online != speaker.line.reconnects:
                speaker.online = speaker.line.reconnects
                speaker.line.send(speaker.vehicle.online(unix))
                speaker.line.send(speaker.vehicle.factsheet(unix))
            for message in speaker.vehicle.outgoing(unix):
                speaker.line.send(message)

    def step(self, unix: float) -> None:
        """Do nothing: the plant takes no orders from outside."""

    def cut(self, places: frozenset[str]) -> None:
        """Do nothing: silence says it."""

    def close(self, unix: float) -> None:
        """Go offline."""
        for speaker in self._speakers.values():
            if speaker.online >= 0:
                speaker.line.send(speaker.vehicle.offline(unix))

    def _set(self, path: str, speaker: _Speaker, pose: Pose, unix: float) -> None:
        """Let a vehicle know how it stands."""
        vehicle = speaker.vehicle
        x, y = self._plan(pose.place)
        a, b = self._plan(pose.heading)
        vehicle.x, vehicle.y, vehicle.heading = round(x, 4), round(y, 4), round(math.atan2(b, a), 5)
        vehicle.speed, vehicle.driving = round(pose.speed, 4), pose.speed > 0
        vehicle.battery, vehicle.charging = pose.battery, pose.state is State.MAINTENANCE
        vehicle.loads = [f"part-{n}" for n in pose.loads]
        if pose.trip != speaker.trip and pose.way:
            self._begin(path, speaker, pose, unix)
        while pose.node in speaker.ahead:
            node = speaker.ahead.pop(0)
            vehicle.reach(f"N{node}")
        if speaker.action:
            acting = not speaker.ahead and not vehicle.driving and pose.state is State.BUSY
            vehicle.act(speaker.action, "RUNNING" if acting else "WAITING" if speaker.ahead else "FINISHED")

    def _begin(self, path: str, speaker: _Speaker, pose: Pose, unix: float) -> None:
        """End the last drive's order and take the new one."""
        vehicle = speaker.vehicle
        for node in speaker.ahead:
            vehicle.reach(f"N{node}")
        if speaker.action:
            vehicle.act(speaker.action, "FINISHED")
        speaker.trip, speaker.action = pose.trip, f"{vehicle.serial}-{pose.trip}"
        spots = [self._plan(self._tour.node(path, n)) for n in pose.way]
        stops = [Stop(f"N{n}", round(x, 4), round(y, 4), map=MAP) for n, (x, y) in zip(pose.way, spots)]
        last = stops[-1]
        stops[-1] = Stop(last.node, last.x, last.y, map=MAP, actions=(Action("handOver", speaker.action),))
        order = Order(speaker.action, stops, released=len(stops))
        message = order.message(vehicle.manufacturer, vehicle.serial, header=speaker.header, now=unix)
        speaker.line.send(message)
        speaker.header += 1
        wrong = vehicle.take(json.loads(message.payload))
        if wrong:  # it goes all the same, without an order
            _log.warning("%s: %s", path, wrong)
            speaker.action = ""
        speaker.ahead = [] if wrong else list(pose.way)

    def _plan(self, point: Point) -> tuple[float, float]:
        """Return a point or direction seen from above."""
        return (point[0], -point[2]) if self._up == "Y" else (point[0], point[1])


def _serials(paths: Sequence[str]) -> dict[str, str]:
    """Return a serial number for each vehicle: its prim's name, made unique where two have the same."""
    out: dict[str, str] = {}
    for path in paths:
        name = re.sub(r"[^A-Za-z0-9_.:-]", "_", path.rpartition("/")[2])[:100] or "vehicle"
        number, serial = 1, name
        while serial in out.values():
            number += 1
            serial = f"{name}-{number}"
        out[path] = serial
    return out
