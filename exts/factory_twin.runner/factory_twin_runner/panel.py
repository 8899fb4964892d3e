# SPDX-License-Identifier: Apache-2.0
"""The Factory Run panel: settings and Run at the left, the result at the right; the work is done in slices, one per frame."""

from __future__ import annotations

from pathlib import Path

from factory_twin.errors import FactoryTwinError, PlantError
from factory_twin.read import read_plant
from factory_twin.survey import survey
from factory_twin_ui.change import Change
from factory_twin_ui.form import words
from factory_twin_ui.host import Host, Level
from factory_twin_ui.panel import empty_state, side_by_side
from factory_twin_ui.signal import Handles

from .floor import Floor
from .form import Actions, RunForm
from .jumps import Jumps
from .model import BUDGET, RunModel, Settings
from .pace import Pace
from .result import ResultView
from .show import MotionShow

"""Wall time of a frame that a run may take, s."""
_FORM, _WIDE = 236, 800


class RunPanel:
    """Simulates the stage and shows the result.

    Args:
        host: The application around.
    """

    TITLE = "Factory Run"

    def __init__(self, host: Host) -> None:
        self._host = host
        self.model = RunModel()
        self._pace = Pace()
        self.motion = MotionShow(host)
        self.floor = Floor(host)
        self._jumps = Jumps(self.motion)
        self.result: ResultView | None = None
        self._form: RunForm | None = None
        self._narrow = False
        self._handles = Handles(
            host.on_stage(self._open), host.on_change(self._change), host.on_frame(self._frame), host.on_time(self._time),
            host.on_selection(self._selected),
        )  # fmt: skip

    def build(self) -> None:
        """Build the widgets inside the present frame."""
        self._frame_right = side_by_side(_FORM, self._build_form, self._build_result)
        self._open()

    def _build_form(self) -> None:
        self._form = RunForm(Actions(self.run, self.cancel, self.toggle_motion, self._ask_save, self.jump, self.heat))

    def _build_result(self) -> None:
        self.result = None
        if self._host.stage is None:
            empty_state("No stage is open.", "Open a stage, then press Run.")
        elif self.model.result is None:
            empty_state("No result yet.", "Press Run to simulate a shift and see what limits the output.")
        else:
            self.result = ResultView(self.model, narrow=self._narrow, selected=self._host.select, clicked=self._go)
            self._selected()
            self._time()

    # ---- following the host

    def _open(self) -> None:
        self._clear()
        self.model = RunModel()
        stage = self._host.stage
        if self._form is not None and stage is not None:
            self._form.fill(Settings.of(survey(stage).plant.scenario))
        self._refresh(rebuild=True)

    def _change(self, change: Change) -> None:
        stage = self._host.stage
        idle = self.model.result is not None and not self.model.running
        if not change.touches_model or not idle or stage is None or self._form is None:
            return
        if survey(stage).plant != self.model.plant:
            self._form.tell("The plant was changed after this run. Run again.", "warning")
        else:
            self._refresh()

    def _frame(self, dt: float) -> None:
        self._fit()
        if not self.model.running or self._form is None:
            self._pace.idle(dt)
            return
        if self.model.step(self._pace.budget(dt, BUDGET)):
            self._refresh(rebuild=True)
        else:
            self._form.progress(self.model)

    def _fit(self) -> None:
        """Show fewer columns where there is little room."""
        width = self._frame_right.computed_width if self._form is not None else 0.0
        if width > 1 and (width < _WIDE) != self._narrow:
            self._narrow = width < _WIDE
            self._frame_right.rebuild()

    def _selected(self) -> None:
        if self.result is not None:
            self.result.select(self._host.selection)

    def _time(self) -> None:
        if self.result is not None:
            self.result.mark(self.motion.plant_time if self.motion.shown else None)

    def _refresh(self, *, rebuild: bool = False) -> None:
        if self._form is not None:
            self._form.refresh(self.model, can_run=self._host.stage is not None, motion=self.motion.shown)
            if rebuild:
                self._frame_right.rebuild()

    # ---- what the user does

    @property
    def running(self) -> bool:
        """Whether a run is going on."""
        return self.model.running

    def run(self) -> None:
        """Begin a run with the settings shown."""
        stage = self._host.stage
        if stage is None or self.model.running or self._form is None:
            return
        self._clear()
        try:
            self.model.start(read_plant(stage), self._form.settings())
        except PlantError as error:
            self._form.tell(f"{error.issues[0].message} {error.issues[0].hint}")
        except FactoryTwinError as error:
            self._form.tell(words(error))
        else:
            self._refresh()

    def cancel(self) -> None:
        """End the run; finished replications are kept."""
        if self.model.running:
            self.model.cancel()
            self._refresh(rebuild=True)

    def toggle_motion(self) -> None:
        """Show or hide the parts moving."""
        if not self.motion.shown:
            self.show_motion()
            return
        self.motion.hide()
        self._refresh()
        self._time()

    def show_motion(self) -> None:
        """Let the parts of the first replication move on the timeline."""
        if self.model.log is not None and self.model.plant is not None:
            try:
                self.motion.show(self.model.log, self.model.plant)
            except FactoryTwinError as error:
                self._host.notify(str(error), Level.ERROR)
        self._refresh()
        self._time()

    def heat(self, word: str) -> None:
        """Show a share of the stations' time and the flows on the floor, or nothing."""
        try:
            self.floor.show(self.model, word)
        except FactoryTwinError as error:
            self._host.notify(words(error), Level.ERROR)

    def _clear(self) -> None:
        """Take off the stage what belongs to the last result."""
        self.motion.hide()
        self.floor.hide()
        if self._form is not None:
            self._form.no_heat()
            self._form.moment("")

    def jump(self, name: str, step: int) -> None:
        """Go on the timeline to what happened next (`step` 1) or before (-1), and select its place."""
        log, plant = self.model.log, self.model.plant
        if log is None or plant is None or self._form is None:
            return
        if not self.motion.shown:
            self.show_motion()
        text, path = self._jumps.go(log, plant, name, step)
        self._form.moment(text)
        if path:
            self._host.pause()
            self._host.select((path,))

    def _go(self, plant_time: float) -> None:
        if self.motion.shown:
            self.motion.go(plant_time)

    def _ask_save(self) -> None:
        self._host.ask_save("Save log", (".npz",), self._save_log)

    def _save_log(self, path: Path) -> None:
        if self.model.log is None:
            return
        try:
            self.model.log.save(path)
        except FactoryTwinError as error:
            self._host.notify(str(error), Level.ERROR)
        else:
            self._host.notify(f"The log was saved to {path.name}.")

    def close(self) -> None:
        """End all connections; motion and colours are taken off the stage."""
        self.motion.hide()
        self.floor.hide()
        self._handles.close()
        self.__dict__.clear()
