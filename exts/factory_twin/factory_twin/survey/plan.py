# SPDX-License-Identifier: Apache-2.0
"""Operations, and the process plans they make up."""

from __future__ import annotations

from ..distribution import Distribution
from ..plant import Operation, Step
from .applied import Applied, Index
from .names import OPERATION, STATION

_WITHOUT_STATION = ("transport", "store")


class Plans:
    """Reads operations and process plans.

    Args:
        index: Everything of ours on the stage.

    Attributes:
        operations: All operations, by sequence.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[str, tuple[Step, ...]] = {}
        found = sorted(index.of(OPERATION), key=lambda one: one["sequence"])
        self._stations = {one.path: one.targets("stations", (STATION,), "station") for one in found}
        self._times: dict[str, Distribution | None] = {one.path: one["duration"] for one in found}
        self.operations = tuple(
            Operation(path=one.path, name=one["name"] or one.name, sequence=one["sequence"], stations=self._stations[one.path])
            for one in found
        )
        for one in found:
            if one["parts"]:
                one.unsupported("parts", "list of parts")

    def durations(self) -> dict[str, Distribution]:
        """Return station path -> time of the first operation that names the station and has one."""
        result: dict[str, Distribution] = {}
        for operation in self.operations:
            time = self._times[operation.path]
            for station in operation.stations if time is not None else ():
                result.setdefault(station, time)  # type: ignore[arg-type]
        return result

    def of(self, product: Applied) -> tuple[Step, ...]:
        """Return the steps of a product's plan, by sequence; empty when it has none."""
        if len(product["process"]) > 1:
            product.warning("process", "several", "Only the first plan counts.", hint="Name one plan.")
        if not product["process"]:
            return ()
        root = product["process"][0]
        if root not in self._known:
            self._known[root] = self._plan(product, root)
        return self._known[root]

    def _plan(self, product: Applied, root: str) -> tuple[Step, ...]:
        every = sorted(self._index.below(root, OPERATION), key=lambda one: one["sequence"])
        if not every:
            there = self._index.is_there(root)
            what = f"{root} has no operations below it." if there else f"The process plan {root} is not there."
            hint = f"Point it to a prim whose children have {OPERATION}."
            product.error("process", "empty" if there else "invalid", what, hint=hint)
        before = self._before(every)
        kept = [one for one in every if not _is_skipped(one)]
        position = {one.path: i for i, one in enumerate(kept)}
        for one in kept:
            if not one["stations"]:
                hint = f"Point it to a prim with {STATION}, or set factoryTwin:operation:type to transport or store."
                one.error("stations", "missing", "No station can do this operation.", hint=hint)
        return tuple(
            Step(path=one.path, stations=self._stations[one.path], time=self._times[one.path],
                 before=tuple(sorted(position[p] for p in _kept_before(one.path, before, position))))
            for one in kept
        )  # fmt: skip

    def _before(self, every: list[Applied]) -> dict[str, tuple[str, ...]]:
        """Return operation -> those to be done right before it; empty for all when they go round in a circle."""
        paths = [one.path for one in every]
        if not any(one["predecessors"] for one in every):
            return {path: tuple(paths[max(0, i - 1) : i]) for i, path in enumerate(paths)}
        before = {}
        for one in every:
            good = tuple(p for p in one["predecessors"] if p in paths)
            for other in (p for p in one["predecessors"] if p not in paths):
                hint = "Point it to operations of the same plan."
                one.error("predecessors", "invalid", f"{other} is no operation of this plan.", hint=hint)
            before[one.path] = good
        stuck = _stuck(before)
        if stuck:
            one = next(one for one in every if one.path in stuck)
            message = f"No operation can be the first of {', '.join(sorted(stuck))}: each waits for another."
            one.error("predecessors", "cycle", message, hint="Remove one of these predecessors.")
            return dict.fromkeys(paths, ())
        return before


def _is_skipped(one: Applied) -> bool:
    """Return whether an operation is done on the way, at no station."""
    return one["type"] in _WITHOUT_STATION and not one["stations"]


def _kept_before(path: str, before: dict[str, tuple[str, ...]], position: dict[str, int]) -> set[str]:
    """Return the operations before one; in place of one that is skipped, those before it."""
    result: set[str] = set()
    todo, seen = list(before[path]), set(before[path])
    while todo:
        other = todo.pop()
        if other in position:
            result.add(other)
        else:
            todo += [p for p in before[other] if p not in seen]
            seen |= set(before[other])
    return result


def _stuck(before: dict[str, tuple[str, ...]]) -> set[str]:
    """Return the operations that can never be done since each waits for another of them."""
    left = set(before)
    while ready := {path for path in left if not left & set(before[path])}:
        left -= ready
    return left
