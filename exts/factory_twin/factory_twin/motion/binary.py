# SPDX-License-Identifier: Apache-2.0
"""Parts as a binary USD file, written in long columns: a tenth of the time that reading them as text and exporting them takes."""

from __future__ import annotations

import os

import numpy as np
from pxr import Sdf

from .crate import OVER, Attribute, Prim, Values, write
from .samples import PartSamples
from .text import SEEN


def part_file(path: str | os.PathLike[str], samples: PartSamples, home: Sdf.Path, turn: str) -> None:
    """Write a file with the prim `home`, and below it Part_000, Part_001, ...: what `part_text` says, but for their shapes.

    Args:
        path: Of the file.
        samples: Of the slots.
        home: Where the slots are.
        turn: Name of the attribute for the angle.

    Raises:
        OSError: The file can't be written.
    """
    values = Values()
    places = values.samples(samples.place.first, samples.place.time, values.points(samples.place.value)[samples.place.which])
    angle = values.doubles(samples.turn.value)[samples.turn.which]
    angles = values.samples(samples.turn.first, samples.turn.time, angle)
    words = np.array([values.token(SEEN[v]) for v in samples.seen.value.tolist()], np.uint64)
    seen = values.samples(samples.seen.first, samples.seen.time, words[samples.seen.which])
    order = Attribute("xformOpOrder", "token[]", values.array(("xformOp:translate", turn)), uniform=True)
    hidden = values.token(SEEN[False])
    still = (np.diff(samples.turn.first) == 1).tolist()
    parts = []
    for k, (place, sight) in enumerate(zip(places.tolist(), seen.tolist())):
        turned = {"default": int(angle[samples.turn.first[k]])} if still[k] else {"samples": int(angles[k])}
        attributes = (
            Attribute("xformOp:translate", "double3", samples=place),
            Attribute(turn, "double", **turned),
            order,
            Attribute("visibility", "token", hidden, sight),
        )
        parts.append(Prim(f"Part_{k:03d}", type_name="Xform", kind="component", attributes=attributes))
    prim = Prim(home.name, type_name="Xform", kind="group", children=parts)
    for path_above in home.GetParentPath().GetPrefixes()[::-1]:
        prim = Prim(path_above.name, OVER, children=[prim])
    write(path, [prim], values)
