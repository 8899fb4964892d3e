# SPDX-License-Identifier: Apache-2.0
"""A crate file: a head, the values, the sections that say what there is, and where each section stands."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence

from .prim import Prim
from .sections import Specs
from .values import HEAD, Values

_VERSION = (0, 8, 0)  # what OpenUSD itself writes for these values; releases from 24 on read it


def write(path: str | os.PathLike[str], roots: Sequence[Prim], values: Values) -> None:
    """Write a layer.

    Args:
        path: Of the file; one that is there is overwritten.
        roots: Its root prims.
        values: What the prims refer to.

    Raises:
        OSError: The file can't be written.
    """
    sections = Specs(roots, values).sections()
    with open(path, "wb") as file:
        file.write(bytes(HEAD))
        values.write(file)
        table = []
        for name, data in sections.items():
            table.append(struct.pack("<16sQQ", name.encode(), file.tell(), len(data)))
            file.write(data)
        begin = file.tell()
        file.write(struct.pack("<Q", len(table)) + b"".join(table))
        file.seek(0)
        file.write(struct.pack("<8s8BQ", b"PXR-USDC", *_VERSION, *bytes(5), begin))
