# SPDX-License-Identifier: Apache-2.0
"""How long stations work: process times by product, set-up, batches."""

from __future__ import annotations

from ..distribution import Distribution
from ..plant import Batch, Change, Setup
from .applied import Applied, Index
from .names import PROCESS, PRODUCT, SETUP


def process_times(path: str, index: Index) -> tuple[tuple[str, Distribution], ...]:
    """Return (product, time) where a product takes another time at the station than others."""
    result: dict[str, Distribution] = {}
    for one in index.all(path, PROCESS):
        if not one["products"]:
            hint = f"Point {one.attribute('products')} to the products it holds for, or use factoryTwin:station:processTime."
            one.error("products", "missing", "The time holds for no product.", hint=hint)
        time = one.time("time", example="triangular(low=50, mode=60, high=80)")
        for product in one.targets("products", (PRODUCT,), "product"):
            if product in result:
                one.error("products", "twice", f"There are two times for {product}.", hint="Keep one of them.")
            result.setdefault(product, time)
    return tuple(result.items())


def setup(station: Applied, index: Index) -> Setup:
    """Return the set-up of a station."""
    changes = tuple(
        Change(
            before=one.targets("from", (PRODUCT,), "product"), after=one.targets("to", (PRODUCT,), "product"),
            time=one.time("time"),
        )
        for one in index.all(station.path, SETUP)
    )  # fmt: skip
    time = station["setupTime"]
    if time is None and not changes:
        for word, given in (("firstSetup", station["firstSetup"]), ("setupWorkers", station["setupWorkers"] > 0)):
            if given:
                hint = f"Set {station.attribute('setupTime')}, or apply {SETUP}."
                station.warning(word, "unused", "The station has no set-up, so this is ignored.", hint=hint)
    elif not index.of(PRODUCT):
        hint = "Apply FactoryTwinProductAPI to prims and point factoryTwin:source:products of the source to them."
        message = "There are no products, so nothing is ever set up."
        station.warning("setupTime", "no_product", message, hint=hint)
    return Setup(time=time, changes=changes, first=station["firstSetup"], workers=station["setupWorkers"])


def batch(station: Applied) -> Batch:
    """Return how many parts the station works on together."""
    low, high = station["batchMinimum"], station["batchMaximum"]
    if low > high and not station.is_flawed("batchMaximum"):
        message = f"It waits for {low} parts, but takes {high} at most."
        station.error("batchMinimum", "invalid", message, hint="Make batchMaximum at least as large.")
        low = high
    return Batch(minimum=low, maximum=high, same_product=station["batchSameProduct"])
