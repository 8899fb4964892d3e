# SPDX-License-Identifier: Apache-2.0
"""`run` with worker processes, a warm-up that is found and a precision that is wanted, as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from factory_twin.log import Log
from test_cli import call


def test_workers_change_nothing_but_the_time(bike_line: Path, tmp_path: Path) -> None:
    found = []
    for workers in ("1", "2", "auto"):
        log = tmp_path / f"{workers}.npz"
        done = call("run", str(bike_line), "--replications", "4", "--workers", workers, "--json", "--log", str(log))
        assert done.returncode == 0, done.stderr
        found.append({**json.loads(done.stdout), "wall_s": None, "moves": Log.load(log).moves.array().tolist()})
    assert found[0] == found[1] == found[2] and len(found[0]["moves"]) > 1000


def test_warm_up_auto_is_printed_and_in_the_json(bike_line: Path) -> None:
    found = json.loads(call("run", str(bike_line), "--warmup", "auto", "--replications", "2", "--json").stdout)
    assert found["warmup_rule"] == "MSER-5" and found["warmup_found"] is True and 9000 < found["warmup_s"] < 14400
    done = call("run", str(bike_line), "--warmup", "auto", "--replications", "2")
    assert "(MSER-5)" in done.stdout and done.stdout.startswith("The bottleneck is")
    given = json.loads(call("run", str(bike_line), "--replications", "1", "--json").stdout)
    assert given["warmup_rule"] == "given"


def test_no_steady_state_is_a_warning(bike_line: Path) -> None:
    """After four hours the buffers before the brakes are still filling up."""
    done = call("run", str(bike_line), "--until", "4 h", "--warmup", "auto", "--replications", "2", "--json")
    assert done.returncode == 0 and "no steady state" in done.stderr
    assert json.loads(done.stdout)["warmup_found"] is False


def test_precision_stops_early_or_says_that_it_was_not_reached(bike_line: Path) -> None:
    done = call("run", str(bike_line), "--precision", "2 %")
    assert "5 replications of 8 h" in done.stdout and "2.00% was asked for" in done.stdout
    missed = call("run", str(bike_line), "--precision", "0.01%", "--max-replications", "6", "--json")
    found = json.loads(missed.stdout)
    assert found["replications"] == 6 and found["precision"]["reached"] is False and found["precision"]["wanted"] == 0.0001
    assert "was not reached" in missed.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--precision", "fine"], ["--precision", "'fine'", '"2 %"']),
        (["--precision", "2"], ["--precision", "'2'"]),
        (["--precision", "2 %", "--max-replications", "3"], ["max-replications", "Hint"]),
        (["--workers", "0"], ["workers", "Hint"]),
        (["--workers", "-2"], ["--workers", "Hint"]),
        (["--warmup", "often"], ["'often'", "Hint"]),
    ],
)
def test_options_that_make_no_sense_are_said_without_a_traceback(
    arguments: list[str], words: list[str], bike_line: Path
) -> None:
    done = call("run", str(bike_line), *arguments)
    assert done.returncode == 2 and not done.stdout and "Traceback" not in done.stderr
    assert all(w in done.stderr for w in words), done.stderr
