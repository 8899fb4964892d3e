# SPDX-License-Identifier: Apache-2.0
"""All that is wrong with the plant on a stage, each with code, prim path and hint."""

from __future__ import annotations

from pxr import Usd

from .errors import Issue
from .survey import survey

__all__ = ["check"]


def check(stage: Usd.Stage) -> list[Issue]:
    """Return all issues of a stage, errors first; an empty list when all is well."""
    return survey(stage).issues
