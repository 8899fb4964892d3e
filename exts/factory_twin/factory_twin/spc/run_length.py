# SPDX-License-Identifier: Apache-2.0
"""Average run lengths: points that a chart takes on average to give a signal, for a normal mean shifted by so many sigma."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import FactoryTwinError
from .constants import normal_cdf

Floats = NDArray[np.float64]
_NODES = 120
_RULES = frozenset({1, 2, 3, 4})


def shewhart_arl(shift: float, *, limit: float = 3.0) -> float:
    """Return the average run length of a chart with limits at `limit` sigma.

    Raises:
        FactoryTwinError: The limit is not > 0.
    """
    _positive(limit=limit)
    inside = _phi(limit - shift) - _phi(-limit - shift)
    return 1 / (1 - inside) if inside < 1 else math.inf


class _Memory(NamedTuple):
    """What the rules remember of a side: beyond 2 sigma in the last 2 points, beyond 1 sigma in the last 4, points in a row."""

    far: tuple[bool, ...] = (False,) * 2
    near: tuple[bool, ...] = (False,) * 4
    row: int = 0

    def next(self, zone: int, rules: Collection[int]) -> _Memory | None:
        """Return the memory after a point `zone` whole sigmas out on this side (below 0: on the other); None: a signal."""
        if 1 in rules and zone >= 3:
            return None
        if 2 in rules and zone >= 2 and sum(self.far) >= 1:
            return None
        if 3 in rules and zone >= 1 and sum(self.near) >= 3:
            return None
        row = self.row + 1 if zone >= 0 else 0
        if 4 in rules and row >= 8:
            return None
        return _Memory((*self.far[1:], zone >= 2), (*self.near[1:], zone >= 1), row if 4 in rules else 0)


def western_electric_arl(shift: float, rules: Collection[int] = _RULES) -> float:
    """Return the average run length of a chart with some of the four Western Electric rules.

    What the rules remember is a Markov chain. Champ & Woodall, Technometrics 29 (1987): 91.75 with all rules and no shift.

    Raises:
        FactoryTwinError: There is no such rule, or none.
    """
    if not rules or not _RULES.issuperset(rules):
        raise FactoryTwinError(f"{sorted(rules)} are no Western Electric rules.", hint="Name some of 1, 2, 3, 4.")
    states: dict[tuple[_Memory, _Memory], int] = {(_Memory(), _Memory()): 0}
    steps: list[tuple[int, int, float]] = []
    zones = list(_zones(shift))
    todo = list(states)
    while todo:
        state = todo.pop()
        for zone, chance in zones:
            upper = state[0].next(zone, rules)
            lower = state[1].next(-1 - zone, rules)
            if upper is None or lower is None:
                continue
            new = (upper, lower)
            if new not in states:
                states[new] = len(states)
                todo.append(new)
            steps.append((states[state], states[new], chance))
    matrix = np.eye(len(states))
    for here, there, chance in steps:
        matrix[here, there] -= chance
    return float(np.linalg.solve(matrix, np.ones(len(states)))[0])


def _zones(shift: float) -> Iterator[tuple[int, float]]:
    """Yield (zone, chance) of the whole sigmas between which a point falls: 0 is 0..1, -1 is -1..0; the outermost are open."""
    edges = [-math.inf, -3, -2, -1, 0, 1, 2, 3, math.inf]
    for zone, (low, high) in zip(range(-4, 4), zip(edges, edges[1:])):
        yield zone, _phi(high - shift) - _phi(low - shift)


def cusum_arl(shift: float, *, k: float, h: float, sides: int = 2) -> float:
    """Return the average run length of a cumulative sum chart from a start at 0.

    Args:
        shift: Sigma.
        k: Reference value, sigma.
        h: Decision interval, sigma.
        sides: 2 sums, for shifts up and down, or 1 for shifts up.

    Raises:
        FactoryTwinError: h is not > 0, or sides is neither 1 nor 2.
    """
    _positive(h=h)
    if sides not in (1, 2):
        raise FactoryTwinError(f"A chart has 1 or 2 sides, not {sides}.")
    up = _one_sided(shift - k, h)
    return up if sides == 1 else 1 / (1 / up + 1 / _one_sided(-shift - k, h))


def _one_sided(drift: float, h: float) -> float:
    """Solve Page's integral equation for S' = max(0, S + drift + normal), signal at S > h, by Gauss-Legendre nodes."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    s, w = h / 2 * (1 + nodes), h / 2 * weights
    at = np.concatenate([[0.0], s])
    density = _density(s[None, :] - at[:, None] - drift) * w[None, :]
    matrix = np.eye(len(at))
    matrix[:, 1:] -= density
    matrix[:, 0] -= normal_cdf(-at - drift)
    return float(np.linalg.solve(matrix, np.ones(len(at)))[0])


def ewma_arl(shift: float, *, weight: float, limit: float) -> float:
    """Return the average run length of an exponentially weighted moving average from a start at the centre.

    Args:
        shift: Sigma.
        weight: Of the newest point (lambda), 0 < weight <= 1.
        limit: Of the average (L), in its own standard deviations in the long run.

    Raises:
        FactoryTwinError: The weight or the limit is out of range.
    """
    _positive(weight=weight, limit=limit)
    if weight > 1:
        raise FactoryTwinError(f"A weight of {weight:g} is too large.", hint="Take one in (0, 1].")
    edge = limit * math.sqrt(weight / (2 - weight))
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    s, w = edge * nodes, edge * weights
    at = np.concatenate([[0.0], s])
    density = _density((s[None, :] - (1 - weight) * at[:, None]) / weight - shift) * w[None, :] / weight
    inner = np.linalg.solve(np.eye(_NODES) - density[1:], np.ones(_NODES))
    return float(1 + density[0] @ inner)


def _density(x: Floats) -> Floats:
    return np.asarray(np.exp(-x * x / 2) / math.sqrt(2 * math.pi))


def _phi(x: float) -> float:
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (value > 0 and math.isfinite(value)):
            raise FactoryTwinError(f"{name} = {value:g} is out of range.", hint="Give a finite number > 0.")
