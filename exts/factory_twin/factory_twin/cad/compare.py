# SPDX-License-Identifier: Apache-2.0
"""The comparisons of the check report: the source's counts beside those read, and the files written opened anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pxr import Usd, UsdGeom

from .bill import Article
from .limits import Watch
from .product import Product, Tree
from .report import Check
from .scene import GREY, Floats
from .structure import Structure

_BOX, _SHARE = 1e-6, 1e-5  # m; of a volume


def against_source(tree: Tree, lines: dict[str, Article], found: Structure) -> list[Check]:
    """Compare with the product structure of a STEP file."""
    counts = found.occurrences()
    shown = {key for key, line in lines.items() if line.product and line.product.mesh is not None and line.product.is_part}
    leaves = {key for key in found.names if not found.uses.get(key)} - (found.shapeless - shown)
    expected, got = {k: counts.get(k, 0) for k in leaves}, {k: lines[k].count for k in shown}
    wrong = sorted(found.names[k] for k in leaves if expected[k] != got.get(k, 0))
    checks = [
        _equal("Instances that are named but not in the file", 0, found.dangling),
        _equal("Different parts", len(leaves), len(shown)),
        _equal("Parts in all", sum(expected.values()), sum(got.values())),
        Check("Occurrences of each part", "as in the file", _list(wrong) if wrong else "as in the file", not wrong),
    ]
    if found.colors:
        shown_colors = {c[:3] for p in tree.products if p.mesh for c in p.mesh.colors if c != GREY}
        known = sum(1 for c in shown_colors if any(_near(c, own) for own in found.colors))
        checks.append(_equal("Colours that are those of the file", len(shown_colors), known))
    return checks


def lost_colors(tree: Tree, found: Structure) -> int:
    """Return how many colours of the file are on no surface: of curves, of hidden parts, of single occurrences."""
    shown = {c[:3] for p in tree.products if p.mesh for c in p.mesh.colors}
    return sum(1 for own in found.colors if not any(_near(c, own) for c in shown))


def written(asset: Path, tree: Tree, watch: Watch) -> tuple[list[Check], Floats, Floats, float]:
    """Open the asset as any program would and compare it with what was read.

    Returns:
        Comparisons; lower and upper corner of the whole, m; volume of all closed meshes, m3.
    """
    stage = Usd.Stage.Open(str(asset))
    low, high, volume, meshes = _measure(stage, watch)
    own_low, own_high, own_volume, own_meshes = _expect(tree, watch)
    near = bool(np.abs(np.array([low - own_low, high - own_high])).max() < _BOX * max(1.0, float(np.abs(own_high).max())))
    same = abs(volume - own_volume) <= _SHARE * max(abs(own_volume), 1e-12)
    found = [
        _equal("Meshes in the written file", own_meshes, meshes),
        Check("Box of the written file", _corners(own_low, own_high), _corners(low, high), near),
        Check("Volume of the written file, m3", f"{own_volume:.8g}", f"{volume:.8g}", same),
    ]
    return found, low, high, volume


def _measure(stage: Usd.Stage, watch: Watch) -> tuple[Floats, Floats, float, int]:
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    volume, count = 0.0, 0
    cache = UsdGeom.XformCache()
    shapes: dict[str, tuple[Floats, float]] = {}
    for prim in stage.Traverse(Usd.TraverseInstanceProxies()):
        if not prim.IsA(UsdGeom.Mesh):
            continue
        count += 1
        watch.step()
        source = prim.GetPrimInPrototype() if prim.IsInstanceProxy() else prim
        key = str(source.GetPath())
        if key not in shapes:
            shapes[key] = _shape(UsdGeom.Mesh(source))
        corners, own = shapes[key]
        matrix = np.array(cache.GetLocalToWorldTransform(prim)).T
        volume += own * abs(float(np.linalg.det(matrix[:3, :3])))
        placed = corners @ matrix[:3, :3].T + matrix[:3, 3]
        low, high = np.minimum(low, placed.min(axis=0)), np.maximum(high, placed.max(axis=0))
    return low, high, volume, count


def _shape(mesh: UsdGeom.Mesh) -> tuple[Floats, float]:
    points = np.array(mesh.GetPointsAttr().Get(), np.float64)
    return points, _volume(points, np.array(mesh.GetFaceVertexIndicesAttr().Get()).reshape(-1, 3))


def _volume(points: Floats, triangles: Floats) -> float:
    """Return the signed volume, measured from the first point, so that far-away parts lose no digits."""
    a, b, c = (points[triangles[:, k]] - points[0] for k in range(3))
    return float((a * np.cross(b, c)).sum() / 6.0)


def _expect(tree: Tree, watch: Watch) -> tuple[Floats, Floats, float, int]:
    """Return box, volume and number of meshes of the tree that was read, by its own matrices."""
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    volume, count = 0.0, 0
    stack: list[tuple[Product, Floats]] = [(tree.root, tree.matrix)]
    while stack:
        product, matrix = stack.pop()
        if product.mesh is not None:
            count += 1
            watch.step()
            placed = product.mesh.points.astype(np.float64) @ matrix[:3, :3].T + matrix[:3, 3]
            low, high = np.minimum(low, placed.min(axis=0)), np.maximum(high, placed.max(axis=0))
            volume += product.mesh.volume * abs(float(np.linalg.det(matrix[:3, :3])))
        stack += [(child.product, matrix @ child.matrix) for child in product.children]
    return low, high, volume, count


def _equal(what: str, expected: int, found: int) -> Check:
    return Check(what, str(expected), str(found), expected == found)


def _list(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"others for {', '.join(names[:5])}{more}"


def _corners(low: Floats, high: Floats) -> str:
    return " to ".join("(" + ", ".join(f"{v:.6f}" for v in corner) + ")" for corner in (low, high))


def _near(shown: tuple[float, ...], own: tuple[float, ...]) -> bool:
    """Tell whether a linear colour is an sRGB colour, to half a step of 8 bits."""
    return all(abs(_srgb(a) - b) < 0.002 for a, b in zip(shown, own))


def _srgb(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)
