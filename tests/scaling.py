# SPDX-License-Identifier: Apache-2.0
"""A plant whose every time is multiplied by a number: the same plant in another unit of time."""

from __future__ import annotations

import dataclasses
from typing import Any

from factory_twin.distribution import FAMILIES, Distribution

TIMES = {
    "load_time", "unload_time", "battery_time", "charge_time", "period", "windows", "exceptions", "no_start_within", "release",
    "due", "minimum_time", "horizon", "warmup",
}  # fmt: skip
SPEEDS = {"speed"}
SAME = {"per_part"}
_PURE = {"cv", "shape", "k", "alpha", "beta", "p"}


def scaled(thing: Any, factor: float) -> Any:
    """Return a plant (or a part of one) with every time `factor` times as long."""
    if isinstance(thing, Distribution):
        names = FAMILIES[thing.family].names
        return Distribution(
            thing.family, tuple(v if n in _PURE else _times(v, factor) for n, v in zip(names, thing.parameters))
        )
    if isinstance(thing, tuple):
        return tuple(scaled(t, factor) for t in thing)
    if not dataclasses.is_dataclass(thing) or isinstance(thing, type):
        return thing
    changed = {}
    for field in dataclasses.fields(thing):
        value = getattr(thing, field.name)
        if field.name in SPEEDS:
            changed[field.name] = value / factor
        elif field.name in TIMES:
            changed[field.name] = value if value == -1 else _times(value, factor)
        elif field.name not in SAME and not (field.name == "every" and getattr(thing, "clock", "") == "parts"):
            changed[field.name] = scaled(value, factor)
    return dataclasses.replace(thing, **changed)


def _times(value: Any, factor: float) -> Any:
    return tuple(_times(v, factor) for v in value) if isinstance(value, tuple) else value * factor
