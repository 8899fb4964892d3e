# SPDX-License-Identifier: Apache-2.0
"""A line chart over time with axes, units and a mark at the timeline's position; a click tells the time clicked."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import omni.ui as ui

from . import style

_STEPS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 2 * 86400, 7 * 86400)
_AXIS = 46


class Chart:
    """A line over time.

    Args:
        title: What it shows, with its unit.
        color: Line colour, "#RRGGBB".
        clicked: Called with the time clicked, s.
        identifier: Name for tests.
    """

    def __init__(
        self, title: str, *, color: str = style.SERIES[0], clicked: Callable[[float], None] | None = None, identifier: str = ""
    ) -> None:
        self._clicked, self._span, self._color = clicked, 0.0, color
        with ui.VStack(spacing=2):
            ui.Label(title, height=18, name="small", elided_text=True, tooltip=title)
            with ui.HStack():
                with ui.VStack(width=_AXIS):
                    self._marks = [ui.Label("", name="small", alignment=ui.Alignment.RIGHT_TOP) for _ in range(2)]
                    self._marks.append(ui.Label("", name="small", alignment=ui.Alignment.RIGHT_BOTTOM, height=14))
                ui.Spacer(width=6)
                with ui.ZStack():
                    ui.Rectangle(name="chart")
                    with ui.VStack():
                        for _ in range(2):
                            ui.Rectangle(height=1, style={"background_color": ui.color("#33393E")})
                            ui.Spacer()
                    self._plot = ui.Plot(
                        ui.Type.LINE, 0.0, 1.0, 0.0, identifier=identifier, mouse_pressed_fn=self._press,
                        style={"color": ui.color(color), "background_color": ui.color(0, 0, 0, 0), "padding": 0},
                    )  # fmt: skip
                    with ui.Placer(offset_x=ui.Percent(0)) as self._cursor:
                        self._line = ui.Rectangle(width=1, style={"background_color": ui.color(style.ACCENT)}, visible=False)
                ui.Spacer(width=10)
            with ui.HStack(height=16):
                ui.Spacer(width=_AXIS + 6)
                self._ticks = ui.HStack()
                ui.Spacer(width=10)

    def show(self, values: Sequence[float], span: float) -> None:
        """Show values at equal steps over `span` seconds."""
        self._span = span
        top = nice_top(max(values, default=0.0))
        self._plot.scale_min, self._plot.scale_max = 0.0, top
        self._plot.set_data(*(float(v) for v in values))
        for label, value in zip(self._marks, (top, top / 2, 0.0)):
            label.text = f"{value:.4g}"
        self._ticks.clear()
        with self._ticks:
            _tick_labels(span)

    def mark(self, time: float | None) -> None:
        """Show the timeline's position, s; None: none."""
        shown = time is not None and 0 < self._span
        self._line.visible = shown
        if shown:
            self._cursor.offset_x = ui.Percent(100 * min(max((time or 0.0) / self._span, 0.0), 1.0))

    def _press(self, x: float, y: float, button: int, modifiers: int) -> None:
        width = self._plot.computed_width
        if button == 0 and width > 0 and self._clicked is not None:
            share = min(max((x - self._plot.screen_position_x) / width, 0.0), 1.0)
            self._clicked(share * self._span)


def _tick_labels(span: float) -> None:
    step = tick_step(span)
    count = int(span / step + 1e-9) if step else 0
    for k in range(count):
        ui.Label(time_label(k * step), name="small", width=ui.Fraction(step), elided_text=True)
    rest = span - count * step
    if rest > 0.6 * step or not count:
        ui.Label(time_label(count * step), name="small", width=ui.Fraction(max(rest, 1e-9)), elided_text=True)
    elif rest > 0:
        ui.Spacer(width=ui.Fraction(rest))


def tick_step(span: float, *, most: int = 4) -> float:
    """Return a round distance between time marks so that there are at most so many, s."""
    return next((float(s) for s in _STEPS if span / s <= most), math.ceil(span / most / 86400) * 86400.0)


def time_label(seconds: float) -> str:
    """Return a time of the shift for an axis: "2:30 h" style, h:mm."""
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d} h"


def nice_top(value: float) -> float:
    """Return the least 1, 2, 2.5, 5 times a power of ten that is not below the value; 1 for nothing."""
    if not value > 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= value * (1 - 1e-9))
