# SPDX-License-Identifier: Apache-2.0
"""What changed on a stage, gathered from USD's notices and handed on once per frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pxr import Sdf, Tf, Usd

_STATE = "factoryTwin:state:"
_LIVE = ":factoryTwinLive"
"""End of the names of what moves prims live."""
_LOOK = ("primvars:displayColor", "primvars:displayOpacity", "visibility")
_INSTANCES = ("positions", "orientations", "scales", "invisibleIds")
"""Arrays of point instancers: no place of a plant is an instance."""


@dataclass(frozen=True, slots=True)
class Change:
    """Paths that changed since the frame before.

    Attributes:
        resynced: Prims whose composition or content may have changed as a whole.
        values: Properties that have another value, came or went.
    """

    resynced: frozenset[Sdf.Path]
    values: frozenset[Sdf.Path]

    @property
    def touches_model(self) -> bool:
        """Whether the plant, read anew, could differ: true unless only live states and looks changed."""
        return bool(self.resynced) or any(_is_model(p) for p in self.values)

    @property
    def touches_state(self) -> bool:
        """Whether a live or played state may have changed."""
        return bool(self.resynced) or any(p.name.startswith(_STATE) for p in self.values)


def _is_model(path: Sdf.Path) -> bool:
    name = path.name
    return not name.startswith(_STATE) and not name.endswith(_LIVE) and name not in (*_LOOK, *_INSTANCES)


class Watch:
    """Gathers the notices of one stage until `take` is called.

    Args:
        stage: Stage to watch; only a weak hold is kept by USD.
    """

    def __init__(self, stage: Usd.Stage) -> None:
        self._resynced: set[Sdf.Path] = set()
        self._values: set[Sdf.Path] = set()
        self._key: Any = Tf.Notice.Register(Usd.Notice.ObjectsChanged, self._note, stage)

    def _note(self, notice: Any, stage: Any) -> None:
        for path in (*notice.GetResyncedPaths(), *notice.GetChangedInfoOnlyPaths()):
            (self._values if path.IsPropertyPath() else self._resynced).add(path)

    def take(self) -> Change | None:
        """Return what changed since the last call, or None."""
        if not self._resynced and not self._values:
            return None
        change = Change(frozenset(self._resynced), frozenset(self._values))
        self._resynced.clear()
        self._values.clear()
        return change

    def close(self) -> None:
        """Stop watching."""
        if self._key is not None:
            self._key.Revoke()
            self._key = None
