# SPDX-License-Identifier: Apache-2.0
"""The desk's file dialog: a folder's content to click through and a field for the name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import omni.ui as ui

from .. import style
from ..signal import Handles

_SHOWN = 500


class FileDialog:
    """Asks for a file.

    Args:
        title: Window title.
        suffixes: File name endings that are shown, for example (".usda",).
        done: Called with the file chosen.
        folder: Where to begin.
        write: Whether the file will be written: it need not exist, and gets the first suffix when it has none.
    """

    def __init__(
        self, title: str, suffixes: tuple[str, ...], done: Callable[[Path], None], *, folder: Path, write: bool = False
    ) -> None:
        self._suffixes, self._done, self._write = suffixes, done, write
        self.folder = folder if folder.is_dir() else Path.home()
        self._handles = Handles()
        self._window = ui.Window(title, width=560, height=420, flags=ui.WINDOW_FLAGS_MODAL | ui.WINDOW_FLAGS_NO_COLLAPSE)
        self._window.frame.style = style.sheet()
        with self._window.frame:
            with ui.VStack(spacing=6):
                self._where = ui.Label("", name="dim", height=20, elided_text=True, identifier="folder")
                self._list = ui.ScrollingFrame(height=ui.Fraction(1))
                self._name = ui.StringField(height=26, identifier="name")
                self._problem = ui.Label("", name="error", height=18, identifier="problem")
                with ui.HStack(height=28, spacing=8):
                    ui.Spacer()
                    ui.Button("Cancel", width=90, clicked_fn=self._cancel, identifier="cancel")
                    label = "Save" if write else "Open"
                    ui.Button(label, name="primary", width=90, clicked_fn=self._accept, identifier="accept")
        self._list.set_build_fn(self._entries)
        self._go(self.folder)

    def _go(self, folder: Path) -> None:
        self.folder = folder
        self._where.text = str(folder)
        self._list.rebuild()

    def _entries(self) -> None:
        try:
            inside = sorted(self.folder.iterdir(), key=lambda p: (not p.is_dir(), p.name.lower()))
        except OSError as error:
            inside = []
            self._problem.text = f"The folder can't be read: {error.strerror}."
        shown = [p for p in inside if not p.name.startswith(".") and (p.is_dir() or p.suffix.lower() in self._suffixes)]
        with ui.VStack(height=0, style={"Button.Label": {"alignment": ui.Alignment.LEFT_CENTER}}):
            ui.Button("..", height=24, clicked_fn=lambda: self._go(self.folder.parent))
            for path in shown[:_SHOWN]:
                self._entry(path)

    def _entry(self, path: Path) -> None:
        text = f"{path.name}/" if path.is_dir() else path.name
        act = (lambda: self._go(path)) if path.is_dir() else (lambda: self._name.model.set_value(path.name))
        ui.Button(text, height=24, clicked_fn=act, identifier=f"entry_{path.name}")

    def _accept(self) -> None:
        text = self._name.model.as_string.strip()
        path = (self.folder / text).resolve() if text else self.folder
        if text and path.is_dir():
            self._name.model.set_value("")
            self._go(path)
            return
        if self._write and not path.suffix:
            path = path.with_suffix(self._suffixes[0])
        if not text:
            self._problem.text = "Choose a file or write its name."
        elif not self._write and not path.is_file():
            self._problem.text = f"There is no file {path.name} here."
        elif not path.parent.is_dir():
            self._problem.text = f"There is no folder {path.parent}."
        else:
            self._window.visible = False
            self._done(path)

    def _cancel(self) -> None:
        self._window.visible = False

    def close(self) -> None:
        """Destroy the window."""
        self._window.visible = False
        self._window.frame.clear()
        self._window.destroy()
        self.__dict__.clear()
