# SPDX-License-Identifier: Apache-2.0
"""The tab Past: a slider over what was recorded, and the timeline with it; the stage shows the second it stands at."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import omni.ui as ui
from factory_twin_ui.form import choice
from factory_twin_ui.panel import empty_state
from factory_twin_ui.signal import weak
from factory_twin_ui.table import Table

from .machines import columns
from .model import LiveModel, PlaceRow
from .reel import Reel
from .words import age_text, clock

SPEEDS = {"1 x": 1.0, "10 x": 10.0, "60 x": 60.0}
_BEFORE = 5.0  # s before an alarm
_OFF = ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF
_STEPS = (("-1 min", -60.0), ("-10 s", -10.0), ("-1 s", -1.0), ("+1 s", 1.0), ("+10 s", 10.0), ("+1 min", 60.0))


class PastView:
    """Builds the player inside the present frame.

    Args:
        model: Has a feed.
        reel: The record on the timeline.
        room: Width there is, pixels.
        selected: Called with the prim paths of the places the user selected.
        record: Begins to record.
    """

    def __init__(self, model: LiveModel, reel: Reel, *, room: float, selected: Callable[[tuple[str, ...]], None],
                 record: Callable[[], None]) -> None:  # fmt: skip
        self._model, self._reel, self._room = model, reel, room
        self._quiet = False
        self._is_built = model.history is not None
        if not self._is_built:
            hint = "Press Record to keep all that comes; then any second of it can be shown again."
            empty_state("Nothing is recorded.", hint, ("record_here", "Record", record))
            return
        with ui.VStack(spacing=4):
            ui.Spacer(height=2)
            self._sentence = ui.Label("", name="sentence", height=0, word_wrap=True, identifier="past_sentence")
            with ui.HStack(height=24, spacing=6):
                self._slider = ui.FloatSlider(min=0.0, max=1.0, precision=0, identifier="past", format=" ",
                                              tooltip="Move it to a moment.")  # fmt: skip
                self._slider.model.set_value(1.0)
                self._moved = self._slider.model.subscribe_value_changed_fn(weak(self._slide))
            with ui.HStack(height=16):
                self._first = ui.Label("", name="small")
                self._end = ui.Label("", name="small", alignment=ui.Alignment.RIGHT_CENTER)
            self._build_buttons()
            self._error = ui.Label("", name="error", height=0, word_wrap=True, visible=False, identifier="past_error")
            with ui.ScrollingFrame(horizontal_scrollbar_policy=_OFF):
                self.table = Table(_columns(room), lambda r: r.path, selected=selected, identifier="past_values")
            ui.Spacer(height=4)
        self.refresh()

    def _build_buttons(self) -> None:
        wide = self._room >= 640
        with ui.HStack(height=26, spacing=4) if wide else ui.VStack(height=0, spacing=4):
            with ui.HStack(height=26, spacing=4):
                for text, step in _STEPS:
                    ui.Button(text, clicked_fn=lambda s=step: self.step(s), identifier=f"step_{text}")
            with ui.HStack(height=26, spacing=4):
                self._play = ui.Button("Play", clicked_fn=self.toggle, identifier="past_play")
                speed = next((w for w, s in SPEEDS.items() if s == self._reel.speed), "1 x")
                choice("", list(SPEEDS), speed, self._pick_speed, label_width=1, identifier="past_speed")
        with ui.HStack(height=26, spacing=4):
            self._back = ui.Button("Back to live", name="primary", clicked_fn=self.back, identifier="back_to_live")
            tip = "Shows the plant a few seconds before the newest alarm was raised."
            self._alarm = ui.Button("Jump to last alarm", clicked_fn=self.jump, identifier="jump", tooltip=tip)

    # ---- what the user does

    def go(self, moment: float) -> None:
        """Show a Unix time, s."""
        self._reel.go(moment)
        self.refresh()

    def step(self, seconds: float) -> None:
        """Go on or back by some seconds."""
        self._reel.pause()
        self.go(self._reel.moment + seconds)

    def toggle(self) -> None:
        """Let the past run on the timeline, or halt it."""
        self._reel.toggle()
        self.refresh()

    def back(self) -> None:
        """Show the live values again."""
        self._reel.end()
        self.refresh()

    def jump(self) -> None:
        """Show what was before the newest alarm."""
        when = self._newest_alarm()
        if when is not None:
            self._reel.pause()
            self.go(when - _BEFORE)

    def _pick_speed(self, word: str) -> None:
        self._reel.set_speed(SPEEDS[word])

    def _slide(self, model: ui.AbstractValueModel) -> None:
        share = model.as_float
        if not self._quiet:
            self._reel.pause()
            first, last = self._reel.span
            self.go(first + share * (last - first))

    # ---- following

    def _newest_alarm(self) -> float | None:
        feed = self._model.feed
        if feed is None or feed.health is None:
            return None
        first, last = self._reel.span
        times = [a.since for _, a in feed.health.alarms.history if first <= a.since <= last]
        return max(times, default=None)

    def refresh(self) -> None:
        """Show what is known now."""
        if not self._is_built or self._model.history is None:
            return
        reel, past = self._reel, self._model.past
        first, last = reel.span
        self._quiet = True
        self._slider.model.set_value((reel.moment - first) / max(last - first, 1e-9))
        self._quiet = False
        self._first.text, self._end.text = clock(first, date=True), clock(last, date=True)
        ago = age_text(max(0.0, time.time() - reel.moment))
        live = "The stage shows the live values."
        self._sentence.text = live if past is None else f"The stage shows {clock(past.moment, date=True)}, {ago} ago."
        self._back.enabled = past is not None
        self._alarm.enabled = self._newest_alarm() is not None
        self._play.text = "Pause" if reel.playing else "Play"
        self._error.text, self._error.visible = reel.problem, bool(reel.problem)
        self.table.set_rows(self._rows())

    def _rows(self) -> list[PlaceRow]:
        past, plant = self._model.past, self._model.plant
        if past is None or plant is None:
            return self._model.rows(time.monotonic())
        return [PlaceRow(r.path, r.name, r.kind, past.row(r.path)) for r in self._model.rows(time.monotonic())]

    def select(self, paths: Sequence[str]) -> None:
        """Mark places as selected."""
        if self._is_built:
            self.table.select(paths)

    def close(self) -> None:
        """Let go of the widgets and of whoever listens to them; the moment stays shown."""
        self.__dict__.clear()


def _columns(room: float) -> list:  # type: ignore[type-arg]
    return [c for c in columns(room) if c.title not in ("Health", "OEE")]
