# SPDX-License-Identifier: Apache-2.0
"""One wheel holds all packages of `exts/` with their schema files, without Kit's tests, and works away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def project(repo: Path) -> dict[str, Any]:
    return tomllib.loads((repo / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def packages(repo: Path) -> list[str]:
    """Package folders below exts/, relative to the checkout."""
    found = [p.relative_to(repo).as_posix() for p in repo.glob("exts/*/factory_twin*") if p.is_dir()]
    assert len(found) >= 6
    return sorted(found)


def test_pyproject_names_every_package(project: dict[str, Any], packages: list[str]) -> None:
    hatch = project["tool"]["hatch"]["build"]
    folders = sorted(p.rpartition("/")[0] for p in packages)
    assert sorted(hatch["targets"]["wheel"]["packages"]) == packages
    assert sorted(hatch["dev-mode-dirs"]) == folders
    assert set(folders) <= set(project["tool"]["pytest"]["ini_options"]["pythonpath"])


@pytest.mark.slow
def test_the_wheel_works_by_itself(repo: Path, tmp_path: Path, packages: list[str], bike_line: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(repo)]
    run = subprocess.run(build, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    (wheel,) = tmp_path.glob("factory_twin-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {n.split("/")[0] for n in names if not n.startswith("factory_twin-")} == {p.rpartition("/")[2] for p in packages}
    assert {"factory_twin_schema/usd/generatedSchema.usda", "factory_twin_schema/usd/plugInfo.json"} <= set(names)
    assert not [n for n in names if "/tests/" in n]

    target = tmp_path / "site"
    install = [*pip, "install", "--no-deps", "--no-index", "--no-user", "--target", str(target), str(wheel)]
    subprocess.run(install, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
    script = "import sys, factory_twin.cli as c; print(c.__file__, file=sys.stderr); sys.exit(c.main(sys.argv[1:]))"
    environ = {**os.environ, "PYTHONPATH": str(target)}
    check = subprocess.run(
        [sys.executable, "-c", script, "check", str(bike_line)],
        capture_output=True,
        text=True,
        env=environ,
        cwd=tmp_path,
        timeout=60,
    )
    assert check.returncode == 0, check.stdout + check.stderr
    assert str(target) in check.stderr
