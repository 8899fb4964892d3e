# SPDX-License-Identifier: Apache-2.0
"""Who hands parts to whom: buffers without room are left out, routes lead to every buffer of the shop, moves to transports."""

from __future__ import annotations

from collections.abc import Mapping

from ..fields import CaseError, NotBuilt
from ..model import ROUTE, Buffer, Model, Sink, Source, Station

Paths = Mapping[str, tuple[str, ...]]


class Flow:
    """Successors of the prims.

    Args:
        model: The factory.
        paths: Name of a node -> its prims; none for buffers that are left out.
        transports: Name of a buffer -> transport prims that fetch from it.
    """

    def __init__(self, model: Model, paths: Paths, transports: Paths) -> None:
        self._model, self._paths, self._transports = model, paths, transports

    def takers(self, buffer: str) -> list[str]:
        """Return what takes parts from a buffer: stations in their order, then transports."""
        stations = [
            path
            for node in self._model.nodes.values()
            if isinstance(node, Station) and buffer in dict(node.inputs)
            for path in self._paths[node.name]
        ]
        found = [*stations, *self._transports.get(buffer, ())]
        if not found:
            raise CaseError("Nothing takes parts from this buffer.", where=buffer, hint="Name it in the from of a station.")
        return found

    def at(self, name: str) -> list[str]:
        """Return the prims that a part for a node goes to."""
        node = self._model.nodes[name]
        if isinstance(node, Buffer) and node.capacity == 0:
            return self.takers(name)
        return list(self._paths[name][:1] if isinstance(node, Sink) else self._paths[name])

    def of(self, node: Source | Station) -> tuple[list[str], list[float]]:
        """Return successors and their shares; no shares where the first that is free takes the part.

        Raises:
            NotBuilt: A share goes to several stations at once.
        """
        to = [(node.to, 1.0)] if isinstance(node, Source) else list(node.to)
        if to == [(ROUTE, 1.0)]:
            return self._shop(), []
        successors: list[str] = []
        shares: list[float] = []
        for name, share in to:
            targets = self.at(name)
            if len(to) > 1 and len(targets) > 1:
                raise NotBuilt("A branch to a hand-over of several stations is not known.", where=node.name)
            successors += targets
            shares += [share] * len(targets)
        if len(set(successors)) < len(successors):
            raise NotBuilt("Two branches lead to the same node.", where=node.name)
        return successors, shares if len(to) > 1 else []

    def _shop(self) -> list[str]:
        model = self._model
        names = [*dict.fromkeys(model.route_buffers.values()), model.route_sink]
        return list(dict.fromkeys(path for name in names for path in self.at(name)))


def check_orders(model: Model) -> None:
    """Raise where a rule of order can't be kept.

    Raises:
        NotBuilt: Order in a hand-over, or a sequence of jobs among several sources.
    """
    sources = [n for n in model.nodes.values() if isinstance(n, Source)]
    for node in model.nodes.values():
        if isinstance(node, Buffer) and node.capacity == 0 and node.order != "FIFO":
            raise NotBuilt(f"The order {node.order} of a buffer without room is not known.", where=node.name)
        if isinstance(node, Buffer) and node.capacity == 0 and node.initial:
            raise CaseError("A buffer without room can't hold parts at the start.", where=node.name, hint="Give it room.")
        if isinstance(node, Buffer) and node.order == "JOBLIST" and len(sources) > 1:
            raise NotBuilt("A sequence of jobs of several sources is not known.", where=node.name)
