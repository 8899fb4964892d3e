# SPDX-License-Identifier: Apache-2.0
"""A bounded queue of raw messages between the link's thread and the main thread. Bytes only; nothing is decoded here.

Overflow rule: below the bound every message is kept, in order. At the bound a last-value message takes the place of the waiting
one of its topic (`coalesced`); an event (see `events`) is not taken, so the link keeps it unacknowledged and the broker waits.
What has to be given up all the same is counted (`dropped`), never silent. Behind a recorder, a last value that finds no room is
passed by (`passed`): it is in the recorder.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import perf_counter

from ..message import Message


class Inbox:
    """A bounded, thread-safe queue.

    Args:
        capacity: Messages held at most.
        size: Payload bytes held at most.
        events: Says whether the messages of a topic are events, which are never coalesced.

    Attributes:
        taken: Messages appended (replacements not counted).
        coalesced: Messages replaced by a newer one of their topic.
        dropped: Messages given up.
        passed: Messages that found no room, but are in the recorder.
    """

    def __init__(self, capacity: int = 10_000, *, size: int = 16 << 20, events: Callable[[str], bool] | None = None) -> None:
        self.capacity, self.size = capacity, size
        self.taken = self.coalesced = self.dropped = self.passed = 0
        self._events = events or (lambda topic: False)
        self._queue: deque[list[Message]] = deque()
        self._last: dict[str, list[Message]] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, message: Message, *, append: bool = True) -> bool:
        """Take a message; return False when it can't be taken now.

        Args:
            message: The message.
            append: False: only take it in place of a waiting one (others wait before it).
        """
        with self._lock:
            return self._put(message, append)

    def take(self, messages: Iterable[Message]) -> list[Message]:
        """Take messages in order; return those that can't be taken now. Behind such a one, only replacements are made."""
        left: list[Message] = []
        with self._lock:
            for message in messages:
                if not self._put(message, not left):
                    left.append(message)
        return left

    def fit(self, messages: Sequence[Message]) -> int:
        """Return how many of these, from the first on, may be recorded now: up to an event that finds no room here."""
        count = min(len(messages), max(0, self.capacity - len(self._queue)))
        while count < len(messages) and not self._is_event(messages[count].topic):
            count += 1
        return count

    def pass_by(self, count: int) -> None:
        """Count messages that found no room, but are in the recorder."""
        self.passed += count

    def _is_event(self, topic: str) -> bool:
        try:
            return self._events(topic)
        except Exception:  # a format of someone else's: then rather keep each message
            return True

    def _put(self, message: Message, append: bool) -> bool:
        topic, size = message.topic, len(message.payload)
        if append and len(self._queue) < self.capacity and self._bytes + size <= self.size:
            self._last[topic] = slot = [message]
            self._queue.append(slot)
            self._bytes += size
            self.taken += 1
            return True
        waiting = None if self._is_event(topic) else self._last.get(topic)
        if waiting is None:
            return False
        self._bytes += size - len(waiting[0].payload)
        waiting[0] = message
        self.coalesced += 1
        return True

    def give_up(self, count: int = 1) -> None:
        """Count messages that were lost because there was no room."""
        with self._lock:
            self.dropped += count

    def get(self) -> Message | None:
        """Return the oldest message, or None."""
        with self._lock:
            if not self._queue:
                return None
            slot = self._queue.popleft()
            message = slot[0]
            self._bytes -= len(message.payload)
            if self._last.get(message.topic) is slot:
                del self._last[message.topic]
            return message

    def drain(self, limit: int = 1_000_000, budget: float = float("inf")) -> Iterator[Message]:
        """Yield waiting messages, oldest first, at most `limit`, for at most about `budget` s of wall time."""
        deadline = perf_counter() + budget
        for _ in range(limit):
            message = self.get()
            if message is None:
                return
            yield message
            if perf_counter() >= deadline:
                return
