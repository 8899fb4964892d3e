# SPDX-License-Identifier: Apache-2.0
"""Bottleneck by active periods from a log of states."""

from __future__ import annotations

from typing import Any

from ...event import State
from ...kpi.bottleneck import ACTIVE, find_bottlenecks
from ..case import Case
from ..fields import CaseError, Fields, NotBuilt


def bottleneck(case: Case) -> dict[str, Any]:
    """Return average active periods and the momentary bottleneck.

    Raises:
        CaseError: A key is missing or wrong, or states overlap.
        NotBuilt: A key or state is not known, or other states count as active than ours.
    """
    f = Fields(case.model, f"{case.id}: model")
    f.take("rule", "")  # words; there is one such rule
    log = f.fields("state_log")
    stays = {name: _stays(log, name) for name in log.data}
    horizon = f.number("horizon_s", max((end for s in stays.values() for _, _, end in s), default=0.0), least=0.0)
    _check_active(f)
    f.done()
    if horizon <= 0:
        raise CaseError("There is no time in this log.", where=f.where, hint="Add states, or horizon_s.")
    found = find_bottlenecks(stays, begin=0.0, end=horizon)
    return {
        "average_active_period": found.average,
        "primary_by_average_active_period": found.primary,
        "momentary_sequence": [[place, [begin, end]] for place, begin, end in found.sequence],
        "sole_fraction": found.sole,
        "shifting_fraction": found.shifting,
    }


def _stays(log: Fields, name: str) -> list[tuple[State, float, float]]:
    stays: list[tuple[State, float, float]] = []
    for i, raw in enumerate(log.items(name)):
        entry = Fields(raw, f"{log.at(name)}[{i}]")
        state = State.from_token(entry.text("state"))
        if state is State.UNKNOWN:
            raise NotBuilt(f"The state {entry.text('state')!r} is not known.", where=entry.where)
        begin, end = entry.number("start"), entry.number("end")
        entry.done()
        if end < begin or (stays and begin < stays[-1][2]):
            raise CaseError("The states overlap or run backwards.", where=entry.where, hint="Sort them by time.")
        stays.append((state, begin, end))
    return stays


def _check_active(f: Fields) -> None:
    """Raise when the case counts other states as active."""
    for key, active in (("active_states", True), ("inactive_states", False)):
        for word in f.items(key, []):
            if (State.from_token(str(word)) in ACTIVE) != active:
                raise NotBuilt(f"The state {word!r} among the {key.replace('_', ' ')} is not known.", where=f.at(key))
