# SPDX-License-Identifier: Apache-2.0
"""How good the detectors are: made-up machine-months with faults whose truth is known, and months without any.

Numbers of detectors were tuned on the seeds `TUNING`; what is told comes from others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..signals import Fault, generate, machine
from .scan import Raise, scan
from .settings import Settings

DAY = 86400.0
MONTH = 30 * DAY
TUNING, TOLD = 1000, 500_000
"""First seeds for tuning and for telling."""
DETECTORS = ("zone", "ewma", "cusum", "stuck", "spikes", "chart", "scrap", "silence")

KINDS: dict[str, tuple[str, dict[str, object]]] = {
    "bearing wear": ("bearing", {}),
    "tool wear": ("tool", {}),
    "overheating": ("overheating", {}),
    "stuck temperature": ("stuck", {"signal": "temperature"}),
    "stuck vibration": ("stuck", {"signal": "vibration"}),
    "offset of temperature": ("offset", {"signal": "temperature"}),
    "offset of vibration": ("offset", {"signal": "vibration"}),
    "offset of power": ("offset", {"signal": "power"}),
    "drift of temperature": ("drift", {"signal": "temperature"}),
    "drift of vibration": ("drift", {"signal": "vibration"}),
    "drift of power": ("drift", {"signal": "power"}),
    "drift of diameter": ("drift", {"signal": "diameter"}),
    "spikes of temperature": ("spikes", {"signal": "temperature"}),
    "spikes of vibration": ("spikes", {"signal": "vibration"}),
    "network loss": ("network", {"signal": "gap", "time": 0.0}),
}
"""Name -> (kind of fault, what else it has). All have severity 1 and grow as is usual for the kind."""
_SHORT = {"network": 1800.0}


@dataclass(slots=True)
class Line:
    """What a detector made of a kind of fault.

    Attributes:
        fault: Name of the kind; empty: all detectors' false alarms.
        detector: Its name; "any": the first of all.
        cases: Machine-months with such a fault.
        delays: From the onset to its first warning, of those it found, s.
    """

    fault: str
    detector: str
    cases: int = 0
    delays: list[float] = field(default_factory=list)

    @property
    def found(self) -> float:
        """Share found."""
        return len(self.delays) / self.cases if self.cases else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share found (Wilson)."""
        return wilson(len(self.delays), self.cases)

    def delay(self, share: float) -> float:
        """Return the delay that this share of the found ones stayed below, s; nan when there are none."""
        return float(np.quantile(self.delays, share)) if self.delays else math.nan


@dataclass(slots=True)
class Score:
    """The whole result.

    Attributes:
        lines: By fault and detector.
        false: Detector -> false alarms in all months without a fault.
        months: Months without a fault.
        seed: First seed.
    """

    lines: list[Line]
    false: dict[str, int]
    months: int
    seed: int

    def table(self) -> str:
        """Return the tables for people."""
        out = [f"{'Fault':<24}{'Detector':<10}{'Found':>7}  {'95 % interval':<14}{'Median delay':>13}{'90 % within':>13}"]
        for line in self.lines:
            low, high = line.interval
            out.append(
                f"{line.fault:<24}{line.detector:<10}{line.found:>7.0%}  {f'{low:.0%}..{high:.0%}':<14}"
                f"{_hours(line.delay(0.5)):>13}{_hours(line.delay(0.9)):>13}"
            )
        out += ["", f"{'Detector':<10}{'False alarms':>13}  {'per machine and month':>22}  95 % interval"]
        for name, count in self.false.items():
            low, high = poisson(count, self.months)
            out.append(f"{name:<10}{count:>13}  {count / max(1, self.months):>22.3f}  {low:.3f}..{high:.3f}")
        out.append(f"{self.months} machine-months without a fault; seeds from {self.seed} on.")
        return "\n".join(out)


def score(*, cases: int = 10, months: int = 40, seed: int = TOLD, settings: Settings | None = None,
          kinds: Sequence[str] = tuple(KINDS), say: Callable[[str], None] | None = None) -> Score:  # fmt: skip
    """Return how good the detectors are.

    A fault begins on day 10 to 20 of a month; it is found by the first warning of a detector after its onset, if that detector
    was not warning at its onset already, up to the end of the month (network loss: of the loss). Each warning in a month
    without a fault is a false alarm; the first days, in which detectors learn, belong to the month.

    Args:
        cases: Machine-months for each kind of fault.
        months: Machine-months without a fault.
        seed: First seed.
        settings: Numbers of the detectors.
        kinds: Names of `KINDS`.
        say: Called with a word on the way.
    """
    settings, next_seed, lines = settings or Settings(), seed, []
    false = dict.fromkeys((*DETECTORS, "any"), 0)
    for k in range(months):
        found = scan(generate(machine("/Score/Machine", seed=next_seed + k)), settings)
        for one in found:
            false[one.detector] += 1
            false["any"] += 1
    next_seed += months
    for name in kinds:
        if say:
            say(name)
        rows = {d: Line(name, d) for d in (*DETECTORS, "any")}
        for k in range(cases):
            fault, found = _case(name, next_seed + k, settings)
            _judge(rows, fault, found)
        next_seed += cases
        lines += [row for row in rows.values() if row.found >= 0.1 or row.detector == "any"]
    return Score(lines, false, months, seed)


def _case(name: str, seed: int, settings: Settings) -> tuple[Fault, list[Raise]]:
    kind, options = KINDS[name]
    draw = np.random.default_rng([seed, 77])
    onset = float(10 * DAY + draw.random() * 10 * DAY)
    end = onset + _SHORT[kind] if kind in _SHORT else math.inf
    fault = Fault(kind, "/Score/Machine", onset, end, **options)  # type: ignore[arg-type]
    return fault, scan(generate(machine("/Score/Machine", seed=seed), faults=[fault]), settings)


def _judge(rows: dict[str, Line], fault: Fault, found: list[Raise]) -> None:
    first: dict[str, float] = {}
    for one in found:
        if fault.onset <= one.time < min(fault.end, MONTH + DAY) + 600:
            first.setdefault(one.detector, one.time - fault.onset)
    for name, row in rows.items():
        row.cases += 1
        if name in first:
            row.delays.append(first[name])
    if first:
        rows["any"].delays.append(min(first.values()))


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson)."""
    if not cases:
        return 0.0, 1.0
    z, share = 1.959964, hits / cases
    middle, wide = share + z * z / (2 * cases), z * math.sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases))
    return max(0.0, (middle - wide) / (1 + z * z / cases)), min(1.0, (middle + wide) / (1 + z * z / cases))


def poisson(count: int, exposure: float) -> tuple[float, float]:
    """Return the exact 95 % interval of a rate from a count of chance events."""
    if exposure <= 0:
        return 0.0, math.inf

    def below(mean: float, most: int) -> float:  # chance of `most` or fewer
        term = total = math.exp(-mean)
        for k in range(1, most + 1):
            term *= mean / k
            total += term
        return total

    def solve(most: int, chance: float) -> float:
        low, high = 0.0, 2.0 * count + 20
        for _ in range(100):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if below(middle, most) > chance else (low, middle)
        return 0.5 * (low + high)

    return (solve(count - 1, 0.975) if count else 0.0) / exposure, solve(count, 0.025) / exposure


def _hours(seconds: float) -> str:
    if seconds != seconds:
        return "-"
    return f"{seconds / 60:.0f} min" if seconds < 2 * 3600 else f"{seconds / 3600:.1f} h"
