# SPDX-License-Identifier: Apache-2.0
"""Beside the topics: where the chosen value goes, where it may belong, and places to drop a value on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import omni.ui as ui
from factory_twin.binding import Seen
from factory_twin.edit import Edit
from factory_twin.errors import FactoryTwinError
from factory_twin_ui.form import choice, heading, words

from .bindings import TARGETS, Bindings
from .model import LiveModel

_LINE = 24
_SHOWN = 200
_DROP = {"Rectangle": {"background_color": 0x00000000}, "Rectangle:hovered": {"background_color": 0x40FFFFFF}}


class Targets:
    """Builds the side inside the present frame.

    Args:
        model: Has a feed.
        bindings: Of it.
        do: Does an edit as one undo step.
    """

    def __init__(self, model: LiveModel, bindings: Bindings, do: Callable[[Edit], None]) -> None:
        self._model, self._bindings, self._do = model, bindings, do
        self._row: Seen | None = None
        self._prim = ""
        self._quantity = ""
        self._problem = ""
        self._goes = ""
        with ui.VStack(height=0, spacing=4):
            self._chosen = ui.Frame(height=0, build_fn=self._build_chosen)
            heading("Places")
            ui.Label("Drop a value on its place.", name="small", height=16, elided_text=True)
            ui.Frame(height=0, build_fn=self._build_places)

    def choose(self, row: Seen | None) -> None:
        """Offer what can be done with a value."""
        self._row, self._problem = row, ""
        self._quantity = self._bindings.quantity(row, self._prim) if row is not None else ""
        self._chosen.rebuild()

    def select(self, paths: Sequence[str]) -> None:
        """Offer a prim as target."""
        prim = paths[0] if paths else ""
        if prim != self._prim:
            self._prim = prim
            if self._row is not None:
                self._quantity = self._bindings.quantity(self._row, prim)
            self._chosen.rebuild()

    def refresh(self) -> None:
        """Show where the chosen value goes now."""
        goes = self._bindings.text(self._row) if self._row is not None else ""
        if goes != self._goes:
            self._goes = goes
            self._chosen.rebuild()

    def close(self) -> None:
        """Let go of the widgets and of whoever listens to them."""
        self.__dict__.clear()

    # ---- building

    def _build_chosen(self) -> None:
        row = self._row
        with ui.VStack(height=0, spacing=4):
            if row is None:
                ui.Label("Choose a value to bind it.", name="dim", height=20, elided_text=True)
                return
            ui.Label(f"{row.source} {row.name}".strip(), height=0, word_wrap=True, identifier="chosen")
            self._goes = self._bindings.text(row)
            with ui.HStack(height=_LINE, spacing=6):
                ui.Label(f"Goes to: {self._goes}" if self._goes != "not bound" else "Not bound.", name="dim", elided_text=True,
                         tooltip=self._goes, identifier="goes_to")  # fmt: skip
                if self._bindings.made(row):
                    ui.Button("Unbind", width=64, clicked_fn=self._unbind, identifier="unbind")
            if self._problem:
                ui.Label(self._problem, name="error", height=0, word_wrap=True, identifier="bind_error")
            self._build_suggestions(row)
            self._build_selected()

    def _build_suggestions(self, row: Seen) -> None:
        for number, s in enumerate(self._bindings.suggestions(row)[:3]):
            with ui.HStack(height=_LINE, spacing=6, tooltip=f"{s.prim} {s.quantity}"):
                text = f"{self._model.name(s.prim)} {s.quantity}"
                ui.Label(text, elided_text=True, identifier=f"suggestion_{number}")
                ui.Label(f"{s.score:.0%}", width=34, name="small", tooltip="How well the names fit.")
                ui.Button("Bind", width=46, identifier=f"bind_{number}",
                          clicked_fn=lambda s=s: self._bind(s.prim, s.quantity))  # fmt: skip

    def _build_selected(self) -> None:
        if not self._prim:
            ui.Label("Or select a prim on the stage.", name="small", height=18, elided_text=True)
            return
        options = list(TARGETS) if self._quantity in TARGETS or not self._quantity else [self._quantity, *TARGETS]
        self._quantity = self._quantity or options[0]
        name = self._model.name(self._prim)
        choice(name, options, self._quantity, self._pick, identifier="quantity", label_width=90,
               tooltip=f"The prim selected: {self._prim}")  # fmt: skip
        ui.Button(f"Bind to {name}", height=_LINE, identifier="bind_selected",
                  clicked_fn=lambda: self._bind(self._prim, self._quantity))  # fmt: skip

    def _build_places(self) -> None:
        plant = self._model.plant
        nodes = plant.nodes if plant is not None else ()
        with ui.VStack(height=0):
            for node in nodes[:_SHOWN]:
                with ui.ZStack(height=20, accept_drop_fn=_accepts, drop_fn=lambda e, p=node.path: self._drop(e, p),
                               tooltip=node.path, identifier=f"drop_{node.path}"):  # fmt: skip
                    ui.Rectangle(style=_DROP)
                    with ui.HStack():
                        ui.Spacer(width=6)
                        ui.Label(node.name or node.id, elided_text=True)

    # ---- what the user does

    def _pick(self, quantity: str) -> None:
        self._quantity = quantity

    def _drop(self, event: Any, path: str) -> None:
        from .topics import dropped

        found = dropped(event.mime_data)
        feed = self._model.feed
        if found is None or feed is None:
            return
        row = next((r for r in feed.discovery.rows(found[0]) if (r.source, r.name) == found), None)
        if row is not None:
            self._row = row
            self._bind(path, self._bindings.quantity(row, path))

    def _bind(self, path: str, quantity: str) -> None:
        row, stage = self._row, self._model.stage
        if row is None or stage is None:
            return
        self._problem = ""
        try:
            self._do(self._bindings.bind(stage, row, path, quantity))
        except FactoryTwinError as error:
            self._problem = words(error)
        self._chosen.rebuild()

    def _unbind(self) -> None:
        edit = self._bindings.unbind(self._row) if self._row is not None else None
        if edit is None:
            return
        self._problem = ""
        try:
            self._do(edit)
        except FactoryTwinError as error:
            self._problem = words(error)
        self._chosen.rebuild()


def _accepts(text: str) -> bool:
    from .topics import dropped

    return dropped(text) is not None
