# SPDX-License-Identifier: Apache-2.0
"""Click through the real omni.ui without Kit: the call names of `omni.kit.ui_test` that our tests use, on ovui.

Queries read `Window//Frame/**/Button[*].identifier=='run'`: a window title, then child types with an index, `*` or `**`, then
an optional condition on an attribute. All of them draw the frames they need; `before_frame` is called before each one.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import omni.ui as ui
from omni.ui import _ui, standalone

_NAMES = (
    "TAB", "LEFT", "RIGHT", "UP", "DOWN", "PAGE_UP", "PAGE_DOWN", "HOME", "END", "INSERT", "DEL", "BACKSPACE", "SPACE", "ENTER",
    "ESCAPE",
)  # fmt: skip
KEYS = {name: 512 + i for i, name in enumerate(_NAMES)} | {chr(65 + i): 546 + i for i in range(26)}
_MODIFIERS = {"CTRL": (527, 4096), "SHIFT": (528, 8192), "ALT": (529, 16384)}
_CONDITION = re.compile(r"\.(\w+)\s*(==|!=)\s*('[^']*'|\"[^\"]*\"|-?\d+(?:\.\d+)?|True|False)$")
before_frame: Callable[[], None] = lambda: None  # noqa: E731


class Vec2:
    """A point of the screen."""

    def __init__(self, x: float, y: float) -> None:
        self.x, self.y = x, y

    def __add__(self, other: Vec2) -> Vec2:
        return Vec2(self.x + other.x, self.y + other.y)


async def wait_n_updates(updates: int = 2) -> None:
    """Draw some frames."""
    for _ in range(updates):
        before_frame()
        standalone._tick_one_frame()
        await asyncio.sleep(0)


async def wait_until(reached: Callable[[], Any], what: str, frames: int = 300, pause: float = 0.0) -> None:
    """Draw frames until something is reached."""
    for _ in range(frames):
        if reached():
            return
        await wait_n_updates(1)
        if pause:
            await asyncio.sleep(pause)
    raise AssertionError(f"not reached in {frames} frames: {what}")


async def human_delay(human_delay_speed: int = 2) -> None:
    """Draw a few frames."""
    await wait_n_updates(human_delay_speed)


# ---- input


async def emulate_mouse_move(pos: Vec2, human_delay_speed: int = 2) -> None:
    """Move the mouse."""
    _ui._inject_mouse_move(float(pos.x), float(pos.y))
    await wait_n_updates(human_delay_speed)


async def emulate_mouse_move_and_click(pos: Vec2, right_click: bool = False, double: bool = False) -> None:
    """Click at a point."""
    button = 1 if right_click else 0
    await emulate_mouse_move(pos)
    for _ in range(2 if double else 1):
        _ui._inject_mouse_button(button, True)
        await wait_n_updates(1)
        _ui._inject_mouse_button(button, False)
        await wait_n_updates(1)
    await wait_n_updates(1)


async def emulate_mouse_drag_and_drop(start_pos: Vec2, end_pos: Vec2, right_click: bool = False, steps: int = 6) -> None:
    """Press at one point, move, and release at another."""
    button = 1 if right_click else 0
    await emulate_mouse_move(start_pos)
    _ui._inject_mouse_button(button, True)
    await wait_n_updates(1)
    for i in range(1, steps + 1):
        share = i / steps
        x, y = start_pos.x + (end_pos.x - start_pos.x) * share, start_pos.y + (end_pos.y - start_pos.y) * share
        await emulate_mouse_move(Vec2(x, y), 1)
    _ui._inject_mouse_button(button, False)
    await wait_n_updates(2)


async def emulate_mouse_scroll(delta: Vec2) -> None:
    """Turn the wheel."""
    _ui._inject_mouse_scroll(float(delta.x), float(delta.y))
    await wait_n_updates(2)


async def emulate_char_press(chars: str) -> None:
    """Type text."""
    _ui._inject_text_input(chars)
    await wait_n_updates(2)


async def emulate_keyboard_press(key: str) -> None:
    """Press and release a key by its name in `KEYS`."""
    _ui._inject_key_event(KEYS[key], True)
    await wait_n_updates(1)
    _ui._inject_key_event(KEYS[key], False)
    await wait_n_updates(1)


async def emulate_key_combo(combo: str) -> None:
    """Press keys together, such as "CTRL+A"."""
    *modifiers, key = combo.upper().split("+")
    codes = [code for m in modifiers for code in _MODIFIERS[m]]
    for code in codes:
        _ui._inject_key_event(code, True)
    await wait_n_updates(1)
    await emulate_keyboard_press(key)
    for code in codes:
        _ui._inject_key_event(code, False)
    await wait_n_updates(1)


# ---- queries


def find_all(query: str) -> list[WidgetRef]:
    """Return all widgets that a query matches."""
    title, _, path = query.partition("//")
    window = ui.Workspace.get_window(title)
    if window is None:
        return []
    if not path:
        return [WidgetRef(window, title)]
    return _search(window, title + "/", path)


def find(query: str) -> WidgetRef | None:
    """Return the one widget that a query matches, or None."""
    found = find_all(query)
    if len(found) > 1:
        raise AssertionError(f"{query!r} is ambiguous: {[f.realpath for f in found]}")
    return found[0] if found else None


def find_first(query: str) -> WidgetRef | None:
    """Return the first widget that a query matches, or None."""
    return next(iter(find_all(query)), None)


def _search(root: Any, name: str, path: str) -> list[WidgetRef]:
    condition = _CONDITION.search(path)
    steps = [s for s in path[: condition.start() if condition else None].split("/") if s]
    found: dict[str, WidgetRef] = {}
    for widget, where in _match([(root, name)], steps):
        if condition is None or _holds(widget, condition):
            found.setdefault(where, WidgetRef(widget, where))
    return list(found.values())


def _holds(widget: Any, condition: re.Match[str]) -> bool:
    text = condition[3]
    value = {"True": True, "False": False}.get(text, text[1:-1] if text[0] in "'\"" else None)
    value = float(text) if value is None else value
    known = hasattr(widget, condition[1])
    return known and (getattr(widget, condition[1]) == value) is (condition[2] == "==")


def _children(widget: Any, where: str) -> Iterator[tuple[Any, str, str, int]]:
    inside = [widget.frame] if isinstance(widget, ui.Window) else ui.Inspector.get_children(widget)
    count: dict[str, int] = {}
    for child in inside:
        if child is not None:
            kind = type(child).__name__
            number = count[kind] = count.get(kind, -1) + 1
            yield child, f"{where}/{kind}[{number}]", kind, number


def _below(widget: Any, where: str) -> Iterator[tuple[Any, str]]:
    yield widget, where
    for child, path, _, _ in _children(widget, where):
        yield from _below(child, path)


def _match(roots: list[tuple[Any, str]], steps: list[str]) -> list[tuple[Any, str]]:
    if not steps:
        return roots
    step, rest = steps[0], steps[1:]
    found = []
    for widget, where in roots:
        if step == "**":
            found += list(_below(widget, where))
            continue
        wanted = re.fullmatch(r"(\w+|\*)(?:\[(\*|\d+)\])?", step)
        if wanted is None:
            raise ValueError(f"{step!r} is no part of a query")
        for child, path, kind, number in _children(widget, where):
            if wanted[1] in ("*", kind) and wanted[2] in (None, "*", str(number)):
                found.append((child, path))
    return _match(found, rest)


class WidgetRef:
    """A widget and what a user can do with it."""

    def __init__(self, widget: Any, path: str) -> None:
        self.widget, self.realpath = widget, path

    @property
    def model(self) -> Any:
        return self.widget.model

    @property
    def position(self) -> Vec2:
        if isinstance(self.widget, ui.WindowHandle):
            return Vec2(self.widget.position_x, self.widget.position_y)
        return Vec2(self.widget.screen_position_x, self.widget.screen_position_y)

    @property
    def size(self) -> Vec2:
        if isinstance(self.widget, ui.WindowHandle):
            return Vec2(self.widget.width, self.widget.height)
        return Vec2(self.widget.computed_width, self.widget.computed_height)

    @property
    def center(self) -> Vec2:
        return Vec2(self.position.x + self.size.x / 2, self.position.y + self.size.y / 2)

    async def click(self, pos: Vec2 | None = None, right_click: bool = False, double: bool = False) -> None:
        await emulate_mouse_move_and_click(pos or self.center, right_click, double)

    async def right_click(self, pos: Vec2 | None = None) -> None:
        await self.click(pos, right_click=True)

    async def double_click(self, pos: Vec2 | None = None) -> None:
        await self.click(pos, double=True)

    async def drag_and_drop(self, drop_target: Vec2) -> None:
        await emulate_mouse_drag_and_drop(self.center, drop_target)

    async def focus(self) -> None:
        if isinstance(self.widget, ui.WindowHandle):
            self.widget.focus()
        await wait_n_updates(2)

    async def input(self, text: str, end_key: str = "ENTER") -> None:
        """Type over what is there and end with a key; an empty `end_key` leaves the field open."""
        await self.double_click()
        await emulate_key_combo("CTRL+A")
        await emulate_char_press(text)
        if end_key:
            await emulate_keyboard_press(end_key)

    def find_all(self, path: str) -> list[WidgetRef]:
        return _search(self.widget, self.realpath, path)

    def find(self, path: str) -> WidgetRef | None:
        return next(iter(self.find_all(path)), None)


# ---- pictures


def capture() -> Any:
    """Return the frame as numpy array (height, width, 3) of uint8."""
    import numpy as np
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "frame.bmp"))
        cursor = _ui._is_software_cursor_enabled()
        _ui._set_software_cursor(False)
        try:
            standalone._tick_one_frame()
            assert _ui._schedule_screenshot(path)
            standalone._tick_one_frame()
            assert _ui._poll_screenshot_done()
        finally:
            _ui._set_software_cursor(cursor)
        return np.asarray(Image.open(path).convert("RGB"))
