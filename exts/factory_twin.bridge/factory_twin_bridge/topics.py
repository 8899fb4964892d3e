# SPDX-License-Identifier: Apache-2.0
"""The tab Topics: all that comes over the wire, where it goes, and how to bind it to a prim."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import omni.ui as ui
from factory_twin.binding import Seen
from factory_twin.edit import Edit
from factory_twin_ui.signal import weak
from factory_twin_ui.table import ROW, Column, Table

from .bindings import Bindings
from .model import LiveModel
from .targets import Targets
from .words import age_text

SIDE = 620  # room from which on the targets stand beside the list
MIME = "factory-twin-value:"
_OFF = ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF
_SEPARATOR = "\x1f"


class TopicsView:
    """Builds the browser inside the present frame.

    Args:
        model: Has a feed.
        room: Width there is, pixels.
        do: Does an edit as one undo step; it shows what is wrong with it by itself.
        text: To search for at first.
        typed: Called with the text searched for.
    """

    def __init__(self, model: LiveModel, *, room: float, do: Callable[[Edit], None], text: str,
                 typed: Callable[[str], None]) -> None:  # fmt: skip
        self._model, self._typed, self._text = model, typed, text
        self.bindings = Bindings(model)
        beside = room >= SIDE
        with ui.VStack(spacing=4):
            ui.Spacer(height=2)
            with ui.HStack(height=24, spacing=8):
                tip = "Words that topic or name must hold."
                ui.Label("Search", name="dim", width=44, tooltip=tip)
                self._search = ui.StringField(identifier="search", tooltip=tip, width=180 if beside else ui.Fraction(1))
                self._search.model.set_value(text)
                self._changed = self._search.model.subscribe_value_changed_fn(weak(self._find))
                self._counts = ui.Label("", name="small", elided_text=True, identifier="bound_counts", width=ui.Fraction(1))
            with ui.HStack(spacing=10) if beside else ui.VStack(spacing=4):
                with ui.ScrollingFrame(width=ui.Fraction(5), height=ui.Fraction(3), horizontal_scrollbar_policy=_OFF):
                    shown = _columns(room * (0.62 if beside else 1.0), self.bindings.text, self._press)
                    self.table = Table(shown, key, selected=self._chosen, identifier="topics")
                with ui.ScrollingFrame(width=ui.Fraction(3), height=ui.Fraction(2), horizontal_scrollbar_policy=_OFF):
                    self.targets = Targets(model, self.bindings, do)
            ui.Spacer(height=4)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        feed = self._model.feed
        if feed is None:
            return
        rows = feed.discovery.rows(self._text)
        self.table.set_rows(rows)
        bound = sum(bool(self.bindings.places(r)) for r in rows)
        forgotten = f", {feed.discovery.forgotten} forgotten" if feed.discovery.forgotten else ""
        self._counts.text = f"{len(rows)} values, {bound} bound, {len(rows) - bound} not bound{forgotten}"
        self.targets.refresh()

    def select(self, paths: Sequence[str]) -> None:
        """Offer the prim selected as target."""
        self.targets.select(paths)

    def close(self) -> None:
        """End what listens."""
        self.targets.close()
        self.__dict__.clear()

    def _find(self, model: Any) -> None:
        self._text = model.as_string
        self._typed(self._text)
        self.refresh()

    def _chosen(self, keys: tuple[str, ...]) -> None:
        rows = {key(r): r for r in self.table.rows}
        self.targets.choose(rows.get(keys[0]) if keys else None)

    def _press(self, row: Seen) -> None:
        """Choose a row by its first cell, which takes the mouse for itself, since it can be dragged."""
        self.table.select((key(row),))
        self.targets.choose(row)


def key(row: Seen) -> str:
    """Return what tells a value from all others."""
    return f"{row.source}{_SEPARATOR}{row.name}"


def dropped(text: str) -> tuple[str, str] | None:
    """Return source and name of a value that was dragged; None for anything else."""
    if not text.startswith(MIME):
        return None
    source, _, name = text[len(MIME) :].partition(_SEPARATOR)
    return source, name


def _columns(room: float, bound: Callable[[Seen], str], press: Callable[[Seen], None]) -> list[Column]:
    wide = room >= 440
    every = [
        (0, Column("Topic", _topic_text, ui.Fraction(5), build=lambda r: _topic(r, press, whole=not wide),
                   key=lambda r: (r.source, r.name), tooltip="Topic or device; of a long one its end.")),
        (440, Column("Name", lambda r: r.name, ui.Fraction(2) if room >= 700 else 64,
                     tooltip="Pointer into the message, or name of the metric.")),
        (0, Column("Value", _value, 78 if wide else 70, right=True, key=_order)),
        (480, Column("Unit", lambda r: r.unit, 46)),
        (700, Column("Rate", _rate, 62, key=lambda r: r.rate, right=True, tooltip="How often it comes.")),
        (0, Column("Bound to", bound, ui.Fraction(4) if wide else 70, tooltip="Prim and quantity that the value goes to.")),
    ]  # fmt: skip
    return [c for least, c in every if room >= least]


def _topic_text(row: Seen) -> str:
    return f"{end(row.source)} {row.name}".strip()


def _topic(row: Seen, press: Callable[[Seen], None], *, whole: bool) -> None:
    tip = f"{row.source} {row.name}".strip() + "\nDrag it to a place to bind it."
    text = _topic_text(row).removeprefix(".../") if whole else end(row.source)
    with ui.HStack(height=ROW, drag_fn=lambda: _drag(row), tooltip=tip,
                   mouse_released_fn=lambda x, y, button, modifiers: press(row) if button == 0 else None):  # fmt: skip
        ui.Spacer(width=6)
        ui.Label(text, elided_text=True, identifier=f"topic_{row.source}{row.name}")


def _drag(row: Seen) -> str:
    ui.Label(f"{end(row.source)} {row.name}".strip())
    return MIME + key(row)


def end(source: str, most: int = 30) -> str:
    """Return a topic, of a long one its last two levels, which tell it from others."""
    return source if len(source) <= most else ".../" + "/".join(source.split("/")[-2:])


def _value(row: Seen) -> str:
    value = row.value
    if value is None:
        return "gone"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if row.good else f"{text} (bad)"


def _order(row: Seen) -> tuple[bool, float, str]:
    number = isinstance(row.value, (int, float))
    return number, float(row.value or 0.0) if number else 0.0, str(row.value)


def _rate(row: Seen) -> str:
    silent = time.time() - row.last
    if row.rate <= 0 or silent > max(10.0, 5 / row.rate):
        return f"- {age_text(silent)}"
    return f"{row.rate:.1f} /s" if row.rate >= 0.095 else f"{row.rate * 60:.1f} /min"
