# SPDX-License-Identifier: Apache-2.0
"""Variants chosen for one command: in the session layer, so that no file is touched."""

from __future__ import annotations

from pxr import Usd

from ..errors import FactoryTwinError

_FORM = "Write NAME=VALUE, for example --variant scenario=base."


def pairs(texts: list[str]) -> list[tuple[str, str]]:
    """Return (variant set, variant) of each "NAME=VALUE".

    Raises:
        FactoryTwinError: A text has another form.
    """
    found = [tuple(part.strip() for part in text.partition("=")[::2]) for text in texts]
    for text, (name, value) in zip(texts, found):
        if not name or not value:
            raise FactoryTwinError(f"{text!r} chooses no variant.", where="--variant", hint=_FORM)
    return [(name, value) for name, value in found]


def choose(stage: Usd.Stage, chosen: list[tuple[str, str]]) -> None:
    """Select variants on the default prim, in the session layer.

    Raises:
        FactoryTwinError: The stage has no such set or variant.
    """
    file = stage.GetRootLayer().identifier
    prim = stage.GetDefaultPrim()
    if chosen and not prim:
        raise FactoryTwinError("The stage has no default prim to choose a variant on.", where=file, hint="Author defaultPrim.")
    for name, value in chosen:
        sets = prim.GetVariantSets()
        known = sets.GetNames()
        if name not in known:
            _refuse(f"There is no variant set {name!r}", f"{file}{prim.GetPath()}", known)
        variants = sets.GetVariantSet(name).GetVariantNames()
        if value not in variants:
            _refuse(f"Variant set {name!r} has no {value!r}", f"{file}{prim.GetPath()}", variants)
        with Usd.EditContext(stage, stage.GetSessionLayer()):
            sets.SetSelection(name, value)


def _refuse(what: str, where: str, known: list[str]) -> None:
    raise FactoryTwinError(f"{what}.", where=where, hint=f"Known: {', '.join(known) or 'none'}.")
