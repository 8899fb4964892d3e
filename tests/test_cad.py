# SPDX-License-Identifier: Apache-2.0
"""A STEP assembly becomes an asset: names, colours, tree, instances, exact size and volume, bill of materials, provenance."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from math import pi
from pathlib import Path

import pytest
from cad_files import GEARBOX, GOOD
from factory_twin.cad import Report, convert, is_here
from factory_twin.check import check
from factory_twin.errors import Severity
from factory_twin.read import open_stage, read_plant
from pxr import Gf, Usd, UsdGeom
from validator import findings

pytestmark = pytest.mark.skipif(not is_here(), reason="cascadio is not here")

# Exact volumes of the B-rep, mm3: boxes less bores, cylinders. OpenCASCADE's own integration over the file gives their sum.
VOLUMES = {
    "Housing": 100 * 60 * 40 - pi * 10**2 * 40,
    "Cover": 100 * 60 * 5 - 4 * pi * 3.2**2 * 5,
    "Bolt": pi * 5**2 * 4 + pi * 3**2 * 20,
    "Washer": pi * (6**2 - 3.2**2),
}
SIZES = {"Housing": (100, 60, 40), "Cover": (100, 60, 5), "Bolt": (10, 10, 24), "Washer": (12, 12, 1)}
COLORS = {"Housing": (0.05, 0.2, 0.8), "Cover": (0.5, 0.5, 0.5), "Bolt": (0.02, 0.02, 0.02), "Washer": (0.9, 0.7, 0.0)}
COUNTS = {"Housing": 1, "Cover": 1, "Bolt": 4, "Washer": 4}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("library")


@pytest.fixture(scope="module")
def report(library: Path) -> Report:
    return convert(GEARBOX, library)


@pytest.fixture(scope="module")
def stage(report: Report) -> Usd.Stage:
    return Usd.Stage.Open(report.asset)


def _meshes(stage: Usd.Stage) -> list[UsdGeom.Mesh]:
    return [UsdGeom.Mesh(p) for p in stage.Traverse(Usd.TraverseInstanceProxies()) if p.IsA(UsdGeom.Mesh)]


def test_every_check_of_the_report_is_right(report: Report) -> None:
    assert report.is_right and len(report.checks) == 8 and report.warnings == []
    assert (report.products, report.occurrences) == (4, 10)


@pytest.mark.parametrize("name", VOLUMES)
def test_volume_size_and_count_of_each_part_are_those_of_the_exact_shape(report: Report, name: str) -> None:
    part = next(p for p in report.parts if p.name == name)
    assert part.closed and part.volume_m3 is not None and part.size_m is not None
    assert part.volume_m3 * 1e9 == pytest.approx(VOLUMES[name], rel=0.005)
    assert [v * 1000 for v in part.size_m] == pytest.approx(SIZES[name], abs=0.1)
    assert part.count == COUNTS[name]


def test_the_whole_has_the_exact_box_and_volume(report: Report) -> None:
    assert [v * 1000 for v in (*report.low_m, *report.high_m)] == pytest.approx([0, 0, 0, 100, 60, 50], abs=0.1)
    assert report.volume_m3 * 1e9 == pytest.approx(260632.5247, rel=0.005)
    assert sum(VOLUMES[n] * COUNTS[n] for n in VOLUMES) == pytest.approx(260632.5247, rel=1e-9)


def test_a_finer_tolerance_comes_closer(tmp_path: Path, report: Report) -> None:
    from factory_twin.cad import Settings

    fine = convert(GEARBOX, tmp_path, settings=Settings(1e-5, 0.03))
    assert fine.triangles > 2 * report.triangles
    assert abs(fine.volume_m3 * 1e9 - 260632.5247) < abs(report.volume_m3 * 1e9 - 260632.5247) / 5


def test_the_tree_has_the_names_of_the_occurrences(stage: Usd.Stage) -> None:
    tops = stage.GetPrimAtPath("/gearbox/Geometry").GetChildren()
    assert [p.GetDisplayName() for p in tops] == ["Housing_1", "Cover_1", *(f"FastenerSet_{k}" for k in (1, 2, 3, 4))]
    below = stage.GetPrimAtPath("/gearbox/Geometry/FastenerSet_3").GetFilteredChildren(Usd.TraverseInstanceProxies())
    assert [p.GetName() for p in below] == ["Bolt_1", "Washer_1"]
    assert stage.GetDefaultPrim().GetDisplayName() == "Gearbox"


def test_repeated_parts_are_instances_of_one_prototype(stage: Usd.Stage) -> None:
    sets = [stage.GetPrimAtPath(f"/gearbox/Geometry/FastenerSet_{k}") for k in (1, 2, 3, 4)]
    assert all(p.IsInstance() for p in sets)
    assert len({str(p.GetPrototype().GetPath()) for p in sets}) == 1
    assert not stage.GetPrimAtPath("/gearbox/Geometry/Housing_1").IsInstance()
    assert len(_meshes(stage)) == 10
    assert len({str((m.GetPrim().GetPrimInPrototype() or m.GetPrim()).GetPath()) for m in _meshes(stage)}) == 4


def test_colours_are_linear_on_each_mesh_and_its_material(stage: Usd.Stage) -> None:
    from pxr import UsdShade

    for mesh in _meshes(stage):
        color = mesh.GetDisplayColorAttr().Get()
        assert list(color[0]) == pytest.approx(COLORS[mesh.GetPrim().GetName()], abs=1e-6)
        material, _ = UsdShade.MaterialBindingAPI(mesh.GetPrim()).ComputeBoundMaterial()
        shader, _, _ = material.GetSurfaceOutput().GetConnectedSource()
        assert shader.GetInput("diffuseColor").Get() == color[0]


def test_a_bolt_stands_where_the_file_puts_it(stage: Usd.Stage) -> None:
    cache = UsdGeom.XformCache()
    bolt = stage.GetPrimAtPath("/gearbox/Geometry/FastenerSet_4/Bolt_1")
    found = cache.GetLocalToWorldTransform(bolt)
    assert Gf.IsClose(found.ExtractTranslation(), Gf.Vec3d(0.09, 0.05, 0.046), 1e-7)
    assert Gf.IsClose(found.TransformDir(Gf.Vec3d(1, 0, 0)), Gf.Vec3d(-0.5, 0.8660254, 0), 1e-6)


def test_the_source_is_named_in_the_asset(stage: Usd.Stage) -> None:
    info = stage.GetDefaultPrim().GetAssetInfoByKey("factoryTwin:source")
    assert info["file"] == "gearbox.step" and info["sha256"] == hashlib.sha256(GEARBOX.read_bytes()).hexdigest()
    assert (info["schema"], info["unit"], info["colorSpace"]) == ("AUTOMOTIVE_DESIGN", "mm", "sRGB")
    assert (info["tolerance_m"], info["angle_rad"], info["bytes"]) == (1e-4, 0.15, GEARBOX.stat().st_size)
    parts = dict(zip(info["partNames"], info["partCounts"]))
    assert parts == {"Gearbox": 1, "FastenerSet": 4, **COUNTS}


def test_metres_z_up_and_readable_without_our_schema(report: Report) -> None:
    script = (
        "import sys\nfrom pxr import Usd, UsdGeom\nstage = Usd.Stage.Open(sys.argv[1])\n"
        "assert UsdGeom.GetStageMetersPerUnit(stage) == 1 and UsdGeom.GetStageUpAxis(stage) == 'Z'\n"
        "box = UsdGeom.BBoxCache(0, ['default']).ComputeWorldBound(stage.GetDefaultPrim()).ComputeAlignedRange()\n"
        "print(*(round(v, 6) for v in box.GetSize()))\n"
        "assert not getattr(stage, 'GetCompositionErrors', list)()"  # not before OpenUSD 24.08
    )
    run = subprocess.run([sys.executable, "-P", "-c", script, report.asset], capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout.split(), run.stderr) == (0, ["0.1", "0.06", "0.05"], "")


@pytest.mark.parametrize("file", ["gearbox.step", "face_colors.step", "nested.step", "brick_inch.igs"])
def test_what_is_written_passes_the_asset_validator(file: str, tmp_path: Path) -> None:
    report = convert(GOOD / file, tmp_path)
    for layer in (report.asset, report.bill):
        assert findings(layer) == []


def test_the_bill_of_materials_is_read_by_planning(report: Report, tmp_path: Path) -> None:
    plant = tmp_path / "plant.usda"
    bill = os.path.relpath(report.bill, tmp_path).replace(os.sep, "/")
    plant.write_text(
        '#usda 1.0\n(\n defaultPrim = "Plant"\n metersPerUnit = 1\n upAxis = "Z"\n)\n'
        'def Xform "Plant" (prepend apiSchemas = ["FactoryTwinScenarioAPI"]) {\n'
        f' def "Products" (prepend references = @{bill}@) {{}}\n'
        ' def Cone "In" (prepend apiSchemas = ["FactoryTwinSourceAPI"]) {\n'
        '  uniform string factoryTwin:source:interarrival = "60 s"\n'
        "  rel factoryTwin:source:products = </Plant/Products/Gearbox>\n  rel factoryTwin:successors = </Plant/Out>\n }\n"
        ' def Sphere "Out" (prepend apiSchemas = ["FactoryTwinSinkAPI"]) {}\n}\n'
    )
    stage = open_stage(str(plant))
    assert [str(i) for i in check(stage) if i.severity is Severity.ERROR or i.path.startswith("/Plant/Products")] == []
    products = {p.path.rpartition("/")[2]: p for p in read_plant(stage).products}
    assert set(products) == {"Gearbox", "FastenerSet", *COUNTS}
    top = {p.rpartition("/")[2]: n for p, n in products["Gearbox"].parts}
    assert top == {"Housing": 1, "Cover": 1, "FastenerSet": 4}
    assert {p.rpartition("/")[2]: n for p, n in products["FastenerSet"].parts} == {"Bolt": 1, "Washer": 1}
    shown = stage.GetPrimAtPath("/Plant/Products/Bolt/Model")
    size = UsdGeom.BBoxCache(0, ["default"]).ComputeUntransformedBound(shown).ComputeAlignedRange().GetSize()
    assert list(size) == pytest.approx([0.010, 0.010, 0.024], abs=1e-4)


def test_the_report_lies_beside_the_asset(report: Report) -> None:
    found = json.loads(Path(report.asset).with_name("report.json").read_text(encoding="utf-8"))
    assert found["is_right"] is True and found["source"]["sha256"] == report.source["sha256"]
    assert [p["name"] for p in found["parts"]] == ["Gearbox", "Housing", "Cover", "FastenerSet", "Bolt", "Washer"]
    assert "4 different parts, 10 in all" in report.text() and "WRONG" not in report.text()


def test_the_same_file_gives_the_same_asset(report: Report, tmp_path: Path) -> None:
    from pxr import Sdf

    again = convert(GEARBOX, tmp_path)
    for name in ("gearbox.usda", "products.usda", "payload.usdc"):
        texts = [Sdf.Layer.FindOrOpen(str(Path(r.asset).with_name(name))).ExportToString() for r in (report, again)]
        assert texts[0] == texts[1]


def test_colours_of_faces_and_names_of_any_language(tmp_path: Path) -> None:
    report = convert(GOOD / "face_colors.step", tmp_path)
    assert report.is_right and report.parts[0].name == "Mutter Ö M8/2 #1"
    stage = Usd.Stage.Open(report.asset)
    (mesh,) = _meshes(stage)
    assert mesh.GetPrim().GetName() == "Mutter___M8_2__1"
    color = mesh.GetDisplayColorPrimvar()
    assert color.GetInterpolation() == "uniform" and len(color.ComputeFlattened()) == 12
    assert sorted(tuple(round(v, 3) for v in c) for c in set(color.ComputeFlattened())) == [
        (0, 1, 0),
        (0.2, 0.2, 0.2),
        (1, 0, 0),
    ]
    assert [len(s.GetIndicesAttr().Get()) for s in UsdGeom.Subset.GetAllGeomSubsets(mesh)] == [2, 8, 2]


def test_assemblies_within_assemblies_and_a_colour_that_is_lost(tmp_path: Path) -> None:
    report = convert(GOOD / "nested.step", tmp_path)
    counts = {p.name: p.count for p in report.parts}
    assert report.is_right and counts["Pin"] == 7 and report.occurrences == 10
    assert report.warnings == ["1 of 2 colours of the file are on no surface."]


def test_a_product_without_a_shape_is_in_the_bill(tmp_path: Path) -> None:
    file = tmp_path / "greased.step"
    lines = ("#90001=PRODUCT('G-1','Grease','',(#8));", "#90002=PRODUCT_DEFINITION_FORMATION('','',#90001);",
             "#90003=PRODUCT_DEFINITION('design','',#90002,#9);",
             "#90004=PRODUCT_DEFINITION_SHAPE('','',#90003);", "#90005=SHAPE_DEFINITION_REPRESENTATION(#90004,#90006);",
             "#90006=SHAPE_REPRESENTATION('',(#11),#39);",
             *(f"#9001{k}=NEXT_ASSEMBLY_USAGE_OCCURRENCE('{k}','','',#5,#90003,$);" for k in (1, 2)))  # fmt: skip
    file.write_text(GEARBOX.read_text().replace("DATA;", "DATA;\n" + "\n".join(lines), 1))
    report = convert(file, tmp_path / "library")
    assert report.is_right and report.warnings == ["Nothing can be shown of: Grease."]
    assert [(p.number, p.count, p.is_part) for p in report.parts if p.name == "Grease"] == [("G-1", 2, True)]
    stage = Usd.Stage.Open(report.bill)
    line = stage.GetPrimAtPath("/Products/Gearbox/Grease")
    assert line.GetRelationship("factoryTwin:bom:part").GetTargets() == ["/Products/Grease"]
    assert line.GetAttribute("factoryTwin:bom:quantity").Get() == 2
    assert stage.GetPrimAtPath("/Products/Grease").GetAttribute("factoryTwin:product:sku").Get() == "G-1"


@pytest.mark.parametrize(("file", "unit"), [("brick_inch.step", "in"), ("brick_inch.igs", "in"), ("pin_mm.igs", "mm")])
def test_units_of_the_file_are_turned_into_metres(file: str, unit: str, tmp_path: Path) -> None:
    report = convert(GOOD / file, tmp_path)
    expected = [0.0254, 0.0508, 0.0762] if "brick" in file else [0.010, 0.010, 0.020]
    assert [b - a for a, b in zip(report.low_m, report.high_m)] == pytest.approx(expected, abs=1e-4)
    assert report.source["unit"] == unit
