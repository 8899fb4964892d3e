# SPDX-License-Identifier: Apache-2.0
"""What the bindings say of whole topics: which messages count each, which format they are in, where their time is."""

from __future__ import annotations

from collections.abc import Iterable

from ..plant import Binding
from ..quantity import QUANTITIES
from ..topic import PREFIX, FilterTree

_KEPT = 16_384


class Filters:
    """Answers questions about topics; safe on any thread.

    Args:
        bindings: Bindings of the stage.
        prefix: First levels of the default topics.
    """

    def __init__(self, bindings: Iterable[Binding] = (), prefix: str = PREFIX) -> None:
        self._below = f"{prefix}/"
        self._tree: FilterTree[Binding] = FilterTree()
        self._events: dict[str, bool] = {}
        for binding in bindings:
            path = f"{prefix}/{binding.path.lstrip('/')}"
            self._tree.add(binding.topic or (path if binding.pointer else f"{path}/{binding.target}"), binding)

    def is_event(self, topic: str) -> bool:
        """Return whether each message of a topic counts, so that none may be replaced by a newer one.

        Below the prefix all do whose last level is no mere measure: an object may hold a state or a count.
        """
        known = self._events.get(topic)
        if known is None:
            if len(self._events) >= _KEPT:
                self._events = {}
            known = self._events[topic] = self._is_event(topic)
        return known

    def time_pointer(self, topic: str) -> str:
        """Return the pointer to the time in the messages of a topic; empty: it is to be found."""
        return next((b.time_pointer for b in self._tree.find(topic) if b.time_pointer), "")

    def format_of(self, topic: str) -> str:
        """Return the name of the format that a binding names for a topic; empty: none."""
        return next((b.format for b in self._tree.find(topic) if b.format), "")

    def _is_event(self, topic: str) -> bool:
        bound = list(self._tree.find(topic))
        if bound:
            return any(b.event for b in bound)
        if not topic.startswith(self._below):
            return False
        known = QUANTITIES.get(topic.rpartition("/")[2])
        return known is None or known.is_event
