# SPDX-License-Identifier: Apache-2.0
"""Play a log on an open stage without baking it: any moment costs the same, and only what changed is written.

What is shown lies in a layer of its own below the session layer, as plain values without time samples.
"""

from __future__ import annotations

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, Vt

from ..errors import StageError
from ..event import State
from ..log import Log
from ..palette import LAMP, linear
from ..plant import Plant
from .columns import part_tracks
from .fleet import Rides
from .frame import Frame
from .places import place_states
from .pool import most_at_once
from .samples import EDGE
from .shape import SCOPE, author_shape, product_model, scales, stage_root
from .slots import Slots
from .tracks import Floats, Tracks
from .vehicle import poses

_NAME = "factoryTwinLive"  # end of the names of what moves prims; panels know that such changes leave the plant as it is
_TYPE = Sdf.ValueTypeNames
_DECIMALS = 7  # of places, in stage units: less is rounding of the arithmetic
_COLOURS = {s: Vt.Vec3fArray([Gf.Vec3f(*linear(s))]) for s in State}


class Player:
    """Shows one moment of a log on a stage.

    Args:
        stage: Where to show it.
        log: The shift.
        plant: What `read_plant(stage)` gave.

    Attributes:
        end: End of the log, s.
        time: What is shown, s; nan before the first moment.
        writes: Values written so far.

    Raises:
        StageError: The stage is empty, or its session layer may not be edited.
    """

    def __init__(self, stage: Usd.Stage, log: Log, plant: Plant) -> None:
        session = stage.GetSessionLayer()
        if not session.permissionToEdit:
            raise StageError("The session layer may not be edited.", where=session.identifier, hint="Unlock the layer.")
        self.end = log.end
        self.writes = 0
        self._stage: Usd.Stage | None = stage
        self._plant = plant
        self._root = stage_root(stage, plant)
        cache = UsdGeom.XformCache()
        self._frame = Frame(cache.GetLocalToWorldTransform(self._root), plant)
        rides = Rides(log, plant)
        self._tracks, trips = part_tracks(log, plant, rides)
        self._begin, self._until = self._tracks.begin, self._tracks.end + EDGE
        moving = {p: k for p, k in (poses(trips, plant) | rides.keys).items() if k and _is_free(stage.GetPrimAtPath(p))}
        self._vehicles = Tracks.of(list(moving.values()))
        self._carriers = [stage.GetPrimAtPath(path) for path in moving]
        self._frames = [Frame(cache.GetParentToWorldTransform(prim), plant) for prim in self._carriers]
        self._states = place_states(log)
        self._model = product_model(stage)
        self._layer = Sdf.Layer.CreateAnonymous("factory_twin_motion.usda")
        self._author()
        self.show(0.0)
        session.subLayerPaths.append(self._layer.identifier)

    def _author(self) -> None:
        """Make all prims and attributes there are, so that from now on only values change."""
        self.time = float("nan")
        turn = f"xformOp:rotate{self._plant.up_axis}:{_NAME}"
        count = most_at_once(self._begin, self._until)
        self._slots = Slots(count, len(self._tracks))
        self._seen: list[Sdf.AttributeSpec] = []
        self._spots: list[Sdf.AttributeSpec] = []
        self._turns: list[Sdf.AttributeSpec] = []
        with Sdf.ChangeBlock():
            self._layer.Clear()
            if self._stage is not None:
                self._layer.timeCodesPerSecond = self._stage.GetTimeCodesPerSecond()
            self._home = Sdf.CreatePrimInLayer(self._layer, self._root.GetPath().AppendChild(SCOPE))
            self._home.specifier, self._home.typeName, self._home.kind = Sdf.SpecifierDef, "Xform", "group"
            for number in range(count):
                prim = Sdf.PrimSpec(self._home, f"Part_{number:03d}", Sdf.SpecifierDef, "Xform")
                prim.kind = "component"
                author_shape(prim, self._model, self._plant)
                self._pose(prim, turn, [])
                seen = Sdf.AttributeSpec(prim, "visibility", _TYPE.Token)
                seen.default = "invisible"
                self._seen.append(seen)
            for carrier in self._carriers:
                self._pose(Sdf.CreatePrimInLayer(self._layer, carrier.GetPath()), turn, scales(carrier))
            self._author_states()
        self._stood = np.full((len(self._carriers), 3), np.nan)
        self._faced = np.full((len(self._carriers), 3), np.nan)

    def _pose(self, prim: Sdf.PrimSpec, turn: str, more: list[str]) -> None:
        move = f"xformOp:translate:{_NAME}"
        order = Sdf.AttributeSpec(prim, "xformOpOrder", _TYPE.TokenArray, Sdf.VariabilityUniform)
        order.default = Vt.TokenArray([move, turn, *more])
        spot, angle = Sdf.AttributeSpec(prim, move, _TYPE.Double3), Sdf.AttributeSpec(prim, turn, _TYPE.Double)
        spot.default, angle.default = Gf.Vec3d(0.0), 0.0
        self._spots.append(spot)
        self._turns.append(angle)

    def _author_states(self) -> None:
        self._now = np.full(len(self._states.paths), -1, np.int64)
        self._lamps: list[tuple[Sdf.AttributeSpec | None, Sdf.AttributeSpec | None]] = []
        for path in self._states.paths:
            prim = self._stage.GetPrimAtPath(path) if self._stage is not None else None
            status = lamp = None
            if prim and not prim.IsInstanceProxy():
                spec = Sdf.CreatePrimInLayer(self._layer, path)
                spec.SetInfo("apiSchemas", Sdf.TokenListOp.Create(prependedItems=["FactoryTwinStateAPI"]))
                status = Sdf.AttributeSpec(spec, "factoryTwin:state:status", _TYPE.Token)
                child = prim.GetChild(LAMP)
                if child and not child.IsInstanceProxy():
                    over = Sdf.CreatePrimInLayer(self._layer, child.GetPath())
                    lamp = Sdf.AttributeSpec(over, "primvars:displayColor", _TYPE.Color3fArray)
            self._lamps.append((status, lamp))

    def show(self, time: float) -> int:
        """Show a moment, s; return how many values were written: none when the layer was locked by someone, or detached."""
        if self._stage is None or not self._layer.permissionToEdit:
            return 0
        if self._home.expired:  # someone emptied the layer
            self._author()
        before = self.writes
        live = np.flatnonzero((self._begin <= time) & (time < self._until))
        world, way = self._tracks.at(live, time)
        place = np.round(self._frame.places(world), _DECIMALS)
        taken = self._slots.take(live, place, np.round(self._frame.degrees(way), _DECIMALS))
        slots = self._slots
        with Sdf.ChangeBlock():
            for slot, (x, y, z) in zip(taken.moved.tolist(), slots.place[taken.moved].tolist()):
                self._spots[slot].default = Gf.Vec3d(x, y, z)
            for slot, angle in zip(taken.turned.tolist(), slots.turn[taken.turned].tolist()):
                self._turns[slot].default = angle
            for slot in taken.shown.tolist():
                self._seen[slot].default = "inherited"
            for slot in taken.hidden.tolist():
                self._seen[slot].default = "invisible"
            self.writes += sum(len(k) for k in (taken.moved, taken.turned, taken.shown, taken.hidden))
            self._drive(time)
            self._light(time)
        self.time = time
        return self.writes - before

    def _drive(self, time: float) -> None:
        """Move the vehicles that are elsewhere, or face another way, than before."""
        if not self._carriers:
            return
        place, way = self._vehicles.at(np.arange(len(self._carriers)), time)
        first = len(self._slots.track)
        for k in np.flatnonzero((place != self._stood).any(axis=1)).tolist():
            self._spots[first + k].default = Gf.Vec3d(*self._frames[k].places(place[k : k + 1])[0].tolist())
            self.writes += 1
        for k in np.flatnonzero((way != self._faced).any(axis=1)).tolist():
            self._turns[first + k].default = float(self._frames[k].degrees(way[k : k + 1])[0])
            self.writes += 1
        self._stood, self._faced = place, np.asarray(way, float)

    def _light(self, time: float) -> None:
        """Show the states that are others than before."""
        now = self._states.at(time)
        for k in np.flatnonzero(now != self._now).tolist():
            state = State(int(now[k]))
            status, lamp = self._lamps[k]
            if status is not None:
                status.default = state.token
                self.writes += 1
            if lamp is not None:
                lamp.default = _COLOURS[state]
                self.writes += 1
        self._now = now

    def part(self, path: str) -> int:
        """Return the number of the part that a prim of ours shows now; -1 for none and for any other prim."""
        ours = f"{self._root.GetPath()}/{SCOPE}/Part_"
        number = path.removeprefix(ours).partition("/")[0]
        if not path.startswith(ours) or not number.isdecimal():
            return -1
        track = int(self._slots.track[int(number)]) if int(number) < len(self._slots.track) else -1
        return int(self._tracks.part[track]) if track >= 0 else -1

    @property
    def parts(self) -> Floats:
        """Where the parts are that exist now, stage units below the root prim, shape (n, 3)."""
        return self._slots.place[self._slots.track >= 0]

    def detach(self) -> None:
        """Take the layer away; the session layer is as it was before, even if it was locked meanwhile."""
        if self._stage is None:
            return
        session, self._stage = self._stage.GetSessionLayer(), None
        identifier = self._layer.identifier
        if identifier in list(session.subLayerPaths):
            locked = not session.permissionToEdit
            session.SetPermissionToEdit(True)
            session.subLayerPaths.remove(identifier)
            session.SetPermissionToEdit(not locked)


def _is_free(prim: Usd.Prim) -> bool:
    """Return whether a prim can be moved: it is there, and not inside an instance."""
    return bool(prim) and not prim.IsInstanceProxy()
