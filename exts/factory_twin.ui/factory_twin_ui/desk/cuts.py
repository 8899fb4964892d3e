# SPDX-License-Identifier: Apache-2.0
"""Faces that reach behind the viewer, cut off before: omni.ui.scene would smear them over the picture, or leave them out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from omni.ui import scene as sc

Array = NDArray[np.float64]


class Cuts:
    """The cut faces of one scene.

    Args:
        scene: Where they are drawn.
    """

    def __init__(self, scene: sc.Scene) -> None:
        self._scene = scene
        self._node = None
        self.faces: list[Array] = []

    def show(self, faces: list[Array], colors: list[Array]) -> None:
        """Show other faces.

        Args:
            faces: The corners of each, world, shape (n, 3).
            colors: The colour of each, shape (4,).
        """
        if self.faces or faces:
            with self._scene:
                self._node = self._node or sc.Transform()
            self._node.clear()
        self.faces = faces
        if faces:
            with self._node:
                counts = [len(f) for f in faces]
                paint = np.repeat(np.array(colors), counts, axis=0).tolist()
                sc.PolygonMesh(np.concatenate(faces).tolist(), paint, counts, list(range(sum(counts))))


def cut(corners: Array, depth: Array) -> Array:
    """Return the part of a convex face where the depth is not negative; empty when there is none.

    Args:
        corners: Shape (n, 3).
        depth: Of each corner, shape (n,).
    """
    found = []
    for k in range(len(corners)):
        a, b, here, there = corners[k - 1], corners[k], depth[k - 1], depth[k]
        if here * there < 0:
            found.append(a + (b - a) * (here / (here - there)))
        if there >= 0:
            found.append(b)
    return np.array(found).reshape(-1, 3)
