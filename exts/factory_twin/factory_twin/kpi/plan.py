# SPDX-License-Identifier: Apache-2.0
"""The planned run time per item (PRI) of stations: what plan and stations say a part takes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..plant import Plant, Product, Station
from .flow import Flow
from .part import Parts

Bools = NDArray[np.bool_]


def planned_times(plant: Plant, flow: Flow, parts: Parts, left: Bools) -> dict[str, float]:
    """Return the mean planned time of the parts that left each station, s per part, by prim path; none for one without parts.

    A batch counts as full, and what is taken apart as done for all that comes out.

    Args:
        plant: The plant.
        flow: Moves of the log.
        parts: Parts of the log.
        left: Which moves count.
    """
    stations = [n for n in plant.of(Station) if isinstance(n, Station)]
    products = {p.path: p for p in plant.products}
    names = [""] if not len(parts) else ["", *flow.products]
    kind = parts.product(flow.part[left]) + 1 if len(parts) else np.zeros(int(left.sum()), np.int64)
    count = np.bincount(flow.source[left] * len(names) + kind, minlength=flow.places * len(names)).reshape(-1, len(names))
    found = {}
    for station in stations:
        row = count[flow.index[station.path]]
        if row.sum():
            times = math.fsum(int(n) * planned_time(station, products.get(names[k])) for k, n in enumerate(row) if n)
            found[station.path] = times / int(row.sum())
    return found


def planned_time(station: Station, product: Product | None) -> float:
    """Return the planned time of a part of the product (None: of none) at the station, s."""
    per_cycle = _cycle(station, product)
    outputs = sum(n for _, n in station.disassembly.outputs) if station.disassembly else 1
    return per_cycle / (max(1, station.batch.maximum) * max(1, outputs))


def _cycle(station: Station, product: Product | None) -> float:
    if product is not None:
        steps = [s.time.mean for s in product.plan if s.time is not None and station.path in s.stations]
        if steps:
            return math.fsum(steps) / len(steps)
        for path, time in station.process_times:
            if path == product.path:
                return time.mean
    return station.process_time.mean
