# SPDX-License-Identifier: Apache-2.0
"""How long a part takes at a station: by the step of its plan, by its product, or as the station says. One stream each."""

from __future__ import annotations

from typing import Any

from ..distribution import Distribution
from ..plant import Station
from .part import Part, Parts
from .stream import Fixed, Stream


class Times:
    """Process times of a station."""

    __slots__ = ("_all", "_node", "_sim", "_streams")

    def __init__(self, sim: Any, node: Station) -> None:
        self._sim, self._node = sim, node
        self._streams: dict[str, Stream | Fixed] = {}
        self._all: dict[str, Distribution] = {}

    def stream(self, items: Parts, part: Part, step: int) -> Stream | Fixed:
        """Return where the time of a part in that step of its plan (-1: none) is drawn."""
        node = self._node
        if step >= 0:
            planned = items.plan(part)[step]
            if planned.time is not None:
                return self._stream(planned.time, f"step:{planned.path}")
        if node.process_times and part.product >= 0:
            path = self._sim.plant.products[part.product].path
            for product, time in node.process_times:
                if product == path:
                    return self._stream(time, f"process:{path}")
        return self._stream(node.process_time, "process")

    def setup(self, distribution: Distribution, line: str) -> float:
        """Draw a set-up time, s; `line`: which line of the matrix, empty for the general one."""
        return self._stream(distribution, f"setup:{line}" if line else "setup").draw()

    def _stream(self, distribution: Distribution, purpose: str) -> Stream | Fixed:
        stream = self._streams.get(purpose)
        if stream is None:
            stream = self._streams[purpose] = self._sim.stream(distribution, self._node.path, purpose)
            self._all[purpose] = distribution
        return stream

    def state(self) -> Any:
        """Return plain data for `load`."""
        return tuple((purpose, self._all[purpose], s.state()) for purpose, s in self._streams.items())

    def load(self, state: Any) -> None:
        """Take over what `state` returned."""
        for purpose, distribution, data in state:
            self._stream(distribution, purpose).load(data)
