# SPDX-License-Identifier: Apache-2.0
"""Experiments: replications of one plant and what they say together; two plants side by side."""

from __future__ import annotations

from .comparison import Comparison, Difference, compare
from .estimate import Estimate, estimate
from .experiment import Cancelled, Experiment, run
from .pool import cores
from .processes import WorkerError
from .result import Result
from .warmup import Warmup, find_warmup, mser5

__all__ = [
    "Cancelled",
    "Comparison",
    "Difference",
    "Estimate",
    "Experiment",
    "Result",
    "Warmup",
    "WorkerError",
    "compare",
    "cores",
    "estimate",
    "find_warmup",
    "mser5",
    "run",
]
