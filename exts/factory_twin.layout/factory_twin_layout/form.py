# SPDX-License-Identifier: Apache-2.0
"""The lower part of the Factory Layout panel: the fields of the selected prim. Each change is one undo step."""

from __future__ import annotations

from itertools import groupby

import omni.ui as ui
from factory_twin.errors import FactoryTwinError
from factory_twin.plant import Plant
from factory_twin_ui.form import LABEL_WIDTH, Field, choice, heading, reading, words
from factory_twin_ui.host import Host, Level

from . import properties
from .more import more_line, section_line
from .properties import FieldSpec


class PlaceForm:
    """Shows and changes the first selected prim.

    Args:
        host: The application around.
        opened: Schemas whose "More" is open; kept by the caller, so that it outlives the form.
    """

    def __init__(self, host: Host, opened: set[str]) -> None:
        self._host, self._opened = host, opened
        self._plant: Plant | None = None
        self._specs: list[FieldSpec] = []
        self._fields: dict[str, Field] = {}
        self._frame = ui.Frame(build_fn=self._build)

    @property
    def path(self) -> str:
        """Prim path of what is shown; empty when nothing."""
        return self._host.selection[0] if self._host.selection else ""

    def show(self, plant: Plant | None) -> None:
        """Show the values that the stage has now; build anew only when other fields are needed."""
        self._plant = plant
        shown, new = self._visible(self._specs), self._read()
        now = self._visible(new)
        changed = [(a, b) for a, b in zip(shown, now) if (a.text, a.note) != (b.text, b.note)]
        if _kinds(now) != _kinds(shown) or any(b.options or b.fixed or b.note != a.note for a, b in changed):
            self._frame.rebuild()
            return
        self._specs = new
        for _, spec in changed:
            self._fields[spec.attribute].show(spec.text)

    def rebuild(self) -> None:
        """Show another prim."""
        self._frame.rebuild()

    def _read(self) -> list[FieldSpec]:
        stage = self._host.stage
        if stage is None or not self.path or self._plant is None:
            return []
        return properties.fields(stage, self.path, self._plant)

    def _visible(self, specs: list[FieldSpec]) -> list[FieldSpec]:
        return properties.visible(specs, self._opened)

    # ---- building

    def _build(self) -> None:
        self._fields = {}
        self._specs = self._read()
        if not self._specs:
            with ui.VStack(height=80):
                text = "Select a line of the tree, or a place in the view, to change it."
                ui.Label(text, name="dim", word_wrap=True, alignment=ui.Alignment.CENTER)
            return
        with ui.VStack(height=0, spacing=4):
            for group, specs in groupby(self._specs, lambda s: s.group):
                self._build_group(group, list(specs))
            ui.Spacer(height=6)

    def _build_group(self, group: str, specs: list[FieldSpec]) -> None:
        shown, schema = self._visible(specs), specs[0].schema
        more, is_open = [s for s in specs if s.more], schema in self._opened
        heading(group if group != "Place" else self.path.rpartition("/")[2])
        for spec in shown:
            if not (spec.more and is_open):
                self._build_field(spec)
        left = len(specs) - len(shown)
        if (is_open and more) or left:
            more_line(schema, count=left, is_open=is_open, clicked=lambda: self._toggle(schema))
        for section, inside in groupby(more if is_open else [], lambda s: s.section):
            section_line(section)
            for spec in inside:
                self._build_field(spec)

    def _build_field(self, spec: FieldSpec) -> None:
        name, tip = f"field_{spec.attribute.rpartition(':')[2]}", spec.tooltip
        if spec.fixed:
            reading(spec.label, spec.text, tooltip=tip, identifier=name)
            return
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

    # ---- what the user does

    def _toggle(self, schema: str) -> None:
        self._opened ^= {schema}
        self._frame.rebuild()

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
