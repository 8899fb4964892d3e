# SPDX-License-Identifier: Apache-2.0
"""Products and their bills of materials."""

from __future__ import annotations

from ..plant import Product
from .applied import Applied, Index
from .names import ASSEMBLY, BOM_ITEM, PRODUCT
from .plan import Plans


def products(index: Index, plans: Plans) -> tuple[Product, ...]:
    """Return all products."""
    bills = _bills(index)
    made = tuple(
        Product(path=one.path, id=one["sku"] or one.prim.GetName(), name=one.name, priority=one["priority"],
                plan=plans.of(one), parts=tuple(bills.get(one.path, {}).items()), material_cost=one["materialCost"])
        for one in index.of(PRODUCT)
    )  # fmt: skip
    for one in index.of(PRODUCT):
        _check_model(one, index)
    _check_cycles(index, bills)
    return made


def _bills(index: Index) -> dict[str, dict[str, int]]:
    """Return product -> part -> quantity."""
    result: dict[str, dict[str, int]] = {}
    for item in index.of(BOM_ITEM):
        owner = _owner(item, index)
        if not owner:
            hint = f"Make it a child of a prim with {PRODUCT}."
            item.warning("part", "no_product", "The line belongs to no product; it is ignored.", hint=hint)
            continue
        if not item["part"]:
            item.error("part", "missing", "The line names no part.", hint=f"Point it to a prim with {PRODUCT}.")
        part = item.target("part", (PRODUCT,), "product")
        if part:
            bill = result.setdefault(owner, {})
            bill[part] = bill.get(part, 0) + item["quantity"]
    return result


def _owner(item: Applied, index: Index) -> str:
    """Return the product that a line of a bill belongs to: the nearest above it."""
    prim = item.prim.GetParent()
    while prim:
        if index.wears(str(prim.GetPath()), PRODUCT):
            return str(prim.GetPath())
        prim = prim.GetParent()
    return ""


def _check_model(one: Applied, index: Index) -> None:
    for target in one["model"]:
        if not index.is_there(target):
            hint = "Point it to the prim that shows the product, or remove it."
            one.warning("model", "missing", f"{target} is not there, so the product is not shown.", hint=hint)


def _check_cycles(index: Index, bills: dict[str, dict[str, int]]) -> None:
    """Add an error for a product that contains itself, by bills of materials or by what stations make of it."""
    parts = {owner: set(bill) for owner, bill in bills.items()}
    for one in index.of(ASSEMBLY):
        for made in one["product"][:1]:
            inputs = [i for i in one["inputs"] if index.wears(i, PRODUCT)]
            parts.setdefault(made, set()).update(i for i in inputs if i != made or i != one["inputs"][0])
    known: set[str] = set()
    for one in index.of(PRODUCT):
        circle = _circle(one.path, parts)
        if circle and one.path not in known:
            known |= set(circle)
            message = f"The product contains itself: {' > '.join((*circle, circle[0]))}."
            hint = "Take one of these parts out of its bill of materials or out of the assembly."
            index.findings.error("product.cycle", one.prim, message, hint=hint)


def _circle(start: str, parts: dict[str, set[str]]) -> list[str]:
    """Return the products on a way from a product back to itself; empty when there is none."""
    todo, seen = [[start]], set()
    while todo:
        way = todo.pop()
        for part in sorted(parts.get(way[-1], ())):
            if part == start:
                return way
            if part not in seen:
                seen.add(part)
                todo.append([*way, part])
    return []
