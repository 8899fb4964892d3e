# SPDX-License-Identifier: Apache-2.0
"""Read any CAD file: its kind by its ending, its facts, its scene."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import CadError
from ..survey.lfs import is_lfs_pointer
from ..units import METRES
from . import kernel
from .gltf import read_gltf
from .iges import heading
from .limits import Watch
from .match import match
from .obj import read_obj
from .scene import Scene
from .stl import read_stl
from .structure import Structure, structure

KINDS = {".step": "step", ".stp": "step", ".p21": "step", ".igs": "iges", ".iges": "iges", ".glb": "gltf", ".gltf": "gltf",
         ".obj": "obj", ".stl": "stl"}  # fmt: skip
"""File endings that can be read."""

UNITS = ("mm", "cm", "m", "in", "ft")
UPS = ("Y", "Z")
_MILLIMETRE = 1e-3
"""cascadio 0.1 gives STEP in m but IGES in mm, whatever the unit of the file; a test holds this."""
_OTHERS = {".zip", ".gz", ".7z", ".stpz", ".stpx"}
_FORMATS = "STEP (.step, .stp), IGES (.igs, .iges), glTF (.glb, .gltf), OBJ or STL"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a file is read.

    Attributes:
        tolerance: STEP and IGES: greatest distance of the mesh from the surface, m.
        angle: STEP and IGES: greatest angle between neighbouring facets, rad; 0.15 keeps the volume of a cylinder to 0.4 %.
        unit: OBJ and STL: unit of length; empty: mm for STL, m for OBJ, which is then named as assumed.
        up: "Y" or "Z"; empty: what the format prescribes or is used to.
    """

    tolerance: float = 1e-4
    angle: float = 0.15
    unit: str = ""
    up: str = ""


@dataclass(slots=True)
class Source:
    """A file that was read.

    Attributes:
        path: File.
        kind: "step", "iges", "gltf", "obj" or "stl".
        size: Bytes.
        sha256: Of its bytes, in hex.
        scene: What it holds.
        structure: Its own product structure; None when it has none.
    """

    path: Path
    kind: str
    size: int
    sha256: str
    scene: Scene
    structure: Structure | None = None


def read(path: str | os.PathLike[str], settings: Settings, watch: Watch) -> Source:
    """Read a CAD file.

    Raises:
        CadError: It is missing, of another kind, damaged, or too big; it says what and how to mend it.
        CadCancelled: The import was stopped.
    """
    file = Path(path)
    kind = _kind(file, watch)
    _sane(settings, watch.where)
    watch.step("Reading the file")
    digest = hashlib.sha256()
    try:
        size = file.stat().st_size
        with open(file, "rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
                watch.step()
        scene, found = _READERS[kind](file, settings, watch)
    except OSError as error:
        words = error.strerror or str(error)
        raise CadError(f"The file can't be read: {words}.", where=watch.where, hint="Check its rights.") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError) as error:
        words = f"The file is malformed in a way that is not foreseen ({type(error).__name__}: {str(error)[:200]})."
        raise CadError(words, where=watch.where, hint="Export it again, and report this file, please.") from error
    except MemoryError as error:
        raise CadError("There is not enough memory for this file.", where=watch.where, hint="Export a smaller part.") from error
    if settings.up:
        scene.up = settings.up
        scene.assumed = [a for a in scene.assumed if not a.startswith("up ")]
    return Source(file, kind, size, digest.hexdigest(), scene, found)


def _kind(file: Path, watch: Watch) -> str:
    where = watch.where
    if not file.exists():
        raise CadError("There is no such file.", where=where, hint="Check the path; it may be relative to another folder.")
    if not file.is_file():
        raise CadError("This is no file.", where=where, hint=f"Give a file: {_FORMATS}.")
    ending = file.suffix.lower()
    if ending in _OTHERS:
        raise CadError(f"Packed files ({ending}) are not read.", where=where, hint="Unpack it first.")
    if ending not in KINDS:
        raise CadError(f"Files of the kind {ending or 'without ending'} can't be read.", where=where, hint=f"Give {_FORMATS}.")
    size = file.stat().st_size
    if not size:
        raise CadError("The file is empty.", where=where, hint="Export it again.")
    watch.bound("The file is too big", size, watch.limits.file, " bytes")
    try:
        pointer = is_lfs_pointer(file)
    except OSError as error:
        raise CadError(f"The file can't be read: {error.strerror}.", where=where, hint="Check its rights.") from error
    if pointer:
        raise CadError("This is a Git LFS pointer, not the file itself.", where=where, hint="Run git lfs pull.")
    return KINDS[ending]


def _sane(settings: Settings, where: str) -> None:
    if not 1e-6 <= settings.tolerance <= 1.0 or not 0.01 <= settings.angle <= 1.5:
        raise CadError("The tolerance makes no sense.", where=where,
                       hint='Give 0.001 mm to 1 m such as "0.1 mm", and an angle of 0.01 to 1.5 rad.')  # fmt: skip
    if settings.unit and settings.unit not in UNITS:
        raise CadError(f"{settings.unit!r} is no unit of length.", where=where, hint=f"Give one of {', '.join(UNITS)}.")
    if settings.up and settings.up not in UPS:
        raise CadError(f"{settings.up!r} is no up axis.", where=where, hint="Give Y or Z.")


Read = tuple[Scene, Structure | None]


def _step(file: Path, settings: Settings, watch: Watch) -> Read:
    kernel.require(watch.where)
    found = structure(file.read_bytes(), watch)
    try:
        scene = _kernel("step", file, settings, watch)
    except CadError as error:
        if found.dangling and "crashed" in error.what:
            words = f"{error.what} It names {found.dangling} instances that are not in it."
            raise CadError(words, where=error.where, hint=error.hint) from error
        raise
    scene.schema, scene.tool, scene.date, scene.unit = found.schema, found.tool, found.date, found.unit
    if not found.unit:
        scene.unit = "mm"
        scene.assumed.append("unit mm: the file names none")
    match(scene.root, found)
    return scene, found


def _iges(file: Path, settings: Settings, watch: Watch) -> Read:
    kernel.require(watch.where)
    found = heading(file.read_bytes(), watch.where)
    scene = _kernel("iges", file, settings, watch)
    for patch in {id(p): p for node in scene.root.walk() for p in node.patches}.values():
        np.multiply(patch.points, _MILLIMETRE, out=patch.points)
    for node in scene.root.walk():
        node.matrix[:3, 3] *= _MILLIMETRE
    scene.schema, scene.unit, scene.tool, scene.date = "IGES", found.unit, found.tool, found.date
    return scene, None


def _kernel(kind: str, file: Path, settings: Settings, watch: Watch) -> Scene:
    watch.step("Making meshes")
    with tempfile.TemporaryDirectory(prefix="factory-twin-cad-", ignore_cleanup_errors=True) as folder:
        mesh = kernel.convert(kind, file, Path(folder), settings.tolerance, settings.angle, watch)
        watch.step("Reading the meshes")
        scene = read_gltf(mesh, watch)
    for node in scene.root.walk():
        short = [float(str(np.float32(v))) if np.float32(v) == v else float(v) for v in node.matrix.flat]
        node.matrix = np.array([0.0 if abs(v) < 1e-12 else v for v in short]).reshape(4, 4)
    if len(scene.root.children) and scene.root.name == "mesh":
        scene.root.name = file.stem
    scene.up, scene.color_space = "Z", "sRGB"
    scene.assumed.append("up axis Z: the format names none")
    return scene


def _gltf(file: Path, settings: Settings, watch: Watch) -> Read:
    return read_gltf(file, watch), None


def _obj(file: Path, settings: Settings, watch: Watch) -> Read:
    scene = read_obj(file, METRES[settings.unit or "m"], watch)
    _assume(scene, settings, "m")
    return scene, None


def _stl(file: Path, settings: Settings, watch: Watch) -> Read:
    scene = read_stl(file, METRES[settings.unit or "mm"], watch)
    _assume(scene, settings, "mm")
    return scene, None


def _assume(scene: Scene, settings: Settings, unit: str) -> None:
    scene.unit = settings.unit or unit
    if not settings.unit:
        scene.assumed.append(f"unit {unit}: the format names none")
    scene.assumed.append(f"up axis {scene.up}: the format names none")


_READERS: dict[str, Callable[[Path, Settings, Watch], Read]] = {
    "step": _step, "iges": _iges, "gltf": _gltf, "obj": _obj, "stl": _stl,
}  # fmt: skip
