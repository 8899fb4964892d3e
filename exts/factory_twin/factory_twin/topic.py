# SPDX-License-Identifier: Apache-2.0
"""MQTT topics as text: names, filters with wildcards, and a tree that finds the filters a name matches. All untrusted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

PREFIX = "factorytwin"
LENGTH = 1024
LEVELS = 64

T = TypeVar("T")


def fault(text: str) -> str:
    """Return what is wrong with a topic name; empty when nothing is."""
    wrong = _text_fault(text)
    if not wrong and any(c in text for c in "+#"):
        return "The topic holds a wildcard or a NUL."
    return wrong


def filter_fault(text: str) -> str:
    """Return what is wrong with a topic filter (+ stands for one level, # at the end for the rest); empty when nothing is."""
    wrong = _text_fault(text)
    if wrong:
        return wrong
    levels = text.split("/")
    if any("#" in level for level in levels[:-1]) or ("#" in levels[-1] and levels[-1] != "#"):
        return "# stands alone, as the last level."
    if any("+" in level and level != "+" for level in levels):
        return "+ stands alone in its level."
    return ""


def prefix_fault(prefix: str) -> str:
    """Return what is wrong with a prefix; empty when nothing is."""
    wrong = fault(prefix)
    if not wrong and (prefix != prefix.strip("/") or "//" in prefix or prefix.startswith("$")):
        wrong = 'A prefix has no empty level and does not start with "$".'
    return wrong.replace("The topic", "The prefix")


def _text_fault(text: str) -> str:
    if not text:
        return "The topic is empty or no valid UTF-8."
    if len(text) > LENGTH:
        return f"The topic is longer than {LENGTH} characters."
    if "\0" in text:
        return "The topic holds a wildcard or a NUL."
    if not text.isascii() and any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        return "The topic holds a lone surrogate."
    if text.count("/") >= LEVELS:
        return f"The topic has more than {LEVELS} levels."
    return ""


class FilterTree(Generic[T]):
    """Values by topic filter; a look-up takes time by levels, not by filters."""

    def __init__(self) -> None:
        self._root = _Level[T]()

    def add(self, text: str, value: T) -> None:
        """Add a value under a filter."""
        level = self._root
        for word in text.split("/"):
            level = level.below.setdefault(word, _Level())
        level.values.append(value)

    def find(self, topic: str) -> Iterator[T]:
        """Yield the values of all filters that a topic name matches."""
        words = topic.split("/")
        stack = [(self._root, 0)]
        wild = not topic.startswith("$")  # wildcards of the first level don't match $SYS and its like
        while stack:
            level, depth = stack.pop()
            rest = level.below.get("#")
            if rest is not None and (depth or wild):
                yield from rest.values
            if depth == len(words):
                yield from level.values
                continue
            exact = level.below.get(words[depth])
            if exact is not None:
                stack.append((exact, depth + 1))
            one = level.below.get("+")
            if one is not None and (depth or wild):
                stack.append((one, depth + 1))


class _Level(Generic[T]):
    __slots__ = ("below", "values")

    def __init__(self) -> None:
        self.below: dict[str, _Level[T]] = {}
        self.values: list[T] = []
