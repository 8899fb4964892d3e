# SPDX-License-Identifier: Apache-2.0
"""CAD files (STEP, IGES, glTF, OBJ, STL) to assets with a bill of materials and a check report."""

from .convert import convert
from .kernel import is_here
from .limits import Limits, Watch
from .report import Check, Part, Report
from .source import KINDS, UNITS, UPS, Settings

__all__ = ["KINDS", "UNITS", "UPS", "Check", "Limits", "Part", "Report", "Settings", "Watch", "convert", "is_here"]
