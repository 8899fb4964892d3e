# SPDX-License-Identifier: Apache-2.0
"""The Factory Live panel: connection at the left, last values and what is wrong at the right."""

from __future__ import annotations

from collections.abc import Callable

import omni.ui as ui
from factory_twin.errors import FactoryTwinError, PlantError
from factory_twin.plant import Plant
from factory_twin.read import read_plant
from factory_twin_ui.form import words
from factory_twin_ui.host import Host
from factory_twin_ui.panel import empty_state, side_by_side
from factory_twin_ui.signal import Handles

from .form import Actions, LiveForm
from .model import PREFIX, LiveModel
from .values import ValuesView

_FORM, _WIDE = 250, 760
_PERIOD = 0.25  # s between two looks at the values
_BROKER, _PREFIX = "live.broker", "live.prefix"


class LivePanel:
    """Brings the shop floor onto the stage.

    Args:
        host: The application around.
    """

    TITLE = "Factory Live"

    def __init__(self, host: Host) -> None:
        self._host = host
        self.model = LiveModel()
        self._form: LiveForm | None = None
        self._right: ui.Frame | None = None
        self._values: ValuesView | None = None
        self._narrow = False
        self._age = 0.0
        self._handles = Handles(host.on_stage(self._open), host.on_frame(self._frame), host.on_selection(self._selected))

    def build(self) -> None:
        """Build the widgets inside the present frame."""
        self._right = side_by_side(_FORM, self._build_form, self._build_values)
        self._refresh()

    def _build_form(self) -> None:
        actions = Actions(self.connect, self.disconnect, self.toggle_virtual)
        url, prefix = self._host.setting(_BROKER, ""), self._host.setting(_PREFIX, PREFIX)
        self._form = LiveForm(self.model, actions, url=url, prefix=prefix)

    def _build_values(self) -> None:
        self._values = None
        if self._host.stage is None:
            empty_state("No stage is open.", "Open a stage, then connect its plant.")
        elif self.model.feed is None:
            hint = "Write the broker's address and press Connect, or press Start virtual plant to try."
            empty_state("Not connected.", hint)
        else:
            self._values = ValuesView(self.model, narrow=self._narrow, selected=self._host.select)
            self._values.refresh()
            self._selected()

    # ---- what the user does

    def connect(self) -> None:
        """Join the broker named."""
        if self._form is not None:
            url = self._form.url
            self._try(lambda plant: self._join(plant, url))

    def disconnect(self) -> None:
        """Leave the broker."""
        self.model.disconnect()
        self._rebuild()

    def toggle_virtual(self) -> None:
        """Start or stop the virtual plant."""
        if self.model.virtual is None:
            self._try(self._start_virtual)
            return
        if self.model.has_own_broker:
            self.model.disconnect()
        self.model.stop_virtual()
        self._rebuild()

    def _start_virtual(self, plant: Plant) -> None:
        if self._form is not None:
            self._join(plant, self.model.start_virtual(plant, self._form.url, self._form.prefix))

    def _join(self, plant: Plant, url: str) -> None:
        stage = self._host.stage
        if stage is None or self._form is None:
            return
        self.model.connect(stage, plant, url, self._form.prefix)
        if not self.model.has_own_broker:
            self._host.set_setting(_BROKER, url)
            self._host.set_setting(_PREFIX, self._form.prefix)

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
        if self._form is not None and self._right is not None:
            self._form.rebuild()
            self._right.rebuild()
            self._refresh()

    def _frame(self, dt: float) -> None:
        self.model.frame()
        self._age += dt
        if self._age >= _PERIOD and self._right is not None:
            width = self._right.computed_width
            if width > 1 and (width < _WIDE) != self._narrow:  # fewer columns where there is little room
                self._narrow = width < _WIDE
                self._right.rebuild()
            self._refresh()

    def _refresh(self) -> None:
        self._age = 0.0
        if self._form is not None:
            self._form.refresh(has_stage=self._host.stage is not None)
        if self._values is not None and self.model.feed is not None:
            self._values.refresh()

    def _selected(self) -> None:
        if self._values is not None:
            self._values.select(self._host.selection)

    def close(self) -> None:
        """Disconnect, stop the virtual plant, end all connections."""
        self._handles.close()
        self.model.close()
        self.__dict__.clear()
