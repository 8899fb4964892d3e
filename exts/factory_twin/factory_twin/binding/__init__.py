# SPDX-License-Identifier: Apache-2.0
"""Telemetry bindings: which value of which message goes to which quantity or attribute of which prim, in SI units."""

from __future__ import annotations

from ..plant import Binding
from ..sample import Sample, to_event
from .bind import bind, unbind
from .discovery import Discovery, Seen, Suggestion
from .filters import Filters
from .read import read_bindings
from .router import Router, Skew

__all__ = [
    "Binding", "Discovery", "Filters", "Router", "Sample", "Seen", "Skew", "Suggestion", "bind", "read_bindings", "to_event",
    "unbind",
]  # fmt: skip
