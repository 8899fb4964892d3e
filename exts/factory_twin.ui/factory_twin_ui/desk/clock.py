# SPDX-License-Identifier: Apache-2.0
"""The desk's timeline: a position in seconds that runs while it plays."""

from __future__ import annotations

from ..signal import Signal


class Clock:
    """A timeline.

    Attributes:
        begin, end: Range, s.
        speed: Timeline seconds per second.
        scale: Simulated seconds per timeline second.
        rate: Time codes of the stage per timeline second.
        loop: Whether it begins again at its end.
        changed: Emitted when time, range, speed or playing changed.
    """

    def __init__(self) -> None:
        self.begin, self.end, self.speed, self.scale = 0.0, 0.0, 1.0, 1.0
        self.rate, self.loop = 24.0, False
        self.time, self.playing = 0.0, False
        self.changed = Signal()

    def set_time(self, time: float) -> None:
        """Go to a time within the range."""
        time = min(max(time, self.begin), self.end)
        if time != self.time:
            self.time = time
            self.changed.emit()

    def set_range(self, begin: float, end: float) -> None:
        """Set the range; the time is kept inside."""
        self.begin, self.end = begin, max(begin, end)
        self.time = min(max(self.time, self.begin), self.end)
        self.changed.emit()

    def set_speed(self, speed: float) -> None:
        """Set how fast it plays."""
        self.speed = speed
        self.changed.emit()

    def set_scale(self, scale: float) -> None:
        """Set how much simulated time a timeline second stands for."""
        self.scale = scale
        self.changed.emit()

    def set_loop(self, loop: bool) -> None:
        """Let it begin again at its end, or halt there."""
        self.loop = loop
        self.changed.emit()

    def play(self) -> None:
        """Run, from the begin when the end was reached."""
        if not self.playing and self.end > self.begin:
            self.playing = True
            if self.time >= self.end:
                self.time = self.begin
            self.changed.emit()

    def pause(self) -> None:
        """Halt."""
        if self.playing:
            self.playing = False
            self.changed.emit()

    def stop(self) -> None:
        """Halt at the begin."""
        self.playing, self.time = False, self.begin
        self.changed.emit()

    def tick(self, dt: float) -> None:
        """Let `dt` seconds pass; at the end it halts."""
        if not self.playing:
            return
        self.time = min(self.time + dt * self.speed, self.end)
        if self.time >= self.end and self.loop:
            self.time = self.begin
        self.playing = self.time < self.end
        self.changed.emit()
