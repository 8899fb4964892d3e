# SPDX-License-Identifier: Apache-2.0
"""Repeated parts found: a tree of nodes becomes products, each once, and their occurrences."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from .limits import Watch
from .mesh import Mesh, build
from .scene import Floats, Node

_UNNAMED = re.compile(r"=>\[[\d:]*\]|")  # as OpenCASCADE calls what has no name
_NUMBER = re.compile(r"[._: -]\d+$")


@dataclass(frozen=True, slots=True, eq=False)
class Occurrence:
    """A use of a product.

    Attributes:
        name: As in the file; never empty.
        matrix: 4 x 4 to the assembly it stands in, for column vectors, m.
        product: What stands there.
    """

    name: str
    matrix: Floats
    product: Product


@dataclass(slots=True, eq=False)
class Product:
    """A part or an assembly; the same object wherever it occurs.

    Attributes:
        name: As in the file; never empty.
        article: Key in the file's own structure; products that differ in looks alone share it. Else the key of its shape.
        mesh: Its own shape; None for a mere assembly.
        children: What it holds.
        count: How often it occurs in the whole tree.
        uses: In how many places it stands, those of one assembly counted once however often that occurs.
    """

    name: str
    article: str
    mesh: Mesh | None
    children: tuple[Occurrence, ...]
    count: int = 0
    uses: int = 0

    @property
    def is_part(self) -> bool:
        """True for what holds nothing else."""
        return not self.children


@dataclass(slots=True)
class Tree:
    """The products of a file.

    Attributes:
        root: The whole.
        matrix: Of the whole.
        products: All of them, each before all that hold it.
        empty: Names of nodes that were left out, because nothing is below them.
        occurrences: How many products occur in all, the root included.
    """

    root: Product
    matrix: Floats
    products: list[Product]
    empty: list[str] = field(default_factory=list)
    occurrences: int = 0

    @property
    def parts(self) -> list[Product]:
        """Those that hold nothing else, in order."""
        return [p for p in self.products if p.is_part]


def tree(root: Node, names: Mapping[str, str], watch: Watch) -> Tree | None:
    """Return the products of a tree; None when there is no shape.

    Args:
        root: Top node.
        names: Key of a product in the file's structure to its name.
        watch: Bounds.
    """
    builder = _Builder(names, watch)
    top = builder.product(root)
    if top is None:
        return None
    products = list(builder.products.values())
    if not any(p.mesh is not None for p in products):
        return None
    top.count = top.uses = 1
    for product in reversed(products):
        for child in product.children:
            child.product.count += product.count
            child.product.uses += 1
    for product in products:
        if product.count > 1 and product.children and product.article in builder.products:
            product.name = _NUMBER.sub("", product.name) or product.name
    return Tree(top, root.matrix, products, builder.empty, sum(p.count for p in products))


class _Builder:
    def __init__(self, names: Mapping[str, str], watch: Watch) -> None:
        self._names, self._watch = names, watch
        self._meshes: dict[tuple[int, ...], Mesh | None] = {}
        self._shapes: dict[str, Mesh] = {}
        self.products: dict[str, Product] = {}
        self.empty: list[str] = []

    def product(self, node: Node) -> Product | None:
        """Return the product of a node; products are listed each after all that it holds."""
        self._watch.step()
        mesh = self._mesh(node)
        children = []
        for child in node.children:
            below = self.product(child)
            if below is None:
                self.empty.append(_plain(child.name) or _plain(child.part) or "without a name")
            else:
                children.append(Occurrence(_plain(child.name) or below.name, child.matrix, below))
        if mesh is None and not children and not node.product:
            return None
        name = self._names.get(node.product) or _plain(node.part if mesh else "") or _plain(node.name)
        name = name or ("Part" if mesh and not children else "Assembly")
        key = _key(name if mesh or node.product else "", node.product, mesh, children)
        if key not in self.products:
            self.products[key] = Product(name, node.product or key, mesh, tuple(children))
        return self.products[key]

    def _mesh(self, node: Node) -> Mesh | None:
        if not node.patches:
            return None
        place = tuple(id(p) for p in node.patches)
        if place not in self._meshes:
            found = build(node.patches)
            self._meshes[place] = self._shapes.setdefault(found.key, found) if found else None
        return self._meshes[place]


def _plain(name: str) -> str:
    """Return a name for people; empty when it is none."""
    words = "".join(c if c.isprintable() else " " for c in name).strip()
    return "" if _UNNAMED.fullmatch(words) else words


def _key(name: str, article: str, mesh: Mesh | None, children: list[Occurrence]) -> str:
    """Return what two products share when they are equal down to the last point."""
    found = hashlib.sha256(repr((name, article, mesh.key if mesh else "")).encode())
    for child in children:
        found.update(repr((child.name, id(child.product))).encode())
        found.update(np.ascontiguousarray(child.matrix.round(9) + 0.0).tobytes())
    return found.hexdigest()
