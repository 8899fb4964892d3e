# SPDX-License-Identifier: Apache-2.0
"""Events of frames and of the stage, in the form of Kit 107 and newer, else in the older one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import omni.kit.app
import omni.usd

NAME = "factory_twin"


def on_update(listener: Callable[[Any], None]) -> Any:
    """Call back each frame, `event.payload["dt"]` in seconds, until the result is ended."""
    dispatcher = _dispatcher()
    if dispatcher is not None and hasattr(omni.kit.app, "GLOBAL_EVENT_UPDATE"):
        return dispatcher.observe_event(
            order=0, event_name=omni.kit.app.GLOBAL_EVENT_UPDATE, on_event=listener, observer_name=f"{NAME} frame"
        )
    return omni.kit.app.get_app().get_update_event_stream().create_subscription_to_pop(listener, name=f"{NAME} frame")


def on_stage(context: Any, listener: Callable[[Any], None]) -> list[Any]:
    """Call back with the kind of what happened to the stage: opened, closing, selection; until the results are ended."""
    types = omni.usd.StageEventType
    wanted = (types.OPENED, types.CLOSING, types.SELECTION_CHANGED)
    dispatcher = _dispatcher()
    if dispatcher is not None and hasattr(context, "stage_event_name"):
        return [
            dispatcher.observe_event(
                order=0, event_name=context.stage_event_name(kind), on_event=lambda event, kind=kind: listener(kind),
                observer_name=f"{NAME} stage",
            )
            for kind in wanted
        ]  # fmt: skip
    known = {int(kind): kind for kind in wanted}
    stream = context.get_stage_event_stream()
    return [stream.create_subscription_to_pop(lambda e: e.type in known and listener(known[e.type]), name=f"{NAME} stage")]


def _dispatcher() -> Any:
    try:
        from carb.eventdispatcher import get_eventdispatcher
    except ImportError:
        return None
    return get_eventdispatcher()


def end(subscription: Any) -> None:
    """End a subscription of either form."""
    end = getattr(subscription, "reset", None) or getattr(subscription, "unsubscribe", None)
    if end is not None:
        end()
