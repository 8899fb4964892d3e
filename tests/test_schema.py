# SPDX-License-Identifier: Apache-2.0
"""The schemas come from one source, and their table says the same as USD's registry."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from factory_twin.distribution import parse
from factory_twin.errors import FactoryTwinError
from factory_twin.survey.fields import check_value, fits
from factory_twin_schema import FOLDER, generate, register
from factory_twin_schema.table import INSTANCE, Property, Range, properties, schemas
from pxr import Plug, Sdf, Usd

ALL = [(s.name, p) for s in schemas().values() for p in s.properties.values()]
each = pytest.mark.parametrize(("schema", "prop"), ALL, ids=[f"{s}.{p.name}" for s, p in ALL])


def lacks_generator() -> str:
    for module in ("pxr.Usd.usdGenSchema", "jinja2"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is not here (usdGenSchema is whole in usd-core newer than 25.11)"
    plugin = Plug.Registry().GetPluginWithName("usd")
    return (
        ""
        if Path(plugin.resourcePath, "usd", "schema.usda").is_file()
        else "usd-core 25.11 lacks the schema usdGenSchema needs"
    )


@pytest.mark.skipif(bool(lacks_generator()), reason=lacks_generator() or "all is here")
def test_regenerating_gives_the_committed_files_byte_for_byte() -> None:
    made = generate.generate()
    assert made.keys() == {"generatedSchema.usda", "plugInfo.json"}
    for name, data in made.items():
        assert data == (FOLDER / name).read_bytes(), f"run python -m factory_twin_schema.generate ({name})"


@pytest.mark.skipif(bool(lacks_generator()), reason=lacks_generator() or "all is here")
def test_check_tells_when_a_file_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(generate, "FOLDER", tmp_path)
    assert generate.main(["--check"]) == 0
    (tmp_path / "plugInfo.json").write_text("{}")
    assert generate.main(["--check"]) == 1
    assert generate.main([]) == 0
    assert (tmp_path / "plugInfo.json").read_bytes() == (FOLDER / "plugInfo.json").read_bytes()


def test_registering_twice_is_no_harm() -> None:
    assert register()
    assert register()
    assert Plug.Registry().GetPluginWithName("factoryTwin")


def test_every_schema_of_the_source_is_in_the_table() -> None:
    source = (FOLDER / "schema.usda").read_text(encoding="utf-8")
    assert sorted(schemas()) == sorted(line.split('"')[1] for line in source.splitlines() if line.startswith("class "))


@each
def test_table_says_what_the_registry_says(schema: str, prop: Property) -> None:
    stage = Usd.Stage.CreateInMemory()
    prim = stage.DefinePrim("/P", "BasisCurves")
    instance = "one" if schemas()[schema].multiple else ""
    prim.AddAppliedSchema(f"{schema}:{instance}" if instance else schema)
    name = prop.name.replace(INSTANCE, instance)
    assert name in properties(schema, instance)
    if prop.is_relationship:
        assert prim.GetRelationship(name)
        return
    attribute = prim.GetAttribute(name)
    assert str(attribute.GetTypeName()) == prop.type
    assert attribute.Get() == prop.default
    assert (attribute.GetVariability() == Sdf.VariabilityUniform) == prop.uniform
    assert tuple(attribute.GetMetadata("allowedTokens") or ()) == prop.tokens


@each
def test_every_property_has_words_and_a_sound_default(schema: str, prop: Property) -> None:
    assert prop.doc.endswith((".", "?")) and prop.display_name[0].isupper()
    assert ("Range:" in prop.doc) == (prop.range is not None), "the range is not understood"
    assert ("Units:" in prop.doc) == bool(prop.unit), "the unit is not understood"
    if not prop.is_relationship:
        check_value(prop, prop.default)


@pytest.mark.parametrize(
    ("range_", "inside", "outside"),
    [
        (Range(0), (0, 1e300), (-1e-9, float("inf"), float("nan"))),
        (Range(0, open=True), (1e-9,), (0, -1)),
        (Range(1, other=-1), (1, 2, -1), (0, -2)),
        (Range(0, 1), (0, 0.5, 1), (-0.1, 1.1)),
    ],
)
def test_ranges(range_: Range, inside: tuple[float, ...], outside: tuple[float, ...]) -> None:
    assert all(x in range_ for x in inside)
    assert not any(x in range_ for x in outside)


def test_times_are_distributions_and_other_text_is_not() -> None:
    table = {p.name: p for _, p in ALL}
    assert table["factoryTwin:station:processTime"].is_distribution
    assert table[f"factoryTwin:failure:{INSTANCE}:timeToRepair"].is_distribution
    assert not table["factoryTwin:id"].is_distribution
    assert not table["factoryTwin:scenario:horizon"].is_distribution
    assert check_value(table["factoryTwin:source:interarrival"], "exponential(mean=60)") == parse("exponential(mean=60)")


def test_a_bad_token_is_refused_with_the_allowed_ones() -> None:
    with pytest.raises(FactoryTwinError, match="operating, calendar"):
        check_value(properties("FactoryTwinFailureAPI", "x")["factoryTwin:failure:x:clock"], "sidereal")


@pytest.mark.parametrize(
    ("wanted", "kind"), [("double", "int"), ("string", "token"), ("point3f", "double3"), ("double[]", "float[]")]
)
def test_near_types_can_be_read(wanted: str, kind: str) -> None:
    assert fits(wanted, kind)


@pytest.mark.parametrize(
    ("wanted", "kind"), [("int", "double"), ("string", "int"), ("point3f", "float2"), ("double", "double[]")]
)
def test_other_types_can_not(wanted: str, kind: str) -> None:
    assert not fits(wanted, kind)


def test_the_package_imports_without_usd() -> None:
    script = "import sys; sys.modules['pxr'] = None; import factory_twin_schema as f; sys.exit(f.register())"
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {[str(FOLDER.parents[1])]!r}; {script}"], timeout=60
    )
    assert run.returncode == 0
