# SPDX-License-Identifier: Apache-2.0
"""Play a log on an open stage without baking it: any moment costs the same, and only what changed is written.

What is shown lies in a layer of its own below the session layer, as plain values without time samples.
"""

from __future__ import annotations

import numpy as np
from pxr import Sdf, Usd, UsdGeom

from .. import session
from ..log import Log
from ..plant import Plant
from .carrier import Carrier
from .columns import part_tracks
from .crowd import Crowd
from .fleet import Rides
from .frame import Frame
from .lamps import Lamps
from .places import place_states
from .pool import most_at_once
from .prims import Prims
from .samples import EDGE
from .shape import SCOPE, product_model, stage_root
from .tracks import Cursor, Floats
from .traffic import Traffic
from .vehicle import poses

LIMIT = 250
"""Most parts at once that are shown as prims; above that a frame would take too long."""


class Player:
    """Shows one moment of a log on a stage.

    Args:
        stage: Where to show it.
        log: The shift.
        plant: What `read_plant(stage)` gave.
        limit: Up to so many parts at once each part is a prim, which can be selected; more are arrays on one point instancer,
            which are some ten times cheaper to move.

    Attributes:
        end: End of the log, s.
        time: What is shown, s; nan before the first moment.
        writes: Values written so far; an array counts as one.

    Raises:
        StageError: The stage is empty, or its session layer may not be edited.
    """

    def __init__(self, stage: Usd.Stage, log: Log, plant: Plant, *, limit: int = LIMIT) -> None:
        self.end = log.end
        self.writes = 0
        self._stage: Usd.Stage | None = stage
        self._root = stage_root(stage, plant)
        self._frame = Frame(UsdGeom.XformCache().GetLocalToWorldTransform(self._root), plant)
        rides = Rides(log, plant)
        tracks, trips = part_tracks(log, plant, rides)
        self._cursor, self._numbers = Cursor(tracks), tracks.part
        self._begin, self._until = tracks.begin, tracks.end + EDGE
        model = product_model(stage)
        self._parts: Carrier = Prims(self._begin, self._until, model, plant)
        if most_at_once(self._begin, self._until) > limit:
            middle = self._frame.places((tracks.place.min(axis=0) + tracks.place.max(axis=0))[None] / 2)[0]
            self._parts = Crowd(self._begin, self._until, middle, model, plant)
        self._traffic = Traffic(stage, poses(trips, plant) | rides.keys, plant)
        self._lamps = Lamps(stage, place_states(log))
        self._layer = Sdf.Layer.CreateAnonymous("factory_twin_motion.usda")
        self._author(stage)
        self.show(0.0)
        session.attach(stage, self._layer)

    def _author(self, stage: Usd.Stage) -> None:
        """Make all prims and attributes there are, so that from now on only values change."""
        self.time = float("nan")
        with Sdf.ChangeBlock():
            self._layer.Clear()
            self._layer.timeCodesPerSecond = stage.GetTimeCodesPerSecond()
            self._home = Sdf.CreatePrimInLayer(self._layer, self._root.GetPath().AppendChild(SCOPE))
            self._home.specifier, self._home.typeName, self._home.kind = Sdf.SpecifierDef, "Xform", "group"
            self._parts.author(self._home)
            self._traffic.author(self._layer)
            self._lamps.author(self._layer)

    def show(self, time: float) -> int:
        """Show a moment, s; return how many values were written: none when the layer was locked by someone, or detached."""
        if self._stage is None or not self._layer.permissionToEdit:
            return 0
        if self._home.expired:  # someone emptied the layer
            self._author(self._stage)
        live = np.flatnonzero((self._begin <= time) & (time < self._until))
        place, way = self._cursor.at(live, time)
        with Sdf.ChangeBlock():
            written = self._parts.show(live, place, way, self._frame) + self._traffic.show(time) + self._lamps.show(time)
        self.writes += written
        self.time = time
        return written

    def part(self, path: str) -> int:
        """Return the number of the part that a prim of ours shows now.

        -1 for none, for any other prim, and always when there are more parts at once than the limit: then no part is a prim.
        """
        ours = f"{self._root.GetPath()}/{SCOPE}/"
        track = self._parts.track(path.removeprefix(ours).partition("/")[0]) if path.startswith(ours) else -1
        return int(self._numbers[track]) if track >= 0 else -1

    @property
    def parts(self) -> Floats:
        """Where the parts are that exist now, stage units below the root prim, shape (n, 3)."""
        return self._parts.places

    def detach(self) -> None:
        """Take the layer away; the session layer is as it was before, even if it was locked meanwhile."""
        if self._stage is None:
            return
        session.detach(self._stage, self._layer)
        self._stage = None
