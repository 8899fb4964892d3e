# SPDX-License-Identifier: Apache-2.0
"""Experiments: replications of one plant and what they say together."""

from __future__ import annotations

from .estimate import Estimate, estimate
from .experiment import Cancelled, Experiment, run
from .result import Result

__all__ = ["Cancelled", "Estimate", "Experiment", "Result", "estimate", "run"]
