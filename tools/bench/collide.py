# SPDX-License-Identifier: Apache-2.0
"""Footprints that overlap: all pairs of 1,000, one that moved among 500, on a stage as well, against shapely's STRtree."""

from __future__ import annotations

import importlib.util
import math
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from factory_twin.collide import Collisions, overlaps
from factory_twin.edit import Move
from factory_twin.footprint import footprints
from factory_twin.rectangles import Rectangles
from pxr import Sdf, Usd, UsdGeom

NAME = "collide"
ABOUT = "overlaps of turned footprints: 1,000 at once, one moved among 500"
ALL, SOME, ROUNDS, MOVES = 1000, 500, 9, 30
GOAL_ALL, GOAL_MOVE = 1.0, 0.1  # s
Row = dict[str, Any]


def run() -> list[Row]:
    """Measure all."""
    return [_all_pairs(), _against_shapely(), _moved(), _dragged()]


def _scattered(count: int, seed: int) -> Rectangles:
    rng = np.random.default_rng(seed)
    middle, half = rng.uniform(0, 60.0, (count, 2)), rng.uniform(0.3, 2.0, (count, 2))
    return Rectangles(middle, half, rng.uniform(-math.pi, math.pi, count))


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _all_pairs() -> Row:
    rectangles = _scattered(ALL, 1)
    took = statistics.median(_seconds(lambda: overlaps(rectangles)) for _ in range(ROUNDS))
    detail = f"{1e3 * took:.2f} ms, {len(overlaps(rectangles))} pairs; ratio is 1 s / time"
    return {"name": "1,000 footprints, all pairs", "ratio": GOAL_ALL / took, "goal": 1.0, "unit": "x", "detail": detail}


def _against_shapely() -> Row:
    row: Row = {"name": "all pairs, against shapely", "ratio": None, "goal": None, "unit": "x"}
    if importlib.util.find_spec("shapely") is None:
        return {**row, "detail": "shapely is not installed (extra dev)"}
    import shapely

    rectangles = _scattered(ALL, 1)
    corners = rectangles.corners

    def theirs() -> set[tuple[int, int]]:
        shapes = shapely.polygons(corners)
        a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        pairs = np.stack([a, b], axis=1)[a < b]
        touching = shapely.touches(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
        return {(a, b) for a, b in pairs[~touching].tolist()}

    def ours() -> set[tuple[int, int]]:
        return {(a, b) for a, b in overlaps(rectangles, depth=0.0).tolist()}

    if theirs() != ours():
        raise AssertionError("The pairs differ from shapely's.")
    times = [(_seconds(theirs), _seconds(ours)) for _ in range(ROUNDS)]
    there, here = (1e3 * statistics.median(t) for t in zip(*times))
    ratio = statistics.median(t / o for t, o in times)
    return {**row, "ratio": ratio, "detail": f"STRtree {there:.2f} ms, ours {here:.2f} ms; same {len(ours())} pairs"}


def _moved() -> Row:
    kept, fresh = Collisions(_scattered(SOME, 1)), _scattered(MOVES, 2)
    times = []
    for k in range(MOVES):
        one = Rectangles(fresh.middle[k : k + 1], fresh.half[k : k + 1], fresh.heading[k : k + 1])
        times.append(_seconds(lambda k=k, one=one: kept.move([k], one)))
    took = statistics.median(times)
    detail = f"{1e3 * took:.3f} ms; ratio is 100 ms / time"
    return {"name": "one moved among 500, pairs", "ratio": GOAL_MOVE / took, "goal": 1.0, "unit": "x", "detail": detail}


def _dragged() -> Row:
    """Move a station of a stage by an undoable edit, measure its footprint and keep the pairs up."""
    stage, paths = _hall(SOME)
    kept = Collisions(footprints(stage, paths).zones)
    times = []
    for k in range(MOVES):

        def step(k: int = k) -> None:
            Move(paths[k], (3.0 * k, 2.5, 0.0)).do(stage)
            kept.move([k], footprints(stage, [paths[k]]).zones)

        times.append(_seconds(step))
    took = statistics.median(times)
    if kept.pairs != [(a, b) for a, b in overlaps(footprints(stage, paths).zones).tolist()]:
        raise AssertionError("The kept pairs differ from those found anew.")
    detail = f"edit, footprint and pairs {1e3 * took:.2f} ms, longest {1e3 * max(times):.2f}; ratio is 100 ms / time"
    name = "one dragged among 500 on a stage"
    return {"name": name, "ratio": GOAL_MOVE / took, "goal": 1.0, "unit": "x", "detail": detail}


def _hall(count: int) -> tuple[Usd.Stage, list[str]]:
    """Return a stage of turned stations of three boxes each, 25 in a row."""
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, "Z")
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    paths = [f"/Hall/S{k}" for k in range(count)]
    with Sdf.ChangeBlock():
        for path in paths:
            spec = Sdf.CreatePrimInLayer(stage.GetRootLayer(), path)
            spec.specifier, spec.typeName = Sdf.SpecifierDef, "Xform"
            for name in ("Bed", "Arm", "Desk"):
                part = Sdf.CreatePrimInLayer(stage.GetRootLayer(), f"{path}/{name}")
                part.specifier, part.typeName = Sdf.SpecifierDef, "Cube"
    for k, path in enumerate(paths):
        xform = UsdGeom.Xform(stage.GetPrimAtPath(path))
        xform.AddTranslateOp().Set((3.0 * (k % 25), 3.0 * (k // 25), 0.0))
        xform.AddRotateZOp().Set(7.0 * k)
        UsdGeom.Xform(stage.GetPrimAtPath(f"{path}/Arm")).AddTranslateOp().Set((0.5, 0.0, 1.0))
    return stage, paths
