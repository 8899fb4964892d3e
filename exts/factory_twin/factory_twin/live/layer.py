# SPDX-License-Identifier: Apache-2.0
"""Live values on the stage: `factoryTwin:state:*` on each place and the colour of its andon lamp, in the session layer only.

Edits go to kept specs, inside one change block per flush, and only where a value changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pxr import Gf, Sdf, Usd, Vt

from ..errors import StageError
from ..event import State
from ..palette import LAMP, linear
from .state import LiveState, Row

COLOR = "primvars:displayColor"
_TYPES = {
    "status": Sdf.ValueTypeNames.Token, "quality": Sdf.ValueTypeNames.Token, "timestamp": Sdf.ValueTypeNames.Double,
    "parts": Sdf.ValueTypeNames.Int, "wip": Sdf.ValueTypeNames.Int, "temperature": Sdf.ValueTypeNames.Double,
    COLOR: Sdf.ValueTypeNames.Color3fArray,
}  # fmt: skip
_COLORS = {s: Vt.Vec3fArray([Gf.Vec3f(*linear(s))]) for s in State}
_NAMES = {n: n if n == COLOR else f"factoryTwin:state:{n}" for n in _TYPES}


class LiveLayer:
    """Writes a `LiveState` into the session layer of a stage.

    Args:
        stage: The stage; only its session layer is written.
        live: Where the values come from. Places that have no prim of their own (or one inside an instance) are left out.

    Attributes:
        writes: Attribute values written so far.
        missing: Places left out.
    """

    def __init__(self, stage: Usd.Stage, live: LiveState) -> None:
        self.stage, self.live = stage, live
        self.writes = 0
        self._layer: Sdf.Layer = stage.GetSessionLayer()
        self._specs: dict[tuple[str, str], Any] = {}
        self._values: dict[tuple[str, str], Any] = {}
        self._before: dict[Sdf.Path, tuple[bool, Any]] = {}
        self._made: list[Sdf.Path] = []
        self.find()

    def find(self) -> None:
        """Look up which prims carry values and lamps; call it after the stage's prims changed."""
        self._lamps: dict[str, str] = {}
        self._order: dict[str, int] = {}
        for place in self.live.places:
            prim = self.stage.GetPrimAtPath(place) if Sdf.Path.IsValidPathString(place) else None
            if not prim or prim.IsInstanceProxy():
                continue
            self._order[place] = len(self._order)
            lamp = prim.GetChild(LAMP)
            if lamp and not lamp.IsInstanceProxy():
                self._lamps[place] = str(lamp.GetPath())
        self.missing = tuple(p for p in self.live.places if p not in self._order)

    def flush(self, now: float) -> int:
        """Write what changed, or went stale, up to `now` (monotonic, s); return the number of values written.

        Raises:
            StageError: The session layer may not be edited.
        """
        if not self._layer.permissionToEdit:
            raise StageError("The session layer may not be edited.", where=self._layer.identifier, hint="Unlock the layer.")
        news = self._news(self.live.take_changed(now), now)
        if any(k in self._specs and self._specs[k].expired for k, _ in news):  # someone emptied the session layer
            self._forget()
            self.live.change_all()
            news = self._news(self.live.take_changed(now), now)
        if news:
            try:
                self._write(news)
            except Exception:
                self.live.change_all()  # nothing is lost: the next flush tries again
                raise
        return len(news)

    def clear(self) -> None:
        """Remove exactly what was written, so that the session layer is as it was before."""
        with Sdf.ChangeBlock():
            for path, (existed, value) in self._before.items():
                spec = self._layer.GetAttributeAtPath(path)
                if not spec:
                    continue
                if not existed:
                    spec.owner.RemoveProperty(spec)
                elif value is None:
                    spec.ClearDefaultValue()
                else:
                    spec.default = value
            for path in reversed(self._made):
                prim = self._layer.GetPrimAtPath(path)
                if prim and prim.isInert:
                    del self._layer.GetPrimAtPath(path.GetParentPath()).nameChildren[path.name]
        self._forget()
        self.live.change_all()

    def _news(self, places: set[str], now: float) -> list[tuple[tuple[str, str], Any]]:
        known = self._values
        ordered = sorted(places & self._order.keys(), key=self._order.__getitem__)
        return [(k, v) for p in ordered for k, v in self._wanted(self.live.row(p, now)) if k not in known or known[k] != v]

    def _write(self, news: list[tuple[tuple[str, str], Any]]) -> None:
        with Sdf.ChangeBlock():
            for key, value in news:
                spec = self._specs.get(key) or self._spec(key)
                spec.default = value
                self._values[key] = value
                self.writes += 1

    def _wanted(self, row: Row) -> Iterator[tuple[tuple[str, str], Any]]:
        """Yield ((prim path, name), value) of everything a row shows."""
        place = row.place
        yield (place, "status"), row.state.token
        yield (place, "quality"), row.quality.value
        if row.time == row.time:
            yield (place, "timestamp"), row.time
        for name, value in (("parts", row.parts), ("wip", row.wip), ("temperature", row.temperature)):
            if value is not None:
                yield (place, name), value
        if place in self._lamps:
            yield (self._lamps[place], COLOR), _COLORS[row.state]

    def _spec(self, key: tuple[str, str]) -> Any:
        """Return the attribute's spec in the session layer, made when new; remember how to take it back."""
        path = Sdf.Path(key[0])
        prim = self._layer.GetPrimAtPath(path)
        if not prim:
            self._made += [p for p in path.GetPrefixes() if not self._layer.GetPrimAtPath(p)]
            prim = Sdf.CreatePrimInLayer(self._layer, path)
        whole = path.AppendProperty(_NAMES[key[1]])
        spec = self._layer.GetAttributeAtPath(whole)
        if whole not in self._before:
            self._before[whole] = (bool(spec), spec.default if spec else None)
        self._specs[key] = spec or Sdf.AttributeSpec(prim, _NAMES[key[1]], _TYPES[key[1]])
        return self._specs[key]

    def _forget(self) -> None:
        self._specs.clear()
        self._values.clear()
        self._before.clear()
        self._made.clear()
