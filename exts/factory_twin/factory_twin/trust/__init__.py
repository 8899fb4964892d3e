# SPDX-License-Identifier: Apache-2.0
"""Can the numbers be trusted? Cases with known answers, run through the product's own stage, simulator and methods."""

from __future__ import annotations

from .case import FORMAT, SHIPPED, Case, load
from .des import Settings
from .fields import CaseError, NotBuilt
from .run import run_case
from .verdict import CaseResult, Verdict

__all__ = ["FORMAT", "SHIPPED", "Case", "CaseError", "CaseResult", "NotBuilt", "Settings", "Verdict", "load", "run_case"]
