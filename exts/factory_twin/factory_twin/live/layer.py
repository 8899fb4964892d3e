# SPDX-License-Identifier: Apache-2.0
"""Live values on the stage, in the session layer only: `factoryTwin:state:*`, bound attributes, lamps, and where vehicles are.

Edits go to kept specs, inside one change block per flush, and only where a value changed. The time of a place is exact, but
where values come with every flush it is told once a second, and again with the first flush that brings none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import Any

from pxr import Gf, Sdf, Tf, Usd, UsdGeom, Vt

from ..errors import StageError
from ..event import State
from ..palette import LAMP, linear
from ..quantity import NAMESPACE, STATE
from .andon import AndonBoard
from .cell import Cell, Target
from .mover import Mover
from .overlay import Overlay
from .pose import Pose
from .state import Last, LiveState, Place, Quality, state_of

COLOR = "primvars:displayColor"
_COLORS = {s: Vt.Vec3fArray([Gf.Vec3f(*linear(s))]) for s in State}
_TYPE = Sdf.ValueTypeNames
_LISTED = 100
_STEP = 32  # values between two looks at the clock
_SET_DEFAULT: Any = Sdf.AttributeSpec.default.fset  # what `spec.default = value` calls, a tenth quicker
_TICK = 1.0  # s; times are not written more often where values come with each flush


class LiveLayer:
    """Writes a `LiveState` into the session layer of a stage.

    Args:
        stage: The stage; only its session layer is written.
        live: Where the values come from. Places that have no prim of their own (or one inside an instance) are left out.
        board: Stations that have a column on an andon board, too; none: there is no board.

    Attributes:
        writes: Attribute values written so far.
        missing: Places left out.
        faults: Attribute that could not take a value -> why; at most 100.
        board: The andon board, None: there is none.
        mover: Moves what tells its place; None: the session layer does.
    """

    def __init__(self, stage: Usd.Stage, live: LiveState, *, board: Sequence[str] = ()) -> None:
        self.stage, self.live = stage, live
        self.board = AndonBoard(stage, live, board) if board else None
        self.writes = 0
        self.faults: dict[str, str] = {}
        self.mover: Mover | None = None
        self._overlay = Overlay(stage)
        self._cells: dict[tuple[str, str], Cell] = {}
        self._slots: dict[Last, _Slot] = {}
        self._shown: dict[Place, _Shown] = {}
        self._late: dict[_Shown, None] = {}  # places whose time is not told yet
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
        self._late.clear()

    def change(self, resynced: Iterable[Sdf.Path], values: Iterable[Sdf.Path]) -> None:
        """Follow an edit of the stage: columns of the board stand above their stations; see `Bounds.change`."""
        if self.board is not None:
            self.board.change(resynced, values)

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
        if self.live.changed or self._late:
            try:
                self._write_all(now, deadline)
            except Exception:
                self.live.change_all()  # nothing is lost: the next flush tries again
                raise
        if self.board is not None:
            self.writes += self.board.flush(now)
        if self.mover is not None:
            self.mover.flush()
        return self.writes - before

    def clear(self) -> None:
        """Remove exactly what was written, so that the session layer is as it was before."""
        if self.board is not None:
            self.board.clear()
        if self.mover is not None:
            self.mover.clear()
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
        todo, get, done, set_default = list(self.live.changed), self._slots.get, 0, _SET_DEFAULT
        self.live.changed.clear()
        touched: dict[_Shown, None] = {}
        before: _Shown | None = None
        written = 0
        while done < len(todo) and (not done or perf_counter() < deadline):
            for last in todo[done : done + _STEP]:
                slot = get(last) or self._slot(last)
                shown = slot.shown
                if shown is None:
                    continue
                if shown is not before:
                    touched[shown], before = None, shown
                trusted = last.known and last.good and now <= last.arrival + last.stale_after
                if trusted is not slot.trusted:
                    slot.trusted = trusted
                    shown.stale.discard(last.name) if trusted else shown.stale.add(last.name)
                value = last.value
                if slot.value != value:
                    if slot.spec is None:
                        self._set(slot, last)
                    else:  # most values, in as few steps as there can be
                        try:
                            set_default(slot.spec, value)
                            slot.value = value
                            written += 1
                        except (TypeError, Tf.ErrorException):
                            self._set(slot, last)
                if slot.moves and trusted:
                    shown.moved = True
            done += _STEP
        self.writes += written
        self.live.changed = dict.fromkeys(todo[done:])
        for shown in touched:
            self._sum_up(shown, now)
        for shown in [s for s in self._late if s not in touched]:
            self._tell_time(shown)

    def _set(self, slot: _Slot, last: Last) -> None:
        """Give an attribute its value, turned into what it holds."""
        cell, target = slot.cell, slot.target
        slot.value = last.value
        if cell is None or target is None:
            return
        try:
            value: Any = last.value if target.convert is None else target.convert(last.value)
            if target.component >= 0:
                whole: Any = cell.value if cell.value is not None else target.whole
                whole = type(whole)(whole)
                whole[target.component] = value
                value = whole
            self._put(cell, value)
            if target.convert is None and target.component < 0:
                slot.spec = cell.spec
        except (TypeError, ValueError, OverflowError, Tf.ErrorException) as error:  # the others go on
            slot.cell = slot.spec = None
            if len(self.faults) < _LISTED:
                self.faults[f"{cell.path}.{cell.name}"] = f"It can't hold {last.value!r}: {str(error)[:200]}"

    def _put(self, cell: Cell, value: Any) -> None:
        spec = cell.spec
        if spec is None:
            spec = cell.spec = self._overlay.attribute(cell.path, cell.name, cell.kind, uniform=cell.uniform)
        try:
            spec.default = value
        except TypeError:  # asking each time before would cost as much as half of writing
            if spec.expired:
                raise _EmptiedError from None
            raise
        cell.value = value
        self.writes += 1

    def _sum_up(self, shown: _Shown, now: float) -> None:
        """Write what stands for the place as a whole: state, lamp, quality, time, and where it is."""
        place = shown.place
        newest = place.newest
        told = place.state
        leading = told or newest
        quality = Quality.UNKNOWN if leading is None else leading.quality(now)
        state = State.UNKNOWN if told is None else state_of(place, quality)
        if state is not shown.state:
            shown.state = state
            self._put(self._cell(place.path, f"{NAMESPACE}status", _TYPE.Token), state.token)
            if place.path in self._lamps:
                self._put(self._cell(self._lamps[place.path], COLOR, _TYPE.Color3fArray), _COLORS[state])
        if quality is not shown.quality:
            shown.quality = quality
            self._put(self._cell(place.path, f"{NAMESPACE}quality", _TYPE.Token), quality.value)
        if newest is not None and newest.time != shown.time:
            if shown.time is None or abs(newest.time - shown.time) >= _TICK:
                self._tell_time(shown)
            else:
                self._late[shown] = None
        if shown.stale != shown.told:
            shown.told = set(shown.stale)
            self._put(self._cell(place.path, f"{NAMESPACE}stale", _TYPE.TokenArray), Vt.TokenArray(sorted(shown.stale)))
        if shown.moved:
            shown.moved = False
            self._move(place, shown)

    def _tell_time(self, shown: _Shown) -> None:
        """Write the time of the newest value of a place."""
        self._late.pop(shown, None)
        newest = shown.place.newest
        if newest is None or newest.time == shown.time:
            return
        shown.time = newest.time
        if shown.clock is None:
            shown.clock = self._cell(shown.place.path, f"{NAMESPACE}timestamp", _TYPE.Double)
        self._put(shown.clock, newest.time)

    def _move(self, place: Place, shown: _Shown) -> None:
        values = place.values
        x, y, z, heading = (_number(values.get(name)) for name in ("x", "y", "z", "heading"))
        if x is None or y is None or shown.prim is None or not shown.prim.IsA(UsdGeom.Xformable):
            return
        pose = self._poses.get(place.path)
        if pose is None:
            pose = self._poses[place.path] = Pose(shown.prim)
        at, angle = pose.at(x, y, z, heading)
        if self.mover is not None and not pose.resets:
            self.mover.move(place.path, pose.local(at, angle))
            return
        if not shown.posed:
            shown.posed = True
            order = self._cell(place.path, "xformOpOrder", _TYPE.TokenArray, uniform=True)
            self._put(order, Vt.TokenArray(pose.order))
            self._put(self._cell(place.path, pose.shape, _TYPE.Matrix4d), pose.matrix)
        for name, kind, value in ((pose.move, _TYPE.Double3, at), (pose.turn, _TYPE.Double, angle)):
            cell = self._cell(place.path, name, kind)
            if cell.value != value:
                self._put(cell, value)

    def _show(self, place: Place) -> _Shown:
        prim = self._prims.get(place.path)
        shown = self._shown[place] = _Shown(place, prim)
        if prim is not None:
            self._overlay.wear(prim)
        return shown

    def _slot(self, last: Last) -> _Slot:
        """Return where a value is written."""
        shown = self._shown.get(last.place) or self._show(last.place)
        target = None if last.name == STATE or shown.prim is None else Target(shown.prim, last.name)
        slot = self._slots[last] = _Slot(shown if shown.prim is not None else None, target)
        if target is not None and target.name:
            slot.cell = self._cell(last.place.path, target.name, target.kind, uniform=target.uniform)
        return slot

    def _cell(self, path: str, name: str, kind: Sdf.ValueTypeName, *, uniform: bool = False) -> Cell:
        cell = self._cells.get((path, name))
        if cell is None:
            cell = self._cells[path, name] = Cell(path, name, kind, uniform)
        return cell

    def _forget(self) -> None:
        self._overlay.forget()
        self._cells.clear()
        self._slots.clear()
        self._shown.clear()
        self._late.clear()


class _EmptiedError(Exception):
    """Someone emptied the session layer."""


class _Slot:
    """Where one value goes, and what was written last; `spec` is for values that go there as they are."""

    __slots__ = ("cell", "moves", "shown", "spec", "target", "trusted", "value")

    def __init__(self, shown: _Shown | None, target: Target | None) -> None:
        self.shown, self.target = shown, target
        self.moves = target is not None and target.moves
        self.cell: Cell | None = None
        self.spec: Any = None
        self.value: Any = None
        self.trusted = True


class _Shown:
    """What a place shows as a whole."""

    __slots__ = ("clock", "moved", "place", "posed", "prim", "quality", "stale", "state", "time", "told")

    def __init__(self, place: Place, prim: Usd.Prim | None) -> None:
        self.place, self.prim = place, prim
        self.state: State | None = None
        self.quality: Quality | None = None
        self.time: float | None = None
        self.clock: Cell | None = None
        self.stale: set[str] = set()
        self.told: set[str] = set()
        self.moved = self.posed = False


def _number(last: Last | None) -> float | None:
    return None if last is None or not last.known or isinstance(last.value, str) else float(last.value)
