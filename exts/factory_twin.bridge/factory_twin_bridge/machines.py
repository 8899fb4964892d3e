# SPDX-License-Identifier: Apache-2.0
"""The tab Machines: what the plant says in a sentence, last values by place, and what is wrong."""

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

from .model import LiveModel, PlaceRow
from .words import age_text, number

_WRONG = 12  # lines shown
_HEALTH = {"good": style.GOOD, "warning": style.WARNING, "alarm": style.ERROR}
_ORDER = {"alarm": 0, "warning": 1, "good": 2}
_OFF = ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF


class MachinesView:
    """Builds the values inside the present frame.

    Args:
        model: Has a feed.
        room: Width there is, pixels.
        selected: Called with the prim paths of the places the user selected.
    """

    def __init__(self, model: LiveModel, *, room: float, selected: Callable[[tuple[str, ...]], None]) -> None:
        self._model = model
        self._shown: list[str] = []
        with ui.VStack(spacing=5):
            ui.Spacer(height=2)
            self._sentence = ui.Label("", name="sentence", height=0, word_wrap=True, identifier="live_sentence")
            with ui.HStack(spacing=12) if room >= 620 else ui.VStack(spacing=4):
                with ui.ScrollingFrame(width=ui.Fraction(3), height=ui.Fraction(3), horizontal_scrollbar_policy=_OFF):
                    shown = columns(room * (0.72 if room >= 620 else 1.0))
                    self.table = Table(shown, lambda r: r.path, selected=selected, identifier="values")
                with ui.VStack(width=ui.Fraction(1), height=ui.Fraction(1), spacing=3):
                    ui.Label("What is wrong", height=20, name="small")
                    with ui.ScrollingFrame(horizontal_scrollbar_policy=_OFF):
                        self._wrong = ui.Frame(build_fn=self._build_wrong)
            ui.Spacer(height=4)
        self.refresh()

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

    def close(self) -> None:
        """See `View`."""


def columns(room: float) -> list[Column]:
    """Return the columns that fit; rows are `PlaceRow`s."""
    every = [
        (0, Column("Place", lambda r: r.name, ui.Fraction(5))),
        (700, Column("Kind", _kind, 82)),
        (0, Column("State", _state_text, 92 if room >= 420 else 84, key=lambda r: -int(r.row.state), build=_state)),
        (0, Column("Health", lambda r: "" if _known_health(r) == "unknown" else _known_health(r), 76 if room >= 420 else 46,
                   key=lambda r: _ORDER.get(_known_health(r), 3), build=_health if room >= 420 else _health_dot,
                   tooltip="What machine health says.")),
        (330, Column("Parts", _text("parts"), 56, key=_order("parts"), right=True, tooltip="Parts finished.")),
        (760, Column("Here", _text("wip"), 46, key=_order("wip"), right=True, tooltip="Parts here now.")),
        (380, Column("Temp. [°C]", _text("temperature"), 72, key=_order("temperature"), right=True,
                   tooltip="Temperature, degrees Celsius.")),
        (520, Column("Vibr. [mm/s]", _text("vibration"), 80, key=_order("vibration"), right=True,
                     tooltip="Vibration velocity, rms.")),
        (600, Column("Power [kW]", _text("power"), 76, key=_order("power"), right=True)),
        (480, Column("OEE", _oee, 58,
                     key=lambda r: -math.inf if r.oee is None else r.oee, right=True,
                     tooltip="Overall equipment effectiveness of the last 8 hours (ISO 22400).")),
        (0, Column("Age", _age, 90 if room >= 420 else 74, key=lambda r: r.row.age, right=True,
                   tooltip="Since the newest value arrived.")),
    ]  # fmt: skip
    return [c for least, c in every if room >= least]


def _text(name: str) -> Callable[[Any], str]:
    return lambda r: number(name, getattr(r.row, name))


def _kind(row: PlaceRow) -> str:
    return "route" if row.kind == "vehiclepath" else row.kind


def _oee(row: PlaceRow) -> str:
    if row.oee is None:
        return ""
    return f"{row.oee:.0%}" if row.oee < 1.5 else "> 150%"  # faster than planned: the plan is of another plant


def _order(name: str) -> Callable[[Any], float]:
    return lambda r: -math.inf if getattr(r.row, name) is None else float(getattr(r.row, name))


def _state_text(row: PlaceRow) -> str:
    return row.row.state.token if row.row.state is not State.UNKNOWN else ""


def _age(row: PlaceRow) -> str:
    age = age_text(row.row.age)
    words = {Quality.STALE: f"stale, {age}", Quality.UNCERTAIN: f"old, {age}", Quality.BAD: f"bad, {age}"}
    return words.get(row.row.quality, age)


def _state(row: PlaceRow) -> None:
    text = _state_text(row)
    if text:
        with ui.HStack(height=ROW, spacing=5, tooltip=text):
            ui.Spacer(width=1)
            style.state_chip(row.row.state)
            ui.Label(text, elided_text=True, identifier=f"state_{row.path}")


def _known_health(row: PlaceRow) -> str:
    """Nothing is known of a machine that has been silent for long."""
    return "unknown" if row.row.quality is Quality.STALE else row.row.health


def _health(row: PlaceRow) -> None:
    word = _known_health(row)
    if word in _HEALTH:
        with ui.HStack(height=ROW, spacing=5, tooltip=row.row.alarm or word):
            ui.Spacer(width=1)
            dot(_HEALTH[word])
            ui.Label(word, elided_text=True, identifier=f"health_{row.path}")


def _health_dot(row: PlaceRow) -> None:
    word = _known_health(row)
    if word in _HEALTH:
        with ui.HStack(height=ROW, tooltip=row.row.alarm or word):
            ui.Spacer()
            dot(_HEALTH[word])
            ui.Spacer()


def dot(color: str, *, size: int = 10) -> ui.Circle:
    """Build a small circle in the middle of the row's height."""
    with ui.VStack(width=size):
        ui.Spacer()
        made = ui.Circle(width=size, height=size, style={"background_color": ui.color(color)})
        ui.Spacer()
    return made
