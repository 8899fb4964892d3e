# SPDX-License-Identifier: Apache-2.0
"""Files that are dropped onto a widget: from a content browser, a file list, or another widget."""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import omni.ui as ui


def accept(widget: ui.Widget, target: Target) -> None:
    """Let a widget take files."""
    widget.set_accept_drop_fn(target.takes)
    widget.set_drop_fn(lambda event: target.take(event.mime_data))


class Target:
    """Takes files. A tree asks it through its model, any other widget through `accept`.

    Args:
        suffixes: Endings of their names, lower case, with a dot.
        dropped: Called for each with its path (a `file:` URL becomes one) or its URL.
    """

    def __init__(self, suffixes: tuple[str, ...], dropped: Callable[[str], None]) -> None:
        self._suffixes, self._dropped = suffixes, dropped

    def takes(self, text: str) -> bool:
        """Return whether a drop brings a file that is wanted."""
        return bool(files(text, self._suffixes))

    def take(self, text: str) -> None:
        """Take the files of a drop."""
        for name in files(text, self._suffixes):
            self._dropped(name)


def files(text: str, suffixes: tuple[str, ...]) -> list[str]:
    """Return the files of a drop: one path or URL per line; those with other endings are left out."""
    names = (_path(line.strip()) for line in text.splitlines())
    return [name for name in names if name.lower().endswith(suffixes)]


def _path(text: str) -> str:
    if not text.lower().startswith("file:"):
        return text
    path = unquote(urlsplit(text).path)
    return path.lstrip("/") if os.name == "nt" else path
