# SPDX-License-Identifier: Apache-2.0
"""The tab Alarms: what needs someone, acknowledge and shelve, and what there was before."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import omni.ui as ui
from factory_twin.errors import FactoryTwinError
from factory_twin.health import Alarms
from factory_twin.health.alarm import Alarm, Condition, Priority
from factory_twin_ui import style
from factory_twin_ui.form import words
from factory_twin_ui.table import ROW, Column, Table

from .machines import dot
from .model import WHO, LiveModel
from .words import clock

SHELF = 3600.0
_SHOWN = 200
_OFF = ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF
_COLORS = {Priority.HIGH: style.ERROR, Priority.MEDIUM: style.WARNING, Priority.LOW: style.SERIES[0]}
_WORDS = {
    Condition.RAISED: "new",
    Condition.ACKNOWLEDGED: "seen",
    Condition.RETURNED: "over, not seen",
    Condition.CLEARED: "over",
}


class AlarmsView:
    """Builds the lists inside the present frame.

    Args:
        model: Has a feed.
        room: Width there is, pixels.
        selected: Called with the prim paths of the alarms the user selected.
    """

    def __init__(self, model: LiveModel, *, room: float, selected: Callable[[tuple[str, ...]], None]) -> None:
        self._model, self._selected = model, selected
        self._chosen: tuple[int, ...] = ()
        self._version = -1
        with ui.VStack(spacing=4):
            ui.Spacer(height=2)
            with ui.HStack(height=26, spacing=6) if room >= 480 else ui.VStack(height=0, spacing=4):
                self._sentence = ui.Label("", identifier="alarm_sentence", elided_text=True, height=24)
                with ui.HStack(height=26, spacing=6, width=330 if room >= 480 else ui.Fraction(1)):
                    tip = "Says that someone has seen the alarms chosen."
                    self._one = ui.Button("Acknowledge", clicked_fn=self.acknowledge, identifier="acknowledge", tooltip=tip)
                    self._all = ui.Button("All", width=44, clicked_fn=self.acknowledge_all, identifier="acknowledge_all",
                                          tooltip="Acknowledges all alarms.")  # fmt: skip
                    self._shelve = ui.Button("Shelve 1 h", clicked_fn=self.shelve, identifier="shelve",
                                             tooltip="Hides the alarms chosen for an hour.")  # fmt: skip
            self._problem = ui.Label("", name="error", height=0, word_wrap=True, visible=False)
            with ui.ScrollingFrame(height=ui.Fraction(3), horizontal_scrollbar_policy=_OFF):
                shown = _columns(room, model)
                self.table = Table(shown, lambda a: str(a.id), selected=self._choose, identifier="alarms")
            ui.Label("History", name="small", height=18)
            with ui.ScrollingFrame(height=ui.Fraction(2), horizontal_scrollbar_policy=_OFF):
                self.history = Table(_past_columns(room), lambda r: str(r[0]), identifier="alarm_history")
            ui.Spacer(height=4)
        self.refresh()

    @property
    def _alarms(self) -> Alarms | None:
        feed = self._model.feed
        return None if feed is None or feed.health is None else feed.health.alarms

    def refresh(self) -> None:
        """Show what is known now."""
        alarms = self._alarms
        if alarms is None:
            return
        now = time.time()
        rows = alarms.list(now)
        self.table.set_rows(rows)
        new = sum(a.condition in (Condition.RAISED, Condition.RETURNED) for a in rows)
        shelved = len(alarms) - len(rows)
        text = f"{len(rows)} alarm{'s' if len(rows) != 1 else ''}, {new} not acknowledged" if rows else "No alarms"
        self._sentence.text = f"{text}, {shelved} shelved." if shelved else f"{text}."
        chosen = {a.id for a in rows} & set(self._chosen)
        self._one.enabled = self._shelve.enabled = bool(chosen)
        self._all.enabled = bool(new)
        if alarms.version != self._version:
            self._version = alarms.version
            last = list(enumerate(alarms.history))[-_SHOWN:]
            self.history.set_rows([(number, *row) for number, row in reversed(last)])

    def select(self, paths: Sequence[str]) -> None:
        """Mark the alarms of these places."""
        rows = [str(a.id) for a in self.table.rows if a.key.place in paths]
        if {a.key.place for a in self.table.rows if a.id in self._chosen} != set(paths) & {
            a.key.place for a in self.table.rows
        }:
            self._chosen = tuple(map(int, rows))
            self.table.select(rows)

    def close(self) -> None:
        """Let go of the widgets and of whoever listens to them."""
        self.__dict__.clear()

    def acknowledge(self) -> None:
        """Say that the alarms chosen were seen."""
        self._each(self._chosen, lambda alarms, number: alarms.acknowledge(number, WHO, time.time()))

    def acknowledge_all(self) -> None:
        """Say that all alarms were seen."""
        numbers = tuple(a.id for a in self.table.rows)
        self._each(numbers, lambda alarms, number: alarms.acknowledge(number, WHO, time.time()))

    def shelve(self) -> None:
        """Hide the alarms chosen for an hour."""
        self._each(self._chosen, lambda alarms, number: alarms.shelve(number, WHO, time.time(), duration=SHELF))

    def _each(self, numbers: tuple[int, ...], act: Callable[[Alarms, int], None]) -> None:
        alarms, problem = self._alarms, ""
        for number in numbers if alarms is not None else ():
            try:
                act(alarms, number)  # type: ignore[arg-type]
            except FactoryTwinError as error:
                problem = words(error)
        self._problem.text, self._problem.visible = problem, bool(problem)
        self.refresh()

    def _choose(self, keys: tuple[str, ...]) -> None:
        self._chosen = tuple(map(int, keys))
        places = [a.key.place for a in self.table.rows if a.id in self._chosen and a.key.place]
        self._selected(tuple(dict.fromkeys(places)))
        self.refresh()


def _columns(room: float, model: LiveModel) -> list[Column]:
    every = [
        (0, Column("Priority", lambda a: a.priority.name.lower(), 84 if room >= 480 else 74, key=lambda a: -a.priority,
                   build=_priority)),
        (1000, Column("Place", lambda a: model.name(a.key.place) if a.key.place else "all", ui.Fraction(2))),
        (0, Column("Alarm", lambda a: a.text, ui.Fraction(7))),
        (420, Column("Since", lambda a: clock(a.since), 70, key=lambda a: a.since)),
        (560, Column("Count", lambda a: f"{a.count}", 50, key=lambda a: a.count, right=True,
                     tooltip="How often it was raised before it was cleared.")),
        (0, Column("State", lambda a: _WORDS[a.condition], 96 if room >= 480 else 60, tooltip="new, seen, over")),
    ]  # fmt: skip
    return [c for least, c in every if room >= least]


def _past_columns(room: float) -> list[Column]:
    every = [
        (0, Column("Time", lambda r: clock(r[1]), 70, key=lambda r: r[1])),
        (0, Column("What", lambda r: r[2].text, ui.Fraction(7))),
        (480, Column("By", lambda r: r[2].who, 80)),
        (0, Column("State", lambda r: _WORDS[r[2].condition], 96 if room >= 480 else 60)),
    ]
    return [c for least, c in every if room >= least]


def _priority(alarm: Alarm) -> None:
    word = alarm.priority.name.lower()
    with ui.HStack(height=ROW, spacing=5, tooltip=f"{word}: {_TIPS[alarm.priority]}"):
        ui.Spacer(width=1)
        dot(_COLORS[alarm.priority] if alarm.active else style.FAINT)
        ui.Label(word, elided_text=True, identifier=f"priority_{alarm.id}")


_TIPS: dict[Any, str] = {
    Priority.HIGH: "someone must act now",
    Priority.MEDIUM: "someone must act this shift",
    Priority.LOW: "look when there is time",
}
