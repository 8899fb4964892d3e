# SPDX-License-Identifier: Apache-2.0
"""The plant as a tree: topology, lines and places in the order of the material flow, then what is no place. No UI."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from factory_twin.errors import Issue, Severity
from factory_twin.event import State
from factory_twin.plant import Plant
from factory_twin.survey.walk import find, ours
from pxr import Sdf, Usd

_SCENARIO = "FactoryTwinScenarioAPI"
_PLACES = {
    "FactoryTwinSourceAPI": "source", "FactoryTwinStationAPI": "station", "FactoryTwinBufferAPI": "buffer",
    "FactoryTwinTransportAPI": "transport", "FactoryTwinPathAPI": "path", "FactoryTwinSinkAPI": "sink",
    "FactoryTwinTopologyAPI": "zone", "FactoryTwinTransporterAPI": "vehicle",
}  # fmt: skip
_OTHERS = {
    "FactoryTwinCardLoopAPI": "card loop", "FactoryTwinWorkerPoolAPI": "workers", "FactoryTwinCalendarAPI": "calendar",
    "FactoryTwinProductAPI": "product", "FactoryTwinBomItemAPI": "part", "FactoryTwinOperationAPI": "operation",
    "FactoryTwinWorkOrderAPI": "order", "FactoryTwinScenarioAPI": "scenario",
}  # fmt: skip
_KINDS = _PLACES | _OTHERS
_TYPES = {  # kind -> the attribute that says it better
    "zone": ("factoryTwin:topology:type", "zone"), "path": ("factoryTwin:path:type", "aisle"),
    "vehicle": ("factoryTwin:transporter:type", "agv"),
}  # fmt: skip


@dataclass
class Entry:
    """A line of the tree.

    Attributes:
        path: Prim path.
        name: Name for people.
        kind: Lower-case word; empty for a prim that only holds others.
        children: Lines below.
        severity: Worst issue of this prim, None when there is none.
        state: Live or played state, UNKNOWN when none.
        folded: Whether the lines below are hidden at first.
    """

    path: str
    name: str
    kind: str
    children: list[Entry] = field(default_factory=list)
    severity: Severity | None = None
    state: State = State.UNKNOWN
    folded: bool = False

    def walk(self) -> Iterable[Entry]:
        """Yield this line and all below."""
        yield self
        for child in self.children:
            yield from child.walk()


def outline(stage: Usd.Stage, plant: Plant, issues: Iterable[Issue]) -> list[Entry]:
    """Return the top lines of the tree."""
    worst: dict[str, Severity] = {}
    for issue in issues:
        if worst.get(issue.path) is not Severity.ERROR:
            worst[issue.path] = issue.severity
    rank = _ranks(plant)
    roots: list[Entry] = []
    open_entries: list[Entry] = []
    for prim in find(stage):
        worn = ours(prim)
        schema = next((s for s in _KINDS if s in worn), "")
        if not schema:
            continue
        while open_entries and not prim.GetPath().HasPrefix(Sdf.Path(open_entries[-1].path)):
            open_entries.pop()
        rank.setdefault(str(prim.GetPath()), len(plant.nodes) + list(_KINDS).index(schema))
        if schema in _OTHERS and schema != _SCENARIO and not open_entries:
            _open_folder(prim, roots, open_entries)
        entry = _entry(prim, _kind(prim, _KINDS[schema]), worst)
        entry.folded = schema in _OTHERS
        (open_entries[-1].children if open_entries else roots).append(entry)
        if schema != _SCENARIO:  # it stands on the prim that holds all others
            open_entries.append(entry)
    for root in roots:
        _sort(root, rank)
    return sorted(roots, key=lambda e: _rank(e, rank))


def _entry(prim: Usd.Prim, kind: str, worst: dict[str, Severity]) -> Entry:
    path = str(prim.GetPath())
    return Entry(path, prim.GetDisplayName() or prim.GetName(), kind, severity=worst.get(path))


def _open_folder(prim: Usd.Prim, roots: list[Entry], open_entries: list[Entry]) -> None:
    """Make a line of the prim above, such as `Orders`, unless it is the root of everything."""
    above = prim.GetParent()
    if above and not above.IsPseudoRoot() and above != prim.GetStage().GetDefaultPrim() and not _holds_place(above):
        folder = _entry(above, "", {})
        folder.folded = True
        roots.append(folder)
        open_entries.append(folder)


def _holds_place(prim: Usd.Prim) -> bool:
    return any(not _PLACES.keys().isdisjoint(ours(p)) for p in Usd.PrimRange(prim, Usd.TraverseInstanceProxies()))


def _kind(prim: Usd.Prim, kind: str) -> str:
    if kind not in _TYPES:
        return kind
    name, default = _TYPES[kind]
    word = str(prim.GetAttribute(name).Get() or default)
    return "path" if (kind, word) == ("path", "vehicle") else word


def _ranks(plant: Plant) -> dict[str, int]:
    """Number the places along the flow, sources first; those never reached come last, in stage order."""
    rank: dict[str, int] = {}
    nodes = {n.path: n for n in plant.nodes}
    queue = [n.path for n in plant.nodes if n.kind == "source"]
    while queue:
        path = queue.pop(0)
        if path in nodes and path not in rank:
            rank[path] = len(rank)
            queue.extend(nodes[path].successors)
    for path in nodes:
        rank.setdefault(path, len(rank))
    return rank


def _rank(entry: Entry, rank: dict[str, int]) -> int:
    return min((rank[e.path] for e in entry.walk() if e.path in rank), default=len(rank))


def _sort(entry: Entry, rank: dict[str, int]) -> None:
    for child in entry.children:
        _sort(child, rank)
    entry.children.sort(key=lambda e: _rank(e, rank))
