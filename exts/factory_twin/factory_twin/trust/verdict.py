# SPDX-License-Identifier: Apache-2.0
"""Is a metric as expected? Exactly, or within a tolerance by statistics; and what a case says as a whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from ..experiment.estimate import t975
from .case import Case, Expected

SIGMAS = 3.5  # so far from the truth a mean may be, in standard errors
PASS, FAIL, NOT_BUILT = "pass", "fail", "not built"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A metric held against what was expected.

    Attributes:
        metric: Name.
        expected: Value.
        got: Value; None where there is none.
        half_width: Of the 95 % interval of a mean over replications; None where there is none.
        tolerance: Allowed distance of a number; None for other values.
        passed: None: not built.
        precise: Whether the mean is known well enough for a verdict.
        note: Words on why.
    """

    metric: str
    expected: Any
    got: Any = None
    half_width: float | None = None
    tolerance: float | None = None
    passed: bool | None = None
    precise: bool = True
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the documented JSON object."""
        return {
            "metric": self.metric,
            "expected": self.expected,
            "got": self.got,
            "half_width": self.half_width,
            "tolerance": self.tolerance,
            "pass": self.passed,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case and its metrics; `note` says why when it could not be run, or what else there is to know."""

    id: str
    kind: str
    title: str
    verdicts: tuple[Verdict, ...]
    status: str
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the documented JSON object."""
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "status": self.status,
            "note": self.note,
            "metrics": [v.to_json() for v in self.verdicts],
        }


def result(case: Case, verdicts: Sequence[Verdict], note: str = "") -> CaseResult:
    """Return what the metrics of a case say together: one that failed fails it, else one that is not built leaves it open."""
    marks = {v.passed for v in verdicts}
    status = FAIL if False in marks else NOT_BUILT if None in marks or not marks else PASS
    return CaseResult(case.id, case.kind, case.title, tuple(verdicts), status, note)


def not_built(case: Case, reason: str) -> CaseResult:
    """Return the result of a case that can't be run here."""
    return CaseResult(case.id, case.kind, case.title, tuple(missing(e, reason) for e in case.expected), NOT_BUILT, reason)


def failed(case: Case, reason: str) -> CaseResult:
    """Return the result of a case that could not be run although it should."""
    verdicts = tuple(Verdict(e.metric, e.value, passed=False, note=reason) for e in case.expected)
    return CaseResult(case.id, case.kind, case.title, verdicts, FAIL, reason)


def missing(expected: Expected, reason: str) -> Verdict:
    """Return the verdict on a metric that can't be measured here."""
    return Verdict(expected.metric, expected.value, note=reason)


def judge(expected: Expected, got: Any) -> Verdict:
    """Return the verdict on one value."""
    tolerance = expected.tolerance if _is_number(expected.value) else None
    good = equal(expected.value, got, absolute=max(expected.abs, 0.0))
    return Verdict(expected.metric, expected.value, _plain(got), None, tolerance, good)


def judge_runs(expected: Expected, values: Sequence[float]) -> Verdict:
    """Return the verdict on the values of independent replications."""
    known = [v for v in values if not math.isnan(v)]
    mean = fmean(known) if known else math.nan
    error = stdev(known) / math.sqrt(len(known)) if len(known) > 1 else 0.0
    half = t975(len(known) - 1) * error if len(known) > 1 else None
    tolerance = expected.tolerance
    if expected.check == "exact":
        good = bool(known) and all(abs(v - expected.value) <= tolerance for v in known)
        return Verdict(expected.metric, expected.value, _plain(mean), half, tolerance, good)
    precise = error <= tolerance / 2
    near = bool(known) and abs(mean - expected.value) <= max(tolerance, SIGMAS * error)
    note = "" if precise else f"known to {error:.3g} only after {len(known)} replications"
    return Verdict(expected.metric, expected.value, _plain(mean), half, tolerance, near and precise, precise, note)


def lacking(expected: Expected, values: Sequence[float]) -> int:
    """Return how many replications it takes in all until the mean is known well enough; 0 when it is."""
    known = [v for v in values if not math.isnan(v)]
    if expected.check != "stat" or len(known) < 2:
        return 0
    ratio = stdev(known) / math.sqrt(len(known)) / (expected.tolerance / 2)
    return math.ceil(1.2 * len(values) * ratio * ratio) if ratio > 1 else 0


def equal(expected: Any, got: Any, *, absolute: float) -> bool:
    """Return whether two JSON values are equal, numbers within `absolute` or 1e-9 of their size, objects by expected keys."""
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(k in got and equal(v, got[k], absolute=absolute) for k, v in expected.items())
    if isinstance(expected, list):
        same = isinstance(got, list | tuple) and len(got) == len(expected)
        return same and all(equal(e, g, absolute=absolute) for e, g in zip(expected, got))
    if _is_number(expected) and _is_number(got):
        return bool(abs(got - expected) <= max(absolute, 1e-9 * abs(expected)))
    return type(expected) is type(got) and bool(expected == got)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold; what is not finite is null."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
