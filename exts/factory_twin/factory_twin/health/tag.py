# SPDX-License-Identifier: Apache-2.0
"""All detectors of one quantity of one place."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from ..plant.watch import Watch
from .bins import Average, Bins
from .chart import XbarR
from .drift import ONE, Drift
from .limits import Limits
from .place import Place
from .settings import UNWATCHED, Settings, usual
from .spikes import Spikes
from .stuck import Stuck
from .trace import Trace

Report = Callable[["Tag", str, float, int], None]
_SHARE = 0.2  # of a stretch must have been work for its temperature to count
_LATE = 20
_MM = 1e-3


class Tag:
    """One quantity of one place.

    Args:
        place: Its place.
        quantity: Its name.
        settings: Numbers.
        watch: What its prim says; None: nothing.
        report: Called with (tag, detector, Unix time in s, level) whenever the level of a detector changes.

    Attributes:
        limits: Of its prim, None: none.
        zones: Of vibration, None: none.
        off_target: Limits of the mean of parts from a tolerance, None: none.
        drift: None for what is not watched; likewise `stuck`, `spikes`.
        chart: None for what is no dimension of a part.
        trace: Its averages of the last days.
        last: Time of the last value, Unix s; -inf: none.
        value: Last value.
        late: Values left out since they were older than the last one.
    """

    __slots__ = ("_always", "_behind", "_bins", "_least", "_length", "_report", "_slow", "chart", "drift", "last", "late",
                 "limits", "off_target", "place", "quantity", "spikes", "stuck", "trace", "usual", "value", "watch",
                 "zones")  # fmt: skip

    def __init__(self, place: Place, quantity: str, settings: Settings, watch: Watch | None, report: Report) -> None:
        self.place, self.quantity, self.watch, self._report = place, quantity, watch, report
        self.usual = habits = usual(quantity)
        watched = quantity not in UNWATCHED
        self.limits = _limits(watch)
        self.zones = _zones(quantity, settings, watch)
        self.off_target = None
        self.stuck = Stuck(settings.stuck, settings.stuck_count) if watched else None
        self.spikes = Spikes(settings.jump, settings.spikes, settings.spike_time) if watched else None
        self.drift = Drift(settings, habits) if watched and (watch is None or watch.drift) else None
        self.trace = Trace() if watched else None
        self.chart = None
        pieces = habits.pieces or (watch is not None and watch.tolerance > 0)
        if pieces:
            self.chart = XbarR(settings.group, settings.groups, settings.limit, settings.range_limit, settings.rules)
        if watch is not None and watch.tolerance > 0 and watch.target == watch.target:
            near, far, aim = 0.6 * watch.tolerance, 0.8 * watch.tolerance, watch.target
            self.off_target = Limits(warning=aim + near, alarm=aim + far, low_warning=aim - near, low_alarm=aim - far,
                                     hysteresis=0.1 * watch.tolerance)  # fmt: skip
        self._always, self._slow = habits.always or pieces, habits.slow
        self._bins = Bins(settings.bin) if watched else None
        self._least, self._length = settings.least, settings.bin
        self.last, self.value = -inf, float("nan")
        self.late = self._behind = 0

    def feed(self, time: float, value: float) -> None:
        """Take a finite value."""
        if time < self.last:
            self.late += 1
            self._behind += 1
            if self._behind < _LATE:
                return
        self._behind = 0  # so many in a row: it was the last one whose time was wrong
        self.last, self.value = time, value
        works = self.place.works(time)
        if works or self._always:
            if self.limits is not None and self.limits.feed(time, value):
                self._report(self, "limit", time, self.limits.level)
            if self.zones is not None and self.zones.feed(time, value):
                self._report(self, "zone", time, self.zones.level)
        bins = self._bins
        if bins is None:
            return
        if works:
            if self.stuck is not None and self.stuck.feed(time, value):
                self._report(self, "stuck", time, self.stuck.level)
            if self.spikes is not None and self.spikes.feed(time, value):
                self._report(self, "spikes", time, self.spikes.level)
        elif not (self._slow or self.chart is not None):
            return
        if self.chart is not None:
            self.part(time, value)
        done = bins.feed(time, value)
        if done is not None:
            if self._slow:
                self.place.load.advance(time, self.place.state or 0)  # type: ignore[arg-type]
            self.average(done)

    def part(self, time: float, value: float) -> None:
        """Take the dimension of a part."""
        chart = self.chart
        assert chart is not None
        mean = chart.value
        if chart.feed(time, value):
            self._report(self, "chart", time, chart.level)
        if self.off_target is not None and chart.value != mean and self.off_target.feed(time, chart.value):
            self._report(self, "target", time, self.off_target.level)

    def average(self, done: Average) -> None:
        """Take an average at work."""
        if done.size < self._least or self.drift is None:
            return
        row, end = ONE, (done.stretch + 1) * self._length
        if self._slow:
            found = self.place.load.row(done.stretch)
            if found is None or end < self.place.blind + self._length:
                return
            row, share = found
            if self.place.state is not None and share < _SHARE:
                return
        drift = self.drift
        before = drift.ewma, drift.cusum
        changed = drift.feed(end, done.value, row)
        if self.trace is not None:
            self.trace.add(end, done.value if not self._slow or not drift.ready else done.value - drift.normal)
        if changed:
            if drift.ewma != before[0]:
                self._report(self, "ewma", end, drift.ewma)
            if drift.cusum != before[1]:
                self._report(self, "cusum", end, drift.cusum)

    def level(self) -> int:
        """Return the worst level of its detectors."""
        worst = 0
        for one in (self.limits, self.zones, self.off_target, self.stuck, self.spikes, self.chart):
            if one is not None and one.level > worst:
                worst = one.level
        drift = self.drift
        return worst if drift is None else max(worst, drift.ewma, drift.cusum)


def _limits(watch: Watch | None) -> Limits | None:
    if watch is None or (watch.warning == watch.alarm == inf and watch.low_warning == watch.low_alarm == -inf):
        return None
    return Limits(warning=watch.warning, alarm=watch.alarm, low_warning=watch.low_warning, low_alarm=watch.low_alarm,
                  hysteresis=watch.hysteresis, delay=watch.delay)  # fmt: skip


def _zones(quantity: str, settings: Settings, watch: Watch | None) -> Limits | None:
    name = watch.zone if watch is not None and watch.zone else settings.zone
    if quantity != "vibration" or name not in settings.zones:
        return None
    _, c, d = settings.zones[name]
    return Limits(warning=c * _MM, alarm=d * _MM, hysteresis=0.1 * c * _MM, delay=settings.zone_delay)
