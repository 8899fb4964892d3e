# SPDX-License-Identifier: Apache-2.0
"""Layers of ours below a stage's session layer: nothing of them is saved, and they go whatever was locked meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pxr import Sdf, Usd

from .errors import StageError


def attach(stage: Usd.Stage, layer: Sdf.Layer, *, strongest: bool = False) -> None:
    """Put a layer below the session layer, as the strongest or the weakest of those there.

    Raises:
        StageError: The session layer is locked: its owner wants no changes.
    """
    session = stage.GetSessionLayer()
    if not session.permissionToEdit:
        raise StageError("The session layer may not be edited.", where=session.identifier, hint="Unlock the layer.")
    paths = session.subLayerPaths
    paths.insert(0 if strongest else len(paths), layer.identifier)


def detach(stage: Usd.Stage, layer: Sdf.Layer) -> None:
    """Take a layer away again, also from a session layer that is locked now."""
    session = stage.GetSessionLayer()
    if layer.identifier in list(session.subLayerPaths):
        with unlocked(session):
            session.subLayerPaths.remove(layer.identifier)


@contextmanager
def unlocked(layer: Sdf.Layer) -> Iterator[None]:
    """Let a layer be edited for a while."""
    locked = not layer.permissionToEdit
    layer.SetPermissionToEdit(True)
    try:
        yield
    finally:
        layer.SetPermissionToEdit(not locked)
