# SPDX-License-Identifier: Apache-2.0
"""What some items together look like, painted small from any side. No UI."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from .item import Item
from .light import lit
from .shape import cofactors

Array = NDArray[np.float64]
Bytes = NDArray[np.uint8]
CAN_PAINT = find_spec("PIL") is not None
"""Whether there is what pictures are painted with; without it all is drawn face by face."""
_FINE = 4  # painted so many times larger, then reduced: that smooths edges
_CRUMB = 0.1  # pixels squared: smaller faces are left out


@dataclass(frozen=True, slots=True)
class Painting:
    """A picture of a look.

    Attributes:
        pixels: Red, green, blue and opacity, shape (height, width, 4), the first row on top.
        box: Left, right, bottom and top edge from the look's middle, stage units.
    """

    pixels: Bytes
    box: tuple[float, float, float, float]


class Look:
    """How items look that stand together in one way, wherever they stand.

    Args:
        items: The items.
        up: Index of the up axis (1 or 2).

    Attributes:
        key: Equal for items that look alike.
        middle: Middle of their ball, from the origin of the first item, along the axes of the world.
        radius: Of their ball, stage units.
    """

    def __init__(self, items: list[Item], up: int) -> None:
        self._items, self._up = items, up
        self._matrix = np.array([i.matrix for i in items])
        self._matrix[:, 3, :3] -= items[0].matrix[3, :3]
        points = [i.shape.points @ m[:3, :3] + m[3, :3] for i, m in zip(items, self._matrix)]
        low, high = np.min([p.min(axis=0) for p in points], axis=0), np.max([p.max(axis=0) for p in points], axis=0)
        self.middle = (low + high) / 2
        self.radius = float(max(np.linalg.norm(p - self.middle, axis=1).max() for p in points))
        self._ready = False

    @staticmethod
    def key(items: list[Item]) -> tuple[object, ...]:
        """Return what is equal for items that look alike."""
        at = items[0].matrix[3, :3]
        return tuple((i.shape, i.color, i.closed, ((i.matrix[:3, :3]).round(6) + 0.0).tobytes(),
                      ((i.matrix[3, :3] - at).round(4) + 0.0).tobytes()) for i in items)  # fmt: skip

    def _prepare(self) -> None:
        """Put all faces into one frame."""
        corners, counts, centers, areas, colors, closed = [], [], [], [], [], []
        for item, matrix, turn in zip(self._items, self._matrix, cofactors(self._matrix[:, :3, :3])):
            shape, move = item.shape, matrix[3, :3] - self.middle
            corners.append((shape.points @ matrix[:3, :3] + move)[shape.corners])
            centers.append(shape.centers @ matrix[:3, :3] + move)
            counts.append(shape.counts)
            areas.append(shape.areas @ turn)
            colors.append(lit(item.color, areas[-1], self._up))
            closed.append(np.full(len(shape.faces), item.closed))
        self._corners, self._centers, self._areas = np.concatenate(corners), np.concatenate(centers), np.concatenate(areas)
        self._colors = (np.concatenate(colors) * 255 + 0.5).astype(np.uint8)
        self._closed = np.concatenate(closed)
        ends = np.cumsum(np.concatenate(counts))
        self._ends, self._starts = ends.tolist(), (ends - np.concatenate(counts)).tolist()
        self._ready = True

    def paint(self, toward: Array, size: float) -> Painting | None:
        """Paint the look as it is seen from far away; None when nothing can be seen of it.

        Args:
            toward: Unit vector to the viewer, not straight up.
            size: Pixels that the ball is wide.
        """
        from PIL import Image, ImageDraw

        if not self._ready:
            self._prepare()
        right, above = sides(toward[None], self._up)
        scale = size / (2 * self.radius)  # pixels per unit
        seen = self._areas @ toward
        seen = np.where(self._closed, seen, np.abs(seen)) * scale**2
        faces = np.flatnonzero(seen > _CRUMB)
        if not len(faces):
            return None
        flat = self._corners @ np.array([right[0], above[0]]).T
        chosen = flat[np.concatenate([np.arange(self._starts[f], self._ends[f]) for f in faces.tolist()])]
        left, low = chosen.min(axis=0) - 1 / scale  # a pixel on each side stays free
        wide, high = np.ceil((chosen.max(axis=0) - (left, low)) * scale + 1).astype(int).tolist()
        top = low + high / scale
        canvas = Image.new("RGBA", (wide * _FINE, high * _FINE))
        draw = ImageDraw.Draw(canvas)
        flat = (flat - (left, top)) * (scale * _FINE, -scale * _FINE) - 0.5
        colors = self._colors.tolist()
        for f in faces[np.argsort((self._centers @ toward)[faces], kind="stable")].tolist():
            draw.polygon(flat[self._starts[f] : self._ends[f]].ravel().tolist(), fill=(*colors[f], 255))
        return Painting(_filled(np.array(canvas.reduce(_FINE))), (left, left + wide / scale, low, top))


def sides(toward: Array, up: int) -> tuple[Array, Array]:
    """Return the unit vectors to the right and upward in pictures that are seen from there; shape (n, 3) each.

    Args:
        toward: Unit vectors to the viewer, shape (n, 3).
        up: Index of the up axis (1 or 2).
    """
    x, y, z = toward[:, 0], toward[:, 1], toward[:, 2]
    nothing = np.zeros_like(x)
    right = np.stack([-y, x, nothing] if up == 2 else [z, nothing, -x], axis=1)
    right /= np.maximum(np.linalg.norm(right, axis=1, keepdims=True), 1e-12)
    return right, np.cross(toward, right)


def _filled(pixels: Bytes) -> Bytes:
    """Give what can be seen through the mean colour of the rest: drawn between pixels, edges would be dark else."""
    opacity = pixels[..., 3]
    mean = (pixels[..., :3] * opacity[..., None].astype(float)).sum(axis=(0, 1)) / max(float(opacity.sum()), 1.0)
    pixels[opacity == 0, :3] = mean.astype(np.uint8)
    return pixels
