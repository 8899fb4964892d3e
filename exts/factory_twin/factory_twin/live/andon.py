# SPDX-License-Identifier: Apache-2.0
"""An andon board over the whole plant: a column above each station, coloured by its state and as high as a gauge says.

All columns are instances of one point instancer, so a thousand cost a frame hardly more than one; any viewer shows them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from pxr import Gf, Sdf, Usd, UsdGeom, Vt

from ..bounds import Bounds
from ..event import State
from ..palette import linear
from .state import Last, LiveState, Place

BOARD = "/FactoryTwinAndonBoard"
"""Path of the prim."""
GAP, WIDTH, HEIGHT = 0.3, 0.4, 1.5
"""How far above its station a column stands, how wide and, with a full gauge, how high it is, m."""
LEAST = 0.05
"""Share of the height that is always there, so that the state can be seen."""
_SLICE = 2000  # stations looked at in one flush: 1 ms
_COLOURS = np.array([linear(State(k)) for k in range(len(State))], np.float32)
_NONE = Last(Place(""), "")
_TYPE = Sdf.ValueTypeNames
Floats = NDArray[np.float64]


class AndonBoard:
    """Columns of stations in the session layer.

    Args:
        stage: The stage; only its session layer is written.
        live: Where the values come from.
        places: Prim paths of the stations, in the order of the instances; those without a prim are left out.
        gauge: Quantity that the height shows.
        full: Value of a full gauge, SI; None: the largest that was seen.

    Attributes:
        places: Those that have a column.
    """

    def __init__(
        self, stage: Usd.Stage, live: LiveState, places: Iterable[str], *, gauge: str = "power", full: float | None = None
    ) -> None:
        self.places = tuple(p for p in places if p in live.places and stage.GetPrimAtPath(p))
        self._stage, self._gauge, self._full = stage, gauge, full
        self._most = 0.0
        self._rows = [live.place(p) for p in self.places]
        self._bounds = Bounds(stage, self.places)
        self._up = 1 if UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y else 2
        self._unit = 1.0 / float(UsdGeom.GetStageMetersPerUnit(stage))
        self._states = np.zeros(len(self.places), np.int64)
        self._values = np.full(len(self.places), np.nan)
        self._next = 0
        self._prim: Sdf.PrimSpec | None = None
        self._moved = True

    def change(self, resynced: Iterable[Sdf.Path], values: Iterable[Sdf.Path]) -> None:
        """Take notice of an edit of the stage; see `Bounds.change`."""
        self._bounds.change(resynced, values)
        self._moved = True

    def flush(self, now: float) -> int:
        """Show what is known at `now` (monotonic, s); return how many arrays were written.

        Of more than 2,000 stations so many are looked at each time.
        """
        if not self.places:
            return 0
        self._read(now)
        with Sdf.ChangeBlock():
            if self._prim is None or self._prim.expired:
                self._author()
            arrays = {"colours": _COLOURS[self._states], "scales": self._sizes()}
            if self._moved:
                self._moved = False
                arrays["spots"] = self._points()
            writes = 0
            for name, array in arrays.items():
                if name not in self._told or not np.array_equal(self._told[name], array):
                    self._told[name] = array
                    self._specs[name].default = Vt.Vec3fArray.FromNumpy(array)
                    writes += 1
        return writes

    def clear(self) -> None:
        """Take the columns away."""
        if self._prim is not None and not self._prim.expired:
            layer = self._prim.layer
            del layer.rootPrims[self._prim.name]
        self._prim = None

    def _read(self, now: float) -> None:
        """Read states and gauges; what can't be trusted is unknown."""
        begin = self._next
        end = min(begin + _SLICE, len(self._rows))
        self._next = end % len(self._rows)
        rows, gauge, nan = self._rows[begin:end], self._gauge, float("nan")
        self._states[begin:end] = [
            s.value
            if (s := p.state or _NONE).known and s.good and now <= s.arrival + s.stale_after and type(s.value) is State
            else 0
            for p in rows
        ]
        self._values[begin:end] = [
            g.value
            if (g := p.values.get(gauge, _NONE)).known
            and g.good
            and now <= g.arrival + g.stale_after
            and not isinstance(g.value, str)
            else nan
            for p in rows
        ]

    def _sizes(self) -> NDArray[np.float32]:
        """Return the scales of the columns."""
        known = np.nan_to_num(self._values, nan=0.0)
        self._most = max(self._most, float(known.max()))
        full = self._full or self._most or 1.0
        sizes = np.full((len(known), 3), WIDTH * self._unit, np.float32)
        sizes[:, self._up] = np.clip(known / full, LEAST, 1.0) * (HEIGHT * self._unit)
        return sizes

    def _points(self) -> NDArray[np.float32]:
        """Return where the columns stand, seen from the middle of all."""
        low, high = self._bounds.boxes()
        points = (low + high) / 2
        points[:, self._up] = high[:, self._up]
        bare = np.flatnonzero(np.isnan(points).any(axis=1)).tolist()
        cache = UsdGeom.XformCache(Usd.TimeCode.EarliestTime())
        for k in bare:  # nothing of it is to be seen: above its origin
            prim = self._stage.GetPrimAtPath(self.places[k])
            points[k] = cache.GetLocalToWorldTransform(prim).ExtractTranslation() if prim else np.zeros(3)
        points[:, self._up] += GAP * self._unit
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        self._middle.default = Gf.Vec3d(*middle.tolist())
        return np.asarray(points - middle, np.float32)

    def _author(self) -> None:
        layer = self._stage.GetSessionLayer()
        prim = self._prim = Sdf.CreatePrimInLayer(layer, BOARD)
        prim.specifier, prim.typeName = Sdf.SpecifierDef, "PointInstancer"
        column = Sdf.PrimSpec(prim, "Column", Sdf.SpecifierDef, "Xform")
        box = Sdf.PrimSpec(column, "Box", Sdf.SpecifierDef, "Cube")
        Sdf.AttributeSpec(box, "size", _TYPE.Double).default = 1.0
        Sdf.AttributeSpec(box, "extent", _TYPE.Float3Array).default = Vt.Vec3fArray([[-0.5] * 3, [0.5] * 3])
        lift = Gf.Vec3d(0.0)
        lift[self._up] = 0.5  # it grows upward
        _translate(box).default = lift
        Sdf.RelationshipSpec(prim, "prototypes", False).targetPathList.explicitItems = [column.path]
        Sdf.AttributeSpec(prim, "protoIndices", _TYPE.IntArray).default = Vt.IntArray(len(self.places), 0)
        self._middle = _translate(prim)
        colours = Sdf.AttributeSpec(prim, "primvars:displayColor", _TYPE.Color3fArray)
        colours.SetInfo("interpolation", "varying")
        self._specs = {
            "colours": colours,
            "scales": Sdf.AttributeSpec(prim, "scales", _TYPE.Float3Array),
            "spots": Sdf.AttributeSpec(prim, "positions", _TYPE.Point3fArray),
        }
        self._told: dict[str, NDArray[np.float32]] = {}
        self._moved = True


def _translate(prim: Sdf.PrimSpec) -> Sdf.AttributeSpec:
    order = Sdf.AttributeSpec(prim, "xformOpOrder", _TYPE.TokenArray, Sdf.VariabilityUniform)
    order.default = Vt.TokenArray(["xformOp:translate"])
    return Sdf.AttributeSpec(prim, "xformOp:translate", _TYPE.Double3)
