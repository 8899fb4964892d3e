# SPDX-License-Identifier: Apache-2.0
"""What needs an extension of Kit that may be missing, or come and go while we run."""

from __future__ import annotations

from collections.abc import Callable

import omni.kit.app

from ..signal import Handle
from .events import NAME


def while_enabled(extension: str, join: Callable[[], Handle]) -> Handle:
    """Join an extension for as long as it is enabled: now when it is, else when it will be.

    Args:
        extension: Name of the extension.
        join: Joins it; its handle is closed when the extension is disabled.

    Returns:
        Ends it all.
    """
    return Handle(_Joint(extension, join).close)


class _Joint:
    def __init__(self, extension: str, join: Callable[[], Handle]) -> None:
        self._join, self._held = join, Handle(lambda: None)
        self._joined = False
        manager = omni.kit.app.get_app().get_extension_manager()
        self._hooks = manager.subscribe_to_extension_enable(
            on_enable_fn=lambda _: self._enter(), on_disable_fn=lambda _: self._leave(), ext_name=extension,
            hook_name=f"{NAME} {extension}",
        )  # fmt: skip
        if manager.is_extension_enabled(extension):
            self._enter()

    def _enter(self) -> None:
        if not self._joined:
            self._joined = True
            self._held = self._join()

    def _leave(self) -> None:
        if self._joined:
            self._joined = False
            self._held.close()

    def close(self) -> None:
        self._hooks = []
        self._leave()
        self.__dict__.clear()
