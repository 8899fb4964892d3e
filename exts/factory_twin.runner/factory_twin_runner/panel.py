# SPDX-License-Identifier: Apache-2.0
"""The Factory Run panel: settings and Run at the left; the answer, key figures, stations and curves at the right."""

from __future__ import annotations

from pathlib import Path

import omni.ui as ui
from factory_twin.errors import FactoryTwinError, PlantError
from factory_twin.read import read_plant
from factory_twin.survey import survey
from factory_twin.units import duration_text, seconds
from factory_twin_ui import style
from factory_twin_ui.change import Change
from factory_twin_ui.chart import Chart
from factory_twin_ui.form import Field
from factory_twin_ui.host import Host, Level
from factory_twin_ui.panel import empty_state
from factory_twin_ui.signal import Handles
from factory_twin_ui.table import Table

from .model import Card, RunModel, Settings, settings_from, whole
from .show import MotionShow
from .stations import columns

BUDGET = 0.008
_FORM, _WIDE = 236, 800
_CURVES = (("throughput", "Throughput [parts/h]", style.SERIES[0]), ("wip", "Work in process [parts]", style.SERIES[1]))


class RunPanel:
    """Simulates the stage and shows the result.

    Args:
        host: The application around.
    """

    TITLE = "Factory Run"

    def __init__(self, host: Host) -> None:
        self._host = host
        self.model = RunModel()
        self.motion = MotionShow(host)
        self._table: Table | None = None
        self._narrow = False
        self._charts: list[Chart] = []
        self._handles = Handles(
            host.on_stage(self._open), host.on_change(self._change), host.on_frame(self._frame), host.on_time(self._time),
            host.on_selection(self._selected),
        )  # fmt: skip

    def build(self) -> None:
        """Build the widgets inside the present frame."""
        with ui.HStack():
            ui.Spacer(width=8)
            with ui.ScrollingFrame(width=_FORM, horizontal_scrollbar_policy=ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF):
                self._build_form()
            ui.Spacer(width=10)
            ui.Rectangle(name="line", width=1)
            ui.Spacer(width=10)
            self._result = ui.Frame(build_fn=self._build_result)
            ui.Spacer(width=8)
        self._open()

    # ---- settings

    def _build_form(self) -> None:
        with ui.VStack(height=0, spacing=5):
            ui.Spacer(height=4)
            self._fields = {
                name: Field(label, "", check_text, tooltip=tip, identifier=name, label_width=92)
                for name, label, check_text, tip in (
                    ("horizon", "Horizon", _is_duration, "How long a shift to simulate, for example 8 h."),
                    ("warmup", "Warm-up", _is_duration, "Left out of the result: the line fills first, for example 30 min."),
                    ("seed", "Seed", whole, "Whole number >= 0; equal seeds give equal runs."),
                    (
                        "replications",
                        "Replications",
                        whole,
                        "How many times to repeat with other random numbers; 2 or more give an interval.",
                    ),
                )
            }
            with ui.HStack(height=28, spacing=6):
                self._run = ui.Button("Run", name="primary", clicked_fn=self.run, identifier="run")
                self._cancel = ui.Button("Cancel", clicked_fn=self.cancel, identifier="cancel", enabled=False)
            self._share = _Share()
            self._bar = ui.ProgressBar(self._share, height=16, identifier="progress")
            self._status = ui.Label("", name="small", height=0, word_wrap=True, identifier="status")
            with ui.HStack(height=26, spacing=6):
                self._show = ui.Button("Show motion", clicked_fn=self.toggle_motion, identifier="motion", enabled=False)
                self._save = ui.Button("Save log...", clicked_fn=self._ask_save, identifier="save", enabled=False)
            ui.Spacer(height=4)

    def _fill(self, settings: Settings) -> None:
        texts = {
            "horizon": _span(settings.horizon), "warmup": _span(settings.warmup), "seed": str(settings.seed),
            "replications": str(settings.replications),
        }  # fmt: skip
        for name, text in texts.items():
            self._fields[name].show(text)

    def _open(self) -> None:
        self.motion.hide()
        self.model = RunModel()
        if not hasattr(self, "_fields"):
            return
        stage = self._host.stage
        if stage is not None:
            try:
                self._fill(Settings.of(read_plant(stage).scenario))
            except PlantError:
                self._fill(Settings(8 * 3600.0, 1800.0, 1, 10))
        self._refresh()
        self._result.rebuild()

    def _change(self, change: Change) -> None:
        stage = self._host.stage
        if change.touches_model and self.model.result is not None and not self.model.running and stage is not None:
            if survey(stage).plant != self.model.plant:
                self._tell("The plant was changed after this run. Run again.", "warning")
            else:
                self._refresh()

    # ---- running

    @property
    def running(self) -> bool:
        """Whether a run is going on."""
        return self.model.running

    def run(self) -> None:
        """Begin a run with the settings shown."""
        stage = self._host.stage
        if stage is None or self.model.running:
            return
        self.motion.hide()
        try:
            self.model.start(read_plant(stage), settings_from(*(f.text for f in self._fields.values())))
        except PlantError as error:
            self._tell(f"{error.issues[0].message} {error.issues[0].hint}")
        except FactoryTwinError as error:
            self._tell(f"{error.what} {error.hint}")
        else:
            self._refresh()

    def _tell(self, text: str, name: str = "error") -> None:
        self._status.name = name
        self._status.text = text

    def cancel(self) -> None:
        """End the run; finished replications are kept."""
        if self.model.running:
            self.model.cancel()
            self._ended()

    def _frame(self, dt: float) -> None:
        self._fit()
        if not self.model.running:
            return
        if self.model.step(BUDGET):
            self._ended()
        else:
            self._share.set_value(self.model.progress)
            self._status.text = self.model.status()

    def _fit(self) -> None:
        """Show fewer columns where there is little room."""
        width = self._result.computed_width if hasattr(self, "_result") else 0.0
        if width > 1 and (width < _WIDE) != self._narrow:
            self._narrow = width < _WIDE
            self._result.rebuild()

    def _ended(self) -> None:
        self._refresh()
        self._result.rebuild()

    def _refresh(self) -> None:
        running, ready = self.model.running, self.model.result is not None
        self._run.enabled = not running and self._host.stage is not None
        self._cancel.enabled = running
        self._show.enabled = self._save.enabled = ready and not running
        self._show.text = "Hide motion" if self.motion.shown else "Show motion"
        self._share.set_value(self.model.progress if running else 1.0 if ready and not self.model.cancelled else 0.0)
        self._status.name = "error" if self.model.error else "small"
        self._status.text = self.model.status()

    # ---- result

    def _build_result(self) -> None:
        self._table, self._charts = None, []
        if self._host.stage is None:
            empty_state("No stage is open.", "Open a stage, then press Run.")
            return
        if self.model.result is None:
            empty_state("No result yet.", "Press Run to simulate a shift and see what limits the output.")
            return
        with ui.VStack(spacing=7):
            ui.Spacer(height=2)
            ui.Label(self.model.result.sentence(), name="sentence", height=0, word_wrap=True, identifier="sentence")
            with ui.HStack(height=62, spacing=8):
                for card in self.model.cards():
                    _card(card)
            with ui.HStack(spacing=12):
                with ui.ScrollingFrame(
                    width=ui.Fraction(9), horizontal_scrollbar_policy=ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF
                ):
                    self._table = Table(columns(narrow=self._narrow), lambda row: row.path, selected=self._host.select, identifier="stations")
                with ui.VStack(width=ui.Fraction(5), spacing=4):
                    for name, title, color in _CURVES:
                        chart = Chart(title, color=color, clicked=self._go, identifier=f"chart_{name}")
                        chart.show(*self.model.curve(name))
                        self._charts.append(chart)
            ui.Spacer(height=4)
        self._table.set_rows(self.model.stations())
        self._selected()
        self._time()

    def _selected(self) -> None:
        if self._table is not None:
            self._table.select(self._host.selection)

    def _time(self) -> None:
        shown = self.motion.plant_time if self.motion.shown else None
        for chart in self._charts:
            chart.mark(shown)

    def _go(self, plant_time: float) -> None:
        if self.motion.shown:
            self.motion.go(plant_time)

    # ---- motion and log

    def toggle_motion(self) -> None:
        """Show or hide the parts moving."""
        self.motion.hide() if self.motion.shown else self.show_motion()
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
        """End all connections; the motion is taken off the stage."""
        self.motion.hide()
        self._handles.close()
        self.__dict__.clear()


class _Share(ui.AbstractValueModel):
    """A share of the work as whole percent."""

    def __init__(self) -> None:
        super().__init__()
        self._value = 0.0

    def get_value_as_float(self) -> float:
        return self._value

    def get_value_as_string(self) -> str:
        return f"{self._value:.0%}" if self._value > 0 else ""

    def set_value(self, value: float) -> None:
        """Show another share, 0..1."""
        if value != self._value:
            self._value = value
            self._value_changed()


def _card(card: Card) -> None:
    with ui.ZStack():
        ui.Rectangle(name="card")
        with ui.HStack():
            ui.Spacer(width=10)
            with ui.VStack(spacing=1):
                ui.Spacer(height=5)
                ui.Label(card.title, name="small", height=15, elided_text=True)
                ui.Label(
                    card.value, name="value", height=25, elided_text=True, tooltip=card.value, identifier=f"card_{card.title}"
                )
                ui.Label(card.remark, name="small", height=14, elided_text=True, tooltip=card.remark)
            ui.Spacer(width=6)


def _is_duration(text: str) -> None:
    seconds(text)


def _span(value: float) -> str:
    """A duration as text that reads back as the same number."""
    text = duration_text(value)
    return text if seconds(text) == value else f"{value:.10g}"
