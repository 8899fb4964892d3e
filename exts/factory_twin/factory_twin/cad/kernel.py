# SPDX-License-Identifier: Apache-2.0
"""OpenCASCADE in a process of its own: STEP or IGES to a .glb file, with time, memory and size limits, killed on cancel."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import CadError
from .limits import Watch

_POLL = 0.05  # s
_TAIL = 400  # characters
_INSTALL = 'Install it: pip install "factory-twin[cad]".'
_WORDS = {
    3: ("OpenCASCADE can't read the file{why}.", "Export it again; try another version of STEP (AP203, AP214, AP242)."),
    4: ("There is not enough memory for this file.", "Choose a coarser tolerance or export a smaller part of it."),
    5: ("cascadio can't be loaded{why}.", _INSTALL),
}
_CRASH = "Its data is malformed. Check it in the program that wrote it and export it again."


def is_here() -> bool:
    """Return whether STEP and IGES can be read here."""
    return importlib.util.find_spec("cascadio") is not None and bool(python())


def python() -> str:
    """Return a Python interpreter for the process; empty when there is none.

    A host such as Kit names itself as `sys.executable`; its own interpreter lies in the folder of its standard library.
    """
    own = Path(sys.executable or "")
    if own.name.lower().startswith(("python", "pypy")):
        return str(own)
    bases = [Path(p) for p in (sys.base_prefix, sys.prefix, str(Path(os.__file__).parents[1]))]
    names = ("python.exe", "python3.exe") if os.name == "nt" else ("bin/python3", "bin/python", "python3", "python")
    return next((str(base / name) for base in bases for name in names if (base / name).is_file()), "")


def require(where: str) -> None:
    """Raise unless STEP and IGES can be read here.

    Raises:
        CadError: cascadio or an interpreter is missing; it says how to get it.
    """
    if importlib.util.find_spec("cascadio") is None:
        raise CadError("STEP and IGES need the library cascadio, which is not here.", where=where, hint=_INSTALL)
    if not python():
        raise CadError("No Python interpreter is found for the process that reads STEP and IGES.", where=where,
                       hint="Import it with the command factory-twin import.")  # fmt: skip


def convert(kind: str, source: Path, folder: Path, tolerance: float, angle: float, watch: Watch,
            command: Sequence[str] = ()) -> Path:  # fmt: skip
    """Return a .glb file of `source`, made in `folder`.

    Args:
        kind: "step" or "iges".
        source: File to read.
        folder: An empty folder for what the process needs.
        tolerance: Greatest distance of the mesh from the surface, m.
        angle: Greatest angle between neighbouring facets, rad.
        watch: Bounds.
        command: Process to start instead, before the name of the job's file.

    Raises:
        CadError: The file can't be read, or the process crashed, ran out of time, or out of its limits.
        CadCancelled: The import was stopped.
    """
    require(watch.where)
    target, job, words = folder / "mesh.glb", folder / "job.json", folder / "words.txt"
    limits = watch.limits
    spec = importlib.util.find_spec("cascadio")
    place = str(Path(spec.origin).parents[1]) if spec and spec.origin else ""
    job.write_text(json.dumps({
        "kind": kind, "source": str(source.resolve()), "target": str(target), "tolerance": tolerance * 1000.0, "angle": angle,
        "parallel": True, "parent": os.getpid(), "path": [place], "mesh": limits.mesh, "memory": limits.memory,
        "cpu": max(1, int(limits.seconds * (os.cpu_count() or 1)) + 1),
    }), encoding="utf-8")  # fmt: skip
    begin = [*command] if command else [python(), "-P", str(Path(__file__).with_name("kernel_process.py"))]
    with open(words, "wb") as said:
        try:
            process = subprocess.Popen([*begin, str(job)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said,
                                       creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                                       start_new_session=os.name != "nt")  # fmt: skip
        except OSError as error:
            raise CadError(f"The process that reads STEP and IGES can't be started: {error}.", where=watch.where) from error
        code = _wait(process, target, words, watch)
    _judge(code, words, watch)
    if not target.is_file() or not target.stat().st_size:
        raise CadError("OpenCASCADE made no mesh of the file.", where=watch.where, hint=_CRASH)
    watch.bound("The mesh is too big", target.stat().st_size, limits.mesh, " bytes")
    return target


def _wait(process: subprocess.Popen[bytes], target: Path, words: Path, watch: Watch) -> int:
    """Wait for the process; kill it whatever else happens first."""
    try:
        while True:
            try:
                return process.wait(_POLL)
            except subprocess.TimeoutExpired:
                watch.step()
            for file in (target, words):
                if file.exists():
                    watch.bound("The mesh is too big", file.stat().st_size, watch.limits.mesh, " bytes")
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()


def _judge(code: int, words: Path, watch: Watch) -> None:
    if code == 0:
        return
    with open(words, "rb") as file:
        file.seek(max(0, words.stat().st_size - 4 * _TAIL))
        said = " ".join(file.read().decode("utf-8", "replace").split())[-_TAIL:]
    why = f" ({said})" if said else ""
    if code in _WORDS:
        what, hint = _WORDS[code]
        raise CadError(what.format(why=why), where=watch.where, hint=hint)
    how = f"signal {-code}" if code < 0 else f"exit code {code:#x}" if code > 255 else f"exit code {code}"
    raise CadError(f"OpenCASCADE crashed on this file ({how}){why}.", where=watch.where, hint=_CRASH)
