# SPDX-License-Identifier: Apache-2.0
"""Where parts come into the plant and leave it: goods receipt and goods issue, a gate over a marked floor."""

from __future__ import annotations

from bike_line.asset import Asset, Part
from bike_line.card import Card, Port
from bike_line.shape import Shape, box

from .storage import PALLET, simple_pallet, stacked

_SIDE, _HIGH = 1.25, 2.7  # half the width of the marked floor, and the height of the gate, m


def goods_receipt() -> Asset:
    """Return the place where parts arrive: cartons on pallets behind a green sign."""
    card = Card(
        "Gates", "Parts come into the plant here. Say how often, or let it always have one.", "FactoryTwinSourceAPI",
        {"source:interarrival": "120", "partPosition": (0.85, 0.0, 0.02)},
        ports=(Port("Out", (_SIDE, 0.0, 0.0), 0.0),),
    )  # fmt: skip
    loads = [(-0.55, -0.62, 0.75), (-0.55, 0.62, 0.5)]
    return Asset("GoodsReceipt", "Goods receipt", [*_gate("Green", arrow=-0.62), *_goods(loads)], card)


def goods_issue() -> Asset:
    """Return the place where parts leave: one pallet is packed, the next is empty, below a blue sign."""
    card = Card(
        "Gates", "Parts leave the plant here and are counted as made.", "FactoryTwinSinkAPI",
        {"partPosition": (-0.85, 0.0, 0.02)},
        ports=(Port("In", (-_SIDE, 0.0, 0.0), 180.0),),
    )  # fmt: skip
    loads = [(0.55, -0.62, 0.9), (0.55, 0.62, 0.0)]
    return Asset("GoodsIssue", "Goods issue", [*_gate("Blue", arrow=0.62), *_goods(loads)], card)


def _gate(paint: str, *, arrow: float) -> list[Part]:
    """Return the marked floor, the gate and its sign; the arrow on the floor lies at `arrow` and points along x."""
    edges = [box((2 * _SIDE, 0.1, 0.012), (0.0, y, 0.006)) for y in (-_SIDE + 0.05, _SIDE - 0.05)]
    edges += [box((0.1, 2 * _SIDE - 0.24, 0.012), (x, 0.0, 0.006)) for x in (-_SIDE + 0.05, _SIDE - 0.05)]
    back = -1.0 if arrow < 0 else 1.0
    x = back * (_SIDE - 0.05)
    frame = [box((0.12, 0.12, _HIGH), (x, y, _HIGH / 2)) for y in (-_SIDE + 0.06, _SIDE - 0.06)]
    frame += [box((0.11, 2 * _SIDE - 0.25, 0.14), (x, 0.0, _HIGH - 0.07))]
    frame += [box((0.3, 0.3, 0.02), (x, y, 0.022)) for y in (-_SIDE + 0.06, _SIDE - 0.06)]
    sign = [box((0.06, 1.5, 0.5), (x, 0.0, _HIGH - 0.39))]
    shaft = [box((0.5, 0.12, 0.012), (-0.1 - arrow * 0.2, 0.0, 0.006))]
    head = [box((0.08, 0.44 - 0.11 * k, 0.012), (0.19 + 0.08 * k - arrow * 0.2, 0.0, 0.006)) for k in range(4)]
    return [
        Part("Marks", "Yellow", [*edges, *shaft, *head]),
        Part("Frame", "Steel", frame),
        Part("Sign", paint, sign),
    ]


def _goods(loads: list[tuple[float, float, float]]) -> list[Part]:
    """Return pallets at (x, y) with cartons so high, m."""
    wood = [s.moved(x, y, 0.0) for x, y, _ in loads for s in simple_pallet()]
    boxes: list[Shape] = [s.moved(x, y, PALLET) for x, y, high in loads if high for s in stacked(high)]
    return [Part("Pallets", "Beech", wood), Part("Cartons", "Cardboard", boxes)]
