# SPDX-License-Identifier: Apache-2.0
"""The example stages: each is sound in all its variants, and gives the numbers stored beside it.

Beside NAME.usda stands NAME.json: a list of {"command": what a user types, "output": a part of what it prints}. After a change
that is meant to change numbers, run `FACTORY_TWIN_UPDATE=1 pytest tests/test_examples.py`: it writes the present value of
every number that is named there, and all tests pass; then look at the differences.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import pickle
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factory_twin.check import check
from factory_twin.cli import main
from factory_twin.log import Log
from factory_twin.read import open_stage, read_plant
from factory_twin.sim import Simulation
from pxr import Usd
from validator import findings

REPO = Path(__file__).resolve().parents[1]
EXAMPLES = REPO / "data" / "examples"
NAMES = sorted(p.stem for p in EXAMPLES.glob("*.usda"))
UPDATE = "FACTORY_TWIN_UPDATE"


def printed(command: str) -> Any:
    """Return the JSON object that a command prints."""
    words = shlex.split(command)
    assert words[0] == "factory-twin"
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert main(words[1:]) == 0
    return json.loads(out.getvalue())


def taken(part: Any, whole: Any) -> Any:
    """Return what `whole` has at the keys that `part` names."""
    return {key: taken(value, whole[key]) for key, value in part.items()} if isinstance(part, dict) else whole


def differences(expected: Any, got: Any, where: str = "") -> Iterator[str]:
    """Yield where numbers differ by more than rounding, or anything else differs at all."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            if not isinstance(got, dict) or key not in got:
                yield f"{where}/{key} is missing"
            else:
                yield from differences(value, got[key], f"{where}/{key}")
    elif isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            yield f"{where}: {expected} != {got}"
        else:
            for i, (one, other) in enumerate(zip(expected, got)):
                yield from differences(one, other, f"{where}/{i}")
    elif isinstance(expected, float | int) and isinstance(got, float | int):
        if got != pytest.approx(expected, rel=1e-9, abs=1e-12):
            yield f"{where}: {expected} != {got}"
    elif expected != got:
        yield f"{where}: {expected} != {got}"


def in_all_variants(name: str) -> Iterator[tuple[dict[str, str], Usd.Stage]]:
    """Yield (set: variant, stage) for all selections of variants of the default prim, made in the session layer."""
    stage = open_stage(str(EXAMPLES / f"{name}.usda"))
    stage.SetEditTarget(stage.GetSessionLayer())
    sets = stage.GetDefaultPrim().GetVariantSets()
    names = sets.GetNames()
    for chosen in itertools.product(*(sets.GetVariantSet(n).GetVariantNames() for n in names)):
        for key, value in zip(names, chosen):
            sets.GetVariantSet(key).SetVariantSelection(value)
        yield dict(zip(names, chosen)), stage


def test_there_are_examples() -> None:
    assert len(NAMES) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_sound_in_all_variants(name: str) -> None:
    for chosen, stage in in_all_variants(name):
        assert [str(issue) for issue in check(stage)] == [], chosen


@pytest.mark.parametrize("name", NAMES)
def test_an_example_passes_the_asset_validator_in_all_variants(name: str) -> None:
    for chosen, stage in in_all_variants(name):
        assert findings(stage) == [], chosen


@pytest.mark.parametrize("name", NAMES)
def test_an_example_gives_the_numbers_stored(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPO)
    file = EXAMPLES / f"{name}.json"
    stored = json.loads(file.read_text(encoding="utf-8"))
    found = [{"command": run["command"], "output": taken(run["output"], printed(run["command"]))} for run in stored]
    if os.environ.get(UPDATE):
        file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        return
    assert all(f"data/examples/{name}.usda" in run["command"] for run in stored)
    assert list(differences(stored, found)) == []


@pytest.mark.parametrize("name", NAMES)
def test_an_example_goes_on_from_a_snapshot_as_if_never_interrupted(name: str) -> None:
    plant = read_plant(open_stage(str(EXAMPLES / f"{name}.usda")))
    horizon = min(plant.scenario.horizon, 20_000.0)
    whole, first, rest = Log(), Log(), Log()
    Simulation(plant, log=whole).run(horizon)
    model = Simulation(plant, log=first)
    model.run(0.4 * horizon)
    Simulation.restore(plant, pickle.loads(pickle.dumps(model.snapshot())), log=rest).run(horizon)
    for table in ("moves", "states", "parts"):
        both = np.concatenate([getattr(first, table).array(), getattr(rest, table).array()])
        np.testing.assert_array_equal(both, getattr(whole, table).array(), err_msg=table)


def test_the_readme_tells_of_every_example() -> None:
    rows = (EXAMPLES / "README.md").read_text(encoding="utf-8").splitlines()
    told = [row.split("`")[1] for row in rows if row.startswith("| `")]
    assert sorted(told) == NAMES


def test_every_run_of_the_readme_is_stored() -> None:
    """Nobody can store a number that no command prints: an empty output would be no test."""
    for name in NAMES:
        for run in json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8")):
            assert run["output"], name
