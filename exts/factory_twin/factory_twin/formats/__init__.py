# SPDX-License-Identifier: Apache-2.0
"""Payload formats: bytes of a message to Readings, and back for the virtual plant. One format, one file or folder."""

from __future__ import annotations

from .format import Format, Reading, Refused, Unknown
from .json_format import JsonFormat
from .registry import Formats, formats

__all__ = ["Format", "Formats", "JsonFormat", "Reading", "Refused", "Unknown", "formats"]
