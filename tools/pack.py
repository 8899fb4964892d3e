# SPDX-License-Identifier: Apache-2.0
"""Pack the extensions for Kit: one zip per extension and one for all, into dist/; equal sources give equal zips.

SimPy and paho-mqtt are first unpacked (with licences) into exts/factory_twin.vendor/pip_prebundle; `--vendor` does only that.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bootstrap import ROOT, enter

HOME = Path(ROOT)
VENDOR = HOME / "exts" / "factory_twin.vendor"
PREBUNDLE = VENDOR / "pip_prebundle"
ALL = "factory_twin_all"
ROOT_PARTS = ("extension.toml", "config", "data", "exts", "LICENSE", "NOTICE", "README.md", "CHANGELOG.md")
SKIPPED = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "imgui.ini", ".DS_Store"}
STAMP = (1980, 1, 1, 0, 0, 0)


def main() -> int:
    """Vendor, then pack.

    Returns:
        0; raises SystemExit with words when a library can't be fetched.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendor", action="store_true", help="only unpack the vendored libraries")
    parser.add_argument("--out", type=Path, default=HOME / "dist", help="folder for the zips (default: dist)")
    args = parser.parse_args()
    enter()
    vendor(PREBUNDLE)
    if not args.vendor:
        args.out.mkdir(parents=True, exist_ok=True)
        for path in pack(HOME, args.out):
            print(f"{path}  {path.stat().st_size / 1024:.0f} kB")
    return 0


def vendor(target: Path) -> None:
    """Fetch the wheels that requirements.txt pins and unpack them into `target`, unless they are there."""
    text = (VENDOR / "requirements.txt").read_text(encoding="utf-8")
    stamp = target / "requirements.txt"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == text:
        return
    with tempfile.TemporaryDirectory(prefix="factory_twin_") as folder:
        command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--quiet", "--only-binary=:all:"]
        command += ["--no-deps", "--dest", folder, "--requirement", str(VENDOR / "requirements.txt")]
        if subprocess.call(command, stdin=subprocess.DEVNULL):
            raise SystemExit("The libraries for Kit could not be fetched; pip's lines above say why.")
        for wheel in sorted(Path(folder).iterdir()):
            unpack(wheel, target)
    stamp.write_text(text, encoding="utf-8", newline="\n")


def unpack(wheel: Path, target: Path) -> None:
    """Unpack a pure-Python wheel; refuse any other and one without a licence."""
    if not wheel.name.endswith("-none-any.whl"):
        raise SystemExit(f"{wheel.name} is no pure-Python wheel: it can't run in every Kit.")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        if not any(Path(n).name.upper().startswith(("LICENSE", "COPYING", "EDL")) for n in names):
            raise SystemExit(f"{wheel.name} brings no licence text.")
        target.mkdir(parents=True, exist_ok=True)
        archive.extractall(target)


def pack(home: Path, out: Path) -> list[Path]:
    """Write one zip per extension (its root is the extension's root) and one of the whole product; return their paths."""
    made = []
    for folder in sorted(p for p in (home / "exts").iterdir() if (p / "config" / "extension.toml").is_file()):
        licence = {"LICENSE": home / "LICENSE"}
        made.append(_zip(out / f"{folder.name}.zip", {**dict(_files(folder, folder)), **licence}))
    whole = {name: path for part in ROOT_PARTS for name, path in _files(home / part, home)}
    made.append(_zip(out / f"{ALL}.zip", whole))
    return made


def _files(path: Path, base: Path) -> Iterator[tuple[str, Path]]:
    if path.is_file() and path.suffix != ".pyc" and path.name not in SKIPPED:
        yield path.relative_to(base).as_posix(), path
    elif path.is_dir() and path.name not in SKIPPED:
        for inner in path.iterdir():
            yield from _files(inner, base)


def _zip(target: Path, files: dict[str, Path]) -> Path:
    temporary = target.with_name(target.name + ".new")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, files[name].read_bytes())
    temporary.replace(target)
    return target


if __name__ == "__main__":
    raise SystemExit(main())
