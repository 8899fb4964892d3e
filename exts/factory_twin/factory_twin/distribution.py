# SPDX-License-Identifier: Apache-2.0
"""Distributions as text with named parameters: `exponential(mean=100 min)`, `lognormal(mean=60, cv=0.2)`.

One attribute holds one distribution, so it reads, diffs and undoes as one thing. Numbers are SI; a unit of time may follow one.
A time is never negative: `normal` is cut off at 0 (values below are drawn again), which raises its mean a little.
Drawing lives in `sim.stream`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

from .errors import FactoryTwinError
from .units import SECONDS

_CALL = re.compile(r"\s*([A-Za-z]+)\s*(?:\((.*)\))?\s*", re.S)
_ITEM = re.compile(r"\s*(?:([A-Za-z]\w*)\s*=)?\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([A-Za-z]*)\s*")
_PURE = {"cv", "shape", "k", "alpha", "beta"}  # parameters that are plain numbers, so no unit may follow
_LONGEST = 500  # characters
_BARE = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([A-Za-z]*)\s*")


@dataclass(frozen=True, slots=True)
class _Family:
    names: tuple[str, ...]
    mean: Callable[..., float]
    rule: Callable[..., bool]
    need: str


def _gt(*values: float) -> bool:
    return all(v > 0 for v in values)


def _truncated_mean(mean: float, sd: float) -> float:
    """Return the mean of a normal distribution cut off at 0 (Johnson, Kotz & Balakrishnan, vol. 1, 13.10)."""
    unit = NormalDist()
    edge = -mean / sd
    return mean + sd * unit.pdf(edge) / (1 - unit.cdf(edge))


FAMILIES: dict[str, _Family] = {
    "constant": _Family(("value",), lambda value: value, lambda value: value >= 0, "value >= 0"),
    "exponential": _Family(("mean",), lambda mean: mean, lambda mean: mean > 0, "mean > 0"),
    "uniform": _Family(
        ("low", "high"), lambda low, high: (low + high) / 2, lambda low, high: 0 <= low <= high, "0 <= low <= high"
    ),
    "triangular": _Family(
        ("low", "mode", "high"),
        lambda low, mode, high: (low + mode + high) / 3,
        lambda low, mode, high: 0 <= low <= mode <= high and low < high,
        "0 <= low <= mode <= high, low < high",
    ),
    "normal": _Family(("mean", "sd"), _truncated_mean, lambda mean, sd: mean >= 0 and sd > 0, "mean >= 0, sd > 0"),
    "beta": _Family(
        ("low", "high", "alpha", "beta"),
        lambda low, high, alpha, beta: low + (high - low) * alpha / (alpha + beta),
        lambda low, high, alpha, beta: 0 <= low < high and alpha > 0 and beta > 0,
        "0 <= low < high, alpha > 0, beta > 0",
    ),
    "lognormal": _Family(("mean", "cv"), lambda mean, cv: mean, _gt, "mean > 0, cv > 0"),
    "gamma": _Family(("shape", "scale"), lambda shape, scale: shape * scale, _gt, "shape > 0, scale > 0"),
    "erlang": _Family(
        ("k", "mean"), lambda k, mean: mean, lambda k, mean: k >= 1 and k == int(k) and mean > 0, "whole k >= 1, mean > 0"
    ),
    "weibull": _Family(
        ("shape", "scale"), lambda shape, scale: scale * math.gamma(1 + 1 / shape), _gt, "shape > 0, scale > 0"
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution of a time (s) or quantity.

    Attributes:
        family: One of `FAMILIES`.
        parameters: Values in the family's order.
    """

    family: str
    parameters: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Expected value."""
        return float(FAMILIES[self.family].mean(*self.parameters))

    def __str__(self) -> str:
        names = FAMILIES[self.family].names
        inside = ", ".join(f"{n}={v!r}" for n, v in zip(names, self.parameters))
        return f"{self.family}({inside})"


def constant(value: float) -> Distribution:
    """Return the distribution that is always `value`."""
    return Distribution("constant", (float(value),))


def exponential(mean: float) -> Distribution:
    """Return the exponential distribution with that mean."""
    return Distribution("exponential", (float(mean),))


def parse(text: str) -> Distribution:
    """Return the distribution that the text names; a bare number or duration ("60", "2.5 min") is a constant.

    Raises:
        FactoryTwinError: Unknown family, wrong or missing parameter, value out of range.
    """
    if len(text) > _LONGEST:
        raise FactoryTwinError(f"A text of {len(text)} characters is no distribution.", hint=f"Write one of {usage()}.")
    bare = _BARE.fullmatch(text)
    if bare:
        return _checked("constant", {"value": _number(bare[1], bare[2], text)}, text)
    call = _CALL.fullmatch(text)
    family = FAMILIES.get(call[1].lower()) if call else None
    if call is None or family is None:
        raise FactoryTwinError(f"{text!r} is no distribution.", hint=f"Write one of {usage()}.")
    values: dict[str, float] = {}
    for place, item in enumerate((call[2] or "").split(",") if (call[2] or "").strip() else ()):
        match = _ITEM.fullmatch(item)
        if match is None or (match[1] is None and place >= len(family.names)):
            raise FactoryTwinError(f"{item.strip()!r} in {text!r} is no parameter.", hint=_form(call[1].lower()))
        name = match[1] or family.names[place]
        if name not in family.names or name in values:
            raise FactoryTwinError(f"{text!r} has an unexpected {name!r}.", hint=_form(call[1].lower()))
        if match[3] and name in _PURE:
            raise FactoryTwinError(f"{name} in {text!r} is a plain number, not a time.", hint=_form(call[1].lower()))
        values[name] = _number(match[2], match[3], text)
    return _checked(call[1].lower(), values, text)


def usage() -> str:
    """Return all forms, for hints and tooltips."""
    return ", ".join(f"{k}({', '.join(f.names)})" for k, f in FAMILIES.items())


def _form(name: str) -> str:
    family = FAMILIES[name]
    return f"Write {name}({', '.join(f'{n}=...' for n in family.names)}) with {family.need}."


def _checked(name: str, values: dict[str, float], text: str) -> Distribution:
    family = FAMILIES[name]
    missing = [n for n in family.names if n not in values]
    if missing:
        raise FactoryTwinError(f"{text!r} lacks {', '.join(missing)}.", hint=_form(name))
    numbers = tuple(values[n] for n in family.names)
    if not all(math.isfinite(v) for v in numbers) or not family.rule(*numbers) or not _has_mean(family, numbers):
        raise FactoryTwinError(f"{text!r} is out of range.", hint=_form(name))
    return Distribution(name, numbers)


def _has_mean(family: _Family, numbers: tuple[float, ...]) -> bool:
    """False for numbers so extreme that their mean is no finite number."""
    try:
        return math.isfinite(family.mean(*numbers))
    except OverflowError:
        return False


def _number(number: str, unit: str, text: str) -> float:
    factor = SECONDS.get(unit.lower()) if unit else 1.0
    if factor is None:
        raise FactoryTwinError(f"{text!r} has an unknown unit {unit!r}.", hint=f"Known: {', '.join(SECONDS)}.")
    return float(number) * factor
