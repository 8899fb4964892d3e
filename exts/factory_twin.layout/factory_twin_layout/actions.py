# SPDX-License-Identifier: Apache-2.0
"""What a planner can do with the prims selected: lines of the context menus, in the panel and in the application."""

from __future__ import annotations

from collections.abc import Callable

from factory_twin.edit import Align, ApplySchema, Connect, Distribute, Duplicate, Edit, Group, Remove, RemoveSchema, Snap
from factory_twin.edit.flow import SUCCESSORS
from factory_twin.survey.names import ENTERED, PLACES, SINK
from factory_twin.survey.walk import applied, find, ours
from factory_twin_ui.action import Action, Paths
from factory_twin_ui.host import Host
from pxr import Sdf, Usd, UsdGeom

from .beside import GAP, width

GRID, TURN = 0.5, 15.0
"""Grid on the floor, m, and step of headings, degrees, that places are snapped to."""
_EDGES = {"at the left": "left", "at the right": "right", "at the front": "front", "at the back": "back"}
_KINDS = {"Source": "a source", "Station": "a station", "Buffer": "a buffer", "Sink": "a sink"}


def actions() -> tuple[Action, ...]:
    """Return all, in the order of a menu."""
    return (
        *(Action(f"Make it {words}", _is_free, _make(kind)) for kind, words in _KINDS.items()),
        Action("Connect in this order", _can_connect, _connect),
        Action("Select what feeds it", lambda host, paths: bool(before(host, paths)), lambda h, p: h.select(before(h, p))),
        Action("Select what it feeds", lambda host, paths: bool(after(host, paths)), lambda h, p: h.select(after(h, p))),
        Action("Duplicate it beside", _is_place, lambda h, p: h.do(Duplicate(p, (_room(h, p), 0.0, 0.0)))),
        *(Action(f"Align {words}", _several(2), _align(edge)) for words, edge in _EDGES.items()),
        *(Action(f"Space evenly along {axis.upper()}", _several(3), _space(axis)) for axis in ("x", "y")),
        Action(f"Snap to {GRID:g} m and {TURN:g} degrees", _is_place, lambda h, p: h.do(Snap(p, GRID, TURN))),
        Action("Take it out of the plant", _is_place, _take_out),
        Action("Remove it", _is_place, lambda h, p: h.do(Remove(p))),
    )


def before(host: Host, paths: Paths) -> Paths:
    """Return the places that feed one of these."""
    stage = host.stage
    if stage is None:
        return ()
    return tuple(str(p.GetPath()) for p in find(stage) if set(_targets(p)) & set(paths))


def after(host: Host, paths: Paths) -> Paths:
    """Return the places that these feed."""
    return tuple(dict.fromkeys(t for prim in _prims(host, paths) for t in _targets(prim)))


def _targets(prim: Usd.Prim) -> list[str]:
    relationship = prim.GetRelationship(SUCCESSORS)
    return [str(t) for t in relationship.GetTargets()] if relationship else []


def _prims(host: Host, paths: Paths) -> list[Usd.Prim]:
    stage = host.stage
    found = (stage.GetPrimAtPath(p) for p in paths if Sdf.Path.IsValidPathString(p)) if stage is not None else ()
    return [p for p in found if p]


def _is_free(host: Host, paths: Paths) -> bool:
    prims = _prims(host, paths)
    return bool(prims) and all(p.IsA(UsdGeom.Xformable) and not set(PLACES) & set(ours(p)) for p in prims)


def _is_place(host: Host, paths: Paths) -> bool:
    prims = _prims(host, paths)
    return bool(prims) and all(set(PLACES) & set(ours(p)) for p in prims)


def _several(least: int) -> Callable[[Host, Paths], bool]:
    return lambda host, paths: len(paths) >= least and _is_place(host, paths)


def _align(edge: str) -> Callable[[Host, Paths], None]:
    return lambda host, paths: host.do(Align(paths, edge))


def _space(axis: str) -> Callable[[Host, Paths], None]:
    return lambda host, paths: host.do(Distribute(paths, axis))


def _room(host: Host, paths: Paths) -> float:
    """Return how far along x copies stand clear of these prims, m."""
    return width(host.stage, paths) + GAP if host.stage is not None else 0.0


def _can_connect(host: Host, paths: Paths) -> bool:
    prims = _prims(host, paths)
    starts = all((set(PLACES) - {SINK}) & set(ours(p)) for p in prims[:-1])
    return len(prims) > 1 and starts and all(set(ENTERED) & set(ours(p)) for p in prims[1:])


def _make(kind: str) -> Callable[[Host, Paths], None]:
    def act(host: Host, paths: Paths) -> None:
        _do(host, f"a {kind}", [ApplySchema(path, f"FactoryTwin{kind}API") for path in paths])

    return act


def _connect(host: Host, paths: Paths) -> None:
    stage = host.stage
    if stage is not None:
        known = {(p, t) for p in paths for t in _targets(stage.GetPrimAtPath(p))}
        pairs = [pair for pair in zip(paths, paths[1:]) if pair not in known]
        names = " to ".join(p.rpartition("/")[2] for p in paths)
        _do(host, f"Connect {names}", [Connect(*pair) for pair in pairs])


def _take_out(host: Host, paths: Paths) -> None:
    edits = []
    for prim in _prims(host, paths):
        worn = [w for w in applied(prim) if w.startswith("FactoryTwin")]
        worn.sort(key=lambda w: ":" not in w)
        edits += [RemoveSchema(str(prim.GetPath()), *w.partition(":")[::2]) for w in worn]
    _do(host, "Take out of the plant", edits)


def _do(host: Host, words: str, edits: list[Edit]) -> None:
    """Do the edits as one step, under the label of the only one or under these words."""
    if edits:
        host.do(edits[0] if len(edits) == 1 else Group(words, tuple(edits)))
