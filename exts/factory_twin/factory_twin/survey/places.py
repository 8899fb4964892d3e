# SPDX-License-Identifier: Apache-2.0
"""Make the places of the plant, in the order the prims were found."""

from __future__ import annotations

import math
from typing import Any

from ..geometry import Frame
from ..plant import Node, Sink
from .applied import Applied, Index
from .buffer import buffer
from .fleet import Fleet
from .names import (
    ASSEMBLY,
    BUFFER,
    DISASSEMBLY,
    FAILURE,
    MAINTENANCE,
    PLACES,
    PROCESS,
    SETUP,
    SINK,
    SOURCE,
    STATION,
    TRANSPORT,
    WEAR,
)
from .order import Orders
from .paths import Paths
from .source import source
from .station import Stations

_OF_STATIONS = {
    FAILURE: "Only stations fail", MAINTENANCE: "Only stations are maintained", WEAR: "Only stations wear",
    SETUP: "Only stations are set up", PROCESS: "Only stations take time for a product",
    ASSEMBLY: "Only stations join parts", DISASSEMBLY: "Only stations take parts apart",
}  # fmt: skip
_FARTHEST = 1e9  # m from the origin


class Places:
    """Makes all places.

    Args:
        index: Everything of ours on the stage.
        frame: Turns local coordinates into metres.
        stations: Makes stations.
        orders: Work orders by source.
        paths: Makes conveyors and vehicle paths.
        fleet: Knows the vehicles.

    Attributes:
        nodes: The places, in stage order.
    """

    def __init__(self, index: Index, *, frame: Frame, stations: Stations, orders: Orders, paths: Paths, fleet: Fleet) -> None:
        self.nodes: list[Node] = []
        self._index, self._frame, self._stations, self._orders = index, frame, stations, orders
        self._paths, self._fleet = paths, fleet
        for path, prim in index.prims.items():
            kinds = [one for schema in PLACES for one in index.all(path, schema)]
            if len(kinds) > 1:
                message = f"The prim is several kinds of place: {', '.join(one.schema for one in kinds)}."
                index.findings.error("place.several_kinds", prim, message, hint="Keep one of them.", attribute="apiSchemas")
            elif kinds:
                node = self._node(kinds[0])
                self.nodes.extend([node] if node else [])
            self._check_stray(path)

    def _node(self, one: Applied) -> Node | None:
        common = self._common(one)
        if one.schema == STATION:
            return self._stations.make(one, common)
        if one.schema == BUFFER:
            return buffer(one, common)
        if one.schema == SOURCE:
            return source(one, common, self._orders)
        if one.schema == SINK:
            return Sink(**common)
        if one.schema == TRANSPORT:
            return self._fleet.transport(one, common)
        return self._paths.node(one, common, self._fleet.serving)

    def _common(self, one: Applied) -> dict[str, Any]:
        prim, frame = one.prim, self._frame
        position, spacing = frame.point(prim, one["partPosition"]), frame.direction(prim, one["partSpacing"])
        heading = frame.heading(prim)
        if not all(math.isfinite(x) and abs(x) <= _FARTHEST for x in (*position, *spacing, *heading)):
            hint = "Check the xformOps of the prim and of those above it, and the stage's metersPerUnit."
            message = f"A part would stand at ({', '.join(f'{x:g}' for x in position)}) m."
            self._index.findings.error("place.position.invalid", prim, message, hint=hint)
        return {
            "path": one.path, "id": one["id"] or prim.GetName(), "name": one.name, "successors": one["successors"],
            "weights": one["successorWeights"], "rule": one["successorRule"], "position": position, "spacing": spacing,
            "heading": heading,
        }  # fmt: skip

    def _check_stray(self, path: str) -> None:
        """Warn of schemas that count on stations only."""
        if self._index.wears(path, STATION):
            return
        for schema, message in _OF_STATIONS.items():
            if self._index.wears(path, schema):
                hint = f"Apply {STATION}, or remove {schema}."
                word = schema.removeprefix("FactoryTwin").removesuffix("API").lower()
                self._index.findings.warning(f"{word}.no_station", self._index.prims[path], f"{message}; this is ignored.",
                                             hint=hint, attribute="apiSchemas")  # fmt: skip
