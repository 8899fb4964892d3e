# SPDX-License-Identifier: Apache-2.0
"""A baked shift needs nothing of ours: usd-core alone, in a process without our schema, shows the parts where the log says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from factory_twin.log import Log
from factory_twin.motion import write_motion
from factory_twin.motion.fleet import Rides
from factory_twin.motion.track import Key, keys, visits
from factory_twin.plant import Plant
from factory_twin.read import open_stage, read_plant
from factory_twin.sim import Simulation

SHIFT = 8 * 3600.0
_LOOK = """
import json, sys
from pxr import Plug, Usd, UsdGeom
stage = Usd.Stage.Open(sys.argv[1])
assert not [p.name for p in Plug.Registry().GetAllPlugins() if "actory" in p.name]
assert not [n for n in sys.modules if "factory_twin" in n]
parts = [p for p in stage.Traverse() if p.GetName().startswith("Part_")]
seen = [UsdGeom.Imageable(p).GetVisibilityAttr() for p in parts]
out = []
for time in json.load(sys.stdin):
    cache = UsdGeom.XformCache(time)
    there = [p for p, v in zip(parts, seen) if v.Get(time) != "invisible"]
    out.append([list(cache.GetLocalToWorldTransform(p).ExtractTranslation()) for p in there])
json.dump({"unit": UsdGeom.GetStageMetersPerUnit(stage), "rate": stage.GetTimeCodesPerSecond(), "parts": out}, sys.stdout)
"""


@pytest.fixture(scope="module")
def shift(bike_line: Path) -> tuple[Plant, Log]:
    plant = read_plant(open_stage(str(bike_line)))
    log = Log()
    Simulation(plant, log=log).run(SHIFT)
    return plant, log


def place(track: list[Key], time: float) -> tuple[float, ...]:
    """Where a part is: between two keys on a straight line."""
    times = [k[0] for k in track]
    return tuple(float(np.interp(time, times, [k[1][axis] for k in track])) for axis in range(3))


def test_usd_alone_shows_the_parts_where_the_log_says(shift: tuple[Plant, Log], bike_line: Path, tmp_path: Path) -> None:
    plant, log = shift
    stage = open_stage(str(bike_line))
    target = write_motion(log, plant, stage=stage, target=tmp_path / "shift.usdc", base=str(bike_line))
    times = [*np.random.default_rng(5).uniform(0.0, SHIFT, 999).tolist(), SHIFT - 1.0]
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PXR_PLUGINPATH_NAME")}
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, str(target)], input=json.dumps(times), env=environment, cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["rate"] == 60 and told["unit"] == plant.meters_per_unit
    rides = Rides(log, plant)
    tracks = [k for v in visits(log, plant) if (k := keys(v, plant, rides))]
    most = 0
    for time, found in zip(times, told["parts"]):
        expected = np.array([place(t, time) for t in tracks if t[0][0] <= time <= t[-1][0] + 1e-3]).reshape(-1, 3)
        shown = np.array(found).reshape(-1, 3) * told["unit"]
        assert len(shown) == len(expected), time
        if len(shown):
            far = np.linalg.norm(shown[:, None] - expected[None], axis=2)
            assert max(far.min(axis=0).max(), far.min(axis=1).max()) < 1e-3, time
        most = max(most, len(shown))
    assert most > 10
