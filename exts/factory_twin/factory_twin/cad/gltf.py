# SPDX-License-Identifier: Apache-2.0
"""glTF 2.0 to a scene: nodes, meshes of triangles, base colours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CadError
from .accessor import Accessors, entry_of
from .glb import Container, container
from .limits import Watch
from .scene import Color, Floats, Ints, Node, Patch, Scene

_HINT = "Export it again, or get an undamaged copy."
_MODES = {0: "points", 1: "lines", 2: "lines", 3: "lines", 5: "strips", 6: "fans"}


def read_gltf(path: Path, watch: Watch) -> Scene:
    """Read a .glb or .gltf file.

    Raises:
        CadError: It is malformed, or asks for too much.
    """
    return _Reader(container(path, watch), watch).scene(path.stem)


class _Reader:
    def __init__(self, source: Container, watch: Watch) -> None:
        self._document, self._watch, self._where = source.document, watch, watch.where
        self._accessors = Accessors(source, watch.where, watch.limits.triangles * 3)
        self._patches: dict[tuple[Any, ...], Patch] = {}
        self._skipped: set[str] = set()
        self._seen: set[int] = set()
        self._triangles = 0

    def scene(self, name: str) -> Scene:
        tops = [self._node(number) for number in self._tops()]
        root = tops[0] if len(tops) == 1 else Node(name, children=tops)
        asset = self._document["asset"]
        warnings = [f"{word[:1].upper()}{word[1:]} were left out; only triangles are read." for word in sorted(self._skipped)]
        return Scene(root, up="Y", unit="m", schema=f"glTF {str(asset.get('version', '2.0'))[:20]}",
                     tool=str(asset.get("generator", ""))[:200], color_space="linear", warnings=warnings)  # fmt: skip

    def _tops(self) -> list[Any]:
        if self._document.get("scenes"):
            scene = entry_of(self._document, "scenes", self._document.get("scene", 0), self._where)
            return self._list(scene, "nodes")
        nodes = self._list(self._document, "nodes")
        below = {c for n in nodes if isinstance(n, dict) for c in self._list(n, "children") if isinstance(c, int)}
        return [k for k in range(len(nodes)) if k not in below]

    def _list(self, entry: dict[str, Any], key: str) -> list[Any]:
        found = entry.get(key, [])
        if not isinstance(found, list):
            raise CadError(f"{key} is no list.", where=self._where, hint=_HINT)
        return found

    def _node(self, number: Any) -> Node:
        """Return a tree; without recursion, so that its depth can't hurt."""
        top = self._single(number)
        stack = [(top[0], top[1], 1)]
        while stack:
            node, children, depth = stack.pop()
            self._watch.bound("The tree is too deep", depth, self._watch.limits.depth, " levels")
            for child in children:
                below = self._single(child)
                node.children.append(below[0])
                stack.append((below[0], below[1], depth + 1))
        return top[0]

    def _single(self, number: Any) -> tuple[Node, list[Any]]:
        entry = entry_of(self._document, "nodes", number, self._where)
        if number in self._seen:
            words = f"Node {number} stands in the tree twice, so the model contains itself or is no tree."
            raise CadError(words, where=self._where, hint=_HINT)
        self._seen.add(number)
        self._watch.bound("There are too many nodes", len(self._seen), self._watch.limits.occurrences)
        self._watch.step()
        node = Node(_text(entry), self._matrix(entry, number))
        if "mesh" in entry:
            mesh = entry_of(self._document, "meshes", entry["mesh"], self._where)
            node.part = _text(mesh)
            found = (self._patch(p) for p in self._list(mesh, "primitives"))
            node.patches = tuple(p for p in found if p is not None and len(p.triangles))
        return node, self._list(entry, "children")

    def _matrix(self, entry: dict[str, Any], number: int) -> Floats:
        if "matrix" in entry:
            return self._numbers(entry["matrix"], 16, number).reshape(4, 4).T
        matrix = np.eye(4)
        x, y, z, w = self._numbers(entry.get("rotation", [0, 0, 0, 1]), 4, number)
        size = x * x + y * y + z * z + w * w
        if not 0.5 < size < 2:
            raise CadError(f"Node {number} has no valid rotation.", where=self._where, hint=_HINT)
        k = 2 / size
        turn = np.array([[1 - k * (y * y + z * z), k * (x * y - z * w), k * (x * z + y * w)],
                         [k * (x * y + z * w), 1 - k * (x * x + z * z), k * (y * z - x * w)],
                         [k * (x * z - y * w), k * (y * z + x * w), 1 - k * (x * x + y * y)]])  # fmt: skip
        matrix[:3, :3] = turn * self._numbers(entry.get("scale", [1, 1, 1]), 3, number)
        matrix[:3, 3] = self._numbers(entry.get("translation", [0, 0, 0]), 3, number)
        return matrix

    def _numbers(self, values: Any, count: int, number: int) -> Floats:
        good = isinstance(values, list) and len(values) == count and all(type(v) in (int, float) for v in values)
        found = np.array([min(max(v, -1e300), 1e300) for v in values] if good else [], np.float64)
        if not good or not np.isfinite(found).all() or np.abs(found).max() > 1e9:
            raise CadError(f"Node {number} is placed nowhere: its numbers are malformed.", where=self._where, hint=_HINT)
        return found

    def _patch(self, entry: Any) -> Patch | None:
        if not isinstance(entry, dict) or not isinstance(entry.get("attributes"), dict):
            raise CadError("A mesh is malformed.", where=self._where, hint=_HINT)
        mode = entry.get("mode", 4)
        if mode != 4:
            self._skipped.add(_MODES.get(mode, "unknown primitives") if isinstance(mode, int) else "unknown primitives")
            return None
        words = entry["attributes"]
        key = (*(_number(words.get(k)) for k in ("POSITION", "NORMAL")), _number(entry.get("indices")),
               _number(entry.get("material")))  # fmt: skip
        if key not in self._patches:
            self._patches[key] = self._new(words, entry)
        return self._patches[key]

    def _new(self, words: dict[str, Any], entry: dict[str, Any]) -> Patch:
        points = self._accessors.vectors(words.get("POSITION"))
        if points.size and np.abs(points).max() > 1e9:
            raise CadError("A point is farther away than 1e9 m.", where=self._where, hint=_HINT)
        wanted = entry.get("indices")
        indices: Ints = np.arange(len(points)) if wanted is None else self._accessors.indices(wanted)
        if len(indices) % 3 or (len(indices) and int(np.max(indices)) >= len(points)):
            raise CadError("The triangles of a mesh point beyond its points.", where=self._where, hint=_HINT)
        self._triangles += len(indices) // 3
        self._watch.bound("There are too many triangles", self._triangles, self._watch.limits.triangles)
        normals = self._accessors.vectors(words["NORMAL"]) if "NORMAL" in words else None
        if normals is not None and len(normals) != len(points):
            raise CadError("A mesh has not as many normals as points.", where=self._where, hint=_HINT)
        color, sided = self._color(entry.get("material"))
        return Patch(points, indices.reshape(-1, 3), normals, color, sided)

    def _color(self, number: Any) -> tuple[Color | None, bool]:
        if number is None:
            return None, False
        material = entry_of(self._document, "materials", number, self._where)
        metal = material.get("pbrMetallicRoughness", {})
        factor = metal.get("baseColorFactor", [1, 1, 1, 1]) if isinstance(metal, dict) else None
        if isinstance(metal, dict) and "baseColorTexture" in metal:
            self._skipped.add("pictures on surfaces")
        if not isinstance(factor, list) or len(factor) != 4 or not all(type(v) in (int, float) for v in factor):
            raise CadError(f"Material {number} has a malformed colour.", where=self._where, hint=_HINT)
        red, green, blue, opacity = (float(min(max(v, 0.0), 1.0)) for v in factor)
        if material.get("alphaMode", "OPAQUE") == "OPAQUE":
            opacity = 1.0
        return (red, green, blue, opacity), bool(material.get("doubleSided", False))


def _number(value: Any) -> int:
    return value if isinstance(value, int) else -1


def _text(entry: dict[str, Any]) -> str:
    return str(entry.get("name", ""))[:1000]
