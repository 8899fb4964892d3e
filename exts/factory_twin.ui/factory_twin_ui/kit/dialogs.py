# SPDX-License-Identifier: Apache-2.0
"""Kit's file dialogs, where they are loaded: a headless app has none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def ask_open(title: str, suffixes: tuple[str, ...], done: Callable[[Path], None]) -> bool:
    """Ask for a file to read; return False when there is no dialog."""
    try:
        from omni.kit.window.file_importer import get_file_importer
    except ImportError:
        return False
    dialog = get_file_importer()
    if dialog is not None:
        dialog.show_window(
            title=title, file_extension_types=[(f"*{s}", "") for s in suffixes], import_button_label="Open",
            import_handler=lambda name, folder, selections: done(Path(folder, name)),
        )  # fmt: skip
    return dialog is not None


def ask_save(title: str, suffixes: tuple[str, ...], done: Callable[[Path], None]) -> bool:
    """Ask for a file to write; return False when there is no dialog."""
    try:
        from omni.kit.window.file_exporter import get_file_exporter
    except ImportError:
        return False
    dialog = get_file_exporter()
    if dialog is not None:
        dialog.show_window(
            title=title, file_extension_types=[(f"*{s}", "") for s in suffixes], export_button_label="Save",
            export_handler=lambda name, folder, extension, selections: done(_with_suffix(Path(folder, name), extension)),
        )  # fmt: skip
    return dialog is not None


def _with_suffix(path: Path, suffix: str) -> Path:
    return path if path.suffix or not suffix else path.with_suffix(suffix)
