# SPDX-License-Identifier: Apache-2.0
"""Imports go one way only, as DESIGN.md draws it: the core knows no Kit, never prints; readers and makers meet in the log."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

EXTS = Path(__file__).resolve().parents[1] / "exts"
PACKAGES = {
    p.name: p
    for p in EXTS.glob("*/factory_twin*")
    if p.is_dir() and p.parent.name == p.name.replace("factory_twin_", "factory_twin.")
}
CORE = ("factory_twin", "factory_twin_schema")

# Component -> what it may import, beside itself. A component is a module or package right below factory_twin, or a package.
BASE = {
    "errors",
    "units",
    "distribution",
    "plant",
    "event",
    "calendar",
    "roads",
    "message",
    "ucum",
    "quantity",
    "topic",
    "sample",
    "rectangles",
}
STAGE = BASE | {
    "geometry",
    "floor",
    "bounds",
    "footprint",
    "survey",
    "read",
    "check",
    "edit",
    "log",
    "interval",
    "palette",
    "schema",
    "session",
    "catalogue",
}
MAKERS = {"sim", "mqtt"}
READERS = {"kpi", "motion", "live", "moments", "heat"}
METHODS = {"collide", "spc", "pert", "qap", "vibration", "signals"}
IMPORTERS = {"cad"}  # files of other programs to stages of ours
WIRE = {"formats", "command"}  # between the wire and the readers; each knows the stage alone
JOINTS = {"binding", "history", "health", "virtual", "feed", "experiment", "trust"}
CORE_ALL = STAGE | MAKERS | READERS | METHODS | IMPORTERS | WIRE | JOINTS | {"cli"}
ALLOWED: dict[str, set[str]] = {
    **dict.fromkeys(BASE, BASE),
    **dict.fromkeys(STAGE - BASE, STAGE),
    **dict.fromkeys(MAKERS | READERS, STAGE),
    **dict.fromkeys(METHODS, BASE),
    **dict.fromkeys(WIRE | IMPORTERS, STAGE),
    "signals": BASE | {"spc", "vibration"},
    "binding": STAGE | {"formats"},
    "history": STAGE | {"formats"},
    "health": STAGE | METHODS | {"kpi"},
    "virtual": STAGE | {"mqtt", "formats", "signals"},
    "feed": STAGE | WIRE | {"mqtt", "live", "binding", "history", "health"},
    "experiment": STAGE | {"sim", "kpi"},
    "trust": STAGE | METHODS | {"sim", "kpi", "experiment", "formats"},
    "cli": CORE_ALL,
    "__main__": {"cli"},
    "schema": set(),
    "ui": CORE_ALL,
    "layout": CORE_ALL | {"ui"},
    "runner": CORE_ALL | {"ui"},
    "bridge": CORE_ALL | {"ui"},
}


def sources() -> list[tuple[str, Path]]:
    """All modules as (dotted name, file); packages by their own name."""
    found = []
    for name, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = [name, *path.relative_to(folder).with_suffix("").parts]
            found.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


def is_test(module: str) -> bool:
    return "tests" in module.split(".")


SOURCES = [(m, p) for m, p in sources() if not is_test(m)]
CORE_SOURCES = [(m, p) for m, p in SOURCES if m.split(".")[0] in CORE and not m.endswith(".extension")]


def imports(module: str, path: Path) -> Iterator[str]:
    """Yield the dotted names that a module imports anywhere, relative ones resolved; `from a import b` yields a.b."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            whole = ".".join(x for x in (base, node.module or "") if x)
            yield from (f"{whole}.{alias.name}" for alias in node.names)


def component(module: str) -> str | None:
    """The component that a dotted name belongs to; None when it is none of ours."""
    head, *rest = module.split(".")
    if head.startswith("factory_twin_"):
        return head.removeprefix("factory_twin_")
    if head != "factory_twin":
        return None
    return rest[0] if rest else "__init__"


def test_all_packages_are_seen() -> None:
    assert set(PACKAGES) >= {"factory_twin", "factory_twin_schema", "factory_twin_ui"}
    assert len(SOURCES) > 20


@pytest.mark.parametrize(("module", "path"), SOURCES, ids=[m for m, _ in SOURCES])
def test_imports_go_one_way(module: str, path: Path) -> None:
    here = component(module)
    if here == "__init__":
        allowed = CORE_ALL
    else:
        assert here in ALLOWED, (
            f"{path}: new component {here!r}; give it a place in the layer table of DESIGN.md and of this test"
        )
        allowed = ALLOWED[here]
    wrong = {name for name in imports(module, path) if component(name) not in (None, here, *allowed)}
    wrong -= {name for name in wrong if name.startswith("factory_twin.") and name.count(".") == 1 and not is_module(name)}
    assert not wrong, f"{path}: layer of {here!r} must not import {sorted(wrong)}"


def is_module(name: str) -> bool:
    """False for `from factory_twin import __version__`: a name, not a module."""
    path = PACKAGES["factory_twin"].joinpath(*name.split(".")[1:])
    return path.is_dir() or path.with_suffix(".py").is_file()


def kit_use(name: str) -> str:
    """Say what part of Kit a name is: "" none, "ui" what panels may use, "ext", or "kit" the rest."""
    if name.split(".")[0] not in ("omni", "carb"):
        return ""
    if name in ("omni.ui", "omni.ui.scene") or name.startswith("omni.ui."):
        return "ui"
    return "ext" if name == "omni.ext" or name.startswith("omni.ext.") else "kit"


def kit_allowed(module: str) -> set[str]:
    """Parts of Kit that a module may name."""
    package, *rest = module.split(".")
    if rest[-1:] == ["extension"]:
        return {"", "ext"}
    if package in CORE:
        return {""}
    if package == "factory_twin_ui" and rest[:1] == ["kit"]:
        return {"", "ui", "ext", "kit"}
    return {"", "ui"}


@pytest.mark.parametrize(("module", "path"), SOURCES, ids=[m for m, _ in SOURCES])
def test_kit_is_named_in_its_own_places_only(module: str, path: Path) -> None:
    wrong = {name for name in imports(module, path) if kit_use(name) not in kit_allowed(module)}
    assert not wrong, f"{path}: must not import {sorted(wrong)}; only factory_twin_ui/kit/ and extension.py files may"


@pytest.mark.parametrize(("module", "path"), CORE_SOURCES, ids=[m for m, _ in CORE_SOURCES])
def test_the_core_never_prints(module: str, path: Path) -> None:
    if module.startswith("factory_twin.cli") or module == "factory_twin_schema.generate":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prints = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "print"]
    outs = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr in ("stdout", "stderr") and _is_sys(n)]
    assert not prints + outs, f"{path}: lines {prints + outs} print; use logging"


def _is_sys(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "sys"


def test_importing_the_whole_core_loads_nothing_of_kit() -> None:
    names = [m for m, _ in CORE_SOURCES if not m.endswith("__main__")]
    script = (
        "import importlib, sys\n"
        f"for name in {names!r}:\n    importlib.import_module(name)\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('omni', 'carb')))"
    )
    paths = [str(folder.parent) for name, folder in PACKAGES.items() if name in CORE]
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}\n{script}"], capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "[]"
