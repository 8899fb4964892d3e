# SPDX-License-Identifier: Apache-2.0
"""Payload formats: bytes of a message to Readings, and back for the virtual plant. One format, one file or folder."""

from __future__ import annotations

from .format import Format, Reading, Refused, Unknown

__all__ = ["Format", "Reading", "Refused", "Unknown"]
