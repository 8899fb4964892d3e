# SPDX-License-Identifier: Apache-2.0
"""A fence around formats that others wrote: what they raise becomes a reason in words, what they give is checked."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from typing import Any

from ..message import Message, Outgoing
from .format import Format, Reading, Refused

_log = logging.getLogger(__name__)
_MOST = 10_000  # readings of one message
_SHOWN = 200


class Guard:
    """A format that never raises anything but `Refused`, and only from `read`.

    Args:
        inner: The format of others.

    Attributes:
        name: As the inner one says.
        fault: The first thing that went wrong outside `read`; empty when nothing did.

    Raises:
        TypeError: It is no format.
    """

    def __init__(self, inner: Format) -> None:
        missing = [m for m in ("filters", "claims", "is_event", "read", "requests", "save", "load") if not hasattr(inner, m)]
        if missing:
            raise TypeError(f"it has no {', '.join(missing)}")
        if not isinstance(inner.name, str) or not inner.name.isidentifier() or inner.name != inner.name.lower():
            raise TypeError(f"its name {inner.name!r} is no lower-case word")
        self.name, self.fault = inner.name, ""
        self._inner = inner
        self._filters = tuple(inner.filters())
        if not all(isinstance(f, str) and f for f in self._filters):
            raise TypeError("its filters are no texts")

    def filters(self) -> tuple[str, ...]:
        """Return the topic filters to subscribe to."""
        return self._filters

    def claims(self, topic: str) -> bool:
        """Return whether the format reads the messages of a topic; False when it fails."""
        try:
            return bool(self._inner.claims(topic))
        except Exception as error:  # the border to the code of others
            self._note("claims", error)
            return False

    def is_event(self, topic: str) -> bool:
        """Return whether each message of a topic counts; True when it fails, so that none is lost."""
        try:
            return bool(self._inner.is_event(topic))
        except Exception as error:  # the border to the code of others
            self._note("is_event", error)
            return True

    def read(self, message: Message) -> Sequence[Reading]:
        """Return what a message tells.

        Raises:
            Refused: The format refuses it, fails, or gives what are no readings.
        """
        try:
            found = tuple(self._inner.read(message))
        except Refused:
            raise
        except Exception as error:  # the border to the code of others
            raise Refused(f"The format {self.name!r} failed: {_words(error)}.") from error
        if len(found) > _MOST:
            raise Refused(f"The format {self.name!r} gave more than {_MOST} readings.")
        for reading in found:
            fault = _fault(reading)
            if fault:
                raise Refused(f"The format {self.name!r} gave a reading {fault}.")
        return found

    def requests(self, now: float) -> Sequence[Outgoing]:
        """Return what is to be sent at `now`; nothing when the format fails."""
        try:
            return tuple(x for x in self._inner.requests(now) if isinstance(x, Outgoing))
        except Exception as error:  # the border to the code of others
            self._note("requests", error)
            return ()

    def save(self) -> bytes:
        """Return what the format has learned; empty when it fails."""
        try:
            saved = self._inner.save()
        except Exception as error:  # the border to the code of others
            self._note("save", error)
            return b""
        return saved if isinstance(saved, bytes) else b""

    def load(self, saved: bytes) -> None:
        """Go on from what `save` returned; from the start when the format fails."""
        try:
            self._inner.load(saved)
        except Exception as error:  # the border to the code of others
            self._note("load", error)

    def _note(self, where: str, error: Exception) -> None:
        if not self.fault:
            self.fault = f"{where}: {_words(error)}"
            _log.exception("The format %r failed in %s.", self.name, where)


def _fault(reading: Any) -> str:
    """Return what is wrong with a reading; empty when nothing is."""
    if not isinstance(reading, Reading):
        return f"that is {type(reading).__name__}"
    texts = (reading.source, reading.name, reading.unit)
    if not all(isinstance(t, str) for t in texts) or not reading.source:
        return "whose source, name or unit is no text"
    if reading.value is not None and not isinstance(reading.value, str | int | float):
        return f"whose value is {type(reading.value).__name__}"
    try:
        numbers = [float(x) for x in (reading.value, reading.time) if x is not None and not isinstance(x, str)]
    except (TypeError, ValueError, OverflowError):
        return "with a number that is none"
    if isinstance(reading.time, str) or not all(math.isfinite(x) for x in numbers):
        return "with a number that is not finite"
    return ""


def _words(error: Exception) -> str:
    text = f"{type(error).__name__}: {error}".rstrip(".")
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
