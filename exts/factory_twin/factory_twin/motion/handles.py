# SPDX-License-Identifier: Apache-2.0
"""Specs whose values a player sets: made once, so that from then on only values change."""

from __future__ import annotations

from typing import NamedTuple

from pxr import Gf, Sdf, Vt

_NAME = "factoryTwinLive"  # end of the names of what moves prims; panels know that such changes leave the plant as it is
_TYPE = Sdf.ValueTypeNames


class Handle(NamedTuple):
    """Where a prim stands, and its angle about the up axis, degrees."""

    spot: Sdf.AttributeSpec
    turn: Sdf.AttributeSpec


def movable(prim: Sdf.PrimSpec, up: str, more: tuple[str, ...] = ()) -> Handle:
    """Let a prim be moved and turned about the axis `up` ("Y" or "Z"), over what else it does; `more` operations follow."""
    move, turn = f"xformOp:translate:{_NAME}", f"xformOp:rotate{up}:{_NAME}"
    order = Sdf.AttributeSpec(prim, "xformOpOrder", _TYPE.TokenArray, Sdf.VariabilityUniform)
    order.default = Vt.TokenArray([move, turn, *more])
    spot, angle = Sdf.AttributeSpec(prim, move, _TYPE.Double3), Sdf.AttributeSpec(prim, turn, _TYPE.Double)
    spot.default, angle.default = Gf.Vec3d(0.0), 0.0
    return Handle(spot, angle)
