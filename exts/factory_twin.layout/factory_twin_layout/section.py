# SPDX-License-Identifier: Apache-2.0
"""The fields of the selected place, as a section of the application's own property window."""

from __future__ import annotations

from collections.abc import Sequence

from factory_twin.plant import Plant
from factory_twin_ui.change import Change
from factory_twin_ui.host import Host
from factory_twin_ui.signal import Handles

from .form import PlaceForm
from .properties import fields


class PlaceSection:
    """Shows what the Factory Layout panel shows below its tree.

    Args:
        host: The application around.
    """

    TITLE = "Factory Twin"

    def __init__(self, host: Host) -> None:
        self._host = host
        self._form: PlaceForm | None = None
        self._opened: set[str] = set()
        self._handles = Handles(host.on_stage(self._forget), host.on_change(self._change))

    def wants(self, paths: Sequence[str]) -> bool:
        """Return whether the first prim wears one of our schemas."""
        stage = self._host.stage
        return stage is not None and bool(paths) and any(f.schema for f in fields(stage, paths[0], _EMPTY))

    def build(self) -> None:
        """Build the fields inside the present stack."""
        self._form = PlaceForm(self._host, self._opened)
        self._form.show(_EMPTY)

    def _forget(self) -> None:
        self._form = None

    def _change(self, change: Change) -> None:
        if self._form is not None and change.touches_model:
            self._form.show(_EMPTY)

    def close(self) -> None:
        """End all connections."""
        self._handles.close()
        self._form = None


_EMPTY = Plant(nodes=())  # only notes about the plant's behaviour need more
