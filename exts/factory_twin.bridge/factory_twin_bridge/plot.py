# SPDX-License-Identifier: Apache-2.0
"""A line over clock time with limits as lines across it; the axis fits the values."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import omni.ui as ui
from factory_twin_ui import style

from .words import clock

POINTS = 240
_AXIS = 52
_MARKS = 4  # times below


class LimitLine(NamedTuple):
    """A line across: value as shown, word and colour."""

    value: float
    word: str
    color: str


class TrendPlot:
    """Builds the plot inside the present frame.

    Args:
        identifier: Name for tests.
    """

    def __init__(self, identifier: str) -> None:
        with ui.VStack(spacing=2):
            with ui.HStack():
                with ui.VStack(width=_AXIS):
                    self._marks = [ui.Label("", name="small", alignment=ui.Alignment.RIGHT_TOP) for _ in range(2)]
                    self._marks.append(ui.Label("", name="small", alignment=ui.Alignment.RIGHT_BOTTOM, height=14))
                ui.Spacer(width=6)
                with ui.ZStack():
                    ui.Rectangle(name="chart")
                    self._plot = ui.Plot(
                        ui.Type.LINE, 0.0, 1.0, 0.0, identifier=identifier,
                        style={"color": ui.color(style.SERIES[0]), "background_color": ui.color(0, 0, 0, 0), "padding": 0},
                    )  # fmt: skip
                    self._limits = ui.ZStack()
                    self._empty = ui.Label("", name="dim", alignment=ui.Alignment.CENTER, identifier=f"{identifier}_empty")
                ui.Spacer(width=8)
            with ui.HStack(height=16):
                ui.Spacer(width=_AXIS + 6)
                self._ticks = [ui.Label("", name="small", elided_text=True) for _ in range(_MARKS)]
        self._lines: tuple[LimitLine, ...] | None = None
        self._span = (0.0, 0.0)

    def show(self, times: Sequence[float], values: Sequence[float], start: float, end: float,
             limits: Sequence[LimitLine] = ()) -> None:  # fmt: skip
        """Show values (as shown, at Unix times) between two Unix times, from the first one on; each holds until the next."""
        start = max(start, times[0]) if times and times[0] < end else start
        points = resample(times, values, start, end)
        self._empty.text = "" if points else "No values in this time."
        known = [v for v in points if math.isfinite(v)]
        near = [line for line in limits if _is_near(line.value, known)]
        low, high = axis([*known, *(line.value for line in near)])
        self._plot.scale_min, self._plot.scale_max = low, high
        self._plot.set_data(*(points or [low]))
        for label, value in zip(self._marks, (high, (low + high) / 2, low)):
            label.text = f"{value:.4g}"
        for k, label in enumerate(self._ticks):
            label.text = clock(start + (end - start) * k / _MARKS)
        self._draw(tuple(near), low, high)

    def _draw(self, lines: tuple[LimitLine, ...], low: float, high: float) -> None:
        if lines == self._lines and (low, high) == self._span:
            return
        self._lines, self._span = lines, (low, high)
        self._limits.clear()
        with self._limits:
            for line in lines:
                share = 100 * (1 - (line.value - low) / (high - low))
                with ui.Placer(offset_y=ui.Percent(min(max(share, 0.0), 100.0))):
                    with ui.ZStack(height=16):
                        with ui.VStack():
                            ui.Rectangle(height=1, style={"background_color": ui.color(line.color)})
                            ui.Spacer()
                        ink = {"color": ui.color(line.color), "font_size": 12}
                        ui.Label(f"{line.word} {line.value:.4g} ", alignment=ui.Alignment.RIGHT_CENTER, style=ink)


def resample(times: Sequence[float], values: Sequence[float], start: float, end: float, points: int = POINTS) -> list[float]:
    """Return values at equal steps; each holds until the next. None when the first one came after the end."""
    if not times or end <= start or times[0] > end:
        return []
    found = []
    for k in range(points):
        moment = start + (end - start) * k / (points - 1)
        found.append(float(values[max(0, bisect_right(times, moment) - 1)]))
    return found


def axis(values: Sequence[float]) -> tuple[float, float]:
    """Return ends of an axis that holds the values: 0 is one of them where that does not flatten the line."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if low >= 0 and low < 0.6 * high:
        low = 0.0
    margin = 0.08 * (high - low) or 0.05 * abs(high) or 0.5
    return (low - margin if low != 0 else 0.0), high + margin


def _is_near(limit: float, values: Sequence[float]) -> bool:
    """Whether a limit is so near that showing it does not flatten the line."""
    if not math.isfinite(limit) or not values:
        return False
    low, high = min(values), max(values)
    reach = 4 * max(high - low, 0.25 * abs(high), 1e-12)
    return low - reach <= limit <= high + reach
