# SPDX-License-Identifier: Apache-2.0
"""Worker processes: the same result, bit for bit, for any number of them; progress, cancel, death; hosts that have none."""

from __future__ import annotations

import multiprocessing
import multiprocessing.spawn
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from factory_twin.distribution import constant
from factory_twin.errors import SimulationError
from factory_twin.experiment import Experiment, WorkerError, find_warmup, run
from factory_twin.plant import Buffer, Plant, Station
from models import plant, source, station, three_machines

EXTS = Path(__file__).resolve().parents[1] / "exts"


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


def facts(experiment: Experiment) -> dict[str, object]:
    return {**experiment.result().to_json(), "wall_s": None, "kpis": repr(experiment.kpis)}


@pytest.mark.parametrize("workers", [2, 3])
def test_any_number_of_workers_gives_the_same_bits(workers: int) -> None:
    """Numbers are compared with ==, the log of the first replication row by row."""
    alone, crew = (run(three_machines(), horizon=3e5, warmup=1e4, seed=5, replications=7, workers=w) for w in (1, workers))
    assert facts(alone) == facts(crew) and len(crew.kpis) == 7
    for table in ("moves", "states"):
        ours, theirs = getattr(alone.log, table).array(), getattr(crew.log, table).array()
        assert len(ours) > 500 and np.array_equal(ours, theirs)
    assert crew.log.end == 3e5 and crew.log.places == alone.log.places and crew.log.maker == alone.log.maker


def test_replications_run_ahead_do_not_change_when_it_is_precise_enough() -> None:
    alone, crew = (run(three_machines(), horizon=2e5, seed=2, precision=0.02, workers=w) for w in (1, 3))
    assert 5 < len(alone.kpis) < 100
    assert facts(alone) == facts(crew)


def test_the_warm_up_found_does_not_depend_on_workers() -> None:
    assert find_warmup(three_machines(), horizon=1e5, workers=2) == find_warmup(three_machines(), horizon=1e5)


def test_an_error_in_a_worker_is_the_error_of_this_process() -> None:
    """A loop in zero time is named with its place, whoever runs into it."""
    loop = plant(
        source("/B", limit=1),
        Buffer(path="/B", successors=("/M",), capacity=5),
        Station(path="/M", successors=("/B", "/K"), weights=(1.0, 0.0), process_time=constant(0)),
    )
    said = []
    for workers in (1, 2):
        with pytest.raises(SimulationError) as caught:
            run(loop, horizon=10, replications=3, workers=workers)
        said.append((str(caught.value), caught.value.where, caught.value.hint))
    assert said[0] == said[1] and said[0][1] == "/M"


def endless() -> Experiment:
    """Two replications that would take minutes."""
    return Experiment(three_machines(), horizon=1e10, replications=2, workers=2)


def test_progress_is_told_within_a_replication_and_cancel_takes_about_a_second() -> None:
    seen: list[float] = []
    began: list[float] = []

    late = time.monotonic() + 20

    def cancelled() -> bool:
        if (len(seen) > 3 and seen[-1] > 0) or time.monotonic() > late:
            began.append(time.monotonic())
        return bool(began)

    experiment = run(three_machines(), horizon=1e9, replications=2, workers=2, progress=seen.append, cancelled=cancelled)
    assert time.monotonic() - began[0] < 5  # the run itself would take hours
    assert not experiment.done and experiment.kpis == []
    assert seen == sorted(seen) and 0 < seen[-1] < 0.5


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_worker_that_dies_is_said_clearly() -> None:
    experiment = endless()
    try:
        experiment.advance(0.5)
        victim = multiprocessing.active_children()[0].pid
        assert victim is not None
        os.kill(victim, signal.SIGKILL)
        with pytest.raises(WorkerError, match=r"SIGKILL.*replication [12] .*memory"):
            experiment.advance(20)
    finally:
        experiment.close()


def test_a_script_without_a_guard_is_told_about_it(tmp_path: Path) -> None:
    """Every worker imports the script; unguarded it would run the experiment again."""
    script = tmp_path / "study.py"
    script.write_text(
        "from models import three_machines\nfrom factory_twin.experiment import run\n"
        "print(run(three_machines(), horizon=1e5, replications=4, workers=2).result().sentence())\n"
    )
    path = os.pathsep.join([str(Path(__file__).parent), *map(str, sorted(EXTS.glob("factory_twin*")))])
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    assert done.returncode == 1 and not done.stdout
    assert "WorkerError" in done.stderr and "if __name__ == '__main__':" in done.stderr


@pytest.fixture
def executable() -> Iterator[Callable[[str], None]]:
    """Sets what multiprocessing takes for the interpreter, for one test."""
    before = multiprocessing.spawn.get_executable()
    yield multiprocessing.set_executable
    multiprocessing.set_executable(os.fsdecode(before))


def test_inside_a_host_that_is_no_python_the_replications_run_in_its_process(
    executable: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    """Kit names itself as the executable: starting it again would open a second application."""
    executable("/opt/kit/kit")
    hosted = run(three_machines(), horizon=1e5, replications=3, workers=2)
    assert "kit is no Python" in caplog.text
    assert facts(hosted) == facts(run(three_machines(), horizon=1e5, replications=3))


@pytest.mark.skipif(os.name == "nt", reason="limits of a POSIX process")
def test_where_no_process_can_be_started_the_replications_run_in_this_one(caplog: pytest.LogCaptureFixture) -> None:
    """The system refuses: no file descriptor is left for a pipe."""
    import resource

    alone = run(three_machines(), horizon=1e5, replications=3)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        refused = run(three_machines(), horizon=1e5, replications=3, workers=2)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert "can't be started here" in caplog.text and "Too many open files" in caplog.text
    assert facts(refused) == facts(alone)


def test_a_plant_of_many_places_reaches_the_workers() -> None:
    """Its text is longer than a pipe holds at once."""
    line: Plant = plant(source("/M0"), *[station(f"/M{i}", f"/M{i + 1}" if i < 799 else "/K", constant(1)) for i in range(800)])
    alone, crew = (run(line, horizon=30, replications=2, workers=w) for w in (1, 2))
    assert facts(alone) == facts(crew)
