# SPDX-License-Identifier: Apache-2.0
"""What of the world a camera shows in a picture of some size. Pure numbers: no USD, no UI."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .camera import Camera

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class View:
    """A camera and the size of its picture.

    Attributes:
        eye: Where the viewer stands, world.
        basis: Unit vectors right, up and back (towards the viewer), shape (3, 3).
        scale: Pixels per unit of size over distance.
        slopes: Half of the picture's width and height at distance 1.
        near: What is nearer along the view direction is not drawn.
    """

    eye: Array
    basis: Array
    scale: float
    slopes: Array
    near: float

    @classmethod
    def of(cls, camera: Camera, height: float) -> View:
        """Return the view of a camera in a picture of that height, pixels."""
        slope = math.tan(math.radians(camera.fov) / 2)
        return cls(
            camera.eye, np.array(camera.basis()), height / 2 / slope, np.array([slope * camera.aspect, slope]), camera.near
        )

    def depth(self, points: Array) -> Array:
        """Return how far points are in front of the viewer, along the view direction."""
        return np.asarray((self.eye - points) @ self.basis[2])

    def width(self, points: Array, radius: Array) -> Array:
        """Return how wide balls appear, pixels."""
        return np.asarray(2 * radius * self.scale / np.maximum(self.depth(points), 1e-9))

    def sees(self, points: Array, radius: Array) -> NDArray[np.bool_]:
        """Return which balls reach into the picture."""
        local = (points - self.eye) @ self.basis.T
        edges = np.sqrt(1 + self.slopes**2)
        beside = (np.abs(local[:, :2]) + local[:, 2:] * self.slopes) / edges
        return np.asarray((local[:, 2] < radius) & (beside < radius[:, None]).all(axis=1))
