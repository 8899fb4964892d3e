# SPDX-License-Identifier: Apache-2.0
"""A big stage: opened and read as a plant, and 1,000 stations with four live values each, against `Attribute.Set`."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from factory_twin.bounds import Bounds
from factory_twin.event import State, state, value
from factory_twin.live import AndonBoard, LiveLayer, LiveState
from factory_twin.palette import linear
from factory_twin.read import open_stage, read_plant
from pxr import Gf, Sdf, Tf, Usd, UsdGeom, Vt

NAME = "scene"
ABOUT = "a 2,000-station stage opened and read; 1,000 stations x 4 live values; an andon board; world boxes"
BIG, LIVE, ROUNDS, FRAMES = 2000, 1000, 5, 15
QUANTITIES = ("temperature", "vibration", "power", "speed")


def run() -> list[dict[str, Any]]:
    """Measure both."""
    return [_opening(), _live(1.0, "1 frame/s"), _live(1 / 60, "60 frames/s"), _boxes(), _board()]


def _layer(layer: Sdf.Layer, count: int) -> None:
    """Write a line of stations with a box each, a source before and a sink behind."""
    kinds = ["Source", *["Station"] * count, "Sink"]
    with Sdf.ChangeBlock():
        root = Sdf.PrimSpec(layer.pseudoRoot, "Plant", Sdf.SpecifierDef, "Xform")
        layer.defaultPrim = "Plant"
        layer.pseudoRoot.SetInfo("metersPerUnit", 1.0)
        layer.pseudoRoot.SetInfo("upAxis", "Z")
        for k, kind in enumerate(kinds):
            prim = Sdf.PrimSpec(root, f"P{k}", Sdf.SpecifierDef, "Xform")
            prim.SetInfo("apiSchemas", Sdf.TokenListOp.Create(prependedItems=[f"FactoryTwin{kind}API"]))
            Sdf.AttributeSpec(prim, "xformOp:translate", Sdf.ValueTypeNames.Double3).default = (
                3.0 * (k % 50),
                3.0 * (k // 50),
                0.0,
            )
            order = Sdf.AttributeSpec(prim, "xformOpOrder", Sdf.ValueTypeNames.TokenArray, Sdf.VariabilityUniform)
            order.default = ["xformOp:translate"]
            Sdf.PrimSpec(prim, "Body", Sdf.SpecifierDef, "Cube")
            if kind == "Station":
                name = "factoryTwin:station:processTime"
                Sdf.AttributeSpec(prim, name, Sdf.ValueTypeNames.String, Sdf.VariabilityUniform).default = "60"
            if kind != "Sink":
                to = Sdf.RelationshipSpec(prim, "factoryTwin:successors", False)
                to.targetPathList.explicitItems = [f"/Plant/P{k + 1}"]


def _opening() -> dict[str, Any]:
    took = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "big.usdc")
        layer = Sdf.Layer.CreateNew(str(path))
        _layer(layer, BIG)
        layer.Save()
        del layer
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            stage = open_stage(str(path))
            opened = time.perf_counter()
            plant = read_plant(stage)
            took.append((time.perf_counter() - begun, opened - begun))
            assert len(plant.nodes) == BIG + 2
            del stage, plant
    total, opened = (statistics.median(t) for t in zip(*took))
    detail = f"{total:.2f} s, {opened:.2f} s of it opening; wall time on the machine as it is"
    return {"name": "open 2,000 stations, build the plant", "ratio": 1.0 / total, "goal": 1.0, "unit": "x", "detail": detail}


def _live(step: float, pace: str) -> dict[str, Any]:
    """Give all values anew each frame; frames are `step` seconds apart by the clock of the values.

    The peer writes no times. Ours are told once a second: with each frame, or hardly ever while it is measured.
    """
    stages = {way: Usd.Stage.CreateInMemory() for way in ("ours", "peer")}
    for stage in stages.values():
        _layer(stage.GetRootLayer(), LIVE)
    paths = [f"/Plant/P{k + 1}" for k in range(LIVE)]
    state = LiveState(paths)
    layer = LiveLayer(stages["ours"], state)
    other = stages["peer"]
    other.SetEditTarget(other.GetSessionLayer())
    kind = Sdf.ValueTypeNames.Double
    attributes = [other.GetPrimAtPath(p).CreateAttribute(f"factoryTwin:state:{q}", kind) for p in paths for q in QUANTITIES]

    def listen(notice: Any, _: Any) -> None:
        for path in notice.GetChangedInfoOnlyPaths():
            path.IsPropertyPath()

    keys = [Tf.Notice.Register(Usd.Notice.ObjectsChanged, listen, s) for s in stages.values()]
    spent: dict[str, list[float]] = {"ours": [], "peer": []}
    for frame in range(FRAMES + 2):
        now = 1000.0 + frame * step
        for k, path in enumerate(paths):
            for j, name in enumerate(QUANTITIES):
                state.feed(value(now, path, name, frame + k / 10 + j), now)
        for way in ("ours", "peer") if frame % 2 else ("peer", "ours"):
            begun = time.perf_counter()
            if way == "ours":
                written = layer.flush(now)
            else:
                for k, attribute in enumerate(attributes):
                    attribute.Set(frame + k / 10)
            spent[way].append(time.perf_counter() - begun)
    for key in keys:
        key.Revoke()
    pairs = list(zip(spent["ours"], spent["peer"]))[2:]  # before that all is learnt
    ours, peer = (1e3 * statistics.median(t) for t in zip(*pairs))
    times = "with" if written > len(attributes) else "without"
    detail = (
        f"{ours:.1f} ms against {peer:.1f} ms a frame; {written:,} values written ({times} times) against {len(attributes):,}"
    )
    ratio = statistics.median(p / o for o, p in pairs)
    return {"name": f"1,000 stations x 4 live values, {pace}", "ratio": ratio, "goal": 2.0, "unit": "x", "detail": detail}


def _boxes() -> dict[str, Any]:
    """World boxes of all stations after one moved: kept ones against a cold BBoxCache, which knows nothing of edits."""
    stage = Usd.Stage.CreateInMemory()
    _layer(stage.GetRootLayer(), LIVE)
    paths = [f"/Plant/P{k + 1}" for k in range(LIVE)]
    for path in paths:
        for part in range(2):  # with the body that all have it is three shapes
            UsdGeom.Cube.Define(stage, f"{path}/Part_{part}").AddTranslateOp().Set((0.2 * part, 0.1, 1.0))
    bounds = Bounds(stage, paths)
    key = Tf.Notice.Register(
        Usd.Notice.ObjectsChanged, lambda n, _: bounds.change(n.GetResyncedPaths(), n.GetChangedInfoOnlyPaths()), stage
    )
    bounds.boxes()
    prims = [stage.GetPrimAtPath(p) for p in paths]
    spent: dict[str, list[float]] = {"ours": [], "peer": []}
    for k in range(FRAMES):
        for way in ("ours", "peer") if k % 2 else ("peer", "ours"):
            begun = time.perf_counter()
            prims[40 * k].GetAttribute("xformOp:translate").Set((k + len(way), 7.0, 1.0))
            if way == "ours":
                low, high = bounds.boxes()
            else:
                cache = UsdGeom.BBoxCache(Usd.TimeCode.EarliestTime(), [UsdGeom.Tokens.default_])
                found = [cache.ComputeWorldBound(p).ComputeAlignedRange() for p in prims]
            spent[way].append(time.perf_counter() - begun)
        cache = UsdGeom.BBoxCache(Usd.TimeCode.EarliestTime(), [UsdGeom.Tokens.default_])
        found = [cache.ComputeWorldBound(p).ComputeAlignedRange() for p in prims]
        assert np.abs(np.array([(s.GetMin(), s.GetMax()) for s in found]).transpose(1, 0, 2) - (low, high)).max() < 1e-5
    key.Revoke()
    ours, peer = (1e3 * statistics.median(s) for s in spent.values())
    detail = f"{ours:.3f} ms against {peer:.1f} ms of a cold BBoxCache; three shapes each; the edit itself is in both"
    ratio = statistics.median(p / o for o, p in zip(spent["ours"], spent["peer"]))
    return {"name": "world boxes of 1,000 stations, one moved", "ratio": ratio, "goal": 50.0, "unit": "x", "detail": detail}


def _board() -> dict[str, Any]:
    """Lamps and a gauge of all stations, all others than before: an andon board against two attributes set for each."""
    stages = {way: Usd.Stage.CreateInMemory() for way in ("ours", "peer")}
    for stage in stages.values():
        _layer(stage.GetRootLayer(), LIVE)
    paths = [f"/Plant/P{k + 1}" for k in range(LIVE)]
    live = LiveState(paths)
    board = AndonBoard(stages["ours"], live, paths, full=FRAMES + LIVE)
    other = stages["peer"]
    other.SetEditTarget(other.GetSessionLayer())
    lamps = [UsdGeom.Gprim(other.GetPrimAtPath(f"{p}/Body")).CreateDisplayColorAttr() for p in paths]
    gauges = [UsdGeom.Xformable(other.GetPrimAtPath(f"{p}/Body")).AddScaleOp() for p in paths]
    colours = [Vt.Vec3fArray([Gf.Vec3f(*linear(s))]) for s in State]

    def listen(notice: Any, _: Any) -> None:
        for path in notice.GetChangedInfoOnlyPaths():
            path.IsPropertyPath()

    keys = [Tf.Notice.Register(Usd.Notice.ObjectsChanged, listen, s) for s in stages.values()]
    spent: dict[str, list[float]] = {"ours": [], "peer": []}
    for frame in range(FRAMES + 2):
        now = 1000.0 + frame / 60
        for k, path in enumerate(paths):
            live.feed(state(now, path, State(1 + (k + frame) % 9)), now)
            live.feed(value(now, path, "power", frame + k), now)
        for way in ("ours", "peer") if frame % 2 else ("peer", "ours"):
            begun = time.perf_counter()
            if way == "ours":
                board.flush(now)
            else:
                for k, (lamp, gauge) in enumerate(zip(lamps, gauges)):
                    lamp.Set(colours[1 + (k + frame) % 9])
                    gauge.Set(Gf.Vec3f(1.0, 1.0, (frame + k) / (FRAMES + LIVE)))
            spent[way].append(time.perf_counter() - begun)
    for key in keys:
        key.Revoke()
    pairs = list(zip(spent["ours"], spent["peer"]))[2:]
    ours, peer = (1e3 * statistics.median(t) for t in zip(*pairs))
    detail = f"{ours:.2f} ms against {peer:.1f} ms a frame for {2 * LIVE:,} values; ours reads them from the live state"
    ratio = statistics.median(p / o for o, p in pairs)
    return {"name": "andon board of 1,000 stations", "ratio": ratio, "goal": 15.0, "unit": "x", "detail": detail}
