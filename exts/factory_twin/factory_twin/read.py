# SPDX-License-Identifier: Apache-2.0
"""Open a stage and read the plant on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from pxr import Sdf, Tf, Usd, UsdUtils

from .errors import PlantError, StageError
from .plant import Plant
from .survey import survey
from .survey.lfs import is_lfs_pointer
from .survey.walk import applied

__all__ = ["applied", "open_stage", "read_plant"]

ENDINGS = ".usda, .usdc, .usd or .usdz"


def open_stage(path: str | os.PathLike[str]) -> Usd.Stage:
    """Return the stage in a file. What it references but can't be found is an issue of `check.check`, not an error here.

    Raises:
        StageError: The file is missing, is no USD, is a Git LFS pointer, or is damaged.
    """
    where = os.fspath(path)
    if "://" not in where:
        _check_file(where)
    with _quiet():
        try:
            return Usd.Stage.Open(where)
        except Tf.ErrorException as error:
            hint = "Open it in a text editor at the line named." if where.endswith(".usda") else "Get an undamaged copy."
            raise StageError(f"USD can't read this file: {_reason(error)}", where=where, hint=hint) from error


def read_plant(stage: Usd.Stage) -> Plant:
    """Return the plant on the stage.

    Raises:
        PlantError: There are errors; it holds all issues.
    """
    result = survey(stage)
    if not result.is_sound:
        raise PlantError(result.issues, where=result.plant.file)
    return result.plant


def _check_file(where: str) -> None:
    if not os.path.exists(where):
        raise StageError("There is no such file.", where=where, hint="Check the path; it may be relative to another folder.")
    if not os.path.isfile(where):
        raise StageError("This is a folder.", where=where, hint=f"Give a {ENDINGS} file in it.")
    if not Sdf.FileFormat.FindByExtension(where):
        raise StageError("This is no USD file.", where=where, hint=f"Give a {ENDINGS} file.")
    try:
        pointer = is_lfs_pointer(where)
    except OSError as error:
        raise StageError(f"The file can't be read: {error.strerror}.", where=where, hint="Check your rights to it.") from error
    if pointer:
        raise StageError("This is a Git LFS pointer, not the file itself.", where=where, hint="Run git lfs pull.")


def _reason(error: Tf.ErrorException) -> str:
    texts = [" ".join(str(getattr(arg, "commentary", arg)).split()) for arg in error.args]
    return (next((t for t in texts if not t.startswith("Failed to open layer")), "") or "no reason given").rstrip(".") + "."


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep USD from writing to stderr; what it would say comes back as issues."""
    delegate = UsdUtils.CoalescingDiagnosticDelegate()
    try:
        yield
    finally:
        delegate.TakeUncoalescedDiagnostics()
