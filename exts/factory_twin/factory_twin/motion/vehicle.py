# SPDX-License-Identifier: Apache-2.0
"""Where each vehicle is over time, from the trips that a log holds."""

from __future__ import annotations

from ..plant import Plant, VehiclePath
from .polyline import polyline
from .track import Key, Visit


def poses(trips: list[Visit], plant: Plant) -> dict[str, list[Key]]:
    """Return (time in s, place in m, unit heading) by vehicle prim path: out empty, load, back loaded, unload.

    `trips` are the stays on vehicle paths.
    """
    out: dict[str, list[Key]] = {}
    for visit in sorted(trips, key=lambda v: v.enter):
        node = plant.nodes[visit.place]
        assert isinstance(node, VehiclePath)
        vehicle = node.vehicles[min(visit.slot, len(node.vehicles) - 1)]
        out.setdefault(vehicle.path, []).extend(_trip(visit, node, vehicle.load_time))
    return out


def _trip(visit: Visit, node: VehiclePath, load: float) -> list[Key]:
    line, back = polyline(node.points), polyline(node.points[::-1])
    trip = node.length / node.speed
    come, go = visit.enter + trip, visit.enter + trip + load
    out = [(visit.enter, back.point(0.0), back.heading(0.0)), *back.between(0.0, back.length, visit.enter, come)]
    out += [(go, line.point(0.0), line.heading(0.0)), *line.between(0.0, line.length, go, go + trip)]
    return [key for key in out if key[0] <= visit.leave]
