# SPDX-License-Identifier: Apache-2.0
"""Topics: `<prefix>/<prim path without its leading slash>/<signal>`, or the place's id instead of its path.

A topic is untrusted: it names a place only by a look-up among the known ones, so it never leads anywhere else on the stage.
"""

from __future__ import annotations

from collections import Counter

from ..plant import Plant

PREFIX = "factorytwin"
STATE, PARTS, WIP, TEMPERATURE = "state", "parts", "wip", "temperature"
SIGNALS = (STATE, PARTS, WIP, TEMPERATURE)
EVENTS = frozenset({STATE, PARTS})
"""Signals whose messages are events: each one counts, so the inbox never coalesces them."""
LENGTH = 1024
LEVELS = 64


def topic(prefix: str, place: str, signal: str) -> str:
    """Return the topic of a place's signal."""
    return f"{prefix}/{place.lstrip('/')}/{signal}"


def subscription(prefix: str) -> str:
    """Return the topic filter that takes in all of a prefix."""
    return f"{prefix}/#"


def is_event(text: str) -> bool:
    """Return whether the messages of a topic are events."""
    return text.rpartition("/")[2] in EVENTS


def fault(text: str) -> str:
    """Return what is wrong with a topic name; empty when nothing is."""
    if not text:
        return "The topic is empty or no valid UTF-8."
    if len(text) > LENGTH:
        return f"The topic is longer than {LENGTH} characters."
    if any(c in text for c in "+#\0"):
        return "The topic holds a wildcard or a NUL."
    if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        return "The topic holds a lone surrogate."
    if text.count("/") >= LEVELS:
        return f"The topic has more than {LEVELS} levels."
    return ""


def prefix_fault(prefix: str) -> str:
    """Return what is wrong with a prefix; empty when nothing is."""
    wrong = fault(prefix)
    if not wrong and (prefix != prefix.strip("/") or "//" in prefix or prefix.startswith("$")):
        wrong = 'A prefix has no empty level and does not start with "$".'
    return wrong.replace("The topic", "The prefix")


def places_by_name(plant: Plant) -> dict[str, str]:
    """Return the prim path for each name a topic may use: the path without its leading slash, and the id where it is unique."""
    ids = Counter(n.id for n in plant.nodes if n.id)
    names = {n.id: n.path for n in plant.nodes if n.id and ids[n.id] == 1}
    names.update({n.path.lstrip("/"): n.path for n in plant.nodes})
    return names


def split(text: str, prefix: str) -> tuple[str, str] | None:
    """Return (name of the place, signal) of a topic; None when it is not below the prefix."""
    if not text.startswith(f"{prefix}/"):
        return None
    name, slash, signal = text[len(prefix) + 1 :].rpartition("/")
    return (name, signal) if slash and name and signal else None
