# SPDX-License-Identifier: Apache-2.0
"""Dispatching rules: which of the parts in a store goes first. The smallest key goes first, then the tie.

Rules of the shop floor by their usual names (Panwalkar & Iskander, Operations Research 25, 1977). A rule of one's own is a
function `rule(candidate) -> float` behind an entry point of the group `factory_twin.rules`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from math import inf
from typing import Any

from ..errors import FactoryTwinError, SimulationError
from .part import Part, Parts

GROUP = "factory_twin.rules"
AT_ONCE = 1e-9


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part that could go next, as a rule sees it.

    Attributes:
        number: Of the part.
        now: s.
        entered: When it came into the store, s.
        product: Prim path; empty: none.
        priority: Lower is more urgent.
        due: s; infinite: none.
        time: Expected time of its next operation, s.
        remaining: Expected time of all operations that are left, s.
        operations: Operations that are left.
    """

    number: int
    now: float
    entered: float
    product: str
    priority: int
    due: float
    time: float
    remaining: float
    operations: int


Rule = Callable[[Candidate], float]


def critical_ratio(c: Candidate) -> float:
    """Return the time to the due date over the work that is left; below 1 it will be late."""
    return inf if c.due == inf else (c.due - c.now) / max(c.remaining, AT_ONCE)


_STATIC: dict[str, Callable[[Parts, Part, str], float]] = {
    "FIFO": lambda parts, part, station: 0.0,
    "LIFO": lambda parts, part, station: 0.0,
    "SEQUENCE": lambda parts, part, station: 0.0,
    "PRIORITY": lambda parts, part, station: part.priority,
    "SPT": lambda parts, part, station: parts.mean_at(part, station),
    "LPT": lambda parts, part, station: -parts.mean_at(part, station),
    "EDD": lambda parts, part, station: part.due,
    "MWKR": lambda parts, part, station: -parts.remaining(part),
    "LWKR": lambda parts, part, station: parts.remaining(part),
    "MOPNR": lambda parts, part, station: -parts.steps_left(part),
    "FOPNR": lambda parts, part, station: parts.steps_left(part),
}
_BY_ENTRY = {"FIFO", "LIFO", "PRIORITY", "SEQUENCE"}
"""Rules whose ties go by entry, then to the lowest part number; the others' go to the lowest part number at once."""


class Discipline:
    """A rule bound to the parts of a model.

    Attributes:
        name: FIFO, LIFO, PRIORITY, SPT, LPT, EDD, MWKR, LWKR, MOPNR, FOPNR, CR, SEQUENCE or RULE.
        fixed: Whether the key of a part stays the same as long as it waits.
    """

    __slots__ = ("_parts", "_paths", "_rule", "_static", "fixed", "name")

    def __init__(self, name: str, parts: Parts, paths: tuple[str, ...], rule: str = "") -> None:
        self.name, self._parts, self._paths = name, parts, paths
        self._static = _STATIC.get(name)
        self.fixed = self._static is not None
        self._rule: Rule = load(rule) if name == "RULE" else critical_ratio

    def key(self, part: Part, station: str, entered: float, now: float) -> float:
        """Return what is compared; the smallest goes first."""
        if self._static is not None:
            return self._static(self._parts, part, station)
        parts = self._parts
        path = self._paths[part.product] if part.product >= 0 else ""
        candidate = Candidate(
            part.number,
            now,
            entered,
            path,
            part.priority,
            part.due,
            parts.mean_at(part, station),
            parts.remaining(part) or parts.mean_at(part, station),
            parts.steps_left(part),
        )
        return float(self._rule(candidate))

    def tie(self, number: int, entered: float, count: int) -> tuple[float, float]:
        """Return what decides between equal keys; `count`: how many parts came into the store before this one."""
        if self.name == "LIFO":
            return -entered, -count
        return (entered, number) if self.name in _BY_ENTRY else (number, 0)


def load(name: str) -> Rule:
    """Return the rule of one's own behind an entry point.

    Raises:
        SimulationError: It is not installed, or can't be loaded.
    """
    known = {e.name: e for e in entry_points(group=GROUP)}
    if name not in known:
        there = ", ".join(sorted(known)) or "none"
        raise SimulationError(
            f"There is no dispatching rule {name!r}.", hint=f"Install the package that brings it; there: {there}."
        )
    try:
        rule: Any = known[name].load()
    except Exception as error:
        raise SimulationError(
            f"The dispatching rule {name!r} can't be loaded: {error}", hint="Mend or reinstall it."
        ) from error
    return _guarded(name, rule)


def _guarded(name: str, rule: Callable[[Candidate], float]) -> Rule:
    def call(candidate: Candidate) -> float:
        try:
            key = float(rule(candidate))
        except FactoryTwinError:
            raise
        except Exception as error:
            raise SimulationError(f"The dispatching rule {name!r} failed: {error}", hint="Mend the rule.") from error
        if key != key:
            raise SimulationError(
                f"The dispatching rule {name!r} gave no number.", hint="Return a number that can be compared."
            )
        return key

    return call
