# SPDX-License-Identifier: Apache-2.0
"""A bounded queue of raw messages between the link's thread and the main thread. Bytes only; nothing is decoded here.

Overflow rule: below the bound every message is kept, in order. At the bound a last-value message takes the place of the waiting
one of its topic (`coalesced`); an event (see `events`) is not taken, so the link keeps it unacknowledged and the broker waits.
What has to be given up all the same is counted (`dropped`), never silent.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
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
    """

    def __init__(self, capacity: int = 10_000, *, size: int = 16 << 20, events: Callable[[str], bool] | None = None) -> None:
        self.capacity, self.size = capacity, size
        self.taken = self.coalesced = self.dropped = 0
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
        event = self._events(message.topic)
        with self._lock:
            if append and len(self._queue) < self.capacity and self._bytes + len(message.payload) <= self.size:
                slot = [message]
                self._queue.append(slot)
                self._bytes += len(message.payload)
                self.taken += 1
                if not event:
                    self._last[message.topic] = slot
                return True
            waiting = None if event else self._last.get(message.topic)
            if waiting is None:
                return False
            self._bytes += len(message.payload) - len(waiting[0].payload)
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
