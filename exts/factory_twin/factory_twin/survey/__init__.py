# SPDX-License-Identifier: Apache-2.0
"""One walk over a stage that gives the plant and everything that is wrong with it. `read` and `check` stand on it."""

from __future__ import annotations

from .survey import Survey, survey

__all__ = ["Survey", "survey"]
