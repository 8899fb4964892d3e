# SPDX-License-Identifier: Apache-2.0
"""Wavefront OBJ with its .mtl to a scene: objects and groups, materials' colours. OBJ knows no unit and no axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..errors import CadError
from .glb import beside
from .limits import Watch
from .scene import Color, Floats, Node, Patch, Scene, linear

_HINT = "Export it again, or get an undamaged copy."
_LONGEST = 1_000_000  # bytes of a line
Corner = tuple[int, int]


@dataclass(slots=True)
class _Group:
    """Triangles of one object by material; a corner is a point and a normal, -1 for none."""

    name: str
    faces: dict[str, list[Corner]] = field(default_factory=dict)


class _Reader:
    def __init__(self, path: Path, scale: float, watch: Watch) -> None:
        self._path, self._scale, self._watch = path, scale, watch
        self._points: list[tuple[float, ...]] = []
        self._normals: list[tuple[float, ...]] = []
        self._groups: list[_Group] = []
        self._colors: dict[str, Color] = {}
        self._material, self._triangles = "", 0
        self._warnings: list[str] = []

    def scene(self) -> Scene:
        for number, words in self._lines(self._path):
            try:
                self._line(words)
            except (ValueError, IndexError) as error:
                raise self._wrong(number, f"is malformed: {' '.join(words)[:80]!r}") from error
        if not self._points:
            raise CadError("This is no OBJ file: it has no points.", where=self._watch.where, hint=_HINT)
        points = self._array(self._points) * self._scale
        if np.abs(points).max() > 1e9:
            raise CadError("A point is farther away than 1e9 m.", where=self._watch.where, hint=_HINT)
        normals = self._array(self._normals)
        nodes = [Node(g.name, part=g.name, patches=self._patches(g, points, normals)) for g in self._groups if g.faces]
        root = nodes[0] if len(nodes) == 1 else Node(self._path.stem, children=nodes)
        return Scene(root, "Y", "", "Wavefront OBJ", color_space="sRGB", warnings=self._warnings)

    def _lines(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        """Yield number and words of each line, continued lines joined."""
        before = ""
        with open(path, encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(iter(lambda: file.readline(_LONGEST), ""), 1):
                if len(line) == _LONGEST or len(before) > _LONGEST:
                    raise self._wrong(number, "is too long")
                if number % 4096 == 0:
                    self._watch.step()
                before += line.rstrip("\r\n")
                if before.endswith("\\"):
                    before = before[:-1] + " "
                    continue
                words = before.partition("#")[0].split()
                before = ""
                if words:
                    yield number, words

    def _line(self, words: list[str]) -> None:
        kind, values = words[0], words[1:]
        if kind == "v":
            self._points.append((float(values[0]), float(values[1]), float(values[2])))
        elif kind == "vn":
            self._normals.append((float(values[0]), float(values[1]), float(values[2])))
        elif kind == "f":
            self._face(values)
        elif kind in ("o", "g"):
            self._groups.append(_Group(" ".join(values)[:1000] or self._path.stem))
            self._watch.bound("There are too many objects", len(self._groups), self._watch.limits.occurrences)
        elif kind == "usemtl":
            self._material = " ".join(values)
        elif kind == "mtllib":
            self._library(" ".join(values))

    def _face(self, values: list[str]) -> None:
        corners = [self._corner(v) for v in values]
        if len(corners) < 3:
            raise ValueError
        self._triangles += len(corners) - 2
        self._watch.bound("There are too many triangles", self._triangles, self._watch.limits.triangles)
        if not self._groups:
            self._groups.append(_Group(self._path.stem))
        into = self._groups[-1].faces.setdefault(self._material, [])
        for k in range(1, len(corners) - 1):
            into += (corners[0], corners[k], corners[k + 1])

    def _corner(self, word: str) -> Corner:
        parts = word.split("/")
        return _index(parts[0], len(self._points)), _index(parts[2], len(self._normals)) if len(parts) > 2 and parts[2] else -1

    def _library(self, name: str) -> None:
        try:
            file = beside(self._path, name, self._watch)
        except CadError as error:
            self._warnings.append(f"Colours are missing: {error.what}")
            return
        current = ""
        for number, words in self._lines(file):
            if words[0] == "newmtl":
                current = " ".join(words[1:])
            elif words[0] in ("Kd", "d", "Tr") and current:
                try:
                    values = [min(max(float(w), 0.0), 1.0) for w in words[1:4]]
                    old = self._colors.get(current, (0.5, 0.5, 0.5, 1.0))
                    if words[0] == "Kd":
                        red, green, blue = (linear(v) for v in values)
                        self._colors[current] = (red, green, blue, old[3])
                    else:
                        self._colors[current] = (*old[:3], values[0] if words[0] == "d" else 1.0 - values[0])
                except (ValueError, IndexError):
                    self._warnings.append(f"{file.name}, line {number} is malformed and left out.")

    def _array(self, rows: list[tuple[float, ...]]) -> Floats:
        found = np.array(rows, np.float64).reshape(-1, 3)
        if not np.isfinite(found).all():
            raise CadError("A number is not finite.", where=self._watch.where, hint=_HINT)
        return found

    def _patches(self, group: _Group, points: Floats, normals: Floats) -> tuple[Patch, ...]:
        found = []
        for material, corners in group.faces.items():
            pairs = np.array(corners, np.int64)
            used, places = np.unique(pairs, axis=0, return_inverse=True)
            own = normals[used[:, 1]] if (used[:, 1] >= 0).all() and len(normals) else None
            color = self._colors.get(material)
            found.append(Patch(points[used[:, 0]], places.reshape(-1, 3), own, color, two_sided=False))
        return tuple(found)

    def _wrong(self, number: int, words: str) -> CadError:
        return CadError(f"Line {number} {words}.", where=self._watch.where, hint=_HINT)


def read_obj(path: Path, scale: float, watch: Watch) -> Scene:
    """Read an OBJ file.

    Args:
        path: File.
        scale: One unit of the file, m.
        watch: Bounds.

    Raises:
        CadError: It is malformed, or asks for too much.
    """
    return _Reader(path, scale, watch).scene()


def _index(word: str, count: int) -> int:
    """Return an index from 0; a negative word counts from the newest."""
    value = int(word)
    found = value - 1 if value > 0 else count + value
    if not 0 <= found < count or value == 0:
        raise ValueError
    return found
