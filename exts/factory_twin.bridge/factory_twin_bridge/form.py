# SPDX-License-Identifier: Apache-2.0
"""The left side of the Factory Live panel: address, Connect, how the connection is doing, the virtual plant, counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import omni.ui as ui
from factory_twin.mqtt import LinkState
from factory_twin_ui import style
from factory_twin_ui.form import Field

from .model import LiveModel

_COLORS = {
    LinkState.CONNECTED: style.GOOD,
    LinkState.CONNECTING: style.WARNING,
    LinkState.WAITING: style.ERROR,
    LinkState.OFF: style.FAINT,
}
_URL = "mqtt://host:port, or mqtts://host:port with encryption. Empty: the virtual plant brings a broker of its own."
_VIRTUAL = "Simulates this plant and sends its values, 60 times as fast as life."


@dataclass(frozen=True, slots=True)
class Actions:
    """What the buttons do."""

    connect: Callable[[], None]
    disconnect: Callable[[], None]
    virtual: Callable[[], None]


class LiveForm:
    """Builds the form inside the present frame.

    Args:
        model: What to show.
        actions: What the buttons do.
        url: Broker's address to begin with.
        prefix: First levels of all topics to begin with.
    """

    def __init__(self, model: LiveModel, actions: Actions, *, url: str, prefix: str) -> None:
        self._model = model
        self._numbers: dict[str, ui.Label] = {}
        with ui.VStack(height=0, spacing=5):
            ui.Spacer(height=4)
            tip = "First levels of all topics."
            self._url = Field("Broker", url, _accept, tooltip=_URL, identifier="broker", label_width=60)
            self._prefix = Field("Prefix", prefix, _accept, tooltip=tip, identifier="prefix", label_width=60)
            with ui.HStack(height=28, spacing=6):
                self._join = ui.Button("Connect", name="primary", clicked_fn=actions.connect, identifier="connect")
                self._leave = ui.Button("Disconnect", clicked_fn=actions.disconnect, identifier="disconnect")
            self._build_state()
            self._virtual = ui.Button("", height=26, clicked_fn=actions.virtual, identifier="virtual", tooltip=_VIRTUAL)
            self._counts = ui.Frame(height=0, build_fn=self._build_counts)
            ui.Spacer(height=4)

    def _build_state(self) -> None:
        with ui.HStack(height=20, spacing=6):
            with ui.VStack(width=10):
                ui.Spacer()
                self._dot = ui.Circle(width=10, height=10)
                ui.Spacer()
            self._word = ui.Label("", identifier="link", elided_text=True)
        self._reason = ui.Label("", name="error", height=0, word_wrap=True, identifier="reason")

    def _build_counts(self) -> None:
        right = ui.Alignment.RIGHT_CENTER
        with ui.VStack(height=0):
            for name, number in self._model.counts():
                with ui.HStack(height=18):
                    ui.Label(name, name="small")
                    self._numbers[name] = ui.Label(number, name="small", alignment=right, identifier=f"count_{name}")

    @property
    def url(self) -> str:
        """Address written."""
        return self._url.text.strip()

    @property
    def prefix(self) -> str:
        """Prefix written."""
        return self._prefix.text.strip()

    def rebuild(self) -> None:
        """Build the counts anew: there are some only while there is a feed."""
        self._numbers.clear()
        self._counts.rebuild()

    def refresh(self, *, has_stage: bool) -> None:
        """Show how the connection is doing, and enable what can be done now."""
        status = self._model.status
        state = status.link.state if status is not None else LinkState.OFF
        self._word.text = f"{state.value}, {status.link.address}" if status is not None else state.value
        self._dot.set_style({"background_color": ui.color(_COLORS[state])})
        reason = status.link.reason if status is not None and state is not LinkState.CONNECTED else ""
        self._reason.text = self._model.error or reason
        self._reason.visible = bool(self._reason.text)
        self._join.enabled, self._leave.enabled = has_stage and status is None, status is not None
        self._virtual.enabled = has_stage
        self._virtual.text = "Start virtual plant" if self._model.virtual is None else "Stop virtual plant"
        for name, number in self._model.counts():
            if name in self._numbers:
                self._numbers[name].text = number


def _accept(text: str) -> None:
    """Any text may be written; it is judged when it is used."""
