# SPDX-License-Identifier: Apache-2.0
"""Distributions of the neutral format as the text that stands on a stage."""

from __future__ import annotations

from typing import Any

from .fields import CaseError, Fields, number, numbers

_PLAIN = {
    "constant": ("value",),
    "exponential": ("mean",),
    "erlang": ("k", "mean"),
    "lognormal": ("mean", "cv"),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "gamma": ("shape", "scale"),
    "weibull": ("shape", "scale"),
}
_LISTS = {"hyperexponential": ("p", "means"), "discrete": ("values", "p")}


def time_text(raw: Any, where: str) -> str:
    """Return a distribution such as `exponential(mean=10.0)`; a bare number is a constant.

    Raises:
        CaseError: A parameter is missing or wrong.
        NotBuilt: The family or a key is not known.
    """
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return f"constant(value={number(raw, where, least=0.0)!r})"
    f = Fields(raw, where)
    family = f.text("dist", among=(*_PLAIN, *_LISTS))
    if family in _PLAIN:
        parameters = {name: repr(f.number(name)) for name in _PLAIN[family]}
    else:
        lists = {name: _list(f, name) for name in _LISTS[family]}
        first, second = lists.values()
        if len(first) != len(second) or not first:
            raise CaseError("The lists have different lengths.", where=where, hint="Give one p for each value.")
        parameters = {name: repr(values) for name, values in lists.items()}
    f.done()
    return f"{family}({', '.join(f'{name}={value}' for name, value in parameters.items())})"


def _list(f: Fields, name: str) -> list[float]:
    """Return a parameter that is a list; one p of two is enough."""
    raw = f.take(name)
    if name == "p" and isinstance(raw, int | float) and not isinstance(raw, bool):
        share = number(raw, f.at(name), least=0.0)
        return [share, 1.0 - share]
    return numbers(raw, f.at(name), least=0.0)
