# SPDX-License-Identifier: Apache-2.0
"""Run settings."""

from __future__ import annotations

from datetime import datetime

from ..plant import Scenario
from .applied import Applied, Index
from .names import SCENARIO


def scenario(index: Index) -> tuple[Scenario, datetime | None]:
    """Return the run settings, and the date of the start (local time); None when there is none."""
    having = index.of(SCENARIO)
    if not having:
        return Scenario(), None
    root = index.stage.GetDefaultPrim()
    one = next((one for one in having if one.prim == root), having[0])
    for other in having:
        if other is not one:
            hint = f"Keep the one on {one.path}."
            index.findings.warning(
                "scenario.several", other.prim, "These run settings are ignored: others are used.", hint=hint
            )
    if one["warmup"] >= one["horizon"]:
        message = f"The warm-up of {one['warmup']:g} s leaves nothing of the horizon of {one['horizon']:g} s."
        one.error("warmup", "invalid", message, hint="Make the warm-up shorter than the horizon.")
    made = Scenario(horizon=one["horizon"], warmup=one["warmup"], replications=one["replications"], seed=one["seed"],
                    inclusive=one["horizonInclusive"])  # fmt: skip
    return made, _start(one)


def _start(one: Applied) -> datetime | None:
    text = one["start"].strip()
    if not text:
        return None
    hint = "Write local date and time without a zone: 2026-11-23T06:00."
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        one.error("start", "invalid", f"{text[:40]!r} is no date and time.", hint=hint)
        return None
    if start.tzinfo is not None:
        one.error("start", "invalid", f"{text!r} names a time zone.", hint=hint)
    return start.replace(tzinfo=None)
