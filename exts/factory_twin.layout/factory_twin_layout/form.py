# SPDX-License-Identifier: Apache-2.0
"""The lower part of the Factory Layout panel: the fields of the selected place. Each change is one undo step."""

from __future__ import annotations

import omni.ui as ui
from factory_twin.errors import FactoryTwinError
from factory_twin.plant import Plant
from factory_twin_ui.form import LABEL_WIDTH, Field, choice, heading, reading, words
from factory_twin_ui.host import Host, Level

from . import properties
from .properties import FieldSpec


class PlaceForm:
    """Shows and changes the first selected prim.

    Args:
        host: The application around.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._plant: Plant | None = None
        self._shown: list[FieldSpec] = []
        self._fields: dict[str, Field] = {}
        self._frame = ui.Frame(build_fn=self._build)

    @property
    def path(self) -> str:
        """Prim path of the place shown; empty when none."""
        return self._host.selection[0] if self._host.selection else ""

    def show(self, plant: Plant | None) -> None:
        """Show the values that the stage has now; build anew only when other fields are needed."""
        self._plant = plant
        new = self._specs()
        changed = [(a, b) for a, b in zip(self._shown, new) if a != b]
        if _kinds(new) != _kinds(self._shown) or any(b.options or b.note != a.note for a, b in changed):
            self._frame.rebuild()
            return
        self._shown = new
        for _, spec in changed:
            self._fields[spec.attribute].show(spec.text)

    def rebuild(self) -> None:
        """Show another place."""
        self._frame.rebuild()

    def _specs(self) -> list[FieldSpec]:
        stage = self._host.stage
        if stage is None or not self.path or self._plant is None:
            return []
        return properties.fields(stage, self.path, self._plant)

    def _build(self) -> None:
        self._fields = {}
        self._shown = self._specs()
        if not self._shown:
            with ui.VStack(height=80):
                text = "Select a place in the tree or in the view to change it."
                ui.Label(text, name="dim", word_wrap=True, alignment=ui.Alignment.CENTER)
            return
        with ui.VStack(height=0, spacing=4):
            group = ""
            for spec in self._shown:
                if spec.group != group:
                    group = spec.group
                    heading(group if group != "Place" else self.path.rpartition("/")[2])
                self._build_field(spec)
            self._build_successors()
            ui.Spacer(height=6)

    def _build_field(self, spec: FieldSpec) -> None:
        name, tip = f"field_{spec.attribute.rpartition(':')[2]}", spec.tooltip
        if spec.options:
            choice(spec.label, spec.options, spec.text, lambda text: self._choose(spec, text), tooltip=tip, identifier=name)
            return
        self._fields[spec.attribute] = Field(
            spec.label, spec.text, lambda text: self._commit(spec, text), unit=spec.unit, tooltip=tip, identifier=name
        )
        if spec.note:
            with ui.HStack(height=16):
                ui.Spacer(width=LABEL_WIDTH + 6)
                ui.Label(spec.note, name="small", elided_text=True, tooltip=spec.note, identifier=f"{name}_note")

    def _build_successors(self) -> None:
        stage = self._host.stage
        targets = properties.successors(stage.GetPrimAtPath(self.path)) if stage is not None else ()
        if targets:
            heading("Flow")
            names = ", ".join(t.rpartition("/")[2] for t in targets)
            reading("Goes to", names, tooltip="\n".join(targets), identifier="successors")

    def _commit(self, spec: FieldSpec, text: str) -> None:
        """Make the edit that a text means.

        Raises:
            FactoryTwinError: The text or the edit was refused.
        """
        stage = self._host.stage
        if stage is None:
            raise FactoryTwinError("The stage was closed.", hint="Open it again.")
        self._host.do(properties.edit(stage, self.path, spec, text))

    def _choose(self, spec: FieldSpec, text: str) -> None:
        try:
            self._commit(spec, text)
        except FactoryTwinError as error:
            self._host.notify(words(error), Level.ERROR)
            self._frame.rebuild()


def _kinds(specs: list[FieldSpec]) -> list[tuple[str, tuple[str, ...], bool]]:
    """What decides which widgets are needed."""
    return [(s.attribute, s.options, bool(s.note)) for s in specs]
