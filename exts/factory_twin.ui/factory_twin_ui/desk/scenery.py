# SPDX-License-Identifier: Apache-2.0
"""The things of a plant in one scene: meshes, and in large plants pictures of what is small on the screen."""

from __future__ import annotations

from omni.ui import scene as sc

from . import look
from .item import Item
from .meshes import Meshes
from .pictures import Pictures
from .view import View

FULL = 20_000
"""Faces up to which everything is a mesh."""


class Scenery:
    """Draws items with level of detail.

    Args:
        scene: Where they are drawn.
        items: What to draw.
        up: Index of the up axis (1 or 2).
        full: Faces up to which everything is a mesh; None: FULL.

    Attributes:
        meshes: What is drawn face by face.
        pictures: What is drawn as pictures; None in a small plant.
    """

    def __init__(self, scene: sc.Scene, items: list[Item], up: int, *, full: int | None = None) -> None:
        self.items = items
        faces = sum(len(i.shape.faces) for i in items)
        many = faces > (FULL if full is None else full)
        self.pictures = Pictures(scene, items, up) if many and look.CAN_PAINT else None
        self.meshes = Meshes(scene, items, up)

    def refresh(self) -> bool:
        """Take over what changed on the items; return whether `cull` is needed."""
        look = self.meshes.refresh()
        left = self.pictures is not None and self.pictures.leave(self.meshes.changed)
        return look or left

    def cull(self, view: View, *, coarse: bool = False) -> None:
        """Choose what to draw.

        Args:
            view: From where it is seen.
            coarse: A coarser picture will do, as the camera is on its way.
        """
        wanted = None if self.pictures is None else ~self.pictures.show(view, coarse=coarse)
        self.meshes.cull(view, wanted=wanted)
