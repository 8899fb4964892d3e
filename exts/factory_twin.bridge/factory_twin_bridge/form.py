# SPDX-License-Identifier: Apache-2.0
"""The left side of the Factory Live panel: broker, recorder, virtual plant, and what was counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import omni.ui as ui
from factory_twin.mqtt import LinkState
from factory_twin.plant import Station
from factory_twin_ui import style
from factory_twin_ui.form import Field, choice, heading

from .broker import Broker
from .machines import dot
from .model import LiveModel
from .virtual import BREAKS, SPEEDS
from .words import size_text

_COLORS = {
    LinkState.CONNECTED: style.GOOD,
    LinkState.CONNECTING: style.WARNING,
    LinkState.WAITING: style.ERROR,
    LinkState.OFF: style.FAINT,
}
_LABEL = 72
_URL = "mqtt://host:port, or mqtts://host:port with encryption. Empty: the virtual plant brings a broker of its own."
_VIRTUAL = "Simulates this plant and sends its values, so that you can try without machines."
_FIELDS = (
    ("user", "User", "User name. Its password comes from FACTORY_TWIN_MQTT_PASSWORD or from what Credentials names."),
    ("credentials", "Credentials", "Where user and password are kept: env:NAME, keyring:SERVICE or file:PATH."),
    ("authority", "CA file", "File of the certificate authority that signed the broker's certificate; empty: the system's."),
    ("certificate", "Certificate", "File with our own certificate, for brokers that demand one."),
    ("key", "Key", "File with the key of our certificate; empty: it is in the same file."),
)


@dataclass(frozen=True, slots=True)
class Actions:
    """What the buttons do."""

    connect: Callable[[], None]
    disconnect: Callable[[], None]
    test: Callable[[], None]
    record: Callable[[], None]
    virtual: Callable[[], None]
    speed: Callable[[float], None]
    break_: Callable[[str, str], None]
    mend: Callable[[], None]


class LiveForm:
    """Builds the form inside the present frame.

    Args:
        model: What to show.
        actions: What the buttons do.
        broker: What the fields show; edits go there.
        folder: Where would be recorded when the field is empty, in words.
        speed: Of the virtual plant.
    """

    def __init__(self, model: LiveModel, actions: Actions, broker: Broker, *, folder: str, speed: float) -> None:
        self._model, self._actions, self._broker, self._speed = model, actions, broker, speed
        self._numbers: dict[str, ui.Label] = {}
        self._fields: dict[str, Field] = {}
        self._fault, self._machine = next(iter(BREAKS)), 0
        self._broken: ui.Label | None = None
        with ui.VStack(height=0, spacing=5):
            ui.Spacer(height=4)
            self._field("broker", "Broker", _URL)
            self._field("prefix", "Prefix", "First levels of all topics.")
            self._build_more()
            with ui.HStack(height=28, spacing=6):
                self._join = ui.Button("Connect", name="primary", clicked_fn=actions.connect, identifier="connect")
                self._leave = ui.Button("Disconnect", clicked_fn=actions.disconnect, identifier="disconnect")
                tip = "Tries the broker once and says how that went."
                self._test = ui.Button("Test", width=50, clicked_fn=actions.test, identifier="test", tooltip=tip)
            self._build_state()
            self._build_recorder(folder)
            self._build_virtual()
            self._counts = ui.Frame(height=0, build_fn=self._build_counts)
            ui.Spacer(height=4)

    def _field(self, name: str, label: str, tip: str) -> None:
        def take(text: str) -> None:
            setattr(self._broker, name, text.strip())

        value = getattr(self._broker, name)
        self._fields[name] = Field(label, value, take, tooltip=tip, identifier=name, label_width=_LABEL)

    def _build_more(self) -> None:
        self._more_open = any(getattr(self._broker, name) for name, _, _ in _FIELDS)
        self._more_word = ui.Label("", name="dim", height=18, identifier="more_broker",
                                   mouse_pressed_fn=lambda x, y, button, modifiers: self._toggle_more())  # fmt: skip
        self._more = ui.VStack(height=0, spacing=5)
        with self._more:
            for name, label, tip in _FIELDS:
                self._field(name, label, tip)
        self._show_more()

    def _toggle_more(self) -> None:
        self._more_open = not self._more_open
        self._show_more()

    def _show_more(self) -> None:
        self._more.visible = self._more_open
        self._more_word.text = "- User and certificates" if self._more_open else "+ User and certificates"

    def _build_state(self) -> None:
        with ui.HStack(height=20, spacing=6):
            self._dot = dot(style.FAINT)
            self._word = ui.Label("", identifier="link", elided_text=True)
        self._reason = ui.Label("", name="error", height=0, word_wrap=True, identifier="reason")
        self._finding = ui.Label("", name="good", height=0, word_wrap=True, identifier="finding")

    def _build_recorder(self, folder: str) -> None:
        heading("Recorder")
        tip = f"Folder in which all that comes is kept. Empty: {folder}."
        self._field("folder", "Folder", tip)
        self._record = ui.Button("", height=26, clicked_fn=self._actions.record, identifier="record", tooltip=tip)
        self._recorded = ui.Label("", name="small", height=0, word_wrap=True, identifier="recorded")

    def _build_virtual(self) -> None:
        heading("Virtual plant")
        with ui.HStack(height=26, spacing=6):
            self._virtual = ui.Button("", clicked_fn=self._actions.virtual, identifier="virtual", tooltip=_VIRTUAL)
        words = [f"{s:g} x" for s in SPEEDS]
        tip = "How fast its time passes. Another speed begins a new shift."
        choice("Speed", words, f"{self._speed:g} x", lambda w: self._actions.speed(float(w.split()[0])),
               identifier="speed", label_width=_LABEL, tooltip=tip)  # fmt: skip
        self._faults = ui.Frame(height=0, build_fn=self._build_faults)

    def _build_faults(self) -> None:
        self._broken = None
        machines = self._machines()
        if not machines:
            return
        with ui.VStack(height=0, spacing=5):
            choice("Fault", list(BREAKS), self._fault, self._pick_fault, identifier="fault", label_width=_LABEL)
            names = [name for _, name in machines]
            number = min(self._machine, len(names) - 1)
            choice("Machine", names, names[number], lambda w: self._pick_machine(names.index(w)),
                   identifier="fault_machine", label_width=_LABEL)  # fmt: skip
            with ui.HStack(height=26, spacing=6):
                tip = "Lets the fault begin now. The plant keeps its shift."
                ui.Button("Break it", clicked_fn=self._break, identifier="break", tooltip=tip)
                ui.Button("Mend all", clicked_fn=self._actions.mend, identifier="mend", tooltip="Ends all faults.")
            self._broken = ui.Label("", name="warning", height=0, word_wrap=True, identifier="broken")

    def _machines(self) -> list[tuple[str, str]]:
        """Return (prim path, name) of the machines that can break; names made unique."""
        plant = self._model.plant
        if self._model.virtual is None or plant is None:
            return []
        found: dict[str, str] = {}
        for node in plant.of(Station):
            name = node.name or node.id
            found[node.path] = f"{name} ({node.path})" if name in found.values() else name
        return list(found.items())

    def _pick_fault(self, word: str) -> None:
        self._fault = word

    def _pick_machine(self, number: int) -> None:
        self._machine = number

    def _break(self) -> None:
        machines = self._machines()
        if machines:
            self._actions.break_(self._fault, machines[min(self._machine, len(machines) - 1)][0])

    def _build_counts(self) -> None:
        right = ui.Alignment.RIGHT_CENTER
        rows = self._model.counts()
        with ui.VStack(height=0):
            if rows:
                heading("Counted")
            for name, number, tip in rows:
                with ui.HStack(height=18, tooltip=tip):
                    ui.Label(name, name="small", elided_text=True)
                    self._numbers[name] = ui.Label(number, name="small", alignment=right, identifier=f"count_{name}",
                                                   width=90)  # fmt: skip

    def take(self) -> None:
        """Take what is written, also in a field that is still being edited."""
        for name, field in self._fields.items():
            setattr(self._broker, name, field.text.strip())

    def rebuild(self) -> None:
        """Build anew what is there only while there is a feed or a virtual plant."""
        self._numbers.clear()
        self._counts.rebuild()
        self._faults.rebuild()

    def close(self) -> None:
        """Let go of the widgets and of whoever listens to them."""
        self.__dict__.clear()

    def refresh(self, *, has_stage: bool) -> None:
        """Show how the connection is doing, and enable what can be done now."""
        status = self._model.status
        state = status.link.state if status is not None else LinkState.OFF
        self._word.text = f"{state.value}, {status.link.address}" if status is not None else state.value
        self._dot.set_style({"background_color": ui.color(_COLORS[state])})
        reason = ""
        if status is not None and state is not LinkState.CONNECTED:
            reason = f"{status.link.reason} {status.link.hint}".strip()
        self._reason.text = self._model.error or reason
        self._reason.visible = bool(self._reason.text)
        self._show_finding()
        self._join.enabled, self._leave.enabled = has_stage and status is None, status is not None
        self._record.enabled = has_stage and status is not None
        self._record.text = "Record" if self._model.history is None else "Stop recording"
        history = status.history if status is not None else None
        text = "Connect to record." if status is None else "Nothing is kept."
        if history is not None:
            text = f"{history.values:,} values, {size_text(history.size)} in {history.folder}"
        self._recorded.text = text
        self._virtual.enabled = has_stage
        self._virtual.text = "Start virtual plant" if self._model.virtual is None else "Stop virtual plant"
        if self._broken is not None and self._model.virtual is not None:
            self._broken.text = self._faults_text()
            self._broken.visible = bool(self._broken.text)
        self._show_counts()

    def _show_counts(self) -> None:
        rows = self._model.counts()
        if {name for name, _, _ in rows} != set(self._numbers):
            self._numbers.clear()
            self._counts.rebuild()
            return
        for name, number, _ in rows:
            if self._numbers[name].text != number:
                self._numbers[name].text = number

    def _show_finding(self) -> None:
        probe = self._model.probe
        found = None if probe is None else probe.result
        self._finding.visible = probe is not None
        self._finding.name = "dim" if found is None else "good" if found.ok else "error"
        self._finding.text = "Testing..." if found is None else f"{found.text} {found.hint}".strip()

    def _faults_text(self) -> str:
        virtual = self._model.virtual
        if virtual is None:
            return ""
        if virtual.preparing < 1:
            return f"Getting ready, {virtual.preparing:.0%}..."
        words = {kind: word for word, (kind, _, _) in BREAKS.items()}
        return "\n".join(f"{words.get(f.kind, f.kind)}: {self._model.name(f.place)}" for f in virtual.faults)
