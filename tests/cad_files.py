# SPDX-License-Identifier: Apache-2.0
"""Small CAD files for tests: a glTF container by hand, boxes as STL and OBJ."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

GOOD = Path(__file__).resolve().parent / "good" / "cad"
GEARBOX = GOOD / "gearbox.step"
CORNERS = np.array([(x, y, z) for z in (0, 1) for y in (0, 1) for x in (0, 1)], np.float32)
QUADS = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))
TRIANGLES = np.array([t for a, b, c, d in QUADS for t in ((a, b, c), (a, c, d))], np.uint16)


def document(**changes: Any) -> dict[str, Any]:
    """A cube of 1 m, twice in a group that stands twice: 4 occurrences of a part, 2 of an assembly."""
    cube = {"mesh": 0, "name": "Left"}
    group = {"name": "Pair_1", "children": [1, 2]}
    nodes = [group, cube, {"mesh": 0, "name": "Right", "translation": [2, 0, 0]},
             {"name": "Pair_2", "children": [4, 5], "translation": [0, 3, 0]}, cube,
             {"mesh": 0, "name": "Right", "translation": [2, 0, 0]}, {"name": "Table", "children": [0, 3]}]  # fmt: skip
    return {
        "asset": {"version": "2.0", "generator": "by hand"}, "scene": 0, "scenes": [{"nodes": [6]}], "nodes": nodes,
        "meshes": [{"name": "Cube", "primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "material": 0}]}],
        "materials": [{"name": "red", "pbrMetallicRoughness": {"baseColorFactor": [0.8, 0.1, 0.0, 0.5]}, "alphaMode": "BLEND"}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 8, "type": "VEC3"},
                      {"bufferView": 1, "componentType": 5123, "count": 36, "type": "SCALAR"}],
        "bufferViews": [{"buffer": 0, "byteLength": 96}, {"buffer": 0, "byteOffset": 96, "byteLength": 72}],
        "buffers": [{"byteLength": 168}], **changes,
    }  # fmt: skip


BINARY = CORNERS.tobytes() + TRIANGLES.tobytes()


def glb(found: dict[str, Any] | bytes, binary: bytes = BINARY) -> bytes:
    """A .glb container."""
    text = found if isinstance(found, bytes) else json.dumps(found).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(binary), 0x004E4942) + binary
    return struct.pack("<III", 0x46546C67, 2, 12 + len(chunks)) + chunks


def stl(corners: np.ndarray = CORNERS) -> bytes:
    """A binary STL of the cube."""
    body = b"".join(struct.pack("<12fH", 0, 0, 0, *corners[t].reshape(-1).tolist(), 0) for t in TRIANGLES)
    return b"binary".ljust(80) + struct.pack("<I", len(TRIANGLES)) + body


def stl_text() -> str:
    """The cube as text."""
    facets = "".join(
        "facet normal 0 0 0\nouter loop\n" + "".join(f"vertex {x} {y} {z}\n" for x, y, z in CORNERS[t]) + "endloop\nendfacet\n"
        for t in TRIANGLES
    )
    return f"solid Brick of text\n{facets}endsolid\n"


def obj() -> str:
    """Two cubes, one red and one without a colour."""
    lines = ["mtllib paint.mtl", *(f"v {x} {y} {z}" for x, y, z in CORNERS), "o Red one", "usemtl red paint"]
    lines += [f"f {a + 1} {b + 1} {c + 1} {d + 1}" for a, b, c, d in QUADS]
    lines += [*(f"v {x + 5} {y} {z}" for x, y, z in CORNERS), "o Grey one", "usemtl unknown"]
    lines += [f"f {a - 8} {b - 8} \\\n {c - 8} {d - 8}  # a line goes on" for a, b, c, d in QUADS]
    return "\n".join(lines) + "\n"


MTL = "newmtl red paint\nKd 1 0.5 0\nd 1\n"
