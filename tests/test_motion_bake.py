# SPDX-License-Identifier: Apache-2.0
"""A binary file of motion, whose parts our own writer writes, holds what OpenUSD makes of the same motion as text."""

from __future__ import annotations

import copy
import math
import os
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factory_twin.distribution import constant
from factory_twin.log import Log
from factory_twin.motion import crate, scribe, write_motion
from factory_twin.motion.binary import part_file
from factory_twin.motion.crate.integers import integers
from factory_twin.motion.decimals import decimals
from factory_twin.motion.frame import Frame
from factory_twin.motion.pool import assign
from factory_twin.motion.samples import PartSamples, part_samples
from factory_twin.motion.scribe import Scribe
from factory_twin.motion.text import part_text
from factory_twin.motion.tracks import Key, Tracks
from factory_twin.motion.unique import distinct
from factory_twin.plant import Plant, Sink, Source, Station
from factory_twin.read import open_stage, read_plant
from factory_twin.sim import Simulation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pxr import Gf, Sdf, Usd

from tests.random_plants import plants

_READ = """
import sys
from pxr import Sdf, Usd
print(*Usd.GetVersion())
layer = Sdf.Layer.FindOrOpen(sys.argv[1])
sys.stdout.write(layer.ExportToString())
"""


def stage_of(plant: Plant, root: str = "") -> Usd.Stage:
    """A stage with a prim for each place, a lamp on each, and `root` as the default prim."""
    made = Sdf.Layer.CreateAnonymous(".usda")
    for node in plant.nodes:
        for path in Sdf.Path(node.path).GetPrefixes():
            prim = Sdf.CreatePrimInLayer(made, path)
            prim.specifier, prim.typeName = Sdf.SpecifierDef, "Xform"
        Sdf.PrimSpec(prim, "Andon", Sdf.SpecifierDef, "Sphere")
    if root:
        Sdf.CreatePrimInLayer(made, root).specifier = Sdf.SpecifierDef
        made.defaultPrim = root
    return Usd.Stage.Open(made)


def assert_same(log: Log, plant: Plant, stage: Usd.Stage, folder: Path) -> str:
    """Write both ways; return the text."""
    made = Scribe(log, plant, stage, speed=60.0, above=("./factory.usda",))
    text = Sdf.Layer.CreateAnonymous(".usda")
    made.author(text)
    made.write(folder / "fast.usdc")
    found = Sdf.Layer.OpenAsAnonymous(str(folder / "fast.usdc")).ExportToString()
    assert found == text.ExportToString()
    return found


def line(paths: str = "/Line", *, every: float = 8.0, limit: int = -1) -> Plant:
    return Plant(nodes=(
        Source(path=f"{paths}/S", successors=(f"{paths}/M",), interarrival=constant(every), limit=limit),
        Station(path=f"{paths}/M", successors=(f"{paths}/K",), process_time=constant(20), position=(-1.5, 2, 0), servers=2,
                spacing=(0, 1 / 3, 0), heading=(0, 1, 0)),
        Sink(path=f"{paths}/K", position=(7, 1e-7, 0), heading=(-1, 0, 0)),
    ))  # fmt: skip


def run(plant: Plant, seconds: float) -> Log:
    log = Log()
    Simulation(plant, log=log).run(seconds)
    return log


def test_a_shift_with_vehicles_and_a_model(bike_line: Path, tmp_path: Path) -> None:
    stage = open_stage(str(bike_line))
    plant = read_plant(stage)
    text = assert_same(run(plant, 2 * 3600.0), plant, stage, tmp_path)
    assert "Agv1" in text and "prepend references" in text and "rotateZ.timeSamples" in text


@pytest.mark.parametrize(("seconds", "limit", "least"), [(0.0, -1, 0), (60.0, 1, 1), (4 * 3600.0, -1, 3)])
def test_empty_small_and_long_shifts_with_boxes(seconds: float, limit: int, least: int, tmp_path: Path) -> None:
    plant = line(limit=limit)
    text = assert_same(run(plant, seconds), plant, stage_of(plant), tmp_path)
    assert text.count('def Cube "Part_') == least if least < 2 else 'def Cube "Part_002' in text


@pytest.mark.parametrize(("path", "root"), [("/Werk_Süd/Größe", ""), ("/工場", ""), ("/A/B/C", "/A/B"), ("/A", "/Aside")])
def test_names_of_any_alphabet_and_roots_at_any_depth(path: str, root: str, tmp_path: Path) -> None:
    plant = line(path)
    text = assert_same(run(plant, 600.0), plant, stage_of(plant, root), tmp_path)
    assert f'"{path.rpartition("/")[2]}"' in text and 'def Cube "Part_001"' in text


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(plants())
def test_random_plants(tmp_path_factory: pytest.TempPathFactory, plant: Plant) -> None:
    assert_same(run(plant, 600.0), plant, stage_of(plant), tmp_path_factory.mktemp("bake"))


NUMBERS = st.floats(-1e6, 1e6) | st.sampled_from([0.0, -0.0, 1 / 3, 1e-12, -5e300])
WAYS = st.sampled_from([(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (-1.0, 0.0, 0.0), (0.6, -0.8, 0.0)])
TIMES = st.lists(st.floats(0, 1e5) | st.integers(0, 20).map(float), min_size=1, max_size=8).map(sorted)


@st.composite
def tracks(draw: st.DrawFn) -> list[Key]:
    spots = st.tuples(NUMBERS, NUMBERS, NUMBERS)
    return [(time, draw(spots), draw(WAYS)) for time in draw(TIMES)]


def samples_of(lists: list[list[Key]]) -> PartSamples:
    made = Tracks.of(lists)
    return part_samples(made, assign(made.begin, made.end), Frame(Gf.Matrix4d(1), Plant(nodes=())))


@settings(max_examples=150, deadline=None)
@given(st.lists(tracks(), max_size=8))
def test_random_samples(tmp_path_factory: pytest.TempPathFactory, lists: list[list[Key]]) -> None:
    samples, home, turn = samples_of(lists), Sdf.Path("/Root/Motion"), "xformOp:rotateZ"
    example = Sdf.Layer.CreateAnonymous(".usda")
    slot = Sdf.PrimSpec(example, "Part", Sdf.SpecifierDef, "Xform")
    text = Sdf.Layer.CreateAnonymous(".usda")
    assert text.ImportFromString(part_text(samples, home, turn, slot))
    path = tmp_path_factory.mktemp("samples") / "parts.usdc"
    part_file(path, samples, home, turn, "Xform")
    assert Sdf.Layer.OpenAsAnonymous(str(path)).ExportToString() == text.ExportToString()


def test_of_keys_at_one_time_the_last_counts_and_one_angle_is_no_samples() -> None:
    ahead = (1.0, 0.0, 0.0)
    samples = samples_of([[(1.0, (1, 0, 0), ahead), (2.0, (2, 0, 0), ahead), (2.0 + 1e-8, (3, 0, 0), ahead)]])
    assert samples.place.time.tolist() == [1.0, 2.0]
    assert samples.place.value[samples.place.which].tolist() == [[1, 0, 0], [3, 0, 0]]
    assert len(samples.turn.time) == 1 and samples.seen.time.tolist() == [-1.0, 1.0, 2.001]


@example([-10.0, -1000.0, -9.9999999, 0.5, -123.0])
@given(st.lists(st.floats(-1e9, 1e9) | st.sampled_from([0.0, -1e-9, 0.999999999, 999.9999996, -0.5]), max_size=50))
def test_decimals_are_those_of_python(values: list[float]) -> None:
    rows = decimals(np.array(values, float))
    assert [float(bytes(row)) for row in rows] == [float(f"{np.round(v, 6):.6f}") for v in values]
    assert all(b" " not in bytes(row).strip() for row in rows)


@given(st.lists(st.tuples(*[st.sampled_from([0.0, -0.0, 1.0, math.pi])] * 3), max_size=300))
def test_distinct_rows_stand_for_all(rows: list[tuple[float, ...]]) -> None:
    values = np.array(rows, float).reshape(-1, 3)
    first, which = distinct(values)
    assert values[first][which].tobytes() == values.tobytes()
    assert len(set(first.tolist())) == len(first) and set(which.tolist()) == set(range(len(first)))


def test_equal_rows_are_found() -> None:
    values = np.random.default_rng(3).integers(0, 10, (5000, 3)).astype(float)
    assert len(distinct(values)[0]) < 1.3 * len(np.unique(values, axis=0))


def numbers_of(data: bytes, count: int) -> list[int]:
    """What a reader makes of the numbers of a section."""
    assert struct.unpack_from("<Q", data)[0] == len(data) - 8
    kind, high, *rest = data[8:]
    assert kind == 0 and high & 15 == 0
    size, at = high >> 4, 0
    if size == 15:
        at = next(k for k, byte in enumerate(rest) if byte < 255) + 1
        size += sum(rest[:at])
    body = bytes(rest[at:])
    assert size == len(body)
    usual, at, total, out = struct.unpack_from("<i", body)[0], 4 + (2 * count + 7) // 8, 0, []
    for k in range(count):
        code = body[4 + k // 4] >> 2 * (k % 4) & 3
        step = struct.unpack_from("<" + "bhi"[code - 1], body, at)[0] if code else usual
        at += (0, 1, 2, 4)[code]
        total += step
        out.append((total + 2**31) % 2**32 - 2**31)
    assert at == len(body)
    return out


@example([0, 127, 0, -128, 0, 128, 0, -129, 0, 32767, 0, -32768, 0, 32768, 0, -32769, 0, 2**31 - 1, -(2**31), -1])
@example([5] * 14 * 255 + [40000])
@given(st.lists(st.integers(-(2**31), 2**31 - 1) | st.integers(-200, 200), min_size=1, max_size=300))
def test_numbers_of_a_section_are_read_back(numbers: list[int]) -> None:
    assert numbers_of(integers(numbers), len(numbers)) == numbers


NAMES = st.lists(st.text("abcü", min_size=1, max_size=6), max_size=4, unique=True)
VALUES = st.sampled_from(["none", "double", "double3", "token"])


@st.composite
def prims(draw: st.DrawFn, depth: int = 3) -> list[crate.Prim]:
    return [
        crate.Prim(
            name,
            draw(st.sampled_from([crate.DEF, crate.OVER])),
            draw(st.sampled_from(["", "Xform"])),
            draw(st.sampled_from(["", "group"])),
            [crate.Attribute(f"{n}:{draw(VALUES)}", "token") for n in draw(NAMES)],
            draw(prims(depth - 1)) if depth else (),
        )
        for name in draw(NAMES)
    ]


def author(parent: Sdf.Layer | Sdf.PrimSpec, children: list[crate.Prim]) -> None:
    for prim in children:
        spec = Sdf.PrimSpec(
            parent, prim.name, Sdf.SpecifierDef if prim.specifier == crate.DEF else Sdf.SpecifierOver, prim.type_name
        )
        if prim.kind:
            spec.kind = prim.kind
        for attribute in prim.attributes:
            Sdf.AttributeSpec(spec, attribute.name, Sdf.ValueTypeNames.Token)
        author(spec, list(prim.children))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(prims().filter(bool))
def test_any_tree_of_prims(tmp_path_factory: pytest.TempPathFactory, roots: list[crate.Prim]) -> None:
    expected = Sdf.Layer.CreateAnonymous(".usda")
    author(expected, roots)
    path = tmp_path_factory.mktemp("tree") / "tree.usdc"
    crate.write(path, roots, crate.Values())
    assert Sdf.Layer.OpenAsAnonymous(str(path)).ExportToString() == expected.ExportToString()


def test_the_fast_way_is_taken(tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    plant = line()
    monkeypatch.setattr(Scribe, "author", None)
    for name in ("a.usdc", "b.usd", "c.USDC"):
        target = write_motion(run(plant, 600.0), plant, stage=stage_of(plant), target=tmp_path / name)
        assert target.read_bytes()[:8] == b"PXR-USDC"
    assert not caplog.records


def shifted(column: str, attribute: str) -> Callable[..., None]:
    """The writer, but the last row of one column is another."""

    def write(path: Path, samples: PartSamples, *more: Any) -> None:
        other = copy.deepcopy(samples)
        getattr(getattr(other, column), attribute)[-1] += 1
        part_file(path, other, *more)

    return write


def cut(path: Path, *more: Any) -> None:
    part_file(path, *more)
    os.truncate(path, path.stat().st_size // 2)


def fewer(path: Path, samples: PartSamples, *more: Any) -> None:
    part_file(path, samples_of([]), *more)


BROKEN = [
    (shifted("place", "time"), "other times"),
    (shifted("place", "value"), "another value"),
    (shifted("seen", "time"), "other times"),
    (shifted("turn", "value"), "another value"),
    (fewer, "other parts"),
    (cut, ""),
    (None, "not callable"),
]


@pytest.mark.parametrize(("broken", "word"), BROKEN)
def test_what_openusd_does_not_find_again_is_written_the_slow_way(
    broken: Callable[..., None] | None,
    word: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant = line()
    log, stage = run(plant, 600.0), stage_of(plant)
    good = write_motion(log, plant, stage=stage, target=tmp_path / "good.usdc")
    assert not caplog.records
    monkeypatch.setattr(scribe, "part_file", broken)
    target = write_motion(log, plant, stage=stage, target=tmp_path / "slow.usdc")
    assert ["slow one" in r.message and word in r.message for r in caplog.records] == [True]
    found = [Sdf.Layer.OpenAsAnonymous(str(path)).ExportToString() for path in (good, target)]
    assert found[0] == found[1]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["good.usdc", "slow.usdc"]


@pytest.mark.slow
def test_an_older_openusd_reads_the_same(bike_line: Path, tmp_path: Path) -> None:
    """`FACTORY_TWIN_OLD_USD`: a Python with another release of usd-core, 24.5 or later."""
    python = os.environ.get("FACTORY_TWIN_OLD_USD")
    if not python:
        pytest.skip("FACTORY_TWIN_OLD_USD names no Python with an older usd-core")
    stage = open_stage(str(bike_line))
    plant = read_plant(stage)
    target = write_motion(run(plant, 3600.0), plant, stage=stage, target=tmp_path / "shift.usdc", base=str(bike_line))
    told = {}
    for name, program in (("old", python), ("ours", sys.executable)):
        done = subprocess.run([program, "-c", _READ, str(target)], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        told[name] = done.stdout.partition("\n")[::2]
    assert told["old"][0] != told["ours"][0] and told["old"][1] == told["ours"][1]
