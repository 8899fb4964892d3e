# SPDX-License-Identifier: Apache-2.0
"""The packed zips work where there is nothing but Python, usd-core, numpy and ovui: all modules load and Run can be clicked."""

from __future__ import annotations

import importlib.metadata as metadata
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("unpacked.py")
LIBRARIES = ("usd-core", "numpy", "ovui")
ALL = "factory_twin_all"
PARTS = ("schema", "ui", "layout", "runner", "bridge")
EXTENSIONS = ("factory_twin", *(f"factory_twin.{part}" for part in PARTS))
DOORS = {"factory_twin_ui.kit", *(f"factory_twin_{part}.extension" for part in PARTS)}
"""Modules that only Kit can import."""


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the libraries that Kit brings, and no others."""
    target = tmp_path_factory.mktemp("libraries")
    for name in LIBRARIES:
        for found in metadata.distributions(name=name):
            for file in found.files or ():
                if ".." not in file.parts and file.suffix != ".pyc":
                    link(Path(str(found.locate_file(file))), target / file)
    assert (target / "pxr").is_dir() and (target / "numpy").is_dir()
    return target


def link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.symlink_to(source)
    except OSError:  # Windows without developer mode
        shutil.copy2(source, target)


@pytest.fixture(scope="module")
def unpacked(repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with each zip unpacked into a folder of its name, as Kit's Extension Manager does."""
    zips, target = tmp_path_factory.mktemp("zips"), tmp_path_factory.mktemp("unpacked")
    command = [sys.executable, str(repo / "tools" / "pack.py"), "--out", str(zips)]
    environ = {**os.environ, "FACTORY_TWIN_NO_VENV": "1"}
    run = subprocess.run(command, capture_output=True, text=True, env=environ, stdin=subprocess.DEVNULL, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    for path in zips.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(target / path.stem)
    return target


def order(folder: Path, wanted: list[str]) -> list[Path]:
    """Extensions in the order in which Kit enables them: what the wanted ones depend on comes first, and nothing else."""
    found: dict[str, Path] = {}

    def enable(name: str) -> None:
        if name in found or not name.startswith("factory_twin"):
            return
        manifest = tomllib.loads((folder / name / "config" / "extension.toml").read_text(encoding="utf-8"))
        for needed in manifest.get("dependencies", {}):
            enable(needed)
        found[name] = folder / name

    for name in wanted:
        enable(name)
    return list(found.values())


def use(libraries: Path, folders: list[Path], *arguments: str) -> dict[str, Any]:
    """Use the extensions in a Python of their own and return what it tells."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(libraries), *map(str, folders), *arguments]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "FACTORY_TWIN"))}
    run = subprocess.run(
        command, capture_output=True, text=True, env=environ, cwd=folders[0], stdin=subprocess.DEVNULL, timeout=600
    )
    if run.returncode == 77:
        pytest.skip(run.stderr.strip().splitlines()[-1])
    assert run.returncode == 0, run.stdout + run.stderr
    facts: dict[str, Any] = json.loads(next(line for line in run.stdout.splitlines() if line.startswith("{")))
    assert facts["strangers"] == []
    inside = {f / "pip_prebundle" for f in folders} | {f / "exts/factory_twin.vendor/pip_prebundle" for f in folders}
    assert len(facts["vendored"]) == (2 if "factory_twin" in facts["packages"] else 0)
    assert all(any(Path(file).is_relative_to(place) for place in inside) for file in facts["vendored"])
    return facts


@pytest.mark.parametrize("name", EXTENSIONS)
def test_an_extension_needs_no_more_than_its_manifest_names(libraries: Path, unpacked: Path, name: str) -> None:
    facts = use(libraries, order(unpacked, [name]))
    assert facts["packages"][-1] == name.replace(".", "_")
    if not facts["no_ui"] or "factory_twin_ui" not in facts["packages"]:
        assert set(facts["kit"]) == {name for name in DOORS if name.partition(".")[0] in facts["packages"]}


@pytest.mark.ui
@pytest.mark.parametrize("which", ["whole", "single"])
def test_run_can_be_clicked_on_the_sample_of_the_zip(libraries: Path, unpacked: Path, which: str) -> None:
    folders = [unpacked / ALL] if which == "whole" else order(unpacked, list(EXTENSIONS))
    facts = use(libraries, folders, "--run", str(unpacked / ALL / "data" / "plants" / "bike_line.usda"))
    assert sorted(facts["packages"]) == sorted(name.replace(".", "_") for name in EXTENSIONS)
    run = facts["run"]
    assert run["panels"] == ["Factory Layout", "Factory Live", "Factory Run"]
    assert run["sentence"] and run["colors"] > 100
