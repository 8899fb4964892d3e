# SPDX-License-Identifier: Apache-2.0
"""Vehicles: those that serve one path each, and those of the transports."""

from __future__ import annotations

import math

from ..geometry import Frame
from ..plant import Point, Transport, Vehicle
from .applied import Applied, Index
from .names import PATH, PLACES, TRANSPORT, TRANSPORTER
from .paths import CARRYING, TRAVELLED, Paths

_ONLY_IN_TRANSPORT = {"speed": "speed", "capacity": "capacity", "whenIdle": "way home", "batteryTime": "battery"}


class Fleet:
    """Reads vehicles and tells which of them serve a path and which belong to transports.

    Args:
        index: Everything of ours on the stage.
        frame: Turns local coordinates into metres.
        paths: Gets the roads.

    Attributes:
        vehicles: Those of the transports, in stage order.
        serving: Path -> the vehicles that serve it and belong to no transport.
    """

    def __init__(self, index: Index, frame: Frame, paths: Paths) -> None:
        self._index, self._frame, self._paths = index, frame, paths
        self._hired = {t for one in index.of(TRANSPORT) for t in one["vehicles"]}
        self.serving: dict[str, tuple[Vehicle, ...]] = {}
        self.vehicles = tuple(self._of_transport(one) for one in index.of(TRANSPORTER) if one.path in self._hired)
        for one in index.of(TRANSPORTER):
            if one.path not in self._hired:
                self._bind(one)

    def transport(self, one: Applied, common: dict[str, object]) -> Transport:
        """Return the transport."""
        if not one["vehicles"]:
            hint = f"Point it to prims with {TRANSPORTER}."
            one.error("vehicles", "missing", "No vehicle does the transport.", hint=hint)
        vehicles = one.targets("vehicles", (TRANSPORTER,), "vehicle")
        return Transport(**common, vehicles=vehicles, dispatch=one["dispatch"])  # type: ignore[arg-type]

    def _of_transport(self, one: Applied) -> Vehicle:
        roads = self._served(one, TRAVELLED)
        if not one["paths"]:
            hint = "Point it to the paths it travels on; curves that touch are joined."
            self._index.findings.error("vehicle.no_road", one.prim, "The vehicle of a transport has no road.", hint=hint,
                                       attribute=one.attribute("paths"))  # fmt: skip
        for road in roads:
            self._paths.road(road)
        if one["batteryTime"] > 0 and one["chargeTime"] == 0 and not one.is_flawed("chargeTime"):
            hint = "Set it to the time it takes to charge the battery from empty."
            one.warning("chargeTime", "missing", "The battery is charged in no time.", hint=hint)
        return self._vehicle(one, roads)

    def _bind(self, one: Applied) -> None:
        findings, attribute = self._index.findings, one.attribute("paths")
        if not one["paths"]:
            hint = f"Point it to a vehicle path, or name the vehicle in a prim with {TRANSPORT}."
            findings.warning("vehicle.no_path", one.prim, "The vehicle serves no path.", hint=hint, attribute=attribute)
        if len(one["paths"]) > 1:
            hint = f"Give each path a vehicle of its own, or name the vehicle in a prim with {TRANSPORT}: it may travel on all."
            message = "The vehicle serves several paths, but belongs to no transport."
            findings.error("vehicle.shared", one.prim, message, hint=hint, attribute=attribute)
        served = self._served(one, CARRYING)
        vehicle = self._vehicle(one, served)
        default = Vehicle(path="")
        for word, value in (("speed", vehicle.speed), ("capacity", vehicle.capacity - 1), ("whenIdle", vehicle.goes_home),
                            ("batteryTime", vehicle.battery_time - default.battery_time)):  # fmt: skip
            if value and served:
                one.unsupported(word, f"{_ONLY_IN_TRANSPORT[word]} of a vehicle without transport")
        for path in served:
            self.serving[path] = (*self.serving.get(path, ()), vehicle)

    def _served(self, one: Applied, types: tuple[str, ...]) -> tuple[str, ...]:
        """Return the paths a vehicle names that are of one of the types; each other one is an error."""
        good = []
        for target in one["paths"]:
            path = self._index.at(target, PATH)
            if path is not None and path["type"] in types:
                good.append(target)
            else:
                hint = f"Point it to a prim with {PATH} whose type is {', '.join(types[:-1])} or {types[-1]}."
                self._index.findings.error("vehicle.path.invalid", one.prim, f"{target} is no vehicle path.", hint=hint,
                                           attribute=one.attribute("paths"))  # fmt: skip
        return tuple(good)

    def _vehicle(self, one: Applied, roads: tuple[str, ...]) -> Vehicle:
        return Vehicle(
            path=one.path, load_time=one["loadTime"], unload_time=one["unloadTime"], roads=roads, speed=one["speed"],
            capacity=one["capacity"], home=self._home(one), goes_home=one["whenIdle"] == "home",
            battery_time=one["batteryTime"], charge_time=one["chargeTime"], charge_below=one["chargeBelow"],
        )  # fmt: skip

    def _home(self, one: Applied) -> Point | None:
        """Return where a vehicle parks, world, m: where parts stand at a place, else the prim's origin."""
        if not one["home"]:
            return None
        if len(one["home"]) > 1:
            one.warning("home", "several", "Only the first home counts.", hint="Name one.")
        target = one["home"][0]
        if not self._index.is_there(target):
            hint = "Point it to a place, or to any prim that stands where the vehicle parks."
            one.error("home", "invalid", f"{target} is not there.", hint=hint)
            return None
        point = self._point(target)
        if point is None or not all(map(math.isfinite, point)):
            one.error("home", "invalid", f"{target} stands nowhere.", hint="Name a place, or a prim with a position.")
        return point

    def _point(self, target: str) -> Point | None:
        path = self._index.at(target, PATH)
        if path is not None:
            return self._paths.begin(path)
        prim = self._index.stage.GetPrimAtPath(target)
        place = next((p for schema in PLACES for p in self._index.all(target, schema)), None)
        return self._frame.point(prim, place["partPosition"] if place else (0.0, 0.0, 0.0))
