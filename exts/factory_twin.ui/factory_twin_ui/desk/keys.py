# SPDX-License-Identifier: Apache-2.0
"""The desk's keys, in one table: what a press does, and what the help window says of it. Codes are GLFW's."""

from __future__ import annotations

from typing import NamedTuple

CTRL = 2
_SHIFT_ALT = 1 | 4


class Key(NamedTuple):
    """A key.

    Attributes:
        shown: As people write it.
        code: GLFW's.
        ctrl: Whether Ctrl is held.
        action: Name of what it does.
        text: What it does, for people.
        view: Whether it counts in the 3D view alone, for elsewhere it may be typed.
    """

    shown: str
    code: int
    ctrl: bool
    action: str
    text: str
    view: bool = False


KEYS = (
    Key("Ctrl+O", 79, True, "open", "Open a stage"),
    Key("Ctrl+S", 83, True, "save", "Save"),
    Key("Ctrl+Z", 90, True, "undo", "Undo the last edit"),
    Key("Ctrl+Y", 89, True, "redo", "Do it again"),
    Key("Del", 261, False, "remove", "Remove what is selected", True),
    Key("Ctrl+D", 68, True, "duplicate", "Duplicate what is selected, 2 m beside", True),
    Key("F", 70, False, "frame", "Show what is selected, else everything", True),
    Key("Space", 32, False, "play", "Play or halt the timeline", True),
    Key("Left", 263, False, "back", "One second back", True),
    Key("Right", 262, False, "on", "One second on", True),
    Key("Home", 268, False, "begin", "To the begin of the timeline", True),
    Key("End", 269, False, "end", "To its end", True),
    Key("F1", 290, False, "help", "Show these keys"),
)
MOUSE = (
    ("Left button", "Select; drag what is selected over the ground"),
    ("Right button, dragged", "Orbit"),
    ("Middle button, dragged", "Pan"),
    ("Wheel", "Zoom"),
    ("Double click", "Show what is under it"),
)


def action(code: int, modifiers: int, *, view: bool) -> str:
    """Return what a press does; empty: nothing.

    Args:
        code: GLFW's code of the key.
        modifiers: Bits of those held (shift 1, Ctrl 2, alt 4).
        view: Whether the 3D view has the focus.
    """
    ctrl = bool(modifiers & CTRL)
    if modifiers & _SHIFT_ALT:
        return ""
    return next((k.action for k in KEYS if k.code == code and k.ctrl == ctrl and (view or not k.view)), "")
