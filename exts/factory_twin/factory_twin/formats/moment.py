# SPDX-License-Identifier: Apache-2.0
"""When something was, as sources write it: a Unix number in s, ms, us or ns, or ISO 8601 with a zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from .format import Refused
from .json_text import number, shown

LATEST = 1e11
"""Largest time in s; a larger number is ms, beyond a thousand times that us, then ns. (1e11 ms is March 1973.)"""
SURE = 1e8
"""A number below this (March 1973 in s) is a time only under a key that can't mean anything else."""
_UNITS = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9))


def unix(value: object, zone: tzinfo | None = None) -> float:
    """Return a time as Unix time, s.

    Args:
        value: Number or text.
        zone: Of texts that name none; None: they are refused, for hours of error hide well.

    Raises:
        Refused: It is no time.
    """
    if type(value) is str:
        return _iso(value, zone)
    if type(value) is not float and type(value) is not int:
        raise Refused("The time is neither a number nor a text.")
    time = number(value)
    if time >= 0.0:
        for limit, divisor in _UNITS:
            if time < limit:
                return time / divisor
    raise Refused(f"The time {time:g} is no Unix time in seconds, ms, us or ns.")


def maybe(value: object, zone: tzinfo | None = None) -> float | None:
    """Return a time as Unix time (s), or None for what may well be something else."""
    if type(value) is str:
        if not ("-" in value and ":" in value):
            return None
    elif (type(value) is not float and type(value) is not int) or value < SURE:
        return None
    try:
        return unix(value, zone)
    except Refused:
        return None


def iso(time: float) -> str:
    """Return a Unix time (s) as ISO 8601 in UTC with milliseconds."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _iso(text: str, zone: tzinfo | None) -> float:
    if len(text) > 40 or text[4:5] != "-":
        raise Refused(f"The time {shown(text)} is no ISO 8601 such as 2026-03-01T08:00:00Z.")
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            if zone is None:
                raise Refused(f"The time {shown(text)} has no zone; end it with Z or +01:00.")
            moment = moment.replace(tzinfo=zone)
        time = moment.timestamp()
    except Refused:
        raise
    except (ValueError, OverflowError):
        raise Refused(f"The time {shown(text)} is no ISO 8601 such as 2026-03-01T08:00:00Z.") from None
    if not 0 <= time < LATEST:
        raise Refused(f"The time {shown(text)} is before 1970.")
    return time
