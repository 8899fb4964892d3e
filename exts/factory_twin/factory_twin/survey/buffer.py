# SPDX-License-Identifier: Apache-2.0
"""Buffers."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

from ..plant import Buffer, Order, Product
from .applied import Applied, Index
from .names import BUFFER, PRODUCT

GROUP = "factory_twin.rules"
"""Entry points that are dispatching rules of one's own."""

_BY_PLAN = ("SPT", "LPT", "MWKR", "LWKR", "MOPNR", "FOPNR")


def buffer(one: Applied, common: dict[str, Any]) -> Buffer:
    """Return the buffer."""
    discipline = one["discipline"]
    if one["minimumTime"] > 0 and discipline != "FIFO":
        message = f"Parts that stay for a time leave in the order they came, not by {discipline}."
        one.error("minimumTime", "invalid", message, hint=f"Set {one.attribute('discipline')} to FIFO, or the time to 0.")
    _check_sequence(one, discipline)
    _check_rule(one, discipline)
    product = one.target("initialProduct", (PRODUCT,), "product")
    if one["initialProduct"] and not one["initial"] and not one.is_flawed("initial"):
        hint = f"Set {one.attribute('initial')} to the number of parts."
        one.warning("initialProduct", "unused", "No parts are there at the start.", hint=hint)
    if 0 <= one["capacity"] < one["initial"] and not one.is_flawed("capacity"):
        message = f"{one['initial']} parts at the start are more than the capacity of {one['capacity']}."
        one.error("initial", "invalid", message, hint="Start with fewer parts, or make the buffer larger.")
    return Buffer(
        **common, capacity=one["capacity"], discipline=discipline, minimum_time=one["minimumTime"],
        sequence=one["sequence"], own_rule=one["rule"], initial=one["initial"], initial_product=product,
    )  # fmt: skip


def _check_sequence(one: Applied, discipline: str) -> None:
    sequence = one["sequence"]
    if discipline == "SEQUENCE" and not sequence and not one.is_flawed("sequence"):
        one.error(
            "sequence", "missing", "The sequence is missing.", hint="Give part numbers in the order they leave: [2, 1, 3]."
        )
    elif len(set(sequence)) < len(sequence):
        twice = next(number for number in sequence if sequence.count(number) > 1)
        one.error("sequence", "twice", f"Part {twice} would leave twice.", hint="Name each part once.")
    elif sequence and discipline != "SEQUENCE":
        hint = f"Set {one.attribute('discipline')} to SEQUENCE, or remove it."
        one.warning("sequence", "unused", f"Parts leave by {discipline}, so the sequence is ignored.", hint=hint)


def _check_rule(one: Applied, discipline: str) -> None:
    if discipline != "RULE":
        if one["rule"]:
            hint = f"Set {one.attribute('discipline')} to RULE, or remove it."
            one.warning("rule", "unused", f"Parts leave by {discipline}, so the rule is ignored.", hint=hint)
        return
    there = sorted({point.name for point in entry_points(group=GROUP)})
    if one["rule"] not in there:
        what = f"There is no rule {one['rule']!r} installed." if one["rule"] else "The rule is missing."
        have = f"Installed: {', '.join(there)}." if there else "None is installed."
        hint = f"Install a package with an entry point of that name in the group {GROUP}. {have}"
        one.error("rule", "unknown" if one["rule"] else "missing", what, hint=hint)


def check_disciplines(index: Index, products: tuple[Product, ...], orders: tuple[Order, ...]) -> None:
    """Warn where parts do not have what a discipline goes by, so that it is FIFO in truth."""
    lacks: dict[str, tuple[str, str]] = {}
    if not any(order.due >= 0 for order in orders):
        lacks |= dict.fromkeys(("EDD", "CR"), ("no part has a due date", "Give work orders a factoryTwin:order:due."))
    if len({p.priority for p in products} | {o.priority for o in orders}) < 2:
        hint = "Set factoryTwin:product:priority or factoryTwin:order:priority."
        lacks["PRIORITY"] = ("all parts have the same priority", hint)
    if not any(product.plan for product in products):
        hint = "Point factoryTwin:product:process of products to process plans."
        timed = any(index.of("FactoryTwinProcessAPI"))  # times per product at the stations are known without plans, too
        rules = [rule for rule in _BY_PLAN if not (timed and rule in ("SPT", "LPT"))]
        lacks |= dict.fromkeys(rules, ("no product has a process plan", hint))
    for one in index.of(BUFFER):
        what, hint = lacks.get(one["discipline"], ("", ""))
        if what:
            message = f"The discipline is {one['discipline']}, but {what}, so it is FIFO in truth."
            one.warning("discipline", "ineffective", message, hint=hint)
