# SPDX-License-Identifier: Apache-2.0
"""The record on the application's timeline: whoever plays, halts or drags it sees the plant as it was. No UI."""

from __future__ import annotations

import math
import time

from factory_twin.errors import FactoryTwinError
from factory_twin_ui.form import words
from factory_twin_ui.host import Host
from factory_twin_ui.signal import Handles

from .model import LiveModel

_SAME = 0.02
"""Moments that are nearer than this are one, s."""


class Reel:
    """Follows the timeline while a past is shown. As much of the record as there is at that time lies on it.

    Args:
        host: Whose timeline it is.
        model: Shows the moments.

    Attributes:
        speed: Recorded seconds per second of the timeline.
        problem: Why the last moment could not be shown; empty when it could.
    """

    def __init__(self, host: Host, model: LiveModel) -> None:
        self._host, self._model = host, model
        self.speed, self.problem = 1.0, ""
        self._span: tuple[float, float] | None = None
        self._before = (0.0, 0.0)
        self._handles = Handles()

    @property
    def on(self) -> bool:
        """Whether the record lies on the timeline."""
        return self._span is not None

    @property
    def playing(self) -> bool:
        """Whether the past runs."""
        return self.on and self._host.playing

    @property
    def moment(self) -> float:
        """Unix time shown, s; the end of the record when none is."""
        past = self._model.past
        return past.moment if past is not None else self.span[1]

    @property
    def span(self) -> tuple[float, float]:
        """First and last second of what can be shown, Unix time."""
        if self._span is not None:
            return self._span
        status = self._model.history.status if self._model.history is not None else None
        if status is None or not math.isfinite(status.first):
            now = time.time()
            return now, now
        return status.first, max(status.last, status.first)

    def go(self, moment: float) -> None:
        """Show a Unix time, s."""
        if not self.on:
            self._take()
        first, last = self.span
        moment = min(max(moment, first), last)
        self._show(moment)
        self._host.set_time((moment - first) / self.speed)

    def toggle(self) -> None:
        """Let the past run, or halt it."""
        if self.playing:
            self._host.pause()
            return
        first, last = self.span
        self.go(first if self.moment >= last - _SAME else self.moment)
        self._host.play()

    def pause(self) -> None:
        """Halt it."""
        if self.on:
            self._host.pause()

    def set_speed(self, speed: float) -> None:
        """Let as many recorded seconds pass per second of the timeline; the moment shown stays."""
        moment, self.speed = self.moment, speed
        if self.on:
            self._lay()
            self.go(moment)

    def end(self) -> None:
        """Give the timeline back and show the live values."""
        if self.on:
            self.drop()
            self._host.pause()
            self._host.set_clock_scale(1.0)
            self._host.set_range(*self._before)
        self._model.end_past()

    def drop(self) -> None:
        """Let go of the timeline as it is, which is another stage's by now."""
        self._span, self.problem = None, ""
        self._handles.close()

    def follow(self) -> None:
        """Give the timeline back when the past is shown no more; called once per frame."""
        if self.on and self._model.past is None and not self.problem:
            self.end()

    def _take(self) -> None:
        self._before = self._host.range
        self._span = self.span
        self._host.pause()
        self._lay()
        self._handles = Handles(self._host.on_time(self._time))

    def _lay(self) -> None:
        first, last = self.span
        self._host.set_clock_scale(self.speed)
        self._host.set_range(0.0, (last - first) / self.speed)

    def _time(self) -> None:
        if self._span is not None:
            first, last = self._span
            moment = first + self._host.time * self.speed
            if moment > last - _SAME:
                moment = last  # what happened last is shown, whatever the rounding
            if abs(moment - self.moment) > _SAME or (moment == last != self.moment):
                self._show(moment)

    def _show(self, moment: float) -> None:
        self.problem = ""
        try:
            self._model.show_past(moment)
        except FactoryTwinError as error:
            self.problem = words(error)
