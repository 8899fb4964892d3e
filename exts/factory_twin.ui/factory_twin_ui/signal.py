# SPDX-License-Identifier: Apache-2.0
"""Callback lists whose connections end when they are closed or dropped."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any


def weak(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a callback that does not keep the method's object alive; once that is gone it does nothing and returns None.

    omni.ui owns its callbacks where Python's garbage collector can't look: an object that holds a widget and is held by the
    widget's callback would live for ever.
    """
    reference = weakref.WeakMethod(method)

    def call(*arguments: Any) -> Any:
        found = reference()
        return found(*arguments) if found is not None else None

    return call


class Handle:
    """A connection. It ends when `close` is called or when the last reference to it goes."""

    def __init__(self, end: Callable[[], None]) -> None:
        self._end: Callable[[], None] | None = end

    def close(self) -> None:
        """End the connection; a second call does nothing."""
        end, self._end = self._end, None
        if end is not None:
            end()

    def __del__(self) -> None:
        self.close()


class Signal:
    """A list of callbacks. Those added or ended while it is emitted count from the next time on."""

    def __init__(self) -> None:
        self._listeners: dict[int, Callable[..., Any]] = {}
        self._next = 0

    def connect(self, listener: Callable[..., Any]) -> Handle:
        """Add a callback; it stays as long as the handle does."""
        key = self._next
        self._next += 1
        self._listeners[key] = listener
        listeners = self._listeners
        return Handle(lambda: listeners.pop(key, None) and None)

    def emit(self, *arguments: Any) -> None:
        """Call all callbacks, in the order they were added."""
        for key, listener in list(self._listeners.items()):
            if key in self._listeners:
                listener(*arguments)

    def listeners(self) -> list[Callable[..., Any]]:
        """Return the callbacks that are connected now."""
        return list(self._listeners.values())

    def __len__(self) -> int:
        return len(self._listeners)


class Handles:
    """Several handles that end together."""

    def __init__(self, *handles: Handle | Handles) -> None:
        self._handles = list(handles)

    def add(self, *handles: Handle | Handles) -> None:
        """Take more handles."""
        self._handles.extend(handles)

    def close(self) -> None:
        """End all, last one first."""
        while self._handles:
            self._handles.pop().close()
