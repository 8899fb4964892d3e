# SPDX-License-Identifier: Apache-2.0
"""Faults on demand: what kinds there are, when one begins, how it grows. A severity of 1 is a fault that nobody should miss."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from ..errors import FactoryTwinError
from ..units import duration_text, seconds

Floats = NDArray[np.float64]
STEEPNESS = 4.0
"""Exponential growth: e^4 = 55 times from a growth's begin to its end."""
WORST = 100.0


class Growth(str, Enum):
    """How a severity grows from onset on."""

    STEP = "step"  # all at once
    LINEAR = "linear"  # evenly over the growth time, then it stays
    EXPONENTIAL = "exponential"  # ever faster over the growth time, then it stays


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault.

    Attributes:
        about: What it does, for people.
        signals: Signals it shows in; empty: the one the fault names.
        growth: Unless the fault says otherwise.
        time: Growth time unless the fault says otherwise, s.
        grows: Whether severity has a meaning.
    """

    about: str
    signals: tuple[str, ...]
    growth: Growth = Growth.STEP
    time: float = 0.0


KINDS: dict[str, Kind] = {
    "bearing": Kind("bearing wear: vibration grows, later temperature too", ("vibration", "temperature"),
                    Growth.EXPONENTIAL, 3 * 86400.0),
    "tool": Kind("tool wear: the dimension drifts, power creeps up, scrap follows", ("diameter", "power", "scrap"),
                 Growth.LINEAR, 8 * 3600.0),
    "overheating": Kind("cooling fails: the machine gets hotter than it should", ("temperature",), Growth.LINEAR, 3600.0),
    "stuck": Kind("a sensor repeats its last value", ()),
    "offset": Kind("a sensor is off by a constant", ()),
    "drift": Kind("a sensor drifts away", (), Growth.LINEAR, 86400.0),
    "spikes": Kind("a sensor shows single wild values", ()),
    "network": Kind("nothing is sent; afterwards a gap (signal=gap) or all at once (signal=burst)", ("all",)),
}  # fmt: skip
SENSORS = ("temperature", "vibration", "power", "diameter")
NETWORK = ("gap", "burst")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a machine.

    Attributes:
        kind: A key of `KINDS`.
        place: Prim path.
        onset: When it begins, s.
        end: When it has been mended, s; inf: never.
        severity: Reached in the end; 1: nobody should miss it.
        growth: How it gets there; None: as is usual for the kind.
        time: How long that takes, s; None: as is usual for the kind.
        signal: Of a sensor's fault: which sensor. Of a network loss: "gap" or "burst".

    Raises:
        FactoryTwinError: Something of it makes no sense.
    """

    kind: str
    place: str
    onset: float = 0.0
    end: float = math.inf
    severity: float = 1.0
    growth: Growth | None = None
    time: float | None = None
    signal: str = ""

    def __post_init__(self) -> None:
        wrong = self._wrong()
        if wrong:
            raise FactoryTwinError(wrong, where=f"{self.kind}:{self.place}"[:200])

    def _wrong(self) -> str:
        if self.kind not in KINDS:
            return f"{self.kind[:50]!r} is no kind of fault; known: {', '.join(KINDS)}."
        if not (0 <= self.onset < math.inf and self.end > self.onset):
            return "A fault begins at 0 or later, and ends after it began."
        if not 0 < self.severity <= WORST:
            return f"A severity of {self.severity:g} is not between 0 and {WORST:g}."
        if self.time is not None and not 0 <= self.time < math.inf:
            return "A growth takes 0 s or more."
        known = NETWORK if self.kind == "network" else SENSORS if not KINDS[self.kind].signals else ()
        if self.signal and self.signal not in known:
            return f"A fault of the kind {self.kind} has no signal {self.signal[:50]!r}; known: {', '.join(known) or 'none'}."
        return ""

    @property
    def shows(self) -> tuple[str, ...]:
        """Signals it shows in."""
        return KINDS[self.kind].signals or (self.signal or SENSORS[0],)

    @property
    def law(self) -> Growth:
        """How it grows."""
        return KINDS[self.kind].growth if self.growth is None else self.growth

    @property
    def span(self) -> float:
        """How long it grows, s."""
        return KINDS[self.kind].time if self.time is None else self.time

    def at(self, times: Floats) -> Floats:
        """Return its severity at `times`, s."""
        active = (times >= self.onset) & (times < self.end)
        if self.law is Growth.STEP or self.span <= 0:
            return np.where(active, self.severity, 0.0)
        share = np.clip((times - self.onset) / self.span, 0.0, 1.0)
        if self.law is Growth.EXPONENTIAL:
            share = np.expm1(STEEPNESS * share) / math.expm1(STEEPNESS)
        return np.where(active, self.severity * share, 0.0)

    def __str__(self) -> str:
        end = "" if self.end == math.inf else f":until={self.end:g}s"
        signal = f":signal={self.signal}" if self.signal else ""
        return (
            f"{self.kind}:{self.place}@{self.onset:g}s:severity={self.severity:g}:growth={self.law.value}:time={self.span:g}s"
            f"{signal}{end}"
        )


_OPTIONS = ("severity", "growth", "time", "until", "for", "signal")
_SHAPE = re.compile(r"(?P<kind>[a-z_]+):(?P<place>[^@:]+)(?:@(?P<onset>[^:]+))?(?P<options>(?::[^:=]+=[^:]*)*)")
EXAMPLE = "bearing:/Plant/Saw@10min:severity=2"
_HINT = (
    f"Write KIND:PLACE@ONSET, for example {EXAMPLE}; then, if wanted, :severity=2 :growth=step|linear|exponential "
    ":time=1h (of growth) :until=2h or :for=30min :signal=temperature."
)


def parse(text: str) -> Fault:
    """Return the fault that a text such as "bearing:/Plant/Saw@10min:severity=2" means.

    Raises:
        FactoryTwinError: It means none; the message says what is wrong.
    """
    match = _SHAPE.fullmatch(text) if len(text) <= 2000 else None
    if match is None:
        raise FactoryTwinError(f"{text[:100]!r} is no fault. Kinds: {', '.join(KINDS)}.", hint=_HINT)
    onset = _time(match["onset"] or "0", text)
    given: dict[str, str] = {}
    for option in filter(None, match["options"].split(":")):
        name, _, value = option.partition("=")
        if name not in _OPTIONS or name in given:
            known = f"known: {', '.join(_OPTIONS)}" if name not in _OPTIONS else "given twice"
            raise FactoryTwinError(f"Option {name[:50]!r} of a fault: {known}.", where=text[:200], hint=_HINT)
        given[name] = value
    if "until" in given and "for" in given:
        raise FactoryTwinError("A fault has either `until` or `for`.", where=text[:200], hint=_HINT)
    end = _time(given["until"], text) if "until" in given else math.inf
    end = onset + _time(given["for"], text) if "for" in given else end
    return Fault(
        match["kind"],
        match["place"],
        onset,
        end,
        _number(given.get("severity", "1"), text),
        _growth(given["growth"], text) if "growth" in given else None,
        _time(given["time"], text) if "time" in given else None,
        given.get("signal", ""),
    )


def _time(text: str, whole: str) -> float:
    try:
        return seconds(text)
    except FactoryTwinError as error:
        raise FactoryTwinError(error.what, where=whole[:200], hint=_HINT) from None


def _number(text: str, whole: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise FactoryTwinError(f"{text[:50]!r} is no severity.", where=whole[:200], hint=_HINT) from None


def _growth(text: str, whole: str) -> Growth:
    try:
        return Growth(text)
    except ValueError:
        known = ", ".join(g.value for g in Growth)
        raise FactoryTwinError(f"{text[:50]!r} is no growth; known: {known}.", where=whole[:200], hint=_HINT) from None


def table() -> str:
    """Return the kinds of faults as lines for people."""
    lines = []
    for name, kind in KINDS.items():
        growth = "" if kind.growth is Growth.STEP else f" ({kind.growth.value}, {duration_text(kind.time)})"
        lines.append(f"{name:<12} {kind.about}{growth}")
    return "\n".join(lines)
