# SPDX-License-Identifier: Apache-2.0
"""Malformed, truncated, empty, huge and hostile CAD files: a clear error with file, reason and hint; nothing written."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cad_files import CORNERS, GEARBOX, GOOD, TRIANGLES, document, glb, obj, stl, stl_text
from factory_twin.cad import Limits, Settings, Watch, convert, is_here, kernel
from factory_twin.cad.structure import structure
from factory_twin.errors import CadCancelled, CadError

STEP = GEARBOX.read_text() if GEARBOX.exists() else ""
needs_kernel = pytest.mark.skipif(not is_here(), reason="cascadio is not here")


def refused(tmp_path: Path, name: str, content: bytes | str, **limits: Any) -> CadError:
    """Import a file that can't be, and return the error; nothing may be left behind."""
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    library = tmp_path / "library"
    with pytest.raises(CadError) as caught:
        convert(file, library, watch=Watch(str(file), Limits(**limits)))
    assert not library.exists() or list(library.iterdir()) == []
    error = caught.value
    assert error.where and error.hint and error.what
    return error


def nested(levels: int) -> str:
    """A STEP file whose assembly doubles with each level: 2 to the power of `levels` parts."""
    lines = ["#1=APPLICATION_CONTEXT('');", "#2=PRODUCT_CONTEXT('',#1,'');", "#3=PRODUCT_DEFINITION_CONTEXT('',#1,'');"]
    for k in range(levels):
        at = 10 * (k + 1)
        lines += [f"#{at}=PRODUCT('P{k}','P{k}','',(#2));", f"#{at + 1}=PRODUCT_DEFINITION_FORMATION('','',#{at});",
                  f"#{at + 2}=PRODUCT_DEFINITION('','',#{at + 1},#3);"]  # fmt: skip
        if k:
            lines += [f"#{at + 2 + j}=NEXT_ASSEMBLY_USAGE_OCCURRENCE('{j}','','',#{at - 8},#{at + 2},$);" for j in (1, 2)]
    return step(lines)


def step(lines: list[str]) -> str:
    head = "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\n"
    return f"{head}FILE_SCHEMA(('AUTOMOTIVE_DESIGN'));\nENDSEC;\nDATA;\n" + "\n".join(lines) + "\nENDSEC;\nEND-ISO-10303-21;\n"


# Any kind of file


@pytest.mark.parametrize("name", ["a.step", "a.igs", "a.glb", "a.gltf", "a.obj", "a.stl"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path, name, b"").what == "The file is empty."


@pytest.mark.parametrize("name", ["a.step", "a.igs", "a.glb", "a.gltf", "a.obj", "a.stl"])
def test_binary_junk(tmp_path: Path, name: str) -> None:
    error = refused(tmp_path, name, random.Random(1).randbytes(100_000))
    assert "not foreseen" not in error.what


@pytest.mark.parametrize("name", ["a.step", "a.igs", "a.glb", "a.gltf", "a.obj", "a.stl"])
def test_a_git_lfs_pointer(tmp_path: Path, name: str) -> None:
    assert "git lfs pull" in refused(tmp_path, name, "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n").hint


@pytest.mark.parametrize("name", ["a.step", "a.igs", "a.glb", "a.gltf", "a.obj", "a.stl"])
def test_a_file_above_the_limit(tmp_path: Path, name: str) -> None:
    error = refused(tmp_path, name, b"x" * 2001, file=2000)
    assert error.what == "The file is too big: 2,001 bytes, but at most 2,000 bytes are read."


def test_a_sparse_file_of_a_terabyte_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.step"
    with open(file, "wb") as out:
        try:
            out.truncate(10**12)
        except OSError:
            pytest.skip("this file system has no sparse files of that size")
    with pytest.raises(CadError, match="too big: 1,000,000,000,000 bytes"):
        convert(file, tmp_path / "library")


@pytest.mark.parametrize(
    ("name", "words"),
    [("no.step", "There is no such file"), ("folder.step", "This is no file"), ("a.zip", "Packed files"),
     ("a.dwg", "Files of the kind .dwg can't be read"), ("plain", "Files of the kind without ending")],
)  # fmt: skip
def test_what_is_no_cad_file(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "folder.step").mkdir()
    for made in ("a.zip", "a.dwg", "plain"):
        (tmp_path / made).write_bytes(b"PK\3\4")
    with pytest.raises(CadError, match=words) as caught:
        convert(tmp_path / name, tmp_path / "library")
    assert caught.value.hint and name in caught.value.where


@pytest.mark.parametrize(
    "settings", [Settings(0.0), Settings(float("nan")), Settings(angle=0.0), Settings(unit="mile"), Settings(up="X")]
)
def test_settings_that_make_no_sense(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(CadError) as caught:
        convert(GEARBOX, tmp_path / "library", settings=settings)
    assert caught.value.hint and not (tmp_path / "library").exists()


def test_an_asset_is_replaced_only_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "cube.stl"
    file.write_bytes(stl())
    convert(file, tmp_path / "library")
    file.write_bytes(stl(CORNERS * 2))
    with pytest.raises(CadError, match="There is an asset of this name already"):
        convert(file, tmp_path / "library")
    assert convert(file, tmp_path / "library", replace=True).high_m[0] == pytest.approx(0.002)
    assert sorted(p.name for p in (tmp_path / "library").iterdir()) == ["cube"]
    with pytest.raises(CadError, match="is no name"):
        convert(file, tmp_path / "library", name="../other")


def test_a_failed_replacement_leaves_the_old_asset(tmp_path: Path) -> None:
    file = tmp_path / "cube.stl"
    file.write_bytes(stl())
    report = convert(file, tmp_path / "library")
    before = Path(report.asset).read_bytes()
    file.write_bytes(stl()[:-1])
    with pytest.raises(CadError):
        convert(file, tmp_path / "library", replace=True)
    assert Path(report.asset).read_bytes() == before


def test_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    file, blocked = tmp_path / "cube.stl", tmp_path / "blocked"
    file.write_bytes(stl())
    blocked.write_text("a file, no folder")
    with pytest.raises(CadError, match="The asset can't be written"):
        convert(file, blocked)


@pytest.mark.parametrize("step", range(1, 7))
def test_cancelled_at_any_moment_nothing_is_left(tmp_path: Path, step: int) -> None:
    file = tmp_path / "cube.glb"
    file.write_bytes(glb(document()))
    words: list[str] = []
    with pytest.raises(CadCancelled):
        convert(file, tmp_path / "library", watch=Watch("cube", stop=lambda: len(words) >= step, say=words.append))
        words.append("done")  # six steps are said; the last stop would come too late
        raise CadCancelled("over")
    assert not (tmp_path / "library").exists() or list((tmp_path / "library").iterdir()) == [] or words[-1] == "done"


# STEP


@needs_kernel
@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_a_truncated_step_file(tmp_path: Path, share: float) -> None:
    assert "truncated" in refused(tmp_path, "cut.step", STEP[: int(len(STEP) * share)]).what


@needs_kernel
def test_a_step_file_without_data_or_without_shapes(tmp_path: Path) -> None:
    assert "no data" in refused(tmp_path, "none.step", step([])).what
    refused(tmp_path, "shapeless.step", nested(3))


@needs_kernel
def test_an_assembly_that_contains_itself(tmp_path: Path) -> None:
    loop = STEP.replace("NEXT_ASSEMBLY_USAGE_OCCURRENCE('3','Bolt_1','',#1165,#1192,$)",
                        "NEXT_ASSEMBLY_USAGE_OCCURRENCE('3','Bolt_1','',#1165,#5,$)")  # fmt: skip
    assert loop != STEP
    assert refused(tmp_path, "loop.step", loop).what == "The assembly Gearbox contains itself."


@needs_kernel
def test_an_assembly_that_doubles_at_each_level(tmp_path: Path) -> None:
    assert "too many occurrences" in refused(tmp_path, "bomb.step", nested(60)).what
    assert "too deep" in refused(tmp_path, "deep.step", nested(5000)).what


@pytest.mark.parametrize("text", ["'" * 400_001, "(" * 400_000, "#1=" * 400_000, "/*" * 400_000, "#1=A('" + "x" * 900_000,
                                  "#1" * 400_000, "\\X2\\" * 400_000, "#9=CARTESIAN_POINT(" + "1" * 900_000,
                                  "'" + "\\X2\\00" * 400_000 + "')"])  # fmt: skip
def test_step_text_made_to_be_slow_is_read_in_linear_time(text: str) -> None:
    data = step([f"#1=PRODUCT({text}", "#3=PRODUCT('x','y','',());", f"#2={text}"])
    with contextlib.suppress(CadError):
        assert structure(data.encode(), Watch("slow.step")).names == {}


@needs_kernel
@pytest.mark.parametrize("number", ["NaN", "1.E999", "-1.E300", "1.E+100", "1e", "", "1.,2.,3.,4.", "*", "'text'"])
def test_step_numbers_that_are_none(tmp_path: Path, number: str) -> None:
    broken = re.sub(r"CARTESIAN_POINT\('',\([^)]*\)\)", f"CARTESIAN_POINT('',({number},{number},{number}))", STEP)
    assert broken.count(f"({number},") > 100
    assert "no valid coordinates" in refused(tmp_path, "numbers.step", broken).what


@pytest.mark.parametrize("number", ["0.", "-1.5E-324", "+1.0E+002", "1.E3", "12", ".5", "1.234e-05"])
def test_step_numbers_as_programs_write_them(number: str) -> None:
    points = [f"#1=CARTESIAN_POINT('',({number}, {number} ,\n{number}));", f"#2 = CARTESIAN_POINT('it''s',({number},0.)) ;"]
    assert structure(step(points).encode(), Watch("numbers.step")).dangling == 0


@needs_kernel
def test_a_part_that_opencascade_drops_is_told(tmp_path: Path) -> None:
    file = tmp_path / "dropped.step"
    file.write_text(STEP.replace("MANIFOLD_SOLID_BREP('',#487)", "UNKNOWN_SOLID_BREP('',#487)"))
    assert file.read_text() != STEP
    report = convert(file, tmp_path / "library")
    assert not report.is_right and report.products == 3
    assert [c.what for c in report.checks if not c.passed] == ["Different parts", "Parts in all", "Occurrences of each part"]
    assert any("Cover" in w for w in report.warnings)


@needs_kernel
def test_a_reference_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    file = tmp_path / "dangling.step"
    file.write_text(re.sub(r"(= PLANE\('',)#\d+", r"\1#999999", STEP, count=1))
    report = convert(file, tmp_path / "library")
    assert [c.what for c in report.checks if not c.passed] == ["Instances that are named but not in the file"]


@needs_kernel
def test_a_file_that_crashes_opencascade_is_an_error(tmp_path: Path) -> None:
    broken = re.sub(r"(= VECTOR\('',)#\d+", r"\1#999999", STEP, count=1)  # cascadio 0.1.1: signal 11
    assert broken != STEP
    assert "OpenCASCADE" in refused(tmp_path, "crash.step", broken).what


# The process of the geometry kernel


def _kernel(tmp_path: Path, script: str, *, stop: Callable[[], bool] = lambda: False, **limits: Any) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    watch = Watch("part.step", replace(Limits(), **limits), stop=stop)
    return kernel.convert("step", GEARBOX, folder, 1e-4, 0.15, watch, command=[sys.executable, "-c", script])


@needs_kernel
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL] if os.name != "nt" else [])
def test_a_crash_of_the_process_is_an_error(tmp_path: Path, number: int) -> None:
    with pytest.raises(CadError, match=rf"OpenCASCADE crashed on this file \(signal {int(number)}\)") as caught:
        _kernel(tmp_path, f"import os; os.kill(os.getpid(), {int(number)})")
    assert caught.value.where == "part.step" and "malformed" in caught.value.hint


@needs_kernel
def test_the_last_words_of_the_process_are_told(tmp_path: Path) -> None:
    with pytest.raises(CadError, match=r"exit code 9\) \(.*the end\)"):
        _kernel(tmp_path, "import sys; sys.stderr.write('x' * 100000 + ' the end'); sys.exit(9)")


@needs_kernel
def test_a_process_that_hangs_is_killed_in_time(tmp_path: Path) -> None:
    with pytest.raises(CadError, match=r"took more than 0\.5 s"):
        script = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(600)"
        _kernel(tmp_path, script, seconds=0.5)
    _gone(tmp_path / "pid")


@needs_kernel
def test_a_cancelled_process_is_killed(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    with pytest.raises(CadCancelled):
        _kernel(tmp_path, f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(600)",
                stop=lambda: pid.exists() and pid.read_text() != "")  # fmt: skip
    _gone(pid)


def _gone(pid: Path) -> None:
    """Nothing of that number runs any more."""
    if os.name == "nt" or not pid.exists():
        return
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


@needs_kernel
def test_a_process_that_writes_without_end_is_stopped(tmp_path: Path) -> None:
    script = (
        "import json, sys, time; j = json.load(open(sys.argv[1])); f = open(j['target'], 'wb')\nwhile 1: f.write(b'x' * 9999)"
    )
    with pytest.raises(CadError, match="The mesh is too big"):
        _kernel(tmp_path, script, mesh=1_000_000)


@needs_kernel
def test_a_process_that_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CadError, match="made no mesh"):
        _kernel(tmp_path, "pass")


@needs_kernel
@pytest.mark.skipif(sys.platform != "linux", reason="held by the system on Linux")
def test_the_process_is_held_to_its_memory(tmp_path: Path) -> None:
    with pytest.raises(CadError):
        convert(GEARBOX, tmp_path / "library", watch=Watch("part.step", Limits(memory=150_000_000)))
    assert not (tmp_path / "library").exists() or list((tmp_path / "library").iterdir()) == []


@needs_kernel
def test_it_works_from_another_thread(tmp_path: Path) -> None:
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(convert(GEARBOX, tmp_path).is_right))
    thread.start()
    thread.join(60)
    assert found == [True]


def test_without_cascadio_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CadError, match="cascadio, which is not here") as caught:
        convert(GEARBOX, tmp_path / "library")
    assert caught.value.hint == 'Install it: pip install "factory-twin[cad]".'
    assert convert_cube(tmp_path).is_right  # the other formats need nothing


def convert_cube(tmp_path: Path) -> Any:
    file = tmp_path / "cube.stl"
    file.write_bytes(stl())
    return convert(file, tmp_path / "library")


# IGES


@needs_kernel
def test_a_truncated_iges_file(tmp_path: Path) -> None:
    data = (GOOD / "pin_mm.igs").read_bytes()
    assert "truncated" in refused(tmp_path, "cut.igs", data[: len(data) // 2]).what
    assert "no IGES" in refused(tmp_path, "text.igs", "just some words\n" * 50).what


# glTF


@pytest.mark.parametrize("at", [3, 12, 19, 200, -60, -1])
def test_a_truncated_glb(tmp_path: Path, at: int) -> None:
    refused(tmp_path, "cut.glb", glb(document())[:at])


BAD_DOCUMENTS: dict[str, dict[str, Any]] = {
    "itself": {"nodes": [{"children": [0], "mesh": 0}], "scenes": [{"nodes": [0]}]},
    "a loop": {"nodes": [{"children": [1]}, {"children": [0], "mesh": 0}], "scenes": [{"nodes": [0]}]},
    "twice": {"nodes": [{"children": [1, 1]}, {"mesh": 0}], "scenes": [{"nodes": [0]}]},
    "deep": {"nodes": [*({"children": [k + 1]} for k in range(5000)), {"mesh": 0}], "scenes": [{"nodes": [0]}]},
    "no node": {"scenes": [{"nodes": [99]}]},
    "odd nodes": {"nodes": {"a": 1}, "scenes": None},
    "no mesh": {"nodes": [{"mesh": 7}], "scenes": [{"nodes": [0]}]},
    "empty": {"nodes": [], "scenes": [{"nodes": []}]},
    "matrix of text": {"nodes": [{"mesh": 0, "matrix": ["x"] * 16}], "scenes": [{"nodes": [0]}]},
    "matrix of huge numbers": {"nodes": [{"mesh": 0, "matrix": [10**400] * 16}], "scenes": [{"nodes": [0]}]},
    "no turn": {"nodes": [{"mesh": 0, "rotation": [0, 0, 0, 0]}], "scenes": [{"nodes": [0]}]},
    "beyond": {"accessors": [{"bufferView": 0, "componentType": 5126, "count": 10**9, "type": "VEC3"}] * 2},
    "before": {"bufferViews": [{"buffer": 0, "byteLength": 96, "byteOffset": -96}] * 2},
    "no buffer": {"bufferViews": [{"buffer": 5, "byteLength": 96}] * 2},
    "sparse": {"accessors": [{"count": 8, "componentType": 5126, "type": "VEC3", "sparse": {}}] * 2},
    "kind": {"accessors": [{"bufferView": 0, "componentType": 1, "count": 8, "type": "VEC3"}] * 2},
    "indices beyond": {"accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"},
                                     {"bufferView": 1, "componentType": 5123, "count": 36, "type": "SCALAR"}]},
    "huge buffer": {"buffers": [{"byteLength": 10**15}]},
    "short buffer": {"buffers": [{"byteLength": 100_000}]},
    "outside": {"buffers": [{"byteLength": 168, "uri": "../../../../../../etc/passwd"}]},
    "web": {"buffers": [{"byteLength": 168, "uri": "https://example.com/a.bin"}]},
    "missing": {"buffers": [{"byteLength": 168, "uri": "missing.bin"}]},
    "zero byte": {"buffers": [{"byteLength": 168, "uri": "a\0b"}]},
    "base64": {"buffers": [{"byteLength": 168, "uri": "data:;base64,###"}]},
    "draco": {"extensionsRequired": ["KHR_draco_mesh_compression"]},
    "odd extensions": {"extensionsRequired": 5},
    "odd mesh": {"meshes": [{"primitives": [5]}]},
    "odd colour": {"materials": [{"pbrMetallicRoughness": {"baseColorFactor": "red"}}]},
    "lines only": {"meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "mode": 1}]}]},
    "odd asset": {"asset": 5},
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_DOCUMENTS)
def test_a_hostile_gltf(tmp_path: Path, name: str) -> None:
    error = refused(tmp_path, "bad.glb", glb(document(**BAD_DOCUMENTS[name])))
    assert "not foreseen" not in error.what
    if name in ("itself", "a loop", "twice"):
        assert "contains itself" in error.what


@pytest.mark.parametrize("text", [b"[" * 100_000, b'{"asset":{"version":"2.0"},"x":NaN}', b"\xff\xfe{}", b"5", b"null"])
def test_a_hostile_json(tmp_path: Path, text: bytes) -> None:
    assert "no glTF" in refused(tmp_path, "bad.glb", glb(text)).what


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
def test_points_that_are_nowhere(tmp_path: Path, value: float) -> None:
    corners = CORNERS.copy()
    corners[3, 1] = value
    refused(tmp_path, "nan.glb", glb(document(), corners.tobytes() + TRIANGLES.tobytes()))
    refused(tmp_path, "nan.stl", stl(corners))
    refused(tmp_path, "nan.obj", obj().replace("v 1.0 1.0 0.0", f"v 1.0 {value} 0.0"))


def test_triangles_without_an_area_are_dropped(tmp_path: Path) -> None:
    flat = CORNERS * np.array([1, 0, 0], np.float32)
    assert "no surface" in refused(tmp_path, "flat.stl", stl(flat)).what


def test_more_nodes_and_triangles_than_allowed(tmp_path: Path) -> None:
    assert "too many nodes" in refused(tmp_path, "many.glb", glb(document()), occurrences=3).what
    assert "at most 33 are read" in refused(tmp_path, "many2.glb", glb(document()), triangles=11).what
    assert "too many triangles" in refused(tmp_path, "many.stl", stl(), triangles=11).what
    assert "too many triangles" in refused(tmp_path, "many2.stl", stl_text(), triangles=11).what
    assert "too many triangles" in refused(tmp_path, "many.obj", obj(), triangles=11).what


# STL and OBJ


@pytest.mark.parametrize("content", [stl()[:-7], stl() + b"x", stl()[:83], b"solid\nfacet\nvertex 1 2\n",
                                     stl_text()[:400], stl_text().replace("vertex 0.0", "vertex zero", 1),
                                     b"x" * 80 + struct.pack("<I", 2**32 - 1)])  # fmt: skip
def test_a_broken_stl(tmp_path: Path, content: bytes | str) -> None:
    refused(tmp_path, "bad.stl", content)


def test_a_long_word_in_an_stl_takes_no_memory(tmp_path: Path) -> None:
    text = stl_text().replace("vertex 0.0", "vertex 0." + "0" * 1_000_000, 1)
    refused(tmp_path, "long.stl", text)


@pytest.mark.parametrize("line", ["v 1 2", "v a b c", "f 1 2", "f 1 2 99", "f 0 1 2", "f 1 2 -99", "f 1//9 2//9 3//9",
                                  "f a b c", "vn 1", "v 1 2 " + "9" * 1_000_001])  # fmt: skip
def test_a_broken_obj(tmp_path: Path, line: str) -> None:
    error = refused(tmp_path, "bad.obj", obj() + line + "\n")
    assert re.match(r"Line \d+ ", error.what)


def test_an_obj_names_no_file_outside_its_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret.mtl"
    secret.write_text("newmtl red paint\nKd 0 0 1\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "a.obj").write_text(obj().replace("paint.mtl", "../secret.mtl"))
    report = convert(inner / "a.obj", tmp_path / "library")
    assert any("outside its folder" in w for w in report.warnings)
    assert all(c[:3] == (0.5, 0.5, 0.5) for p in report.parts for c in p.colors)


# Mutations


@pytest.mark.parametrize("seed", range(60))
def test_mutated_files_are_imported_or_refused(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    name, data = dice.choice([("m.glb", glb(document())), ("m.stl", stl()), ("m.obj", obj().encode()),
                              ("t.stl", stl_text().encode()), ("m.gltf", json.dumps(document()).encode())])  # fmt: skip
    broken = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(broken))
        if dice.random() < 0.5:
            broken[at] = dice.randrange(256)
        else:
            broken[at : at + dice.randrange(9)] = dice.randbytes(dice.randrange(9))
    file = tmp_path / name
    file.write_bytes(bytes(broken))
    try:
        convert(file, tmp_path / "library")
    except CadError as error:
        assert error.hint and "not foreseen" not in error.what
        assert not (tmp_path / "library").exists() or list((tmp_path / "library").iterdir()) == []
