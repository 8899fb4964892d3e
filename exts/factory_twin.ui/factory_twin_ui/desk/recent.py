# SPDX-License-Identifier: Apache-2.0
"""The stages that were opened last, kept with the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

KEY, MOST = "recent", 10


class Settings(Protocol):
    """Where they are kept."""

    def setting(self, key: str, default: list[str]) -> list[str]:
        """Return what is kept."""
        ...

    def set_setting(self, key: str, value: list[str]) -> None:
        """Keep something."""
        ...


def recent(settings: Settings) -> list[Path]:
    """Return the stages opened last that are still there, newest first."""
    return [Path(p) for p in settings.setting(KEY, []) if isinstance(p, str) and Path(p).is_file()]


def remember(settings: Settings, path: Path) -> None:
    """Put a stage at the head of those opened last."""
    text = str(path.absolute())
    rest = [p for p in settings.setting(KEY, []) if p != text]
    settings.set_setting(KEY, [text, *rest][:MOST])
