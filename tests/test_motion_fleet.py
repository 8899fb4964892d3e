# SPDX-License-Identifier: Apache-2.0
"""Vehicles of transports drive along their roads, and the part they carry rides with them."""

from __future__ import annotations

import numpy as np
from factory_twin.distribution import constant
from factory_twin.log import Log
from factory_twin.motion.fleet import Rides
from factory_twin.motion.track import Key, keys, visits
from factory_twin.plant import Buffer, Plant, Road, Sink, Source, Transport, Vehicle
from factory_twin.sim import Simulation


def plant() -> Plant:
    """A corner: 10 m east, 10 m north; one vehicle at the far end, 1 m/s, load 3 s, unload 2 s; one part after 5 s."""
    return Plant(
        nodes=(
            Source(path="/S", successors=("/Q",), interarrival=constant(5), limit=1),
            Buffer(path="/Q", successors=("/T",), position=(0, 0, 0)),
            Transport(path="/T", successors=("/K",), vehicles=("/V",)),
            Sink(path="/K", position=(10, 10, 0)),
        ),
        vehicles=(Vehicle(path="/V", load_time=3, unload_time=2, roads=("/A", "/B"), home=(10, 10, 0)),),
        roads=(
            Road(path="/A", points=((0, 0, 0), (10, 0, 0)), both_ways=True, exclusive=True),
            Road(path="/B", points=((10, 0, 0), (10, 10, 0)), both_ways=True),
        ),
    )


def at(track: list[Key], time: float) -> tuple[float, float]:
    times = [k[0] for k in track]
    return tuple(float(np.interp(time, times, [k[1][i] for k in track])) for i in (0, 1))  # type: ignore[return-value]


def test_a_part_rides_with_its_vehicle() -> None:
    log = Log()
    model = Simulation(plant(), log=log)
    model.run(100)
    assert [tuple(r) for r in log.moves.array()[:, 0:1]] == [(5,), (25,), (50,)]
    rides = Rides(log, plant())
    drive = rides.keys["/V"]
    expected = {
        0: (10, 10),
        5: (10, 10),
        10: (10, 5),
        15: (10, 0),
        20: (5, 0),
        25: (0, 0),
        28: (0, 0),
        33: (5, 0),
        43: (10, 5),
        48: (10, 10),
    }
    for time, place in expected.items():
        np.testing.assert_allclose(at(drive, time), place, atol=1e-6)
    assert all(b[0] >= a[0] for a, b in zip(drive, drive[1:]))
    (part,) = visits(log, plant())
    track = keys(part, plant(), rides)
    for time in (26.0, 30.0, 38.0, 43.0, 49.0):
        np.testing.assert_allclose(at(track, time), at(drive, time), atol=1e-6)


def test_headings_turn_at_the_corner() -> None:
    log = Log()
    Simulation(plant(), log=log).run(100)
    drive = Rides(log, plant()).keys["/V"]
    ways = {tuple(np.round(k[2], 6)) for k in drive}
    assert {(0, -1, 0), (-1, 0, 0), (1, 0, 0), (0, 1, 0)} <= ways
