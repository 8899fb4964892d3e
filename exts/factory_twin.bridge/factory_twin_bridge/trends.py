# SPDX-License-Identifier: Apache-2.0
"""The tab Trends: the last minutes or hours of one quantity of one place, with its limits."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import omni.ui as ui
from factory_twin.errors import FactoryTwinError
from factory_twin.health import Monitor
from factory_twin.health.settings import Settings
from factory_twin_ui import style
from factory_twin_ui.form import choice

from .model import LiveModel
from .plot import LimitLine, TrendPlot
from .words import age_text, number, scale

SPANS = {"1 min": 60.0, "5 min": 300.0, "15 min": 900.0, "1 h": 3600.0, "8 h": 28800.0}
_FIRST = ("temperature", "vibration", "power")
_MM = 1e-3
_PERIOD = 0.5  # s between two readings
_OLD = 10.0  # s; the age of an older value is told


class TrendsView:
    """Builds the chart inside the present frame.

    Args:
        model: Has a feed.
        room: Width there is, pixels.
        places: Prim paths selected, of which the first one with values is shown.
    """

    def __init__(self, model: LiveModel, *, room: float, places: Sequence[str]) -> None:
        self._model = model
        self._place, self._name, self._span = "", "", "5 min"
        self._wanted = tuple(places)
        self._known: tuple[int, int] = (0, 0)
        self._read = 0.0
        self._wide = room >= 560
        with ui.VStack(spacing=4):
            ui.Spacer(height=2)
            self._choices = ui.Frame(height=0, build_fn=self._build_choices)
            self._now = ui.Label("", height=20, elided_text=True, identifier="trend_now")
            self._plot = TrendPlot("trend")
            ui.Spacer(height=4)
        self._settle()
        self.refresh()

    def _build_choices(self) -> None:
        ring = self._model.ring
        places = self._places()
        if not places:
            ui.Label("Waiting for values...", name="dim", height=24)
            return
        names = [self._model.name(p) for p in places]
        unique = [n if names.count(n) == 1 else f"{n} ({p})" for n, p in zip(names, places)]
        with ui.HStack(height=24, spacing=8) if self._wide else ui.VStack(height=0, spacing=4):
            choice("Place", unique, unique[places.index(self._place)] if self._place in places else unique[0],
                   lambda w: self._pick_place(places[unique.index(w)]), identifier="trend_place", label_width=42)  # fmt: skip
            quantities = ring.names(self._place)
            with ui.HStack(height=24, spacing=8):
                if quantities:
                    choice("Value", quantities, self._name, self._pick_name, identifier="trend_name", label_width=42)
                choice("Last", list(SPANS), self._span, self._pick_span, identifier="trend_span", label_width=30)

    def _pick_place(self, place: str) -> None:
        self._place = place
        self._settle()
        self._choices.rebuild()
        self._draw()

    def _pick_name(self, name: str) -> None:
        self._name = name
        self._draw()

    def _pick_span(self, span: str) -> None:
        self._span = span
        self._draw()

    def _places(self) -> list[str]:
        """Return the places that tell numbers, in the order of the plant, stations first."""
        known = self._model.ring.places()
        order = {path: number for number, path in enumerate(self._model.paths())}
        return sorted(known, key=lambda p: order.get(p, len(order)))

    def _settle(self) -> None:
        """Choose a place and a quantity where none is chosen."""
        ring = self._model.ring
        places = self._places()
        if self._place not in places:
            self._place = next((p for p in self._wanted if p in places), places[0] if places else "")
        names = ring.names(self._place)
        if self._name not in names:
            self._name = next((n for n in _FIRST if n in names), names[0] if names else "")

    def refresh(self) -> None:
        """Show what is known now."""
        ring = self._model.ring
        known = len(ring.places()), len(ring.names(self._place))
        if known != self._known:
            self._known = known
            self._settle()
            self._choices.rebuild()
        now = time.monotonic()
        if now - self._read >= _PERIOD:
            self._read = now
            self._draw()

    def select(self, paths: Sequence[str]) -> None:
        """Show the place selected, if it tells anything."""
        self._wanted = tuple(paths)
        found = next((p for p in paths if p in self._model.ring.places()), "")
        if found and found != self._place:
            self._pick_place(found)

    def close(self) -> None:
        """Let go of the widgets and of whoever listens to them."""
        self.__dict__.clear()

    def _draw(self) -> None:
        if not self._name:
            return
        end = time.time()
        start = end - SPANS[self._span]
        times, values = self._values(start, end)
        factor, unit = scale(self._name)
        lines = limits(self._model, self._place, self._name)
        shown = [line._replace(value=line.value * factor) for line in lines]
        self._plot.show(times, [v * factor for v in values], start, end, shown)
        text = f"{self._model.name(self._place)}, {self._name}{f' [{unit}]' if unit else ''}"
        old = f", {age_text(end - times[-1])} ago" if times and end - times[-1] > _OLD else ""
        self._now.text = f"{text}: {number(self._name, values[-1])}{old}" if values else f"{text}: no values"

    def _values(self, start: float, end: float) -> tuple[list[float], list[float]]:
        """Return values of the recorder and, where it does not reach or is off, of the last minutes."""
        times, values = self._model.ring.read(self._place, self._name, start)
        history = self._model.history
        if history is None or (times and times[0] <= start):
            return times, values
        try:
            old_times, old_values = history.read(self._place, self._name, start, times[0] if times else end)
        except FactoryTwinError:  # told among what is wrong
            return times, values
        return [*map(float, old_times), *times], [*map(float, old_values), *values]


def limits(model: LiveModel, place: str, name: str) -> list[LimitLine]:
    """Return the limits of a quantity in SI: what its prim says, zones of vibration, and what is normal."""
    feed = model.feed
    if feed is None or feed.health is None:
        return []
    monitor: Monitor = feed.health.monitor
    tag = monitor.tags(place).get(name)
    found = []
    if tag is None:
        return []
    watch = tag.watch
    if watch is not None:
        for value, word, color in ((watch.warning, "warning", style.WARNING), (watch.alarm, "alarm", style.ERROR),
                                   (watch.low_warning, "warning", style.WARNING),
                                   (watch.low_alarm, "alarm", style.ERROR)):  # fmt: skip
            if math.isfinite(value):
                found.append(LimitLine(value, word, color))
        if watch.tolerance > 0 and math.isfinite(watch.target):
            for value in (watch.target - watch.tolerance, watch.target + watch.tolerance):
                found.append(LimitLine(value, "tolerance", style.ERROR))
    if tag.zones is not None:
        settings = Settings()
        zone = watch.zone if watch is not None and watch.zone else settings.zone
        _, warning, alarm = settings.zones[zone]
        found += [LimitLine(warning * _MM, "warning", style.WARNING), LimitLine(alarm * _MM, "alarm", style.ERROR)]
    if tag.drift is not None and tag.drift.ready and math.isfinite(tag.drift.normal):
        found.append(LimitLine(tag.drift.normal, "normal", style.GOOD))
    return found
