# SPDX-License-Identifier: Apache-2.0
"""Curves over a whole log."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import FactoryTwinError
from ..log import Log
from ..plant import Plant
from .flow import Flow

Floats = NDArray[np.float64]


def series(log: Log, plant: Plant, name: str, *, bins: int = 96) -> tuple[Floats, Floats]:
    """Return (times in s, values) of a curve over the whole log, `bins` points at the bins' ends.

    Args:
        log: The log.
        plant: The plant it belongs to.
        name: "wip" (parts in the plant, average of the bin), "throughput" (parts/h in the bin) or "parts" (so far).
        bins: Number of points.

    Raises:
        FactoryTwinError: The name is unknown.
    """
    index = {p: i for i, p in enumerate(log.places)}
    flow = Flow(log, plant, index)
    edges = np.linspace(0.0, max(log.end, 1e-9), bins + 1)
    if name == "wip":
        return edges[1:], flow.wip_in(edges)
    counts = flow.finished_in(edges)
    if name == "throughput":
        return edges[1:], counts * 3600 / (edges[1] - edges[0])
    if name == "parts":
        return edges[1:], np.cumsum(counts)
    raise FactoryTwinError(f"There is no curve {name!r}.", hint="Known: wip, throughput, parts.")
