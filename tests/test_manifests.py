# SPDX-License-Identifier: Apache-2.0
"""Kit can read every manifest: known keys, files that exist, equal copies, plain folder names, tests that Kit would find."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).resolve().parents[1]
FOLDERS = [REPO, *sorted(p for p in (REPO / "exts").iterdir() if p.is_dir())]
NAMES = ["(root)", *(p.name for p in FOLDERS[1:])]
KEYS: dict[str, set[str]] = {
    "package": {
        "version", "title", "description", "category", "keywords", "authors", "repository", "changelog", "readme",
        "preview_image", "icon", "license", "feature", "toggleable",
    },
    "core": {"reloadable", "order"},
    "test": {
        "name", "enabled", "args", "dependencies", "timeout", "parallelizable", "unreliable", "pythonTests",
        "stdoutFailPatterns", "waiver",
    },
}  # fmt: skip
TABLES = {"package", "core", "dependencies", "python", "settings", "test", "documentation", "fswatcher"}
NEEDED = {
    "version", "title", "description", "category", "keywords", "authors", "changelog", "readme", "preview_image", "icon",
    "license",
}  # fmt: skip
DEPENDENCY_KEYS = {"optional", "order", "version", "exact"}
MADE = "pip_prebundle"  # made by tools/pack.py


def manifest(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "config" / "extension.toml").read_text(encoding="utf-8"))


def modules(folder: Path) -> list[tuple[Path, str]]:
    """(path put on sys.path, module name) of each entry; the name is empty for a mere path."""
    entries = manifest(folder).get("python", {}).get("module", [])
    return [(folder / entry.get("path", "."), entry.get("name", "")) for entry in entries]


def source(path: Path, name: str) -> Path:
    """The file of a module, whether or not it exists."""
    whole = path.joinpath(*name.split("."))
    return whole / "__init__.py" if whole.is_dir() else whole.with_suffix(".py")


folders = pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
extensions = pytest.mark.parametrize("folder", FOLDERS[1:], ids=NAMES[1:])


def test_both_copies_of_the_root_manifest_are_equal() -> None:
    assert (REPO / "extension.toml").read_bytes() == (REPO / "config" / "extension.toml").read_bytes()


@folders
def test_keys_are_known_and_the_needed_ones_are_there(folder: Path) -> None:
    data = manifest(folder)
    assert set(data) <= TABLES
    assert NEEDED <= set(data["package"]) <= KEYS["package"]
    assert set(data["core"]) <= KEYS["core"]
    for table in data.get("test", []):
        assert set(table) <= KEYS["test"]
    for entry in data.get("python", {}).get("module", []):
        assert set(entry) <= {"name", "path"}
    for value in data.get("dependencies", {}).values():
        assert set(value) <= DEPENDENCY_KEYS


@folders
def test_no_python_or_usd_target_hides_the_extension(folder: Path) -> None:
    package = manifest(folder)["package"]
    assert "target" not in package and "writeTarget" not in package


@folders
def test_the_named_files_exist(folder: Path) -> None:
    package = manifest(folder)["package"]
    missing = [package[k] for k in ("readme", "changelog", "icon", "preview_image") if not (folder / package[k]).is_file()]
    assert not missing
    for key in ("icon", "preview_image"):
        assert (folder / package[key]).read_bytes().startswith(b"\x89PNG")


@folders
def test_the_named_modules_exist(folder: Path) -> None:
    assert modules(folder)
    for path, name in modules(folder):
        if path.name == MADE:
            assert name == ""
        else:
            assert source(path, name).is_file(), f"{name} is not below {path}"


@extensions
def test_folder_names_are_no_name_with_tag(folder: Path) -> None:
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", folder.name)


def test_the_root_manifest_lists_every_module_and_path_of_the_extensions() -> None:
    def resolved(folder: Path) -> list[tuple[Path, str]]:
        return [(path.resolve(), name) for path, name in modules(folder)]

    assert sorted(resolved(REPO)) == sorted(entry for folder in FOLDERS[1:] for entry in resolved(folder))


def test_the_root_needs_all_that_the_extensions_need_and_none_of_ours() -> None:
    ours = set(NAMES)
    needed = {k: v for folder in FOLDERS[1:] for k, v in manifest(folder).get("dependencies", {}).items() if k not in ours}
    assert manifest(REPO)["dependencies"] == needed


def test_all_versions_are_the_version_of_the_package() -> None:
    version = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    kit = tomllib.loads((REPO / "config" / "factory_twin.kit").read_text(encoding="utf-8"))
    assert {manifest(folder)["package"]["version"] for folder in FOLDERS} == {version} == {kit["package"]["version"]}
    assert f"## [{version}]" in (REPO / "CHANGELOG.md").read_text(encoding="utf-8")
    for folder in FOLDERS[1:]:
        assert f"## [{version}]" in (folder / "docs" / "CHANGELOG.md").read_text(encoding="utf-8")


def test_libraries_load_before_schemas_and_schemas_before_the_rest() -> None:
    core = {folder.name: manifest(folder)["core"] for folder in FOLDERS[1:]}
    assert core["factory_twin.vendor"] == {"reloadable": False, "order": -1000}
    assert core["factory_twin.schema"] == {"reloadable": False, "order": -100}
    assert all(c.get("order", 0) == 0 for name, c in core.items() if name not in ("factory_twin.vendor", "factory_twin.schema"))


def closure(name: str) -> set[str]:
    """Names of everything an extension depends on, as far as our own manifests tell."""
    found: set[str] = set()
    todo = [name]
    while todo:
        folder = REPO if (here := todo.pop()) == "(root)" else REPO / "exts" / here
        if (folder / "config" / "extension.toml").is_file():
            new = set(manifest(folder).get("dependencies", {})) - found
            found |= new
            todo += new
    return found


@pytest.mark.parametrize("name", NAMES)
def test_test_dependencies_are_no_dependencies_already(name: str) -> None:
    folder = REPO if name == "(root)" else REPO / "exts" / name
    tables = manifest(folder).get("test", [])
    wanted = {dependency for table in tables for dependency in table.get("dependencies", [])}
    assert not wanted & closure(name)
    assert len(tables) <= 1 or len({table.get("name") for table in tables}) == len(tables)


def exported_tests(package: Path) -> dict[str, int]:
    """Test classes that Kit's runner finds in a tests package, with their number of test methods, by syntax tree."""
    init = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    froms = [n for n in init.body if isinstance(n, ast.ImportFrom) and n.level == 1 and n.module]
    found: dict[str, int] = {}
    for node in froms:
        names = {alias.name for alias in node.names}
        for cls in ast.parse((package / f"{node.module}.py").read_text(encoding="utf-8")).body:
            is_case = isinstance(cls, ast.ClassDef) and any(ast.unparse(b).endswith("AsyncTestCase") for b in cls.bases)
            if is_case and names & {"*", cls.name}:
                methods = [m for m in cls.body if isinstance(m, (ast.FunctionDef, ast.AsyncFunctionDef))]
                found[cls.name] = sum(m.name.startswith("test") for m in methods)
    return found


@extensions
def test_every_extension_brings_tests_that_kit_would_run(folder: Path) -> None:
    names = [(path, name) for path, name in modules(folder) if name and not name.endswith(".extension")]
    for path, name in names:
        found = exported_tests(path / name / "tests")
        assert found and all(found.values()), f"{name}.tests exports no AsyncTestCase with a test method"
    assert names or folder.name == "factory_twin.vendor"


@extensions
def test_an_extension_module_starts_one_class_and_imports_no_other(folder: Path) -> None:
    for path, name in modules(folder):
        if not name.endswith(".extension"):
            continue
        tree = ast.parse(source(path, name).read_text(encoding="utf-8"))
        classes = [
            n for n in tree.body if isinstance(n, ast.ClassDef) and any(ast.unparse(b).endswith("IExt") for b in n.bases)
        ]
        imported = [a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names]
        assert len(classes) == 1, f"{name} has {len(classes)} classes that derive from omni.ext.IExt"
        assert not [i for i in imported if i.endswith(("Extension", "IExt"))], f"{name} would start a class twice"


def test_the_kit_app_names_our_extensions_and_no_absolute_folder() -> None:
    kit = tomllib.loads((REPO / "config" / "factory_twin.kit").read_text(encoding="utf-8"))
    ours = {name for name in kit["dependencies"] if name.startswith("factory_twin")}
    assert ours and ours <= set(NAMES)
    assert kit["settings"]["app"]["exts"]["folders"]["++"] == ["${app}/../exts"]
