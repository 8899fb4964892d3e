# SPDX-License-Identifier: Apache-2.0
"""The bar below the 3D view: play, pause, stop, scrub, speed, and the time shown."""

from __future__ import annotations

from typing import Any

import omni.ui as ui

from ..signal import Handles
from .clock import Clock

_SLIDER = {"color": 0x00000000, "background_color": 0xFF26231F, "secondary_color": 0xFF8F6F4A, "border_radius": 3}
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class TimelineBar:
    """Shows and moves a clock.

    Args:
        clock: The timeline.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._quiet = False
        self._handles = Handles(clock.changed.connect(self._refresh))

    def build(self) -> None:
        """Build the widgets inside the present frame."""
        with ui.ZStack(height=36):
            ui.Rectangle(name="panel")
            with ui.HStack(spacing=6):
                ui.Spacer(width=4)
                self._play = _centered(
                    lambda: ui.Button("Play", identifier="play", width=58, height=24, clicked_fn=self._toggle)
                )
                _centered(lambda: ui.Button("Stop", identifier="stop", width=50, height=24, clicked_fn=self._clock.stop))
                self._slider = _centered(lambda: ui.FloatSlider(min=0.0, max=1.0, height=22, identifier="time", style=_SLIDER))
                self._slider.model.add_value_changed_fn(self._scrub)
                tip = "Time of the plant now, and at the end. Below: seconds of the timeline, and the stage's time code."
                with ui.VStack(width=150, tooltip=tip):
                    ui.Spacer()
                    self._text = ui.Label("", height=16, alignment=ui.Alignment.CENTER, identifier="time_text")
                    self._code = ui.Label("", height=12, alignment=ui.Alignment.CENTER, identifier="time_code",
                                          name="small")  # fmt: skip
                    ui.Spacer()
                ui.Label("Loop", name="dim", width=32)
                self._loop = _centered(lambda: ui.CheckBox(width=18, height=18, identifier="loop"))
                self._loop.model.add_value_changed_fn(lambda m: self._clock.set_loop(m.as_bool))
                ui.Label("Speed", name="dim", width=42)
                names = [f"{s:g}x" for s in SPEEDS]
                self._speed = _centered(lambda: ui.ComboBox(SPEEDS.index(1.0), *names, width=70, height=24, identifier="speed"))
                self._speed.model.add_item_changed_fn(self._set_speed)
                ui.Spacer(width=4)
        self._refresh()

    def _toggle(self) -> None:
        (self._clock.pause if self._clock.playing else self._clock.play)()

    def _scrub(self, model: ui.AbstractValueModel) -> None:
        if not self._quiet:
            self._clock.set_time(model.as_float)

    def _set_speed(self, model: ui.AbstractItemModel, item: Any) -> None:
        self._clock.set_speed(SPEEDS[model.get_item_value_model().as_int])

    def _refresh(self) -> None:
        clock = self._clock
        self._quiet = True
        try:
            self._slider.min, self._slider.max = clock.begin, max(clock.end, clock.begin + 1e-6)
            self._slider.model.set_value(clock.time)
        finally:
            self._quiet = False
        self._slider.enabled = clock.end > clock.begin
        self._play.text = "Pause" if clock.playing else "Play"
        self._code.text = f"{clock.time:.2f} s, code {clock.time * clock.rate:.1f}"
        self._text.text = f"{clock_text(clock.time * clock.scale)} / {clock_text(clock.end * clock.scale)}"

    def close(self) -> None:
        """Stop following the clock."""
        self._handles.close()
        self.__dict__.clear()


def clock_text(seconds: float) -> str:
    """Return h:mm:ss."""
    whole = int(seconds + 1e-6)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _centered(make: Any) -> Any:
    """Build a widget in the middle of the bar's height."""
    width = ui.Fraction(1)
    with ui.VStack(width=width) as stack:
        ui.Spacer()
        widget = make()
        ui.Spacer()
    if widget.width.unit == ui.UnitType.PIXEL:
        stack.width = widget.width
    return widget
