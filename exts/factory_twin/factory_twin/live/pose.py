# SPDX-License-Identifier: Apache-2.0
"""Where a prim that tells its place is put: metres of the floor become operations local to its parent.

x and y lie on the floor: x is the stage's X; y is its Y, or -Z where Y is up. A heading turns counter-clockwise
seen from above. Height, scale and tilt of the prim stay as they are.
"""

from __future__ import annotations

import math

from pxr import Gf, Usd, UsdGeom

RESET = "!resetXformStack!"


class Pose:
    """The pose of one prim.

    Args:
        prim: An Xformable, as it stands now.

    Attributes:
        order: Names of its operations, outermost first.
        move: Name of the operation that moves it.
        turn: Name of the one that turns it.
        shape: Name of the one that keeps scale and tilt.
        matrix: Value of `shape`.
    """

    def __init__(self, prim: Usd.Prim) -> None:
        stage = prim.GetStage()
        self._up = str(UsdGeom.GetStageUpAxis(stage))
        self._metres = float(UsdGeom.GetStageMetersPerUnit(stage)) or 1.0
        xformable = UsdGeom.Xformable(prim)
        cache = UsdGeom.XformCache()
        reset = xformable.GetResetXformStack()
        outer = Gf.Matrix4d(1.0) if reset else cache.GetParentToWorldTransform(prim)
        self._inner = outer.GetInverse() if abs(outer.GetDeterminant()) > 1e-30 else Gf.Matrix4d(1.0)
        local = cache.GetLocalToWorldTransform(prim) * self._inner
        self._place = outer.Transform(local.ExtractTranslation())  # world, stage units
        self._angle = self._of(local.TransformDir(Gf.Vec3d(1, 0, 0)))
        self.matrix = Gf.Matrix4d(local)
        self.matrix.SetTranslateOnly(Gf.Vec3d(0.0))
        axis = Gf.Vec3d(0, 0, 1) if self._up == "Z" else Gf.Vec3d(0, 1, 0)
        self.matrix *= Gf.Matrix4d().SetRotate(Gf.Rotation(axis, -self._angle))
        self.move, self.turn, self.shape = (
            f"xformOp:{kind}:factoryTwinLive" for kind in ("translate", f"rotate{self._up}", "transform")
        )
        self.order = [*([RESET] if reset else []), self.move, self.turn, self.shape]

    def at(self, x: float, y: float, z: float | None, heading: float | None) -> tuple[Gf.Vec3d, float]:
        """Return the values of `move` and `turn` for a place (world, m) and heading (rad).

        Args:
            x: Along the floor.
            y: Along the floor.
            z: Height; None: as it is.
            heading: Of the prim's local x axis; None: as it is.
        """
        across, up = (y, 2) if self._up == "Z" else (-y, 1)
        place = Gf.Vec3d(self._place)
        place[0], place[3 - up] = x / self._metres, across / self._metres
        if z is not None:
            place[up] = z / self._metres
        angle = self._angle
        if heading is not None:
            along = math.sin(heading)
            way = Gf.Vec3d(math.cos(heading), along, 0) if up == 2 else Gf.Vec3d(math.cos(heading), 0, -along)
            angle = self._of(self._inner.TransformDir(way))
        return self._inner.Transform(place), angle

    @property
    def resets(self) -> bool:
        """Whether it stands in the world's frame instead of its parent's."""
        return RESET in self.order

    def local(self, move: Gf.Vec3d, turn: float) -> Gf.Matrix4d:
        """Return the whole local matrix for values of `move` and `turn`."""
        axis = Gf.Vec3d(0, 0, 1) if self._up == "Z" else Gf.Vec3d(0, 1, 0)
        turned = Gf.Matrix4d().SetRotate(Gf.Rotation(axis, turn))
        return self.matrix * turned * Gf.Matrix4d().SetTranslate(move)

    def _of(self, way: Gf.Vec3d) -> float:
        """Return the angle of a local direction about the up axis, degrees."""
        return math.degrees(math.atan2(way[1] if self._up == "Z" else -way[2], way[0]))
