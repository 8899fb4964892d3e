# SPDX-License-Identifier: Apache-2.0
"""A camera that orbits a point, for any up axis. Pure numbers: no USD, no UI."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass
class Camera:
    """Where the viewer stands. Lengths in stage units, angles in degrees.

    Attributes:
        target: Point looked at.
        distance: From the target.
        yaw: About the up axis.
        pitch: Above the floor.
        up: "Y" or "Z".
        fov: Vertical field of view.
        aspect: Width by height of the picture.
    """

    target: Array = field(default_factory=lambda: np.zeros(3))
    distance: float = 30.0
    yaw: float = -60.0
    pitch: float = 35.0
    up: str = "Z"
    fov: float = 40.0
    aspect: float = 16 / 9

    def basis(self) -> tuple[Array, Array, Array]:
        """Return the unit vectors right, up and back (towards the viewer)."""
        yaw, pitch = math.radians(self.yaw), math.radians(self.pitch)
        back = np.array([math.cos(pitch) * math.cos(yaw), math.cos(pitch) * math.sin(yaw), math.sin(pitch)])
        right = np.array([-math.sin(yaw), math.cos(yaw), 0.0])
        up = np.cross(back, right)
        if self.up == "Y":  # (x, y, z) of a Z-up world is (x, -z, y) of a Y-up one
            return tuple(np.array([v[0], v[2], -v[1]]) for v in (right, up, back))  # type: ignore[return-value]
        return right, up, back

    @property
    def eye(self) -> Array:
        """Where the viewer stands."""
        return self.target + self.basis()[2] * self.distance

    @property
    def near(self) -> float:
        """Distance along the view direction from which on things are drawn."""
        return self.distance / 200

    def view(self) -> Array:
        """Return the matrix from world to eye space, shape (4, 4), for column vectors."""
        right, up, back = self.basis()
        matrix = np.eye(4)
        matrix[:3, :3] = [right, up, back]
        matrix[:3, 3] = -matrix[:3, :3] @ self.eye
        return matrix

    def projection(self) -> Array:
        """Return the perspective matrix, shape (4, 4), for column vectors."""
        near, far = self.near, self.distance * 20
        f = 1 / math.tan(math.radians(self.fov) / 2)
        return np.array([
            [f / self.aspect, 0, 0, 0], [0, f, 0, 0],
            [0, 0, (far + near) / (near - far), 2 * far * near / (near - far)], [0, 0, -1, 0],
        ])  # fmt: skip

    def ray(self, x: float, y: float) -> tuple[Array, Array]:
        """Return origin and unit direction of the ray through a point of the picture, x and y in -1..1, y up."""
        right, up, back = self.basis()
        t = math.tan(math.radians(self.fov) / 2)
        direction = right * x * t * self.aspect + up * y * t - back
        return self.eye, direction / np.linalg.norm(direction)

    def orbit(self, dx: float, dy: float) -> None:
        """Turn by a mouse move given in picture widths (-1..1 spans the picture)."""
        self.yaw = (self.yaw - dx * 90) % 360
        self.pitch = min(89.0, max(3.0, self.pitch - dy * 60))

    def pan(self, dx: float, dy: float) -> None:
        """Shift along the picture so that the target follows the mouse."""
        right, up, _ = self.basis()
        t = math.tan(math.radians(self.fov) / 2) * self.distance
        self.target = self.target - right * dx * t * self.aspect - up * dy * t

    def zoom(self, steps: float) -> None:
        """Go nearer (positive) or away by mouse wheel steps."""
        self.distance = min(1e7, max(1e-3, self.distance * 0.88**steps))

    def frame(self, low: Array, high: Array, *, margin: float = 1.14) -> None:
        """Look at a box from the present direction so that it just fills the picture."""
        corners = np.array([[(low, high)[k >> a & 1][a] for a in range(3)] for k in range(8)])
        self.target, self.distance = (low + high) / 2, float(max(np.linalg.norm(high - low), 1e-3))
        right, up, back = self.basis()
        t = math.tan(math.radians(self.fov) / 2)
        for _ in range(6):  # where the box appears depends on the distance, and the other way round
            local = (corners - self.eye) @ np.array([right, up, back]).T
            seen = local[:, :2] / -local[:, 2:] / [t * self.aspect, t]
            middle = (seen.min(axis=0) + seen.max(axis=0)) / 2
            half = float((seen.max(axis=0) - seen.min(axis=0)).max()) / 2
            self.target = self.target + (right * middle[0] * self.aspect + up * middle[1]) * t * self.distance
            self.distance = max(self.distance * (1 + 0.9 * (half * margin - 1)), 1e-3)
