# SPDX-License-Identifier: Apache-2.0
"""Layers and references that USD could not bring in."""

from __future__ import annotations

import os
import re
from typing import Any

from pxr import Pcp, Usd

from .findings import Findings, layer_file
from .lfs import is_lfs_pointer
from .walk import ours

_PATHS = re.compile(r"@([^@]*)@")
_PRIM = re.compile(r"<(/[^>]*)>")


def check_composition(stage: Usd.Stage, findings: Findings) -> None:
    """Add what USD could not compose: missing layers and references, cycles."""
    for error in sorted(_errors(stage), key=str):
        text = str(error).strip()
        kind = error.errorType
        if kind == Pcp.ErrorType_InvalidSublayerPath:
            file = _first(_PATHS, text)
            hint = _hint(file, "Put the layer there, or remove it from subLayers.")
            findings.error(
                "stage.sublayer.missing", None, f"The layer {file} can't be read.", hint=hint, file=_second_path(text)
            )
        elif kind == Pcp.ErrorType_SublayerCycle:
            file = _first(_PATHS, text)
            hint = "Remove one of the subLayers that lead back to the start."
            findings.error("stage.sublayer.cycle", None, "Layers contain each other in a circle.", hint=hint, file=file)
        elif kind == Pcp.ErrorType_InvalidAssetPath:
            _reference(stage, text, findings)
        else:
            _other(stage, error, findings)


def _errors(stage: Usd.Stage) -> list[Any]:
    if hasattr(stage, "GetCompositionErrors"):  # not in USD 24
        return list(stage.GetCompositionErrors())
    root = stage.GetPseudoRoot().GetPrimIndex().rootNode.layerStack
    return [*root.localErrors, *(error for prim in stage.TraverseAll() for error in prim.GetPrimIndex().localErrors)]


def _reference(stage: Usd.Stage, text: str, findings: Findings) -> None:
    file = _first(_PATHS, text)
    prim = stage.GetPrimAtPath(_first(_PRIM, text) or "/")
    hint = _hint(file, "Put the file there, or correct the path.")
    if prim and (prim.GetTypeName() or ours(prim)):
        message = f"The referenced file {file} can't be read; what it holds is not shown and not read."
        findings.warning("stage.reference.missing", prim, message, hint=hint)
    else:
        message = f"The referenced file {file} can't be read, so nothing is here."
        findings.error("stage.reference.missing", prim, message, hint=hint)


def _other(stage: Usd.Stage, error: Any, findings: Findings) -> None:
    prim = stage.GetPrimAtPath(_first(_PRIM, str(error)) or "/")
    kind = str(error.errorType).rpartition("_")[2]
    text = " ".join(str(error).split())
    hint = "Open the layer in a text editor and mend the reference or relationship."
    findings.warning("stage.composition", prim, f"USD could not compose all ({kind}): {text.rstrip('.')}.", hint=hint,
                     file="" if prim else layer_file(stage.GetRootLayer()))  # fmt: skip


def _hint(file: str, otherwise: str) -> str:
    if os.path.isfile(file) and is_lfs_pointer(file):
        return "It is a Git LFS pointer, not the file itself: run git lfs pull."
    return otherwise


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def _second_path(text: str) -> str:
    found = _PATHS.findall(text)
    return found[1] if len(found) > 1 else ""
