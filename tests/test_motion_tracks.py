# SPDX-License-Identifier: Apache-2.0
"""The tracks of all parts at once are those of one part after the other, and can be asked for any moment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from factory_twin.distribution import Distribution, constant
from factory_twin.log import Log
from factory_twin.motion.columns import part_tracks
from factory_twin.motion.fleet import Rides
from factory_twin.motion.stays import columns
from factory_twin.motion.track import Key, keys, visits
from factory_twin.motion.tracks import Tracks
from factory_twin.plant import Buffer, Conveyor, Plant, Sink, Source, Station
from factory_twin.read import open_stage, read_plant
from factory_twin.sim import Simulation
from hypothesis import HealthCheck, given, settings

from tests.random_plants import plants


def one_by_one(log: Log, plant: Plant) -> dict[int, list[Key]]:
    rides = Rides(log, plant)
    return {v[0].part: k for v in visits(log, plant) if (k := keys(v, plant, rides))}


def assert_same(log: Log, plant: Plant) -> None:
    expected = one_by_one(log, plant)
    tracks, _ = part_tracks(log, plant, Rides(log, plant))
    assert tracks.part.tolist() == sorted(expected)
    for k, part in enumerate(tracks.part.tolist()):
        mine = slice(*tracks.first[k : k + 2].tolist())
        time, place, way = zip(*expected[part])
        np.testing.assert_allclose(tracks.time[mine], time, atol=1e-9, rtol=0)
        np.testing.assert_allclose(tracks.place[mine], place, atol=1e-9, rtol=0)
        np.testing.assert_allclose(tracks.way[mine], way, atol=1e-6, rtol=0)


def test_a_shift_with_belts_vehicles_and_racks(bike_line: Path) -> None:
    plant = read_plant(open_stage(str(bike_line)))
    log = Log()
    Simulation(plant, log=log).run(2 * 3600.0)
    assert columns(log, plant) is not None
    assert_same(log, plant)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(plants())
def test_random_plants(plant: Plant) -> None:
    log = Log()
    Simulation(plant, log=log).run(900.0)
    assert_same(log, plant)


@pytest.mark.parametrize("discipline", ["FIFO", "LIFO", "SPT"])
def test_racks_of_every_discipline(discipline: str) -> None:
    plant = Plant(nodes=(
        Source(path="/S", successors=("/Q",), interarrival=constant(6)),
        Buffer(path="/Q", successors=("/M",), capacity=9, spacing=(1, 0, 0), discipline=discipline),
        Station(path="/M", successors=("/Belt",), process_time=Distribution("uniform", (2, 30)), servers=3, spacing=(0, 1, 0),
                scrap_rate=0.1),
        Conveyor(path="/Belt", successors=("/N",), length=10, speed=0.5, capacity=5, points=((0, 0, 1), (6, 0, 1), (6, 4, 1))),
        Station(path="/N", successors=("/K",), process_time=Distribution("uniform", (2, 14)), position=(9, 0, 0)),
        Sink(path="/K", position=(12, 0, 0)),
    ))  # fmt: skip
    log = Log()
    Simulation(plant, log=log).run(3000.0)
    assert len(log.moves) > 500
    assert_same(log, plant)


def test_a_log_with_a_gap_is_taken_as_it_is() -> None:
    """A recorded log may have lost messages: the part turns up elsewhere than it was brought to."""
    plant = Plant(nodes=tuple(Station(path=f"/{n}", process_time=constant(1), position=(x, 0, 0)) for x, n in enumerate("ABC")))
    log = Log(("/A", "/B", "/C"))
    log.moves.add(np.array([(1.0, 2, 0, 7), (9.0, 1, 2, 7)]))
    log.end = 20.0
    assert columns(log, plant) is None
    assert_same(log, plant)


def test_any_moment_is_on_the_line_between_two_keys() -> None:
    ahead, up = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
    tracks = Tracks.of([
        [(0.0, (0, 0, 0), ahead), (10.0, (10, 0, 0), ahead), (20.0, (10, 0, 0), up)],
        [(5.0, (0, 7, 0), up)],
        [(0.0, (0, 0, 0), up), (1.0, (0, 1, 0), up), (2.0, (0, 3, 0), up), (3.0, (0, 3, 5), up), (4.0, (9, 3, 5), ahead)],
    ])  # fmt: skip
    for time, first, third in (
        (-1, 0, (0, 0, 0)),
        (2.5, 2.5, (0, 3, 2.5)),
        (4, 4, (9, 3, 5)),
        (10, 10, (9, 3, 5)),
        (99, 10, (9, 3, 5)),
    ):
        place, _ = tracks.at(np.arange(3), time)
        assert place[0].tolist() == [first, 0, 0] and place[1].tolist() == [0, 7, 0] and tuple(place[2]) == third
    assert tracks.at(np.array([0]), 19.99)[1].tolist() == [[1, 0, 0]] and tracks.at(np.array([0]), 20.0)[1].tolist() == [
        [0, 1, 0]
    ]


def test_a_log_without_parts_has_no_tracks() -> None:
    plant = Plant(nodes=(Station(path="/A", process_time=constant(1)),))
    tracks, _ = part_tracks(Log(), plant, Rides(Log(), plant))
    assert len(tracks) == 0 and not len(tracks.begin)
