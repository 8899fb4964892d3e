# SPDX-License-Identifier: Apache-2.0
"""Who stands where (quadratic assignment): the cost of an assignment, and robust tabu search (Taillard 1991) for a good one.

`a[i][j]` is the distance between locations i and j, `b[k][l]` the flow between facilities k and l, `p[i]` the facility at
location i, all from 0; the cost is the sum over i, j of a[i][j] b[p[i]][p[j]].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import FactoryTwinError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Matrix = Sequence[Sequence[float]]

_EVERY = 1000  # steps between two words on progress


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment found: its cost, the facility at each location, and the steps of the search so far."""

    cost: float
    places: tuple[int, ...]
    steps: int


def cost(a: Matrix, b: Matrix, places: Sequence[int]) -> float:
    """Return the cost of an assignment.

    Raises:
        FactoryTwinError: The matrices are not square, of one size and finite, or `places` is no permutation of 0..n-1.
    """
    distance, flow = _matrices(a, b)
    return _cost(distance, flow, _permutation(places, len(distance)))


def search(
    a: Matrix,
    b: Matrix,
    *,
    steps: int = 200_000,
    seed: int = 1,
    start: Sequence[int] | None = None,
    target: float = -np.inf,
    progress: Callable[[Assignment], bool] | None = None,
) -> Assignment:
    """Return the best assignment found by robust tabu search: always the best swap that is not forbidden, even a bad one.

    Args:
        a: Distances.
        b: Flows.
        steps: Swaps at most.
        seed: Equal seeds give equal searches.
        start: Where to begin; None: at random.
        target: Stop at this cost.
        progress: Is given the best so far now and then; says True to go on.

    Raises:
        FactoryTwinError: See `cost`.
    """
    distance, flow = _matrices(a, b)
    n = len(distance)
    generator = np.random.Generator(np.random.PCG64(seed))
    p = generator.permutation(n) if start is None else _permutation(start, n)
    if n < 2:
        return Assignment(_cost(distance, flow, p), tuple(p.tolist()), 0)
    walk = _Walk(distance, flow, p.astype(np.int64), generator)
    for step in range(steps):
        if walk.best <= target + 1e-9 * abs(target if np.isfinite(target) else 0.0):
            break
        walk.step(step)
        if progress is not None and step % _EVERY == 0 and not progress(walk.found(step + 1)):
            break
    else:
        step = steps
    return walk.found(step)


class _Walk:
    """The search on its way."""

    def __init__(self, a: Floats, b: Floats, p: Ints, generator: np.random.Generator) -> None:
        self._a, self._b, self._p, self._generator = a, b, p, generator
        n = len(p)
        self._rows, self._columns = np.triu_indices(n, 1)
        self._flow = b[np.ix_(p, p)]
        every = np.stack([_swaps(a, self._flow, r) for r in range(n)])
        self._delta = every[self._rows, self._columns]
        self._tabu = np.zeros((n, n), np.int64)  # step until which a facility may not come back to a location
        self._now = self.best = _cost(a, b, p)
        self._kept = p.copy()
        self._aspiration = n * n * 5

    def found(self, steps: int) -> Assignment:
        """Return the best so far."""
        return Assignment(_cost(self._a, self._b, self._kept), tuple(self._kept.tolist()), steps)

    def step(self, number: int) -> None:
        """Make the best swap that is allowed."""
        p, n, rows, columns = self._p, len(self._p), self._rows, self._columns
        until = self._tabu[rows, p[columns]], self._tabu[columns, p[rows]]
        allowed = (until[0] <= number) | (until[1] <= number)
        better = self._now + self._delta < self.best - 1e-9
        forced = (until[0] < number - self._aspiration) & (until[1] < number - self._aspiration)
        chosen = forced | better if (forced | better).any() else allowed if allowed.any() else np.ones(len(rows), bool)
        scores = np.where(chosen, self._delta, np.inf)
        ties = np.flatnonzero(scores <= scores.min() + 1e-12)
        pick = int(ties[self._generator.integers(len(ties))]) if len(ties) > 1 else int(ties[0])
        r, s = int(rows[pick]), int(columns[pick])
        self._now += float(self._delta[pick])
        low, high = int(0.9 * n), int(1.1 * n) + 4
        self._tabu[r, p[r]] = number + int(self._generator.integers(low, high))
        self._tabu[s, p[s]] = number + int(self._generator.integers(low, high))
        p[r], p[s] = p[s], p[r]
        self._renew(r, s)
        if self._now < self.best - 1e-9:
            self.best, self._kept = self._now, p.copy()

    def _renew(self, r: int, s: int) -> None:
        """Bring the change that each swap would make up to date, after r and s were swapped."""
        a, c, u, v = self._a, self._flow, self._rows, self._columns
        c[[r, s]] = c[[s, r]]
        c[:, [r, s]] = c[:, [s, r]]
        part = (a[r, u] - a[r, v] + a[s, v] - a[s, u]) * (c[s, u] - c[s, v] + c[r, v] - c[r, u])
        part += (a[u, r] - a[v, r] + a[v, s] - a[u, s]) * (c[u, s] - c[v, s] + c[v, r] - c[u, r])
        self._delta += part
        for x in (r, s):
            changes = _swaps(a, c, x)
            first, second = u == x, v == x
            self._delta[first] = changes[v[first]]
            self._delta[second] = changes[u[second]]


def _swaps(a: Floats, c: Floats, r: int) -> Floats:
    """Return by how much the cost changes when location r swaps what it holds with each other one, shape (n,).

    Args:
        a: Distances.
        c: Flows between what the locations hold.
        r: Location.
    """
    ar, ra, cr, rc = a[:, r], a[r], c[:, r], c[r]
    own_a, own_c = np.diag(a), np.diag(c)
    into = ((ar[:, None] - a) * (c - cr[:, None])).sum(0) - (a[r, r] - ra) * (rc - c[r, r]) - (ar - own_a) * (own_c - cr)
    out = ((ra[None, :] - a) * (c - rc[None, :])).sum(1) - (a[r, r] - ar) * (cr - c[r, r]) - (ra - own_a) * (own_c - rc)
    return np.asarray(into + out + (a[r, r] - own_a) * (own_c - c[r, r]) + (ra - ar) * (cr - rc))


def _cost(a: Floats, b: Floats, p: Ints) -> float:
    return float((a * b[np.ix_(p, p)]).sum())


def _matrices(a: Matrix, b: Matrix) -> tuple[Floats, Floats]:
    try:
        distance, flow = np.asarray(a, np.float64), np.asarray(b, np.float64)
    except ValueError as error:
        raise FactoryTwinError("The matrices have rows of different lengths.", hint="Give two square matrices.") from error
    if distance.ndim != 2 or distance.shape[0] != distance.shape[1] or distance.shape != flow.shape or not len(distance):
        raise FactoryTwinError(
            f"Matrices of {distance.shape} and {flow.shape} don't fit.", hint="Give two square ones of one size."
        )
    if not (np.isfinite(distance).all() and np.isfinite(flow).all()):
        raise FactoryTwinError("A distance or flow is not finite.", hint="Give finite numbers.")
    return distance, flow


def _permutation(places: Sequence[int], n: int) -> Ints:
    p = np.asarray(places)
    if p.ndim != 1 or sorted(p.tolist()) != list(range(n)):
        raise FactoryTwinError(f"The assignment is no permutation of 0 to {n - 1}.", hint="Name each facility once.")
    return p.astype(np.int64)
