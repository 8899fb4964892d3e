# SPDX-License-Identifier: Apache-2.0
"""The command line as a user calls it: in a process of its own, on the sample factory and on bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from factory_twin.log import Log
from pxr import Usd

EXTS = Path(__file__).resolve().parents[1] / "exts"


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(str(p) for p in sorted(EXTS.glob("factory_twin*")))
    return subprocess.run(
        [sys.executable, "-m", "factory_twin", *arguments], capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": path}, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def test_run_prints_one_json_object_with_the_documented_fields(bike_line: Path, tmp_path: Path) -> None:
    log, motion = tmp_path / "shift.npz", tmp_path / "shift.usdc"
    done = call("run", str(bike_line), "--until", "8 h", "--warmup", "30 min", "--seed", "4", "--replications", "3",
                "--log", str(log), "--motion", str(motion), "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["horizon_s"], found["warmup_s"], found["replications"], found["seed"]) == (28800, 1800, 3, 4)
    assert found["events"] > 1000 and found["wall_s"] > 0
    for name in ("throughput_per_h", "wip", "lead_time_s"):
        assert set(found["plant"][name]) == {"mean", "half_width", "n"} and found["plant"][name]["n"] == 3
    for station in found["stations"].values():
        assert {"busy", "setup", "blocked", "starved", "down", "off", "parts"} <= set(station)
        assert sum(station[k] for k in ("busy", "setup", "blocked", "starved", "down", "off")) == pytest.approx(1)
    assert all({"mean_level", "max_level"} <= set(b) for b in found["buffers"].values()) and found["buffers"]
    assert found["bottleneck"].endswith("InstallBrakes")
    assert Log.load(log).end == 28800
    assert Usd.Stage.Open(str(motion)).GetPrimAtPath("/BikeFactory/FactoryTwinMotion")


def test_one_replication_has_no_interval_and_says_so(bike_line: Path) -> None:
    found = json.loads(call("run", str(bike_line), "--until", "1 h", "--replications", "1", "--json").stdout)
    assert found["plant"]["throughput_per_h"]["half_width"] is None


def test_run_for_people_names_the_bottleneck_first(bike_line: Path) -> None:
    done = call("run", str(bike_line), "--replications", "2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The bottleneck is Install Brakes:")
    assert "Final Check" in done.stdout and "parts/h" in done.stdout


def test_check_of_a_good_stage_is_silent_about_errors(bike_line: Path) -> None:
    done = call("check", str(bike_line))
    assert done.returncode == 0 and "0 errors" in done.stdout


def test_check_of_a_bad_stage_names_code_prim_attribute_and_hint(repo: Path) -> None:
    bad = repo / "tests" / "bad" / "flow.weights.count.usda"
    done = call("check", str(bad), "--json")
    assert done.returncode == 1
    (issue,) = [i for i in json.loads(done.stdout)["issues"] if i["code"] == "flow.weights.count"]
    assert issue["path"].startswith("/") and issue["attribute"] == "factoryTwin:successorWeights" and issue["hint"]
    assert issue["file"].endswith(bad.name)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nowhere.usda"], ["nowhere.usda", "Hint"]),
        (["run", "STAGE", "--until", "8 parsecs"], ["parsecs", "known"]),
        (["run", "STAGE", "--until", "-5"], ["horizon", "Hint"]),
        (["run", "STAGE", "--until", "1 h", "--warmup", "2 h"], ["warm-up", "Hint"]),
        (["run", "STAGE", "--until", "10 min", "--replications", "0"], ["replications", "Hint"]),
        (["run", "STAGE", "--until", "10 min", "--motion", "x.txt"], ["x.txt", ".usdc"]),
        (["run", "STAGE", "--until", "10 min", "--log", "no/such/folder/l.npz"], ["folder", "Hint"]),
    ],
)
def test_what_can_not_be_done_is_said_without_a_traceback(arguments: list[str], words: list[str], bike_line: Path) -> None:
    done = call(*[str(bike_line) if a == "STAGE" else a for a in arguments])
    assert done.returncode == 2 and not done.stdout
    assert "Traceback" not in done.stderr
    assert all(w in done.stderr for w in words), done.stderr


def test_every_bad_fixture_is_named_and_none_is_a_traceback(repo: Path) -> None:
    for bad in sorted((repo / "tests" / "bad").glob("flow.*.usda"))[:4]:
        done = call("run", str(bad), "--until", "1 h")
        assert "Traceback" not in done.stderr, bad
