# SPDX-License-Identifier: Apache-2.0
"""The strip of the equipment catalogue: a click on a picture brings that machine in, ready to run, in one undo step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import omni.ui as ui
from factory_twin.catalogue import FOLDER, OTHER, Asset, Catalogue, read_catalogue
from factory_twin_ui import style

_CARD, _PICTURE, _HEIGHT = 84, 64, 104


class EquipmentStrip:
    """Shows the catalogue's pictures side by side.

    Args:
        placed: Called with the asset that the user wants.
        is_open: Whether the pictures are shown at first.
        folder: Where the assets are.
    """

    def __init__(self, placed: Callable[[Asset], None], *, is_open: bool, folder: Path = FOLDER) -> None:
        self._placed, self._folder, self.is_open = placed, folder, is_open
        self._frame = ui.Frame(build_fn=self._build, height=0)

    def _build(self) -> None:
        with ui.VStack(height=0, spacing=2):
            with ui.HStack(
                height=20, spacing=6, tooltip="Machines, stores and vehicles to place on the stage.", identifier="equipment",
                mouse_pressed_fn=lambda x, y, button, modifiers: self.toggle(),
            ):  # fmt: skip
                with ui.VStack(width=8):
                    ui.Spacer()
                    side = ui.Alignment.CENTER_BOTTOM if self.is_open else ui.Alignment.RIGHT_CENTER
                    ui.Triangle(width=8, height=8, alignment=side, style={"background_color": ui.color(style.DIM)})
                    ui.Spacer()
                ui.Label("Equipment", name="dim")
            if self.is_open:
                self._build_cards()

    def _build_cards(self) -> None:
        catalogue = read_catalogue(self._folder) if self._folder.is_dir() else Catalogue(())
        assets = [a for a in catalogue.assets if a.category != OTHER]
        if not assets:
            text = f"No equipment in {self._folder}: it comes with the whole product, not with single extensions."
            ui.Label(text, name="small", word_wrap=True, height=0)
            return
        with ui.ScrollingFrame(height=_HEIGHT, vertical_scrollbar_policy=ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF):
            with ui.HStack(width=0, spacing=4):
                for asset in assets:
                    self._card(asset)

    def _card(self, asset: Asset) -> None:
        size = " x ".join(f"{v:.2g}" for v in asset.size)
        tip = f"{asset.title}. {asset.words}\n{asset.category}, {size} m. A click places it beside what is selected.".strip()
        with ui.VStack(
            width=_CARD, spacing=1, tooltip=tip, identifier=f"asset_{asset.name}",
            mouse_pressed_fn=lambda x, y, button, modifiers: self._placed(asset) if button == 0 else None,
        ):  # fmt: skip
            if asset.preview is not None:
                policy = ui.FillPolicy.PRESERVE_ASPECT_FIT
                ui.Image(asset.preview.replace("\\", "/"), height=_PICTURE, fill_policy=policy)
            else:
                ui.Spacer(height=_PICTURE)
            ui.Label(asset.title, name="small", alignment=ui.Alignment.CENTER, elided_text=True, height=16)

    def toggle(self) -> None:
        """Show the pictures, or hide them."""
        self.is_open = not self.is_open
        self._frame.rebuild()
