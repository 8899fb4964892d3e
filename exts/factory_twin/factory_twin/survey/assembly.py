# SPDX-License-Identifier: Apache-2.0
"""Parts joined into one, and parts taken apart."""

from __future__ import annotations

from collections.abc import Iterable

from ..plant import Assembly, Disassembly, Product
from .applied import Applied, Index
from .names import ASSEMBLY, DISASSEMBLY, PLACES, PRODUCT

Amounts = tuple[tuple[str, int], ...]


def assembly(path: str, index: Index, products: Iterable[Product]) -> Assembly | None:
    """Return how a station joins parts; None when it does not."""
    one = index.at(path, ASSEMBLY)
    if one is None:
        return None
    product = one.target("product", (PRODUCT,), "product")
    hint = f"Point it to a place before the station, or to a prim with {PRODUCT}."
    inputs = one.targets("inputs", (*PLACES, PRODUCT), "place or product", hint=hint)
    if not one["inputs"]:
        if one["quantities"]:
            one.warning("quantities", "unused", "No inputs are named, so this is ignored.", hint="Name the inputs.")
        return Assembly(inputs=_from_bill(one, product, products), product=product)
    return Assembly(inputs=_amounts(one, "inputs", inputs), product=product)


def _from_bill(one: Applied, product: str, products: Iterable[Product]) -> Amounts:
    bill: Amounts = next((p.parts for p in products if p.path == product), ())
    if not bill and not one["product"]:
        hint = f"Point {one.attribute('inputs')} to the places or products, or {one.attribute('product')} to what is made."
        one.error("inputs", "missing", "Nobody says what is joined.", hint=hint)
    elif not bill and product:
        hint = f"Give {product} children with FactoryTwinBomItemAPI, or point {one.attribute('inputs')} to places or products."
        one.error("inputs", "missing", f"The bill of materials of {product} is empty, and no inputs are named.", hint=hint)
    return bill


def disassembly(path: str, index: Index) -> Disassembly | None:
    """Return how a station takes parts apart; None when it does not."""
    one = index.at(path, DISASSEMBLY)
    if one is None:
        return None
    products = one.targets("products", (PRODUCT,), "product")
    return Disassembly(outputs=_amounts(one, "products", products if one["products"] else ("",)))


def _amounts(one: Applied, word: str, paths: tuple[str, ...]) -> Amounts:
    """Return each path with its quantity."""
    quantities, count = one["quantities"], len(one[word]) or 1
    if quantities and len(quantities) != count and not one.is_flawed("quantities"):
        message = f"There are {len(quantities)} quantities for {count} {word if one[word] else 'kind of part'}."
        one.error("quantities", "count", message, hint="Give one quantity for each, or none.")
    if len(quantities) != count or len(paths) != count:
        quantities = (1,) * len(paths)
    return tuple(zip(paths, quantities))
