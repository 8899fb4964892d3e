# SPDX-License-Identifier: Apache-2.0
"""The edit that makes a second prim like one that is there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pxr import Usd

from ..errors import FactoryTwinError
from ..floor import Floor
from ..plant import Point
from .base import Edit
from .copies import Originals, make_own
from .pose import shift
from .selection import names, tops
from .trace import Trace


@dataclass(frozen=True)
class Duplicate(Edit):
    """Copy prims, each beside its original under a free name; copies point at each other as their originals do.

    A copy has no id of its own, as no two places may share one.

    Attributes:
        paths: Prim paths.
        offset: From the original to the copy, world, m.
        outside: True: copies feed what their originals feed; False: they feed other copies only. Products, crews, calendars
            and materials are shared either way. What feeds an original never feeds its copy.
    """

    paths: tuple[str, ...]
    offset: Point = (0.0, 0.0, 0.0)
    outside: bool = True

    @property
    def label(self) -> str:
        """What is copied."""
        return f"Duplicate {names(self.paths)}"

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Write the copies, then where they stand."""
        step = np.array(self.offset, np.float64)
        if step.shape != (3,) or not np.isfinite(step).all():
            raise FactoryTwinError(f"{self.offset} is no offset.", where=", ".join(self.paths), hint="Give x, y, z in m.")
        originals = Originals(stage, tops(stage, self.paths), trace)
        copies = originals.names()
        originals.write(copies)
        make_own(stage, copies, trace, outside=self.outside)
        made = [stage.GetPrimAtPath(path) for path in copies.values()]
        shift(stage, made, np.tile(Floor(stage).flat(step), (len(made), 1)), trace)
