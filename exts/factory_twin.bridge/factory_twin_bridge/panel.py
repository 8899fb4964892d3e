# SPDX-License-Identifier: Apache-2.0
"""The Factory Live panel: connection at the left; machines, topics, alarms, trends and the past at the right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import time

import omni.ui as ui
from factory_twin.edit import Edit
from factory_twin.errors import FactoryTwinError, PlantError
from factory_twin.plant import Plant
from factory_twin.read import read_plant
from factory_twin_ui.change import Change
from factory_twin_ui.form import words
from factory_twin_ui.host import Host
from factory_twin_ui.panel import empty_state, side_by_side
from factory_twin_ui.signal import Handles

from .alarms import AlarmsView
from .broker import Broker
from .form import Actions, LiveForm
from .machines import MachinesView
from .model import LiveModel
from .past_view import PastView
from .reel import Reel
from .tabs import Tabs, View
from .topics import TopicsView
from .trends import TrendsView
from .virtual import OwnPlant

_FORM = 250
_NARROW = 600  # below, the form is a tab of its own
_STEPS = (360, 480, 600, 760, 900, 1100, 1300)  # widths at which a view is built anew
_PERIOD = 0.25  # s between two looks at the values
_BINDINGS = "factoryTwin:telemetry:"
FORM, MACHINES, TOPICS, ALARMS, TRENDS, PAST = "Broker", "Machines", "Topics", "Alarms", "Trends", "Past"
TABS = (MACHINES, TOPICS, ALARMS, TRENDS, PAST)


class LivePanel:
    """Brings the shop floor onto the stage.

    Args:
        host: The application around.
    """

    TITLE = "Factory Live"

    def __init__(self, host: Host) -> None:
        self._host = host
        self.model = LiveModel(host.mover)
        self.reel = Reel(host, self.model)
        self.broker = Broker.of(host)
        self.speed = 60.0
        self.view: View | None = None
        self.tabs: Tabs | None = None
        self._form: LiveForm | None = None
        self._root: ui.Frame | None = None
        self._tab = MACHINES
        self._search = ""
        self._room = 0
        self._age = 0.0
        self._old: list[View | LiveForm | Tabs] = []  # replaced, and closed soon
        self._bound = False  # whether bindings may have changed
        self._handles = Handles(
            host.on_stage(self._open), host.on_frame(self._frame), host.on_selection(self._selected),
            host.on_change(self._change),
        )  # fmt: skip

    # ---- building

    def build(self) -> None:
        """Build the widgets inside the present frame."""
        self._root = ui.Frame(build_fn=self._build_all)
        self._refresh()

    @property
    def _is_narrow(self) -> bool:
        return 0 < self._room < _NARROW

    def _build_all(self) -> None:
        self._close_parts()
        if self._is_narrow:
            with ui.HStack():
                ui.Spacer(width=6)
                self._build_tabs()
                ui.Spacer(width=6)
        else:
            side_by_side(_FORM, self._build_form, self._build_tabs)

    def _build_form(self) -> None:
        self._close_form()
        actions = Actions(self.connect, self.disconnect, self.test, self.toggle_record, self.toggle_virtual, self.set_speed,
                          self.break_, self.mend)  # fmt: skip
        self._form = LiveForm(self.model, actions, self.broker, folder=str(self._folder()), speed=self.speed)
        self._form.refresh(has_stage=self._host.stage is not None)

    def _build_tabs(self) -> None:
        narrow = self._is_narrow
        names = (FORM, *TABS) if narrow else TABS
        shown = self._tab
        if narrow and self.model.feed is None:
            shown = FORM  # there is nothing else to see
        with ui.VStack():
            ui.Spacer(height=4)
            self.tabs = Tabs(names, shown, self._build_view, self._switched, narrow=narrow)

    def _build_view(self, name: str) -> None:
        self._close_view()
        if name == FORM:
            with ui.ScrollingFrame(horizontal_scrollbar_policy=ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF):
                self._build_form()
            return
        if self._is_narrow:
            self._take()
            self._close_form()
        if self._host.stage is None:
            empty_state("No stage is open.", "Open a stage, then connect its plant.")
        elif self.model.feed is None:
            hint = "Write the broker's address and press Connect, or try it with a virtual plant."
            empty_state("Not connected.", hint, ("try_virtual", "Start virtual plant", self.toggle_virtual))
        else:
            self.view = self._make_view(name)
            self._selected()

    def _make_view(self, name: str) -> View:
        room = float(self._room or 1000) - (0 if self._is_narrow else _FORM + 30)
        if name == TOPICS:
            return TopicsView(self.model, room=room, do=self._do, text=self._search, typed=self._typed)
        if name == ALARMS:
            return AlarmsView(self.model, room=room, selected=self._host.select)
        if name == TRENDS:
            return TrendsView(self.model, room=room, places=self._host.selection)
        if name == PAST:
            return PastView(self.model, self.reel, room=room, selected=self._host.select, record=self.toggle_record)
        return MachinesView(self.model, room=room, selected=self._host.select)

    def _close_view(self) -> None:
        view, self.view = self.view, None
        if view is not None:
            self._old.append(view)

    def _close_form(self) -> None:
        form, self._form = self._form, None
        if form is not None:
            self._old.append(form)

    def _close_parts(self) -> None:
        self._close_view()
        self._close_form()
        tabs, self.tabs = self.tabs, None
        if tabs is not None:
            self._old.append(tabs)

    def _close_old(self) -> None:
        """Close what was replaced; its widgets were still drawn for a frame."""
        while self._old:
            self._old.pop().close()

    def _switched(self, name: str) -> None:
        if name != FORM:
            self._tab = name

    def _typed(self, text: str) -> None:
        self._search = text

    # ---- what the user does

    def _do(self, edit: Edit) -> None:
        self._host.do(edit)
        self._bound = True

    def connect(self) -> None:
        """Join the broker named."""
        self._take()
        self._try(lambda plant: self._join(plant, self.broker.broker, self.broker))

    def disconnect(self) -> None:
        """Leave the broker."""
        self.model.disconnect()
        self._rebuild()

    def test(self) -> None:
        """Try the broker named, without joining it."""
        self._take()
        self.model.test(self.broker.broker, self.broker)
        self._refresh()

    def toggle_record(self) -> None:
        """Begin or end recording."""
        self._take()
        folder = self._folder() if self.model.history is None else None
        self._try(lambda plant: self.model.record(folder))
        self.broker.keep(self._host)

    def toggle_virtual(self) -> None:
        """Start or stop the virtual plant."""
        self._take()
        if self.model.virtual is None:
            self._try(self._start_virtual)
            return
        if self.model.has_own_broker:
            self.model.disconnect()
        self.model.stop_virtual()
        self._rebuild()

    def set_speed(self, speed: float) -> None:
        """Let the virtual plant's time pass faster or slower; a plant that runs begins a new shift."""
        self.speed = speed
        if self.model.virtual is not None:
            self._try(self._start_virtual)

    def break_(self, fault: str, machine: str) -> None:
        """Let something go wrong in the virtual plant."""
        self._change_plant(lambda virtual: virtual.break_(fault, machine))

    def mend(self) -> None:
        """Let all be well in the virtual plant."""
        self._change_plant(lambda virtual: virtual.mend())

    def _change_plant(self, act: Callable[[OwnPlant], None]) -> None:
        if self.model.virtual is None:
            return
        self.model.error = ""
        try:
            act(self.model.virtual)
        except FactoryTwinError as error:
            self.model.error = words(error)
        self._refresh()

    def _start_virtual(self, plant: Plant) -> None:
        url = self.model.start_virtual(plant, self.broker.broker, self.broker, speed=self.speed)
        own = Broker(prefix=self.broker.prefix) if self.model.has_own_broker else self.broker
        self._join(plant, url, own)

    def _join(self, plant: Plant, url: str, broker: Broker) -> None:
        stage = self._host.stage
        if stage is None:
            return
        folder = self._folder() if self.model.history is not None else None
        self.model.connect(stage, plant, url, broker, folder=folder)
        self.model.probe = None
        if not self.model.has_own_broker:
            self.broker.keep(self._host)

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

    def _take(self) -> None:
        if self._form is not None:
            self._form.take()

    def _folder(self) -> Path:
        """Return where is recorded: the folder named, else one beside the stage, else one in the user's home."""
        if self.broker.folder:
            return Path(self.broker.folder).expanduser()
        stage = self._host.stage
        file = stage.GetRootLayer().realPath if stage is not None else ""
        return Path(file).with_suffix(".history") if file else Path.home() / ".factory_twin" / "history"

    # ---- following

    def _open(self) -> None:
        self.reel.drop()
        self.model.close()
        self._rebuild()

    def _change(self, change: Change) -> None:
        if change.resynced or any(p.name.startswith(_BINDINGS) for p in change.values):
            self._bound = True
        if change.touches_model:
            self.model.change(change.resynced, change.values)

    def _rebuild(self) -> None:
        if self._form is not None:
            self._form.rebuild()
        if self.tabs is not None and self.tabs.shown != FORM:
            self.tabs.frame.rebuild()
        self._refresh()

    def _frame(self, dt: float) -> None:
        self.model.frame()
        self.reel.follow()
        self._age += dt
        if self._root is None or (self._age < _PERIOD and self._room):
            return
        self._close_old()
        if self._bound:
            self._bound = False
            self._take_bindings()
        self._fit(self._root.computed_width)
        self._refresh()

    def _fit(self, width: float) -> None:
        """Build anew what has more room now, or less."""
        room = max((s for s in _STEPS if s <= width), default=300) if width > 1 else 0
        if room and room != self._room and self._root is not None:
            self._room = room
            self._take()
            self._close_parts()
            self._root.rebuild()

    def _take_bindings(self) -> None:
        try:
            self.model.rebind()
        except FactoryTwinError as error:
            self.model.error = words(error)

    def _refresh(self) -> None:
        self._age = 0.0
        if self._form is not None:
            self._form.refresh(has_stage=self._host.stage is not None)
        if self.view is not None and self.model.feed is not None:
            self.view.refresh()
        self._label()

    def _label(self) -> None:
        """Write on the tab how many alarms nobody has seen."""
        feed = self.model.feed
        health = feed.health if feed is not None else None
        new = sum(a.active and not a.who for a in health.alarms.list(time())) if health is not None else 0
        if self.tabs is not None:
            self.tabs.label(ALARMS, f"{ALARMS} ({new})" if new else ALARMS)

    def _selected(self) -> None:
        if self.view is not None:
            self.view.select(self._host.selection)

    def close(self) -> None:
        """Disconnect, stop the virtual plant, end all connections."""
        self.reel.end()
        self._handles.close()
        self._close_parts()
        self._close_old()
        self.model.close()
        self.__dict__.clear()
