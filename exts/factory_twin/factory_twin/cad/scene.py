# SPDX-License-Identifier: Apache-2.0
"""What every reader of CAD files gives: a tree of nodes, shapes they share, and facts about the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]
Color = tuple[float, float, float, float]
GREY: Color = (0.5, 0.5, 0.5, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Triangles of one colour.

    Attributes:
        points: n x 3 positions, m.
        triangles: k x 3 indices of points, counter-clockwise seen from outside.
        normals: n x 3 unit vectors, one for each point; None: flat faces.
        color: Linear red, green, blue and opacity, 0..1; None: the file gives none.
        two_sided: The file asks to show the back of faces as well.
    """

    points: Floats
    triangles: Ints
    normals: Floats | None = None
    color: Color | None = None
    two_sided: bool = False


@dataclass(slots=True, eq=False)
class Node:
    """A place in the tree.

    Attributes:
        name: As in the file; empty when it has none.
        matrix: 4 x 4 to the parent, for column vectors, m.
        patches: Its own geometry; empty for a mere group.
        part: Name of the geometry or product; empty when it has none.
        children: Nodes below it.
        product: Key of the product in the file's own structure; empty when it has none.
    """

    name: str
    matrix: Floats = field(default_factory=lambda: np.eye(4))
    patches: tuple[Patch, ...] = ()
    part: str = ""
    children: list[Node] = field(default_factory=list)
    product: str = ""

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack += reversed(node.children)


@dataclass(slots=True)
class Scene:
    """What a file holds.

    Attributes:
        root: Top of the tree.
        up: "Y" or "Z".
        unit: Unit of length of the file, such as "mm".
        schema: Format and version, such as "AUTOMOTIVE_DESIGN" or "glTF 2.0".
        tool: Program that wrote the file; empty when it does not say.
        date: When, in the file's words; empty when it does not say.
        color_space: What the file's colours are in, before they were made linear.
        assumed: What the file does not say and we supposed, in words.
        warnings: What could not be brought along, in words.
    """

    root: Node
    up: str
    unit: str
    schema: str
    tool: str = ""
    date: str = ""
    color_space: str = ""
    assumed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def linear(value: float) -> float:
    """Return the linear value of an sRGB channel, both 0..1."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
