# SPDX-License-Identifier: Apache-2.0
"""The right side of the Factory Live panel: what the plant says in a sentence, last values by place, and what is wrong."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import omni.ui as ui
from factory_twin.event import State
from factory_twin.live.state import Quality
from factory_twin_ui import style
from factory_twin_ui.table import ROW, Column, Table

from .model import LiveModel, PlaceRow, age_text

_WRONG = 12  # lines shown


class ValuesView:
    """Builds the values inside the present frame.

    Args:
        model: Has a feed.
        narrow: Whether there is little room.
        selected: Called with the prim paths of the places the user selected.
    """

    def __init__(self, model: LiveModel, *, narrow: bool, selected: Callable[[tuple[str, ...]], None]) -> None:
        self._model = model
        self._shown: list[str] = []
        off = ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF
        with ui.VStack(spacing=7):
            ui.Spacer(height=2)
            self._sentence = ui.Label("", name="sentence", height=0, word_wrap=True, identifier="live_sentence")
            with ui.HStack(spacing=12):
                with ui.ScrollingFrame(width=ui.Fraction(3 if narrow else 2.5), horizontal_scrollbar_policy=off):
                    self.table = Table(columns(narrow=narrow), lambda r: r.path, selected=selected, identifier="values")
                with ui.VStack(width=ui.Fraction(1), spacing=3):
                    ui.Label("What is wrong", height=20, name="small")
                    with ui.ScrollingFrame(horizontal_scrollbar_policy=off):
                        self._wrong = ui.Frame(build_fn=self._build_wrong)
            ui.Spacer(height=4)

    def _build_wrong(self) -> None:
        with ui.VStack(height=0, spacing=4):
            for text in self._shown[:_WRONG]:
                ui.Label(text, name="warning", word_wrap=True, height=0)
            if len(self._shown) > _WRONG:
                ui.Label(f"... and {len(self._shown) - _WRONG} more", name="small", height=18)
            if not self._shown:
                ui.Label("Nothing.", name="dim", height=20)

    def refresh(self) -> None:
        """Show what is known now."""
        rows = self._model.rows(time.monotonic())
        self.table.set_rows(rows)
        self._sentence.text = self._model.sentence(rows)
        wrong = self._model.wrong(rows)
        if wrong != self._shown:
            self._shown = wrong
            self._wrong.rebuild()

    def select(self, paths: Sequence[str]) -> None:
        """Mark places as selected."""
        self.table.select(paths)


def columns(*, narrow: bool) -> list[Column]:
    """Return the columns; rows are `PlaceRow`s."""
    every = [
        Column("Place", lambda r: r.name, ui.Fraction(5)),
        Column("Kind", lambda r: r.kind, 76),
        Column("State", _state_text, 90, key=lambda r: -int(r.row.state), build=_state),
        Column("Parts", _number("parts"), 54, key=_order("parts"), right=True, tooltip="Parts finished."),
        Column("Here", _number("wip"), 48, key=_order("wip"), right=True, tooltip="Parts here now."),
        Column("Temp. [°C]", _temperature, 74, key=_order("temperature"), right=True, tooltip="Temperature, degrees Celsius."),
        Column("Age", _age, 68, key=lambda r: r.row.age, right=True, tooltip="Since the newest value arrived."),
    ]
    return [c for c in every if not narrow or c.title not in ("Kind", "Here")]


def _number(name: str) -> Callable[[Any], str]:
    return lambda r: "" if getattr(r.row, name) is None else f"{getattr(r.row, name)}"


def _order(name: str) -> Callable[[Any], float]:
    return lambda r: -math.inf if getattr(r.row, name) is None else float(getattr(r.row, name))


def _state_text(row: PlaceRow) -> str:
    return row.row.state.token if row.row.state is not State.UNKNOWN else ""


def _temperature(row: PlaceRow) -> str:
    return "" if row.row.temperature is None else f"{row.row.temperature:.1f}"


def _age(row: PlaceRow) -> str:
    age = age_text(row.row.age)
    words = {Quality.STALE: f"stale, {age}", Quality.UNCERTAIN: f"old, {age}"}
    return words.get(row.row.quality, age)


def _state(row: PlaceRow) -> None:
    text = _state_text(row)
    if text:
        with ui.HStack(height=ROW, spacing=5, tooltip=text):
            ui.Spacer(width=1)
            style.state_chip(row.row.state)
            ui.Label(text, elided_text=True, identifier=f"state_{row.path}")
