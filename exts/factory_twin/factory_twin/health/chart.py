# SPDX-License-Identifier: Apache-2.0
"""Control charts of parts as they come: X-bar and range, single values, share of scrap. Limits are learnt, or set by a target.

Textbook limits of 3 sigma give a false alarm every 370 points: at a part a minute, several a day. So the limits that raise
alarms stand further out (see `Settings`), and Nelson's rules are for those who ask for them.
"""

from __future__ import annotations

import math
from collections import deque

from ..spc import Limits as Lines
from ..spc import constants, nelson

_MEMORY = 15


class XbarR:
    """X-bar/R chart; subgroups of one are a chart of single values with moving ranges (I-MR).

    Args:
        group: Parts in a subgroup.
        learn: Subgroups to learn the limits from.
        limit: Sigmas of a mean that warn; an alarm at 1.5 times that.
        range_limit: Range that warns, in sigmas of a part.
        rules: Nelson's rules that warn, too.

    Attributes:
        level: 0 good, 1 warning, 2 alarm.
        value: Mean of the last subgroup.
        lines: Centre and 3 sigma limits of the means; None while learning.
        sigma: Of a part; nan while learning.
        reason: What is wrong: "mean", "range", "rule 2", ...; empty: nothing.
    """

    __slots__ = ("_group", "_last", "_learn", "_limit", "_means", "_n", "_range_limit", "_ranges", "_recent", "_rules",
                 "level", "lines", "reason", "sigma", "value")  # fmt: skip

    def __init__(self, group: int = 5, learn: int = 100, limit: float = 5.0, range_limit: float = 8.0,
                 rules: tuple[int, ...] = ()) -> None:  # fmt: skip
        self._n, self._learn, self._limit, self._range_limit, self._rules = max(1, group), learn, limit, range_limit, rules
        self.forget()

    def forget(self) -> None:
        """Learn anew."""
        self._group: list[float] = []
        self._means: list[float] = []
        self._ranges: list[float] = []
        self._recent: deque[float] = deque(maxlen=_MEMORY)
        self._last = math.nan
        self.level, self.reason = 0, ""
        self.value = self.sigma = math.nan
        self.lines: Lines | None = None

    @property
    def ready(self) -> bool:
        """Whether the limits are known."""
        return self.lines is not None

    def set(self, centre: float, sigma: float) -> None:
        """Take centre and sigma of a part as given."""
        wide = 3 * sigma / math.sqrt(self._n)
        self.lines, self.sigma = Lines(centre, centre - wide, centre + wide), sigma
        self._means, self._ranges = [], []

    def feed(self, time: float, value: float) -> bool:
        """Take a part; return whether the level changed."""
        self._group.append(value)
        if len(self._group) < self._n:
            return False
        group, self._group = self._group, []
        mean = math.fsum(group) / len(group)
        spread = max(group) - min(group) if self._n > 1 else abs(value - self._last)
        self._last = value
        if self.lines is None:
            self._means.append(mean)
            if spread == spread:
                self._ranges.append(spread)
            if len(self._means) >= self._learn:
                self._finish()
            return False
        before = self.level, self.reason
        self._judge(mean, spread)
        return (self.level, self.reason) != before

    def _finish(self) -> None:
        usual = math.fsum(self._ranges) / len(self._ranges)
        centre = math.fsum(self._means) / len(self._means)
        sigma = usual / constants(max(2, self._n)).d2
        if sigma > 1e-9 * abs(centre):
            self.set(centre, sigma)
        else:  # all the same: nothing to learn yet
            self._means, self._ranges = [], []

    def _judge(self, mean: float, spread: float) -> None:
        assert self.lines is not None
        self.value = mean
        z = abs(mean - self.lines.centre) * math.sqrt(self._n) / self.sigma
        keep = 0.7 if self.level else 1.0
        self._recent.append(mean)
        if z >= self._limit * keep:
            self.level, self.reason = (2 if z >= 1.5 * self._limit * keep or self.level == 2 else 1), "mean"
        elif spread >= self._range_limit * self.sigma:
            self.level, self.reason = 1, "range"
        else:
            rule = self._rule()
            self.level, self.reason = (1, f"rule {rule}") if rule else (0, "")

    def _rule(self) -> int:
        """Return the first of the wanted rules that the newest mean completes; 0: none."""
        if not self._rules or self.lines is None:
            return 0
        found = nelson(list(self._recent), centre=self.lines.centre, sigma=self.sigma / math.sqrt(self._n))
        return next((r for r in self._rules if len(self._recent) - 1 in found.get(r, ())), 0)


class Scrap:
    """p chart of scrap: parts in lots of equal size, the limit from the binomial distribution of what was learnt.

    Args:
        lot: Parts in a lot.
        chance: Of a false alarm of a lot.
        learn: Parts to learn the share from.

    Attributes:
        level: 0 good, 1 warning, 2 alarm (twice the limit).
        value: Share of scrap in the last lot.
        normal: Learnt share; nan while learning.
    """

    __slots__ = (
        "_chance",
        "_learn",
        "_limit",
        "_lot",
        "_parts",
        "_scrap",
        "_seen",
        "_start",
        "_wasted",
        "level",
        "normal",
        "value",
    )

    def __init__(self, lot: int = 50, chance: float = 1e-6, learn: int = 500) -> None:
        self._lot, self._chance, self._learn = lot, chance, learn
        self._start: tuple[float, float] | None = None
        self._parts = self._scrap = 0.0
        self._seen = self._wasted = 0.0
        self._limit = lot + 1
        self.level, self.value, self.normal = 0, math.nan, math.nan

    @property
    def ready(self) -> bool:
        """Whether the limit is known."""
        return self.normal == self.normal

    @property
    def limit(self) -> float:
        """Share of scrap that warns."""
        return self._limit / self._lot

    def scrap(self, count: float) -> None:
        """Take the counter of scrap."""
        if count < self._scrap:
            self._start = None
        self._scrap = count

    def feed(self, time: float, count: float) -> bool:
        """Take the counter of parts (good and scrap); return whether the level changed."""
        if self._start is None or count < self._parts:
            self._start, self._parts = (count, self._scrap), count
            return False
        self._parts = count
        size = count - self._start[0]
        if size < self._lot:
            return False
        bad = min(size, self._scrap - self._start[1])
        self._start = (count, self._scrap)
        self.value = bad / size
        if not self.ready:
            self._seen, self._wasted = self._seen + size, self._wasted + bad
            if self._seen >= self._learn:
                self.normal = (self._wasted + 1) / (self._seen + 2)
                self._limit = upper(self.normal, self._lot, self._chance)
            return False
        before, allowed = self.level, self._limit * size / self._lot
        self.level = 2 if bad >= 2 * allowed else 1 if bad >= allowed else 0
        return self.level != before


def upper(share: float, size: int, chance: float) -> int:
    """Return the smallest number of bad ones in a lot that is less likely than `chance` to be reached."""
    term, tail = (1 - share) ** size, 1.0
    for k in range(size + 1):
        if tail < chance:
            return k
        tail -= term
        term *= (size - k) / (k + 1) * share / (1 - share) if share < 1 else 0.0
    return size + 1
