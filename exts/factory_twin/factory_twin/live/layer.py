# SPDX-License-Identifier: Apache-2.0
"""Live values on the stage, in the session layer only: `factoryTwin:state:*`, bound attributes, lamps, and where vehicles are.

Edits go to kept specs, inside one change block per flush, and only where a value changed.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

from pxr import Gf, Sdf, Tf, Usd, UsdGeom, Vt

from ..errors import StageError
from ..event import State
from ..palette import LAMP, linear
from ..quantity import NAMESPACE, QUANTITIES, STATE, Quantity, Sort, quantity
from .overlay import Overlay
from .pose import Pose
from .state import TRUSTED, Last, LiveState, Place, Quality, state_of

COLOR = "primvars:displayColor"
_COLORS = {s: Vt.Vec3fArray([Gf.Vec3f(*linear(s))]) for s in State}
_TYPE = Sdf.ValueTypeNames
_TYPES = {Sort.STATE: _TYPE.Token, Sort.COUNT: _TYPE.Int, Sort.COUNTER: _TYPE.Int, Sort.MEASURE: _TYPE.Double,
          Sort.TEXT: _TYPE.String}  # fmt: skip
_POSE = frozenset({"x", "y", "z", "heading"})
_COMPONENTS = {**dict(zip("xyzw", range(4))), **dict(zip("rgba", range(4)))}
_LISTED = 100
_STEP = 32  # values between two looks at the clock


class LiveLayer:
    """Writes a `LiveState` into the session layer of a stage.

    Args:
        stage: The stage; only its session layer is written.
        live: Where the values come from. Places that have no prim of their own (or one inside an instance) are left out.

    Attributes:
        writes: Attribute values written so far.
        missing: Places left out.
        faults: Attribute that could not take a value -> why; at most 100.
    """

    def __init__(self, stage: Usd.Stage, live: LiveState) -> None:
        self.stage, self.live = stage, live
        self.writes = 0
        self.faults: dict[str, str] = {}
        self._overlay = Overlay(stage)
        self._cells: dict[tuple[str, str], _Cell] = {}
        self._slots: dict[Last, _Slot] = {}
        self._shown: dict[Place, _Shown] = {}
        self._poses: dict[str, Pose] = {}
        self.find()

    def find(self) -> None:
        """Look up which prims carry values and lamps; call it after the stage's prims changed."""
        self._prims: dict[str, Usd.Prim] = {}
        self._lamps: dict[str, str] = {}
        for place in self.live.places:
            prim = self.stage.GetPrimAtPath(place) if Sdf.Path.IsValidPathString(place) else None
            if not prim or prim.IsInstanceProxy():
                continue
            self._prims[place] = prim
            lamp = prim.GetChild(LAMP)
            if lamp and not lamp.IsInstanceProxy():
                self._lamps[place] = str(lamp.GetPath())
        self.missing = tuple(p for p in self.live.places if p not in self._prims)
        self._slots.clear()
        self._shown.clear()

    @property
    def waiting(self) -> int:
        """Values that changed and are not on the stage yet."""
        return len(self.live.changed)

    def flush(self, now: float, budget: float = float("inf")) -> int:
        """Write what changed, or went stale, up to `now` (monotonic, s); return the number of values written.

        Args:
            now: Monotonic time, s.
            budget: Wall time to spend at most, s, roughly; what does not fit comes first the next time.

        Raises:
            StageError: The session layer may not be edited.
        """
        if not self._overlay.layer.permissionToEdit:
            where = self._overlay.layer.identifier
            raise StageError("The session layer may not be edited.", where=where, hint="Unlock the layer.")
        deadline = perf_counter() + budget
        self.live.expire(now)
        before = self.writes
        if self.live.changed:
            try:
                self._write_all(now, deadline)
            except Exception:
                self.live.change_all()  # nothing is lost: the next flush tries again
                raise
        return self.writes - before

    def clear(self) -> None:
        """Remove exactly what was written, so that the session layer is as it was before."""
        self._overlay.clear()
        self._forget()
        self.live.change_all()

    def _write_all(self, now: float, deadline: float) -> None:
        try:
            with Sdf.ChangeBlock():
                self._write(now, deadline)
        except _EmptiedError:
            self._forget()
            self.live.change_all()
            with Sdf.ChangeBlock():
                self._write(now, deadline)

    def _write(self, now: float, deadline: float) -> None:
        todo = list(self.live.changed)
        self.live.changed.clear()
        touched: dict[Place, _Shown] = {}
        done = 0
        for last in todo:
            done += 1
            shown = self._shown.get(last.place) or self._show(last.place)
            if shown.prim is None:
                continue
            touched[last.place] = shown
            slot = self._slots.get(last)
            if slot is None:
                slot = self._slots[last] = self._slot(last, shown)
            trusted = last.quality(now) in TRUSTED
            if trusted != slot.trusted:
                slot.trusted = trusted
                shown.stale.discard(last.name) if trusted else shown.stale.add(last.name)
            if slot.cell is not None and slot.value != last.value:
                if slot.convert is None and slot.component < 0:
                    self._put(slot.cell, last.value)
                    slot.value = last.value
                else:
                    self._set(slot, last)
            if slot.moves and trusted:
                shown.moved = True
            if done % _STEP == 0 and perf_counter() > deadline:
                break
        for place, shown in touched.items():
            self._sum_up(place, shown, now)
        if done < len(todo):
            self.live.changed = dict.fromkeys(todo[done:])

    def _set(self, slot: _Slot, last: Last) -> None:
        """Give an attribute its value, turned into what it holds."""
        cell: Any = slot.cell
        slot.value = last.value
        try:
            value = last.value if slot.convert is None else slot.convert(last.value)
            if slot.component >= 0:
                whole = cell.value if cell.value is not None else slot.whole
                whole = type(whole)(whole)
                whole[slot.component] = value
                value = whole
            self._put(cell, value)
        except (TypeError, ValueError, OverflowError, Tf.ErrorException) as error:  # the others go on
            slot.cell = None
            if len(self.faults) < _LISTED:
                self.faults[f"{cell.path}.{cell.name}"] = f"It can't hold {last.value!r}: {str(error)[:200]}"

    def _put(self, cell: _Cell, value: Any) -> None:
        spec = cell.spec
        if spec is not None and spec.expired:
            raise _EmptiedError
        if spec is None:
            spec = cell.spec = self._overlay.attribute(cell.path, cell.name, cell.kind, uniform=cell.uniform)
        spec.default = value
        cell.value = value
        self.writes += 1

    def _sum_up(self, place: Place, shown: _Shown, now: float) -> None:
        """Write what stands for the place as a whole: state, lamp, quality, time, and where it is."""
        leading = place.leading()
        quality = Quality.UNKNOWN if leading is None else leading.quality(now)
        state = state_of(place, quality)
        path = place.path
        if state is not shown.state:
            shown.state = state
            self._put(self._cell(path, f"{NAMESPACE}status", _TYPE.Token), state.token)
            if path in self._lamps:
                self._put(self._cell(self._lamps[path], COLOR, _TYPE.Color3fArray), _COLORS[state])
        if quality is not shown.quality:
            shown.quality = quality
            self._put(self._cell(path, f"{NAMESPACE}quality", _TYPE.Token), quality.value)
        newest = place.newest
        if newest is not None and newest.time != shown.time:
            shown.time = newest.time
            cell = shown.clock = shown.clock or self._cell(path, f"{NAMESPACE}timestamp", _TYPE.Double)
            self._put(cell, newest.time)
        if shown.stale != shown.told:
            shown.told = set(shown.stale)
            self._put(self._cell(path, f"{NAMESPACE}stale", _TYPE.TokenArray), Vt.TokenArray(sorted(shown.stale)))
        if shown.moved:
            shown.moved = False
            self._move(place, shown)

    def _move(self, place: Place, shown: _Shown) -> None:
        values = place.values
        x, y, z, heading = (_number(values.get(name)) for name in ("x", "y", "z", "heading"))
        if x is None or y is None or shown.prim is None or not shown.prim.IsA(UsdGeom.Xformable):
            return
        pose = self._poses.get(place.path)
        if pose is None:
            pose = self._poses[place.path] = Pose(shown.prim)
        if not shown.posed:
            shown.posed = True
            order = self._cell(place.path, "xformOpOrder", _TYPE.TokenArray, uniform=True)
            self._put(order, Vt.TokenArray(pose.order))
            self._put(self._cell(place.path, pose.shape, _TYPE.Matrix4d), pose.matrix)
        at, angle = pose.at(x, y, z, heading)
        for name, kind, value in ((pose.move, _TYPE.Double3, at), (pose.turn, _TYPE.Double, angle)):
            cell = self._cell(place.path, name, kind)
            if cell.value != value:
                self._put(cell, value)

    def _show(self, place: Place) -> _Shown:
        prim = self._prims.get(place.path)
        shown = self._shown[place] = _Shown(prim)
        if prim is not None:
            self._overlay.wear(prim)
        return shown

    def _slot(self, last: Last, shown: _Shown) -> _Slot:
        """Return where a value is written."""
        name, path = last.name, last.place.path
        if name == STATE:
            return _Slot(None)
        known = QUANTITIES.get(name)
        target = None if known is not None or shown.prim is None else _attribute(shown.prim, name)
        if target is None:
            known = known or _free(name)
            if known is None:
                return _Slot(None)
            kind = _TYPE.Token if known.words else _TYPES[known.sort]
            return _Slot(self._cell(path, known.attribute, kind), int if known.is_whole else None, moves=name in _POSE)
        attribute, component = target
        kind = attribute.GetTypeName()
        uniform = attribute.GetVariability() == Sdf.VariabilityUniform
        cell = self._cell(path, attribute.GetName(), kind, uniform=uniform)
        if component >= 0:
            whole = attribute.Get()
            return _Slot(cell, None, component, kind.type.pythonClass() if whole is None else whole)
        return _Slot(cell, _CONVERT.get(str(kind)))

    def _cell(self, path: str, name: str, kind: Sdf.ValueTypeName, *, uniform: bool = False) -> _Cell:
        cell = self._cells.get((path, name))
        if cell is None:
            cell = self._cells[path, name] = _Cell(path, name, kind, uniform)
        return cell

    def _forget(self) -> None:
        self._overlay.forget()
        self._cells.clear()
        self._slots.clear()
        self._shown.clear()


class _EmptiedError(Exception):
    """Someone emptied the session layer."""


class _Cell:
    """One attribute in the session layer."""

    __slots__ = ("kind", "name", "path", "spec", "uniform", "value")

    def __init__(self, path: str, name: str, kind: Sdf.ValueTypeName, uniform: bool) -> None:
        self.path, self.name, self.kind, self.uniform = path, name, kind, uniform
        self.spec: Any = None
        self.value: Any = None


class _Slot:
    """Where one value goes: its cell, how it becomes what USD stores, and what was written last."""

    __slots__ = ("cell", "component", "convert", "moves", "trusted", "value", "whole")

    def __init__(self, cell: _Cell | None, convert: Any = None, component: int = -1, whole: Any = None, *,
                 moves: bool = False) -> None:  # fmt: skip
        self.cell, self.convert, self.component, self.whole, self.moves = cell, convert, component, whole, moves
        self.value: Any = None
        self.trusted = True


class _Shown:
    """What a place shows as a whole."""

    __slots__ = ("clock", "moved", "posed", "prim", "quality", "stale", "state", "time", "told")

    def __init__(self, prim: Usd.Prim | None) -> None:
        self.prim = prim
        self.state: State | None = None
        self.quality: Quality | None = None
        self.time: float | None = None
        self.clock: _Cell | None = None
        self.stale: set[str] = set()
        self.told: set[str] = set()
        self.moved = self.posed = False


_CONVERT: dict[str, Any] = {"bool": bool, "int": int, "int64": int, "token": str, "string": str, "float": float,
                            "double": float}  # fmt: skip


def _attribute(prim: Usd.Prim, name: str) -> tuple[Usd.Attribute, int] | None:
    """Return the attribute of a prim that a value is for, and the number of the component, -1 for the whole."""
    if Sdf.Path.IsValidNamespacedIdentifier(name) and prim.GetAttribute(name):
        return prim.GetAttribute(name), -1
    head, _, tail = name.rpartition(".")
    if tail in _COMPONENTS and Sdf.Path.IsValidNamespacedIdentifier(head) and prim.GetAttribute(head):
        return prim.GetAttribute(head), _COMPONENTS[tail]
    return None


def _free(name: str) -> Quantity | None:
    return quantity(name) if name.isidentifier() and name.isascii() and len(name) <= 64 else None


def _number(last: Last | None) -> float | None:
    return None if last is None or not last.known or isinstance(last.value, str) else float(last.value)
