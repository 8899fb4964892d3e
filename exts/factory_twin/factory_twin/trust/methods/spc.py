# SPDX-License-Identifier: Apache-2.0
"""Control charts: patterns in values, constants, average run lengths."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ...spc import (
    Constants,
    constants,
    cusum_arl,
    ewma_arl,
    individuals,
    nelson,
    shewhart_arl,
    western_electric,
    western_electric_arl,
)
from ...spc.rules import NELSON
from ..case import Case
from ..fields import CaseError, Fields, NotBuilt, count, number, numbers

_WORDS = re.compile(r"(\d{1,3}) (?:of (\d{1,3}) |in a row |point)")
_CONSTANTS = re.compile(r"n(\d{1,4})")
_WESTERN = re.compile(r"we_rules_([1-4](?:to[1-4])?|[1-4](?:_?[1-4])*)_arl")


def spc(case: Case) -> dict[str, Any]:
    """Return the points that complete each rule: rule1 to rule8 of Nelson, we_rule1 to we_rule4 of Western Electric.

    Without a centre and sigma they come from the values, as on a chart of individuals.

    Raises:
        CaseError: A key is missing or wrong.
        NotBuilt: A key is not known, or a rule is put into other words.
    """
    f = Fields(case.model, f"{case.id}: model")
    values = numbers(f.take("values"), f.at("values"))
    limits = individuals(values) if len(values) > 1 else None
    if limits is None and ("centre" not in f or "sigma" not in f):
        raise CaseError("Centre and sigma are missing.", where=f.where, hint="Add them, or more values.")
    centre = f.number("centre", limits.centre if limits else None)
    sigma = f.number("sigma", limits.sigma if limits else None)
    if sigma <= 0:
        raise CaseError(f"A sigma of {sigma:g} makes no chart.", where=f.at("sigma"), hint="Write a number > 0.")
    points = _points(f.fields("rules", {}))
    f.done()
    found: dict[str, Any] = {f"rule{k}": v for k, v in nelson(values, centre=centre, sigma=sigma, points=points).items()}
    found |= {f"we_rule{k}": v for k, v in western_electric(values, centre=centre, sigma=sigma).items()}
    return found | {"centre": centre, "sigma": sigma}


def _points(rules: Fields) -> dict[int, int]:
    """Return how many points each rule looks at, from its words, such as "9 in a row on one side"."""
    points = {}
    for key, words in rules.data.items():
        match = _WORDS.match(str(words).strip())
        if match is None or not _fits(key, match[1], match[2]):
            raise NotBuilt(f"Rule {key} in these words is not known: {words}.", where=rules.where)
        points[int(key)] = int(match[2] or match[1])
    return points


def _fits(key: str, first: str, of: str | None) -> bool:
    """Return whether "`first` of `of`", or "`first` in a row", is what a rule can count."""
    if key in ("5", "6"):
        return of is not None and int(first) == int(of) - 1 > 0
    return key.isdecimal() and int(key) in NELSON and of is None and (int(first) > 2 or key == first == "1")


def spc_constants(case: Case) -> dict[str, Any]:
    """Return the constants of subgroups n2, n3, ... and average run lengths of the charts that are expected, by shift.

    Raises:
        CaseError: A key is missing or wrong.
        NotBuilt: A key is not known.
    """
    f = Fields(case.model, f"{case.id}: model")
    sizes = [count(n, f.at("n"), least=2) for n in f.items("n", [])]
    limit = f.number("limit", 3.0)
    charts: dict[str, Callable[[float], float]] = {"shewhart_arl": lambda shift: shewhart_arl(shift, limit=limit)}
    if "cusum" in f:
        c = f.fields("cusum")
        k, h, sides = c.number("k"), c.number("h"), c.count("sides", 2)
        c.done()
        charts["cusum_arl"] = lambda shift: cusum_arl(shift, k=k, h=h, sides=sides)
    if "ewma" in f:
        e = f.fields("ewma")
        weight, wide = e.number("lambda"), e.number("L")
        e.done()
        charts["ewma_arl"] = lambda shift: ewma_arl(shift, weight=weight, limit=wide)
    f.done()
    found: dict[str, Any] = {f"n{n}": _words(constants(n)) for n in sizes}
    for expected in case.expected:
        name = expected.metric
        size, western = _CONSTANTS.fullmatch(name), _WESTERN.fullmatch(name)
        if size:
            found[name] = _words(constants(int(size[1])))
        chart = _western(western[1]) if western else charts.get(name)
        if chart is not None and isinstance(expected.value, dict):
            found[name] = {shift: chart(_shift(shift, name)) for shift in expected.value}
        elif chart is not None:
            found[name] = chart(0.0)
    return found


def _western(text: str) -> Callable[[float], float]:
    first, _, last = text.partition("to")
    rules = set(range(int(first), int(last) + 1)) if last else {int(c) for c in text if c != "_"}
    return lambda shift: western_electric_arl(shift, rules)


def _shift(text: str, name: str) -> float:
    try:
        return number(float(text), name)
    except ValueError as error:
        raise CaseError(f"{text!r} is no shift.", where=name, hint="Write it in sigma, such as 0.5.") from error


def _words(c: Constants) -> dict[str, float]:
    return {word: getattr(c, word) for word in ("d2", "d3", "c4", "A2", "A3", "D3", "D4", "B3", "B4")}
