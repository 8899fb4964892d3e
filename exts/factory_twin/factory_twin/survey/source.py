# SPDX-License-Identifier: Apache-2.0
"""Sources."""

from __future__ import annotations

from typing import Any

from ..plant import Source
from .applied import Applied
from .names import PRODUCT
from .order import Orders


def source(one: Applied, common: dict[str, Any], orders: Orders) -> Source:
    """Return the source."""
    products = one.targets("products", (PRODUCT,), "product")
    if one["onFull"] == "lose" and one["interarrival"] is None and not one["orders"]:
        message = "A source that always has one more part would lose parts without end."
        one.error("onFull", "endless", message, hint=f"Set {one.attribute('interarrival')}, or let parts wait.")
    if one["orders"] and one["products"]:
        hint = "Remove the products, or the orders."
        one.warning("products", "unused", "The orders say what is made; the products are ignored.", hint=hint)
    _check_release(one, orders)
    return Source(
        **common, interarrival=one["interarrival"], limit=one["limit"], first=one["first"], batch=one["batch"],
        lose=one["onFull"] == "lose", products=products, product_weights=_weights(one),
        cyclic=one["productOrder"] == "cyclic", orders=orders.of(one.path),
    )  # fmt: skip


def _check_release(one: Applied, orders: Orders) -> None:
    """Warn where both arrivals and orders say when parts come."""
    mine = set(orders.of(one.path))
    if one["interarrival"] is not None and any(o.release > 0 for o in orders.orders if o.path in mine):
        hint = "Remove the interarrival time: then each part comes when its order is released."
        message = "The parts of the orders come one per interarrival time, so the releases of the orders are ignored."
        one.warning("interarrival", "with_orders", message, hint=hint)


def _weights(one: Applied) -> tuple[float, ...]:
    weights: tuple[float, ...] = one["productWeights"]
    if not weights:
        return ()
    if len(weights) != len(one["products"]):
        message = f"There are {len(weights)} weights for {len(one['products'])} products."
        one.error("productWeights", "count", message, hint="Give one weight per product, or none.")
    elif sum(weights) <= 0:
        one.error("productWeights", "invalid", "All weights are zero.", hint="Give a weight > 0.")
    elif one["productOrder"] == "cyclic":
        hint = f"Set {one.attribute('productOrder')} to random, or remove the weights."
        one.warning("productWeights", "unused", "The products come in turn, so their shares are ignored.", hint=hint)
    return weights
