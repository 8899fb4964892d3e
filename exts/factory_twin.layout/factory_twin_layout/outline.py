# SPDX-License-Identifier: Apache-2.0
"""The plant as a tree: topology, lines and places, in the order of the material flow. No UI."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from factory_twin.errors import Issue, Severity
from factory_twin.event import State
from factory_twin.plant import Plant
from factory_twin.survey.walk import find, ours
from pxr import Sdf, Usd

STATUS = "factoryTwin:state:status"
_KINDS = {
    "FactoryTwinTopologyAPI": "zone", "FactoryTwinSourceAPI": "source", "FactoryTwinStationAPI": "station",
    "FactoryTwinBufferAPI": "buffer", "FactoryTwinPathAPI": "path", "FactoryTwinSinkAPI": "sink",
    "FactoryTwinTransporterAPI": "vehicle",
}  # fmt: skip


@dataclass
class Entry:
    """A line of the tree.

    Attributes:
        path: Prim path.
        name: Name for people.
        kind: Lower-case word.
        children: Lines below.
        severity: Worst issue of this prim, None when there is none.
        state: Live or played state, UNKNOWN when none.
    """

    path: str
    name: str
    kind: str
    children: list[Entry] = field(default_factory=list)
    severity: Severity | None = None
    state: State = State.UNKNOWN

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
        kind = _kind(prim)
        if not kind:
            continue
        path = str(prim.GetPath())
        entry = Entry(path, prim.GetDisplayName() or prim.GetName(), kind, severity=worst.get(path))
        while open_entries and not prim.GetPath().HasPrefix(Sdf.Path(open_entries[-1].path)):
            open_entries.pop()
        (open_entries[-1].children if open_entries else roots).append(entry)
        open_entries.append(entry)
    for root in roots:
        _sort(root, rank)
    return sorted(roots, key=lambda e: _rank(e, rank))


def read_states(stage: Usd.Stage, entries: Iterable[Entry], time: Usd.TimeCode) -> list[Entry]:
    """Take over the state that each prim shows at a time code; return the lines that changed."""
    changed = []
    for entry in entries:
        attribute = stage.GetPrimAtPath(entry.path).GetAttribute(STATUS)
        state = State.from_token(str(attribute.Get(time) or "")) if attribute else State.UNKNOWN
        if state is not entry.state:
            entry.state = state
            changed.append(entry)
    return changed


def _kind(prim: Usd.Prim) -> str:
    for schema in ours(prim):
        kind = _KINDS.get(schema)
        if kind == "path":
            word = str(prim.GetAttribute("factoryTwin:path:type").Get() or "aisle")
            return "path" if word == "vehicle" else word
        if kind == "vehicle":
            return str(prim.GetAttribute("factoryTwin:transporter:type").Get() or "agv")
        if kind == "zone":
            return str(prim.GetAttribute("factoryTwin:topology:type").Get() or "zone")
        if kind:
            return kind
    return ""


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
