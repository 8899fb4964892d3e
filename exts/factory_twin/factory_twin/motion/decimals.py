# SPDX-License-Identifier: Apache-2.0
"""Many numbers as decimal text at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .tracks import Floats

Bytes = NDArray[np.uint8]
PLACES = 6
_BLANK, _ZERO, _MINUS, _POINT = b" 0-."
_THREE = np.frombuffer(b"".join(b"%03d" % k for k in range(1000)), np.uint8).reshape(1000, 3)


def decimals(values: Floats) -> Bytes:
    """Return numbers with six decimals, padded with blanks in front; shape (numbers, width)."""
    whole, rest = np.divmod(np.rint(np.abs(values) * 10.0**PLACES).astype(np.int64), 10**PLACES)
    groups = (len(str(int(whole.max(initial=0)))) + 2) // 3
    digits = 3 * groups
    out = np.empty((len(values), 1 + digits + 1 + PLACES), np.uint8)
    out[:, -3:], out[:, -6:-3], out[:, -7] = _THREE[rest % 1000], _THREE[rest // 1000], _POINT
    left = whole
    for k in range(groups):
        left, three = np.divmod(left, 1000)
        out[:, 1 + digits - 3 * (k + 1) : 1 + digits - 3 * k] = _THREE[three]
    out[:, 0] = _BLANK
    for k in range(1, digits):
        out[whole < 10 ** (digits - k), k] = _BLANK
    below = np.flatnonzero(values < 0.0)
    out[below, digits - np.searchsorted(10 ** np.arange(1, digits + 1), whole[below], side="right") - 1] = _MINUS
    return out
