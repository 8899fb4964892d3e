# SPDX-License-Identifier: Apache-2.0
"""The states that prims show on the stage, taken over by what draws them. No UI."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from factory_twin.event import State
from pxr import Usd

STATUS = "factoryTwin:state:status"


class Shown(Protocol):
    """What shows a prim's state."""

    path: str
    state: State


T = TypeVar("T", bound=Shown)


def read_states(shown: Iterable[T], stage: Usd.Stage, time: Usd.TimeCode) -> list[T]:
    """Take over the state that each prim has at a time code; return those that changed."""
    changed = []
    for thing in shown:
        attribute = stage.GetPrimAtPath(thing.path).GetAttribute(STATUS)
        state = State.from_token(str(attribute.Get(time) or "")) if attribute else State.UNKNOWN
        if state is not thing.state:
            thing.state = state
            changed.append(thing)
    return changed
