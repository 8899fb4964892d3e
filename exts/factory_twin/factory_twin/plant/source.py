# SPDX-License-Identifier: Apache-2.0
"""Where parts enter."""

from __future__ import annotations

from dataclasses import dataclass

from ..distribution import Distribution
from .node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Node):
    """Where parts enter.

    Attributes:
        interarrival: s; None: never starved, a part is there whenever it is accepted.
        limit: Parts in all; -1: no end.
        first: Time of the first arrival, s; None: after one interarrival.
        batch: Parts per arrival.
        lose: Whether a part that is not accepted at once is lost; else it waits outside.
        products: Prim paths of the products made from here; empty: parts without product.
        product_weights: Shares; empty: equal.
        cyclic: Products one after the other in turn, instead of drawn by their shares.
        orders: Prim paths of the work orders released from here, instead of a product mix.
    """

    interarrival: Distribution | None = None
    limit: int = -1
    first: Distribution | None = None
    batch: int = 1
    lose: bool = False
    products: tuple[str, ...] = ()
    product_weights: tuple[float, ...] = ()
    cyclic: bool = False
    orders: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """True when nothing but interarrival and limit is used."""
        return self.first is None and self.batch == 1 and not (self.lose or self.products or self.orders)
