# SPDX-License-Identifier: Apache-2.0
"""The states of a player: those of the stations, and the colours of their lamps."""

from __future__ import annotations

import numpy as np
from pxr import Gf, Sdf, Usd, Vt

from ..event import State
from ..palette import LAMP, linear
from .places import PlaceStates

_COLOURS = {s: Vt.Vec3fArray([Gf.Vec3f(*linear(s))]) for s in State}


class Lamps:
    """Shows states.

    Args:
        stage: Where the stations are; those that are missing or inside an instance are left out.
        states: Of the stations.
    """

    def __init__(self, stage: Usd.Stage, states: PlaceStates) -> None:
        self._stage, self._states = stage, states
        self._changes = np.sort(states.time)

    def author(self, layer: Sdf.Layer) -> None:
        """Make the attributes that show them."""
        self._now = np.full(len(self._states.paths), -1, np.int64)
        self._passed = -1
        self._specs: list[tuple[Sdf.AttributeSpec | None, Sdf.AttributeSpec | None]] = []
        for path in self._states.paths:
            prim = self._stage.GetPrimAtPath(path)
            status = lamp = None
            if prim and not prim.IsInstanceProxy():
                spec = Sdf.CreatePrimInLayer(layer, path)
                spec.SetInfo("apiSchemas", Sdf.TokenListOp.Create(prependedItems=["FactoryTwinStateAPI"]))
                status = Sdf.AttributeSpec(spec, "factoryTwin:state:status", Sdf.ValueTypeNames.Token)
                child = prim.GetChild(LAMP)
                if child and not child.IsInstanceProxy():
                    over = Sdf.CreatePrimInLayer(layer, child.GetPath())
                    lamp = Sdf.AttributeSpec(over, "primvars:displayColor", Sdf.ValueTypeNames.Color3fArray)
            self._specs.append((status, lamp))

    def show(self, time: float) -> int:
        """Show the states that are others than before; return the number of values written."""
        passed = int(np.searchsorted(self._changes, time, "right"))
        if passed == self._passed:
            return 0
        self._passed, now, writes = passed, self._states.at(time), 0
        for k in np.flatnonzero(now != self._now).tolist():
            state = State(int(now[k]))
            status, lamp = self._specs[k]
            if status is not None:
                status.default = state.token
                writes += 1
            if lamp is not None:
                lamp.default = _COLOURS[state]
                writes += 1
        self._now = now
        return writes
