# SPDX-License-Identifier: Apache-2.0
"""Long random sequences of all edits on three stages: undone they leave the original text, redone the edited one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from factory_twin import edit as e
from factory_twin.errors import FactoryTwinError
from factory_twin.survey.walk import applied, ours
from pxr import Sdf, Usd, UsdGeom

HERE = Path(__file__).parent
ASSETS = HERE.parent / "data" / "assets"
NAMES = ("Agv", "Column", "Fence", "PartsShelf")
FLOW = "factoryTwin:successors"
STEPS, MOST = 50, 120  # edits in a sequence; prims above which nothing is added
KINDS = ("Station", "Buffer", "Source", "Sink", "Footprint", "Failure")
ALL = {
    getattr(e, name) for name in e.__all__ if isinstance(getattr(e, name), type) and issubclass(getattr(e, name), e.Edit)
} - {e.Edit}


def hall(folder: Path) -> Usd.Stage:
    """Z up, metres, with assets of the sample plant; the root layer is the edit target."""
    stage = Usd.Stage.CreateNew(str(folder / "hall.usda"))
    UsdGeom.SetStageUpAxis(stage, "Z")
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/World").GetPrim())
    for k, name in enumerate(NAMES):
        e.AddAsset(f"/World/{name}", str(ASSETS / name / f"{name}.usda"), (3.0 * k, 1.0, 0.0)).do(stage)
    for k in range(3):
        e.ApplySchema(f"/World/{NAMES[k]}", f"FactoryTwin{KINDS[k]}API").do(stage)
    e.Connect("/World/Fence", "/World/Agv").do(stage)
    e.Connect("/World/Agv", "/World/Column").do(stage)
    turned = UsdGeom.Xform.Define(stage, "/World/Cell")
    turned.AddTranslateOp().Set((4, 5, 0))
    turned.AddRotateZOp().Set(30.0)
    UsdGeom.Cube.Define(stage, "/World/Cell/Box")
    stage.Save()
    return stage


def centimetres(folder: Path) -> Usd.Stage:
    """Y up, centimetres, without a default prim, below an empty root layer that is the edit target."""
    below, root = Sdf.Layer.CreateNew(str(folder / "below.usda")), Sdf.Layer.CreateNew(str(folder / "root.usda"))
    below.TransferContent(Sdf.Layer.FindOrOpen(str(HERE / "good" / "y_up_centimetres.usda")))
    below.ClearDefaultPrim()
    root.subLayerPaths.append("./below.usda")
    root.pseudoRoot.SetInfo("upAxis", "Y")
    root.pseudoRoot.SetInfo("metersPerUnit", 0.01)
    below.Save()
    root.Save()
    stage = Usd.Stage.Open(root)
    assert not stage.GetDefaultPrim()
    return stage


def shop(folder: Path) -> Usd.Stage:
    """Instances of an asset; the edit target is the middle one of three layers, each of which says something."""
    layers = [Sdf.Layer.CreateNew(str(folder / f"{name}.usda")) for name in ("root", "middle", "weak")]
    weak = Sdf.Layer.FindOrOpen(str(HERE / "good" / "instances.usda"))
    layers[2].TransferContent(weak)
    for prim in ("PressA", "PressB"):
        spec = layers[2].GetPrimAtPath(f"/Shop/{prim}")
        spec.referenceList.prependedItems = [Sdf.Reference(str(HERE / "good" / "assets" / "press.usda"))]
    layers[0].subLayerPaths[:] = ["./middle.usda", "./weak.usda"]
    layers[0].defaultPrim = "Shop"
    for layer in layers:
        layer.Save()
    stage = Usd.Stage.Open(layers[0])
    stage.GetPrimAtPath("/Shop/PressA").SetMetadata("comment", "strong")
    stage.SetEditTarget(layers[1])
    stage.DefinePrim("/Shop/Cell", "Xform")
    for k in range(3):
        copy = stage.DefinePrim(f"/Shop/Cell/P{k}")
        copy.GetReferences().AddReference(str(HERE / "good" / "assets" / "press.usda"))
        copy.SetInstanceable(True)
        e.Move(str(copy.GetPath()), (2.0 * k, 1.0, 0.0)).do(stage)
    for layer in layers:
        layer.Save()
    return stage


STAGES: tuple[Callable[[Path], Usd.Stage], ...] = (hall, centimetres, shop)


class Dice:
    """Makes edits, most of which make sense.

    Args:
        stage: Whose prims are edited.
        seed: Of the numbers.
    """

    def __init__(self, stage: Usd.Stage, seed: int) -> None:
        self._stage, self._rng = stage, random.Random(seed)

    def edit(self) -> e.Edit:
        """Return the next edit."""
        prims = [p for p in Usd.PrimRange(self._stage.GetPseudoRoot()) if not p.IsPseudoRoot()]
        self._paths = [str(p.GetPath()) for p in prims] or ["/"]
        self._places = [str(p.GetPath()) for p in prims if ours(p)] or self._paths
        kinds = [kind for kind in sorted(ALL, key=lambda c: c.__name__) if kind is not e.Group]
        if len(prims) > MOST:
            kinds = [k for k in kinds if k not in (e.Duplicate, e.Array, e.AddAsset)] + [e.Remove] * 3
        edits = [self._make(self._rng.choice(kinds)) for _ in range(2 if self._rng.random() < 0.05 else 1)]
        return edits[0] if len(edits) == 1 else e.Group("Two at once", tuple(edits))

    def _make(self, kind: type[e.Edit]) -> e.Edit:
        rng = self._rng
        one, place, some = rng.choice(self._paths), rng.choice(self._places), self._some
        point = tuple(rng.uniform(-20, 20) for _ in range(3))
        ways: dict[type[e.Edit], Callable[[], e.Edit]] = {
            e.AddAsset: lambda: e.AddAsset(e.free_path(self._stage, one, "Box.usd"), str(ASSETS / "Agv" / "Agv.usda"), point),
            e.ApplySchema: lambda: e.ApplySchema(one, f"FactoryTwin{rng.choice(KINDS)}API", rng.choice(["", "jam"])),
            e.RemoveSchema: lambda: self._less(place),
            e.SetAttribute: lambda: self._value(place),
            e.SetTargets: lambda: e.SetTargets(place, FLOW, some(0, 3)),
            e.Connect: lambda: e.Connect(place, rng.choice(self._places), rng.choice([None, 2.0])),
            e.Disconnect: lambda: self._cut(place),
            e.Rename: lambda: e.Rename(one, rng.choice(["", "Mill 1", "Säge"])),
            e.Move: lambda: e.Move(one, point),
            e.Rotate: lambda: e.Rotate(one, rng.uniform(-180, 180)),
            e.Remove: lambda: e.Remove(some(1, 2)),
            e.Duplicate: lambda: e.Duplicate(some(1, 3), point, rng.random() < 0.5),
            e.Array: lambda: e.Array(some(1, 2), (rng.randint(1, 2), rng.randint(1, 3)), (2.0, -3.0), rng.random() < 0.5),
            e.Mirror: lambda: e.Mirror(some(1, 3), point[:2], rng.choice([0.0, 90.0, rng.uniform(-180, 180)])),
            e.Align: lambda: e.Align(some(2, 4), rng.choice(list(e.EDGES))),
            e.Distribute: lambda: e.Distribute(some(3, 5), rng.choice("xy"), rng.choice(["gaps", "pitch"])),
            e.Snap: lambda: e.Snap(some(1, 3), grid=rng.choice([0.0, 0.5]), turn=rng.choice([0.0, 15.0])),
            e.Reparent: lambda: e.Reparent(some(1, 2), rng.choice([one, "/"])),
        }
        return ways[kind]()

    def _some(self, least: int, most: int) -> tuple[str, ...]:
        """Siblings more often than not, as people select them."""
        count, paths = self._rng.randint(least, most), self._paths
        if self._rng.random() < 0.7:
            parent = self._rng.choice(paths).rpartition("/")[0]
            paths = [p for p in paths if p.rpartition("/")[0] == parent]
        return tuple(self._rng.sample(paths, min(count, len(paths))))

    def _value(self, path: str) -> e.Edit:
        values = [
            ("id", "a1"),
            ("id", None),
            ("station:processTime", "90"),
            ("station:processTime", None),
            ("buffer:capacity", 4),
        ]
        name, value = self._rng.choice(values)
        return e.SetAttribute(path, f"factoryTwin:{name}", value)

    def _less(self, path: str) -> e.Edit:
        prim = self._stage.GetPrimAtPath(path)
        schema, _, instance = self._rng.choice(list(applied(prim)) or ["FactoryTwinStationAPI"]).partition(":")
        return e.RemoveSchema(path, schema, instance)

    def _cut(self, path: str) -> e.Edit:
        flow = self._stage.GetPrimAtPath(path).GetRelationship(FLOW)
        return e.Disconnect(
            path, str(self._rng.choice(flow.GetTargets() if flow else []) if flow and flow.GetTargets() else path)
        )


def texts(stage: Usd.Stage) -> list[str]:
    return [layer.ExportToString() for layer in stage.GetLayerStack()]


def sequence(folder: Path, seed: int) -> Counter[type[e.Edit]]:
    """Do, undo and redo one sequence; return how often each kind of edit was done."""
    stage = STAGES[seed % len(STAGES)](folder)
    target = stage.GetEditTarget().GetLayer()
    history, dice = e.History(stage), Dice(stage, seed)
    told: list[str] = []
    history.on_change(lambda: told.append(history.undo_label))
    states, done, kinds = [texts(stage)], 0, Counter[type[e.Edit]]()
    others = [k for k, layer in enumerate(stage.GetLayerStack()) if layer != target]
    for _ in range(40 * STEPS):
        if done == STEPS:
            break
        edit = dice.edit()
        try:
            history.do(edit)
        except FactoryTwinError:
            assert texts(stage) == states[-1], edit
            continue
        done += 1
        kinds[type(edit)] += 1
        states.append(texts(stage))
        assert len(told) == done and told[-1] == edit.label and "\n" not in edit.label
        assert [states[-1][k] for k in others] == [states[0][k] for k in others], edit
    assert done == STEPS
    for state in reversed(states[:-1]):
        undone = history.undo()
        assert texts(stage) == state, undone
    assert not history.can_undo
    for state in states[1:]:
        redone = history.redo()
        assert texts(stage) == state, redone
    assert not history.can_redo
    assert not [layer.identifier for layer in stage.GetUsedLayers() if layer.dirty and layer != target and not layer.anonymous]
    while history.undo():
        pass
    assert texts(stage) == states[0]
    return kinds


def run(folder: Path, seeds: Iterable[int]) -> Counter[type[e.Edit]]:
    kinds = Counter[type[e.Edit]]()
    for seed in seeds:
        place = folder / str(seed)
        place.mkdir()
        kinds += sequence(place, seed)
    return kinds


def test_ten_sequences_undone_and_redone(tmp_path: Path) -> None:
    kinds = run(tmp_path, range(10))
    assert set(kinds) == ALL


@pytest.mark.slow
def test_two_hundred_sequences_undone_and_redone(tmp_path: Path) -> None:
    kinds = run(tmp_path, range(10, 210))
    assert set(kinds) == ALL and min(kinds.values()) > 50
