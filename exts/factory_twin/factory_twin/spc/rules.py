# SPDX-License-Identifier: Apache-2.0
"""Patterns on a control chart that chance rarely makes: the eight rules of Nelson (1984), the four of Western Electric (1956).

A rule gives the indices, from 0, of the points that complete a pattern. A point on the centre line is on neither side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import FactoryTwinError

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]


NELSON: dict[int, int] = {1: 1, 2: 9, 3: 6, 4: 14, 5: 3, 6: 5, 7: 15, 8: 8}
"""Points that each rule of Nelson looks at."""


def nelson(values: Sequence[float], *, centre: float, sigma: float, points: Mapping[int, int] = NELSON) -> dict[int, list[int]]:
    """Return rule number (1..8) -> indices of the points that complete it.

    1: a point beyond 3 sigma. 2: nine in a row on one side. 3: six in a row steadily rising or falling. 4: fourteen in a row
    alternating. 5: two of three beyond 2 sigma on one side. 6: four of five beyond 1 sigma on one side. 7: fifteen in a row
    within 1 sigma. 8: eight in a row beyond 1 sigma on either side. In 5 and 6 the last point is one of those beyond.

    Args:
        values: Points in order.
        centre: Centre line.
        sigma: Standard deviation of a point, > 0.
        points: Points that rules look at, where they differ from `NELSON`; in 5 and 6 all but one have to be beyond.

    Raises:
        FactoryTwinError: A value is not finite, or sigma is not > 0.
    """
    z = _scaled(values, centre, sigma)
    size = {**NELSON, **points}
    away = np.abs(z)
    marks = {
        1: away > 3,
        2: _in_a_row(z > 0, size[2]) | _in_a_row(z < 0, size[2]),
        3: _trend(z, size[3]),
        4: _alternating(z, size[4]),
        5: _most_of(z > 2, size[5] - 1, size[5]) | _most_of(z < -2, size[5] - 1, size[5]),
        6: _most_of(z > 1, size[6] - 1, size[6]) | _most_of(z < -1, size[6] - 1, size[6]),
        7: _in_a_row(away <= 1, size[7]),
        8: _in_a_row(away > 1, size[8]),
    }
    return {rule: np.flatnonzero(found).tolist() for rule, found in marks.items()}


def western_electric(values: Sequence[float], *, centre: float, sigma: float) -> dict[int, list[int]]:
    """Return rule number (1..4) -> indices of the points that complete it.

    1: a point beyond 3 sigma. 2: two of three beyond 2 sigma on one side. 3: four of five beyond 1 sigma on one side. 4: eight
    in a row on one side. In 2 and 3 the last point is one of those beyond.

    Args:
        values: Points in order.
        centre: Centre line.
        sigma: Standard deviation of a point, > 0.

    Raises:
        FactoryTwinError: A value is not finite, or sigma is not > 0.
    """
    z = _scaled(values, centre, sigma)
    marks = {
        1: np.abs(z) > 3,
        2: _most_of(z > 2, 2, 3) | _most_of(z < -2, 2, 3),
        3: _most_of(z > 1, 4, 5) | _most_of(z < -1, 4, 5),
        4: _in_a_row(z > 0, 8) | _in_a_row(z < 0, 8),
    }
    return {rule: np.flatnonzero(found).tolist() for rule, found in marks.items()}


def _scaled(values: Sequence[float], centre: float, sigma: float) -> Floats:
    z = np.asarray(values, np.float64)
    if z.ndim != 1 or not np.isfinite(z).all() or not np.isfinite(centre) or not (sigma > 0 and np.isfinite(sigma)):
        raise FactoryTwinError("The rules need finite values and a sigma > 0.", hint="Leave out what was not measured.")
    return (z - centre) / sigma


def _window(marks: Marks, size: int) -> NDArray[np.int64]:
    """Return how many of the last `size` points, up to each, are marked; before the first there are none."""
    total = np.cumsum(np.concatenate([np.zeros(size, np.int64), marks.astype(np.int64)]))
    return np.asarray(total[size:] - total[: len(marks)])


def _in_a_row(marks: Marks, size: int) -> Marks:
    return np.asarray(_window(marks, size) == size)


def _most_of(marks: Marks, least: int, size: int) -> Marks:
    return np.asarray(marks & (_window(marks, size) >= least))


def _after_first(marks: Marks, missing: int) -> Marks:
    return np.concatenate([np.zeros(missing, bool), marks])


def _trend(z: Floats, size: int) -> Marks:
    if len(z) < size:
        return np.zeros(len(z), bool)
    step = np.diff(z)
    return _after_first(_in_a_row(step > 0, size - 1) | _in_a_row(step < 0, size - 1), 1)


def _alternating(z: Floats, size: int) -> Marks:
    if len(z) < size:
        return np.zeros(len(z), bool)
    step = np.diff(z)
    return _after_first(_in_a_row(step[1:] * step[:-1] < 0, size - 2), 2)
