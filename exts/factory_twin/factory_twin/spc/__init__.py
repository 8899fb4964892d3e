# SPDX-License-Identifier: Apache-2.0
"""Statistical process control: rules for patterns on a chart, chart constants and limits, average run lengths."""

from __future__ import annotations

from .constants import Constants, constants
from .limits import Limits, individuals, xbar_r, xbar_s
from .rules import nelson, western_electric
from .run_length import cusum_arl, ewma_arl, shewhart_arl, western_electric_arl

__all__ = [
    "Constants", "Limits", "constants", "cusum_arl", "ewma_arl", "individuals", "nelson", "shewhart_arl",
    "western_electric", "western_electric_arl", "xbar_r", "xbar_s",
]  # fmt: skip
