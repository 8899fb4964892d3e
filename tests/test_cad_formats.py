# SPDX-License-Identifier: Apache-2.0
"""glTF, OBJ and STL become assets as STEP does: tree, instances, colours, units, axes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cad_files import BINARY, CORNERS, MTL, document, glb, obj, stl, stl_text
from factory_twin.cad import Report, Settings, convert
from pxr import Usd, UsdGeom
from validator import findings


def _import(tmp_path: Path, name: str, content: bytes | str, **settings: Any) -> Report:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    report = convert(file, tmp_path / "library", settings=Settings(**settings))
    assert report.is_right
    return report


def _size(report: Report) -> list[float]:
    return [b - a for a, b in zip(report.low_m, report.high_m)]


def test_gltf_keeps_tree_instances_colour_and_axis(tmp_path: Path) -> None:
    report = _import(tmp_path, "two pairs.glb", glb(document()))
    assert (report.up, report.source["unit"], report.source["schema"]) == ("Y", "m", "glTF 2.0")
    assert {p.name: p.count for p in report.parts} == {"Table": 1, "Pair": 2, "Cube": 4}
    assert _size(report) == pytest.approx([3, 4, 1]) and report.volume_m3 == pytest.approx(4)
    stage = Usd.Stage.Open(report.asset)
    assert UsdGeom.GetStageUpAxis(stage) == "Y" and stage.GetDefaultPrim().GetName() == "two_pairs"
    right = stage.GetPrimAtPath("/two_pairs/Geometry/Pair_2/Right")
    assert right.IsInstance() and stage.GetPrimAtPath("/two_pairs/Geometry/Pair_1").IsInstance()
    mesh = UsdGeom.Mesh(right.GetFilteredChildren(Usd.TraverseInstanceProxies())[0])
    assert list(mesh.GetDisplayColorAttr().Get()[0]) == pytest.approx([0.8, 0.1, 0])
    assert list(mesh.GetDisplayOpacityAttr().Get()) == [0.5]
    assert findings(report.asset) == [] and findings(report.bill) == []


def test_a_y_up_model_stands_upright_in_the_bill(tmp_path: Path) -> None:
    tall = document()
    tall["nodes"][6]["scale"] = [1, 5, 1]
    report = _import(tmp_path, "tall.glb", glb(tall))
    stage = Usd.Stage.Open(report.bill)
    size = UsdGeom.BBoxCache(0, ["default"]).ComputeLocalBound(stage.GetPrimAtPath("/Products/Table/Model"))
    assert UsdGeom.GetStageUpAxis(stage) == "Z"
    assert list(size.ComputeAlignedRange().GetSize()) == pytest.approx([3, 1, 20])


def test_gltf_with_its_buffer_in_a_file_or_in_itself(tmp_path: Path) -> None:
    data = base64.b64encode(BINARY).decode()
    inside = document(buffers=[{"byteLength": 168, "uri": f"data:application/octet-stream;base64,{data}"}])
    (tmp_path / "the cube.bin").write_bytes(BINARY)
    beside = document(buffers=[{"byteLength": 168, "uri": "the%20cube.bin"}])
    volumes = [_import(tmp_path, f"{k}.gltf", json.dumps(d)).volume_m3 for k, d in (("inside", inside), ("beside", beside))]
    assert volumes == pytest.approx([4, 4])


def test_a_turned_and_scaled_node_of_gltf(tmp_path: Path) -> None:
    nodes = [{"mesh": 0, "rotation": [0, 0, 2**-0.5, 2**-0.5], "scale": [2, 3, 4], "translation": [10, 0, 0]}]
    report = _import(tmp_path, "turned.glb", glb(document(nodes=nodes, scenes=[{"nodes": [0]}])))
    assert [*report.low_m, *report.high_m] == pytest.approx([7, 0, 0, 10, 2, 4], abs=1e-6)


def test_stl_binary_and_text_are_in_millimetres_unless_said(tmp_path: Path) -> None:
    for name, content in (("binary.stl", stl()), ("text.stl", stl_text())):
        report = _import(tmp_path, name, content)
        assert _size(report) == pytest.approx([0.001] * 3) and report.parts[0].closed
        assert "unit mm: the format names none" in report.assumed
    report = _import(tmp_path, "said.stl", stl(), unit="in", up="Y")
    assert _size(report) == pytest.approx([0.0254] * 3) and report.up == "Y" and report.assumed == []
    assert findings(report.asset) == []


def test_a_text_stl_keeps_the_name_of_its_solid(tmp_path: Path) -> None:
    assert _import(tmp_path, "named.stl", stl_text()).parts[0].name == "Brick of text"
    two = _import(tmp_path, "two.stl", stl_text() + stl_text().replace("Brick of text", "Other"))
    assert {p.name: p.count for p in two.parts} == {"two": 1, "Brick of text": 1, "Other": 1}


def test_obj_keeps_objects_and_turns_srgb_colours_linear(tmp_path: Path) -> None:
    (tmp_path / "paint.mtl").write_text(MTL)
    report = _import(tmp_path, "two.obj", obj())
    parts = {p.name: p for p in report.parts}
    assert set(parts) == {"two", "Red one", "Grey one"} and report.up == "Y"
    assert parts["Red one"].colors[0] == pytest.approx((1, 0.2140411, 0, 1)) and parts["Red one"].closed
    assert parts["Grey one"].colors == ((0.5, 0.5, 0.5, 1.0),)
    assert _size(report) == pytest.approx([6, 1, 1]) and report.volume_m3 == pytest.approx(2)
    assert findings(report.asset) == []


def test_obj_without_its_colours_says_so(tmp_path: Path) -> None:
    assert ["not there" in w for w in _import(tmp_path, "two.obj", obj()).warnings] == [True]


def test_equal_parts_of_an_obj_are_one_part_only_when_their_names_are_equal(tmp_path: Path) -> None:
    twice = obj().replace("Grey one", "Red one").replace("usemtl unknown", "usemtl red paint").replace("x + 5", "x")
    report = _import(tmp_path, "same.obj", twice)
    assert [p.count for p in report.parts if p.name == "Red one"] == [1, 1]  # other places in the file, so other points


def test_a_mirrored_part_keeps_its_volume(tmp_path: Path) -> None:
    nodes = [{"mesh": 0}, {"mesh": 0, "scale": [-2, 1, 1]}]
    report = _import(tmp_path, "mirrored.glb", glb(document(nodes=nodes, scenes=[{"nodes": [0, 1]}])))
    assert report.volume_m3 == pytest.approx(3) and _size(report) == pytest.approx([3, 1, 1])


def test_normals_of_the_file_are_kept_and_bad_ones_replaced(tmp_path: Path) -> None:
    normals = (CORNERS - 0.5) / np.linalg.norm(CORNERS - 0.5, axis=1)[:, None]
    normals[0] = 0
    binary = BINARY + normals.astype(np.float32).tobytes()
    found = document(buffers=[{"byteLength": len(binary)}])
    found["bufferViews"].append({"buffer": 0, "byteOffset": 168, "byteLength": 96})
    found["accessors"].append({"bufferView": 2, "componentType": 5126, "count": 8, "type": "VEC3"})
    found["meshes"][0]["primitives"][0]["attributes"]["NORMAL"] = 2
    report = _import(tmp_path, "smooth.glb", glb(found, binary))
    stage = Usd.Stage.Open(report.asset)
    mesh = next(UsdGeom.Mesh(p) for p in stage.Traverse(Usd.TraverseInstanceProxies()) if p.IsA(UsdGeom.Mesh))
    values = np.array(UsdGeom.PrimvarsAPI(mesh).GetPrimvar("normals").ComputeFlattened())
    corners = np.array(mesh.GetPointsAttr().Get())[list(mesh.GetFaceVertexIndicesAttr().Get())]
    assert np.linalg.norm(values, axis=1) == pytest.approx(1, abs=1e-4)
    smooth = corners.any(axis=1)
    outward = (corners - 0.5) / np.linalg.norm(corners - 0.5, axis=1)[:, None]
    assert np.abs(values[smooth] - outward[smooth]).max() < 1e-4
    assert sorted({tuple(v) for v in values[~smooth].tolist()}) == [(-1, 0, 0), (0, -1, 0), (0, 0, -1)]


def test_names_that_are_equal_or_empty_or_odd_become_names_of_prims(tmp_path: Path) -> None:
    names = ["", "1", "A b", "A b", "Ä", "=>[0:1:1:3]", "Looks"]
    nodes: list[dict[str, Any]] = [{"mesh": 0, "name": n, "translation": [2 * k, 0, 0]} for k, n in enumerate(names)]
    report = _import(tmp_path, "names.glb", glb(document(nodes=nodes, scenes=[{"nodes": list(range(len(nodes)))}])))
    stage = Usd.Stage.Open(report.asset)
    tops = stage.GetPrimAtPath("/names/Geometry").GetChildren()
    assert [p.GetName() for p in tops] == ["Cube", "_1", "A_b", "A_b_2", "Part", "Cube_2", "Looks_2"]
    assert [p.GetDisplayName() for p in tops] == ["Cube", "1", "A b", "A b", "Ä", "Cube", "Looks"]
    assert report.parts[1].count == 7
