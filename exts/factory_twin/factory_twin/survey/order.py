# SPDX-License-Identifier: Apache-2.0
"""Work orders, and the sources they are released from."""

from __future__ import annotations

from ..plant import Order
from .applied import Applied, Index
from .names import ORDER, PRODUCT, SOURCE

_OVER = ("done", "cancelled")


class Orders:
    """Reads work orders.

    Args:
        index: Everything of ours on the stage.

    Attributes:
        orders: Those that a source releases and that are not over, in stage order.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        made = {one.path: _order(one) for one in index.of(ORDER)}
        self._over = {one.path for one in index.of(ORDER) if one["status"] in _OVER}
        self._of: dict[str, tuple[str, ...]] = {}
        released: dict[str, str] = {}
        for source in index.of(SOURCE):
            self._of[source.path] = self._named(source, released)
        for one in index.of(ORDER):
            if one.path not in released and one.path not in self._over:
                hint = "Name it, or the prim that holds it, in factoryTwin:source:orders of a source."
                index.findings.warning("order.no_source", one.prim, "No source releases this order; it is ignored.", hint=hint)
        self.orders = tuple(order for path, order in made.items() if path in released and path not in self._over)

    def of(self, source: str) -> tuple[str, ...]:
        """Return the orders released from a source, in order."""
        return self._of.get(source, ())

    def _named(self, source: Applied, released: dict[str, str]) -> tuple[str, ...]:
        result: list[str] = []
        for target in source["orders"]:
            one = self._index.at(target, ORDER)
            found = [one] if one else self._index.below(target, ORDER)
            if not found:
                hint = f"Point it to prims with {ORDER}, or to a prim that holds such prims."
                source.error("orders", "invalid", f"{target} is no work order and holds none.", hint=hint)
            for order in found:
                other = released.setdefault(order.path, source.path)
                if other != source.path or order.path in result:
                    hint = "Let one source release it, once."
                    source.error("orders", "twice", f"{order.path} is released from {other} already.", hint=hint)
                else:
                    result.append(order.path)
        return tuple(path for path in result if path not in self._over)


def _order(one: Applied) -> Order:
    if not one["product"]:
        one.error("product", "missing", "The order does not say what to make.", hint=f"Point it to a prim with {PRODUCT}.")
    product = one.target("product", (PRODUCT,), "product")
    if 0 <= one["due"] < one["release"]:
        message = f"The order is due at {one['due']:g} s, before its release at {one['release']:g} s."
        one.warning("due", "before_release", message, hint="Release it earlier, or make it due later.")
    return Order(path=one.path, product=product, id=one.prim.GetName(), quantity=one["quantity"], release=one["release"],
                 due=one["due"], priority=one["priority"])  # fmt: skip
