# SPDX-License-Identifier: Apache-2.0
"""Motion of a long shift, against what one does first: a prim for each part, every value with `Attribute.Set`."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pxr import Usd

from . import _frames

NAME = "motion"
ABOUT = "an 8-h shift of 10,000 parts and 1e6 moves: played, baked, opened, scrubbed"
BAKES, OPENS, FRAMES = 3, 9, 12
_WAYS = ("ours", "peer")


def run() -> list[dict[str, Any]]:
    """Measure everything side by side."""
    with tempfile.TemporaryDirectory() as folder:
        files = {way: Path(folder, f"{way}.usdc") for way in _WAYS}
        return [*_playing(), _baking(files), _opening(files), _scrubbing(files)]


def row(name: str, goal: float | None, spent: dict[str, list[float]], detail: str) -> dict[str, Any]:
    """Return a row from the seconds that ours and the peer took, round by round."""
    ratio = statistics.median(p / o for o, p in zip(spent["ours"], spent["peer"]))
    ours, peer = (1e3 * statistics.median(spent[way]) for way in _WAYS)
    return {
        "name": name,
        "ratio": ratio,
        "goal": goal,
        "unit": "x",
        "detail": f"{ours:,.4g} ms against {peer:,.4g} ms; {detail}",
    }


def rounds(count: int, work: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Time both ways in turn, the order changing from round to round."""
    spent: dict[str, list[float]] = {way: [] for way in _WAYS}
    for k in range(count):
        for way in _WAYS if k % 2 else _WAYS[::-1]:
            begun = time.perf_counter()
            work[way]()
            spent[way].append(time.perf_counter() - begun)
    return spent


def _playing() -> list[dict[str, Any]]:
    return [row(name, 12.0, spent, detail) for name, (spent, detail) in _frames.measure().items()]


def _baking(files: dict[str, Path]) -> dict[str, Any]:
    """From log to file, each time in a fresh process: freeing a big stage runs on behind the one before."""
    spent: dict[str, list[float]] = {way: [] for way in _WAYS}
    sizes, moves = {}, 0
    here = Path(__file__).with_name("_bake.py")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    for k in range(BAKES):
        for way in _WAYS if k % 2 else _WAYS[::-1]:
            files[way].unlink(missing_ok=True)
            command = [sys.executable, str(here), way, str(files[way])]
            told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.split()
            spent[way].append(float(told[0]))
            sizes[way], moves = int(told[1]) / 1e6, int(told[2])
    detail = f"{moves:,} moves; {sizes['ours']:.1f} MB against {sizes['peer']:.1f} MB; fresh processes"
    return row("bake", 10.0, spent, detail)


def _opening(files: dict[str, Path]) -> dict[str, Any]:
    code = "import sys, time; from pxr import Usd; t = time.perf_counter(); s = Usd.Stage.Open(sys.argv[1]); "
    code += "print(time.perf_counter() - t)"
    spent: dict[str, list[float]] = {way: [] for way in _WAYS}
    for k in range(OPENS):
        for way in _WAYS if k % 2 else _WAYS[::-1]:
            command = [sys.executable, "-c", code, str(files[way])]
            spent[way].append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    return row("open", 5.0, spent, "Usd.Stage.Open of the baked file; fresh processes")


def _scrubbing(files: dict[str, Path]) -> dict[str, Any]:
    """What a viewer does at another time: read anew all that has samples."""
    stages = {way: Usd.Stage.Open(str(file)) for way, file in files.items()}
    queries = {way: _queries(stage) for way, stage in stages.items()}
    times = [random.Random(1).uniform(3600.0, stages["ours"].GetEndTimeCode()) for _ in range(FRAMES)]
    moments = {way: iter(times) for way in _WAYS}
    spent = rounds(FRAMES, {way: lambda w=way: [a.Get(at) for at in [next(moments[w])] for a in queries[w]] for way in _WAYS})
    counts = " against ".join(f"{len(queries[way]):,}" for way in _WAYS)
    return row("scrub", 8.0, spent, f"every attribute with samples read at a random time: {counts}")


def _queries(stage: Usd.Stage) -> list[Usd.AttributeQuery]:
    attributes = (a for prim in stage.TraverseAll() for a in prim.GetAuthoredAttributes() if a.GetNumTimeSamples())
    return [Usd.AttributeQuery(a) for a in attributes]
