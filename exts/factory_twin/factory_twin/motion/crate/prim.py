# SPDX-License-Identifier: Apache-2.0
"""Prims and attributes to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DEF, OVER = 0, 1


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute.

    Attributes:
        name: With its namespaces.
        type_name: `double3`, `token[]`, ...
        default: What a method of `Values` gave; 0 for none.
        samples: Likewise.
        uniform: Whether it can't vary over time.
    """

    name: str
    type_name: str
    default: int = 0
    samples: int = 0
    uniform: bool = False


@dataclass(frozen=True, slots=True)
class Prim:
    """A prim.

    Attributes:
        name: Of the last part of its path.
        specifier: `DEF` or `OVER`.
        type_name: Empty for none.
        kind: Empty for none.
        attributes: In the order in which they are written.
        children: Likewise.
    """

    name: str
    specifier: int = DEF
    type_name: str = ""
    kind: str = ""
    attributes: Sequence[Attribute] = ()
    children: Sequence[Prim] = ()
