# SPDX-License-Identifier: Apache-2.0
"""A layer of time samples that plays in any USD viewer: parts from a pool, vehicles on their paths, stations in their states.

One time code is one simulated second; `timeCodesPerSecond` is the playback speed-up. The user's files are not touched.
"""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from pxr import Sdf, Usd

from ..errors import StageError
from ..log import Log
from ..plant import Plant
from .scribe import Scribe

_log = logging.getLogger(__name__)
EXTENSIONS = (".usdc", ".usda", ".usd")


def write_motion(
    log: Log, plant: Plant, *, stage: Usd.Stage, target: str | os.PathLike[str], speed: float = 60.0, base: str = ""
) -> Path:
    """Write the motion of a shift to a file of its own, whole or not at all.

    Args:
        log: The shift.
        plant: What `read_plant(stage)` gave.
        stage: The stage, for frames and vehicles; it is only read.
        target: `.usdc`, `.usda` or `.usd` file.
        speed: Simulated seconds per second of playback.
        base: Root layer of the user's stage; when given the file sublayers it and can be opened by itself.

    Raises:
        StageError: The file can't be written.
    """
    path = Path(target)
    if path.suffix.lower() not in EXTENSIONS:
        raise StageError(
            f"{path.suffix or 'No extension'} is no USD file.", where=str(path), hint=f"Name it {', '.join(EXTENSIONS)}."
        )
    if not path.parent.is_dir():
        raise StageError("The folder does not exist.", where=str(path.parent), hint="Make it, or choose another one.")
    if base and Path(base).resolve() == path.resolve():
        raise StageError("This is the stage itself.", where=str(path), hint="Give the motion a file of its own.")
    scribe = Scribe(log, plant, stage, speed=speed, above=(_relative(base, path),) if base else ())
    hint = "Is the disk full, the folder read-only, or the file open in a viewer?"
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            draft = _fast(scribe, Path(folder).resolve(), path.suffix) or _slow(scribe, Path(folder), path.suffix)
            if draft is None:
                raise StageError("The motion can't be written.", where=str(path), hint=hint)
            os.replace(draft, path)
    except OSError as error:
        raise StageError(f"The motion can't be written: {error.strerror}.", where=str(path), hint=hint) from error
    return path


def _fast(scribe: Scribe, folder: Path, suffix: str) -> Path | None:
    """Write a binary file with our own writer; None where that is not wanted or does not work."""
    if suffix.lower() == ".usda":
        return None
    draft = folder / f"fast{suffix}"
    try:
        scribe.write(draft)
    except Exception as error:  # OpenUSD raises what it likes; there is the other way
        _log.warning("The fast way to write motion failed, taking the slow one: %s", error)
        return None
    return draft


def _slow(scribe: Scribe, folder: Path, suffix: str) -> Path | None:
    draft = folder / f"slow{suffix}"
    layer = Sdf.Layer.CreateAnonymous(suffix)
    scribe.author(layer)
    return draft if layer.Export(str(draft)) else None


def _relative(base: str, path: Path) -> str:
    try:
        text = os.path.relpath(Path(base).resolve(), path.resolve().parent).replace(os.sep, "/")
    except ValueError:  # another drive on Windows
        return Path(base).resolve().as_posix()
    return text if text.startswith(".") else f"./{text}"


def author_motion(layer: Sdf.Layer, log: Log, plant: Plant, *, stage: Usd.Stage, speed: float = 60.0) -> None:
    """Write the motion of a shift into `layer`, which is emptied before."""
    Scribe(log, plant, stage, speed=speed).author(layer)
