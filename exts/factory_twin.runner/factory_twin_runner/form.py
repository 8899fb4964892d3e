# SPDX-License-Identifier: Apache-2.0
"""The left side of the Factory Run panel: settings, Run and Cancel, progress, and what can be done with a result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import omni.ui as ui
from factory_twin.units import duration_text, seconds
from factory_twin_ui.form import Field, choice

from .floor import HEATS, NOTHING
from .jumps import NAMES
from .model import RunModel, Settings, settings_from, whole

_FIELDS: tuple[tuple[str, str, Callable[[str], Any], str], ...] = (
    ("horizon", "Horizon", seconds, "How long a shift to simulate, for example 8 h."),
    ("warmup", "Warm-up", seconds, "Left out of the result: the line fills first, for example 30 min."),
    ("seed", "Seed", whole, "Whole number >= 0; equal seeds give equal runs."),
    ("replications", "Replications", whole, "How often to repeat with other random numbers; from 2 on there is an interval."),
)


@dataclass(frozen=True, slots=True)
class Actions:
    """What the buttons do."""

    run: Callable[[], None]
    cancel: Callable[[], None]
    motion: Callable[[], None]
    save: Callable[[], None]
    jump: Callable[[str, int], None]
    heat: Callable[[str], None]


class RunForm:
    """Builds the form inside the present frame.

    Args:
        actions: What the buttons do.
    """

    def __init__(self, actions: Actions) -> None:
        with ui.VStack(height=0, spacing=5):
            ui.Spacer(height=4)
            self._fields = {
                name: Field(label, "", check, tooltip=tip, identifier=name, label_width=92)
                for name, label, check, tip in _FIELDS
            }
            with ui.HStack(height=28, spacing=6):
                self._run = ui.Button("Run", name="primary", clicked_fn=actions.run, identifier="run")
                self._cancel = ui.Button("Cancel", clicked_fn=actions.cancel, identifier="cancel")
            self._share = _Share()
            self._bar = ui.ProgressBar(self._share, height=16, identifier="progress")
            self._status = ui.Label("", name="small", height=0, word_wrap=True, identifier="status")
            with ui.HStack(height=26, spacing=6):
                self._motion = ui.Button("Show motion", clicked_fn=actions.motion, identifier="motion")
                self._save = ui.Button("Save log...", clicked_fn=actions.save, identifier="save")
            self._jump = "Blockage"
            with ui.HStack(height=26, spacing=6, tooltip="Go on the timeline to what happened before, or next."):
                choice("", list(NAMES), self._jump, self._pick, label_width=1, identifier="jump_kind")
                self._before, self._next = (
                    ui.Button(text, width=30, clicked_fn=lambda s=step: actions.jump(self._jump, s), identifier=name)
                    for text, step, name in (("<", -1, "jump_before"), (">", 1, "jump_next"))
                )
            tip = "Colours the floor below each station by a share of its time, and shows how parts flow."
            self._heat = choice(
                "On the floor", list(HEATS), NOTHING, actions.heat, label_width=92, tooltip=tip, identifier="heat"
            )
            self._moment = ui.Label("", name="small", height=0, word_wrap=True, identifier="moment")
            ui.Spacer(height=4)

    def _pick(self, name: str) -> None:
        self._jump = name

    def no_heat(self) -> None:
        """Choose that nothing is shown on the floor."""
        value = self._heat.model.get_item_value_model()
        if value.as_int:
            value.set_value(0)

    def moment(self, text: str) -> None:
        """Say what the timeline was moved to."""
        self._moment.text = text

    def fill(self, settings: Settings) -> None:
        """Show these settings."""
        texts = (_span(settings.horizon), _span(settings.warmup), str(settings.seed), str(settings.replications))
        for field, text in zip(self._fields.values(), texts):
            field.show(text)

    def settings(self) -> Settings:
        """Return what the fields say.

        Raises:
            FactoryTwinError: One of them makes no sense.
        """
        return settings_from(*(f.text for f in self._fields.values()))

    def refresh(self, model: RunModel, *, can_run: bool, motion: bool) -> None:
        """Show where the run stands, and enable what can be done now."""
        running, ready = model.running, model.result is not None
        self._run.enabled = can_run and not running
        self._cancel.enabled = running
        for widget in (self._motion, self._save, self._before, self._next, self._heat):
            widget.enabled = ready and not running
        self._motion.text = "Hide motion" if motion else "Show motion"
        self._share.set_value(model.progress if running else 1.0 if ready and not model.cancelled else 0.0)
        self.tell(model.status(), "error" if model.error else "small")

    def progress(self, model: RunModel) -> None:
        """Show the progress of a run."""
        self._share.set_value(model.progress)
        self._status.text = model.status()

    def tell(self, text: str, name: str = "error") -> None:
        """Show a line: `name` is "error", "warning" or "small"."""
        self._status.name = name
        self._status.text = text


class _Share(ui.AbstractValueModel):
    """A share of the work as whole percent."""

    def __init__(self) -> None:
        super().__init__()
        self._value = 0.0

    def get_value_as_float(self) -> float:
        return self._value

    def get_value_as_string(self) -> str:
        return f"{self._value:.0%}" if self._value > 0 else " "

    def set_value(self, value: float) -> None:
        """Show another share, 0..1."""
        if value != self._value:
            self._value = value
            self._value_changed()


def _span(value: float) -> str:
    """A duration as text that reads back as the same number."""
    text = duration_text(value)
    return text if seconds(text) == value else f"{value:.10g}"
