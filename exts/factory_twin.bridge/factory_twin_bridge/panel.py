# SPDX-License-Identifier: Apache-2.0
"""The Factory Live panel: connection at the left, last values in the middle, what is wrong at the right."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import omni.ui as ui
from factory_twin.errors import FactoryTwinError, PlantError
from factory_twin.event import State
from factory_twin.live.state import Quality
from factory_twin.mqtt import LinkState
from factory_twin.plant import Plant
from factory_twin.read import read_plant
from factory_twin_ui import style
from factory_twin_ui.form import Field, words
from factory_twin_ui.host import Host
from factory_twin_ui.panel import empty_state
from factory_twin_ui.signal import Handles
from factory_twin_ui.table import ROW, Column, Table

from .model import PREFIX, LiveModel, PlaceRow, age_text

_FORM, _PERIOD, _WRONG, _WIDE = 250, 0.25, 12, 760
_COLORS = {
    LinkState.CONNECTED: style.GOOD,
    LinkState.CONNECTING: style.WARNING,
    LinkState.WAITING: style.ERROR,
    LinkState.OFF: style.FAINT,
}


class LivePanel:
    """Brings the shop floor onto the stage.

    Args:
        host: The application around.
    """

    TITLE = "Factory Live"

    def __init__(self, host: Host) -> None:
        self._host = host
        self.model = LiveModel()
        self._table: Table | None = None
        self._shown: list[str] = []
        self._narrow = False
        self._age = _PERIOD
        self._handles = Handles(host.on_stage(self._open), host.on_frame(self._frame), host.on_selection(self._selected))

    def build(self) -> None:
        """Build the widgets inside the present frame."""
        with ui.HStack():
            ui.Spacer(width=8)
            with ui.ScrollingFrame(width=_FORM, horizontal_scrollbar_policy=ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF):
                self._build_form()
            ui.Spacer(width=10)
            ui.Rectangle(name="line", width=1)
            ui.Spacer(width=10)
            self._body = ui.Frame(build_fn=self._build_body)
            ui.Spacer(width=8)
        self._refresh()

    def _build_form(self) -> None:
        with ui.VStack(height=0, spacing=5):
            ui.Spacer(height=4)
            saved = str(self._host.setting("live.broker", "")), str(self._host.setting("live.prefix", PREFIX))
            tip = "mqtt://host:port, or mqtts://host:port with encryption. Empty: the virtual plant brings a broker of its own."
            self._url = Field("Broker", saved[0], _accept, tooltip=tip, identifier="broker", label_width=60)
            self._prefix = Field(
                "Prefix", saved[1], _accept, tooltip="First levels of all topics.", identifier="prefix", label_width=60
            )
            with ui.HStack(height=28, spacing=6):
                self._join = ui.Button("Connect", name="primary", clicked_fn=self.connect, identifier="connect")
                self._leave = ui.Button("Disconnect", clicked_fn=self.disconnect, identifier="disconnect")
            with ui.HStack(height=20, spacing=6):
                with ui.VStack(width=10):
                    ui.Spacer()
                    self._dot = ui.Circle(width=10, height=10, style={"background_color": ui.color(style.FAINT)})
                    ui.Spacer()
                self._word = ui.Label("off", identifier="link", elided_text=True)
            self._reason = ui.Label("", name="small", height=0, word_wrap=True, identifier="reason")
            with ui.HStack(height=26):
                tip = "Simulates this plant and sends its values, 60 times as fast as life."
                self._virtual = ui.Button(
                    "Start virtual plant", clicked_fn=self.toggle_virtual, identifier="virtual", tooltip=tip
                )
            self._counts = ui.Frame(height=0, build_fn=self._build_counts)
            ui.Spacer(height=4)

    def _build_counts(self) -> None:
        self._numbers = {}
        with ui.VStack(height=0):
            for name, number in self.model.counts():
                with ui.HStack(height=18):
                    ui.Label(name, name="small")
                    self._numbers[name] = ui.Label(
                        number, name="small", alignment=ui.Alignment.RIGHT_CENTER, identifier=f"count_{name}"
                    )

    def _build_body(self) -> None:
        self._table, self._wrong, self._shown = None, None, []
        if self._host.stage is None:
            empty_state("No stage is open.", "Open a stage, then connect its plant.")
            return
        if self.model.feed is None:
            empty_state("Not connected.", "Write the broker's address and press Connect, or press Start virtual plant to try.")
            return
        with ui.VStack(spacing=7):
            ui.Spacer(height=2)
            self._sentence = ui.Label("", name="sentence", height=0, word_wrap=True, identifier="live_sentence")
            with ui.HStack(spacing=12):
                with ui.ScrollingFrame(
                    width=ui.Fraction(3 if self._narrow else 2.5), horizontal_scrollbar_policy=ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF
                ):
                    self._table = Table(_columns(narrow=self._narrow), lambda r: r.path, selected=self._host.select, identifier="values")
                with ui.VStack(width=ui.Fraction(1), spacing=3):
                    ui.Label("What is wrong", height=20, name="small")
                    with ui.ScrollingFrame(horizontal_scrollbar_policy=ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF):
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

    # ---- what the user does

    def connect(self) -> None:
        """Join the broker named."""
        self._try(lambda plant: self._join_broker(plant, self._url.text.strip()))

    def _join_broker(self, plant: Plant, url: str) -> None:
        stage = self._host.stage
        if stage is not None:
            self.model.connect(stage, plant, url, self._prefix.text.strip())
            if not self.model.has_own_broker:
                self._host.set_setting("live.broker", url)
                self._host.set_setting("live.prefix", self._prefix.text.strip())

    def disconnect(self) -> None:
        """Leave the broker."""
        self.model.disconnect()
        self._rebuild()

    def toggle_virtual(self) -> None:
        """Start or stop the virtual plant."""
        if self.model.virtual is None:
            self._try(self._start_virtual)
            return
        own = self.model.has_own_broker
        if own:
            self.model.disconnect()
        self.model.stop_virtual()
        self._rebuild()

    def _start_virtual(self, plant: Plant) -> None:
        url = self.model.start_virtual(plant, self._url.text.strip(), self._prefix.text.strip())
        self._join_broker(plant, url)

    def _try(self, act: Callable[[Plant], None]) -> None:
        """Do something with the plant; a refusal is shown as a line of this window."""
        stage = self._host.stage
        if stage is None:
            return
        self.model.error = ""
        try:
            act(read_plant(stage))
        except PlantError as error:
            self.model.error = f"{error.issues[0].message} {error.issues[0].hint}"
        except FactoryTwinError as error:
            self.model.error = words(error)
        self._rebuild()

    # ---- following

    def _open(self) -> None:
        self.model.close()
        self._rebuild()

    def _rebuild(self) -> None:
        if hasattr(self, "_body"):
            self._counts.rebuild()
            self._body.rebuild()
            self._refresh()

    def _frame(self, dt: float) -> None:
        self.model.frame()
        self._age += dt
        if self._age >= _PERIOD and hasattr(self, "_word"):
            width = self._body.computed_width
            if width > 1 and (width < _WIDE) != self._narrow:  # fewer columns where there is little room
                self._narrow = width < _WIDE
                self._body.rebuild()
            self._refresh()

    def _refresh(self) -> None:
        self._age = 0.0
        status, stage = self.model.status, self._host.stage
        state = status.link.state if status is not None else LinkState.OFF
        self._word.text = f"{state.value}, {status.link.address}" if status is not None else state.value
        self._dot.set_style({"background_color": ui.color(_COLORS[state])})
        reason = self.model.error or (status.link.reason if status is not None and state is not LinkState.CONNECTED else "")
        self._reason.text, self._reason.visible = reason, bool(reason)
        self._reason.name = "error" if reason else "small"
        self._join.enabled, self._leave.enabled = stage is not None and status is None, status is not None
        self._virtual.enabled = stage is not None
        self._virtual.text = "Start virtual plant" if self.model.virtual is None else "Stop virtual plant"
        for name, number in self.model.counts():
            if name in getattr(self, "_numbers", {}):
                self._numbers[name].text = number
        if self._table is not None:
            self._show(self.model.rows(time.monotonic()))

    def _show(self, rows: list[PlaceRow]) -> None:
        first = not self._table.rows
        self._table.set_rows(rows)
        if first:
            self._selected()
        self._sentence.text = self.model.sentence(rows)
        wrong = self.model.wrong(rows)
        if wrong != self._shown:
            self._shown = wrong
            self._wrong.rebuild()

    def _selected(self) -> None:
        if self._table is not None:
            self._table.select(self._host.selection)

    def close(self) -> None:
        """Disconnect, stop the virtual plant, end all connections."""
        self._handles.close()
        self.model.close()
        self.__dict__.clear()


def _accept(text: str) -> None:
    """Any text may be written; it is judged when it is used."""


def _columns(*, narrow: bool) -> list[Column]:
    def number(name: str) -> Callable[[Any], str]:
        return lambda r: "" if getattr(r.row, name) is None else f"{getattr(r.row, name)}"

    def order(name: str) -> Callable[[Any], float]:
        return lambda r: -1.0 if getattr(r.row, name) is None else float(getattr(r.row, name))

    columns = [
        Column("Place", lambda r: r.name, ui.Fraction(5)),
        Column("Kind", lambda r: r.kind, 76),
        Column("State", _state_text, 90, key=lambda r: -int(r.row.state), build=_state),
        Column("Parts", number("parts"), 54, key=order("parts"), right=True, tooltip="Parts finished."),
        Column("Here", number("wip"), 48, key=order("wip"), right=True, tooltip="Parts here now."),
        Column("Temp. [°C]", _temperature, 74, key=order("temperature"), right=True, tooltip="Temperature, degrees Celsius."),
        Column("Age", _age, 68, key=lambda r: r.row.age, right=True, tooltip="Since the newest value arrived."),
    ]
    return [c for c in columns if not narrow or c.title not in ("Kind", "Here")]


def _state_text(row: PlaceRow) -> str:
    return row.row.state.token if row.row.state is not State.UNKNOWN else ""


def _temperature(row: PlaceRow) -> str:
    return "" if row.row.temperature is None else f"{row.row.temperature:.1f}"


def _age(row: PlaceRow) -> str:
    age = age_text(row.row.age)
    return (
        f"stale, {age}" if row.row.quality is Quality.STALE else f"old, {age}" if row.row.quality is Quality.UNCERTAIN else age
    )


def _state(row: PlaceRow) -> None:
    text = _state_text(row)
    if not text:
        return
    with ui.HStack(height=ROW, spacing=5, tooltip=text):
        ui.Spacer(width=1)
        style.state_chip(row.row.state)
        ui.Label(text, elided_text=True, identifier=f"state_{row.path}")
