# SPDX-License-Identifier: Apache-2.0
"""Where parts wait: the pallet rack and the pallet."""

from __future__ import annotations

from bike_line.asset import Asset, Part
from bike_line.card import Card, ports
from bike_line.shape import Shape, box, tube

LEVELS = (0.16, 1.55, 2.95)
"""Tops of the rack's levels, m."""

PALLET = 0.144  # height, m


def rack() -> Asset:
    """Return a pallet rack of three levels with three places each; the lowest is free for parts."""
    posts = [box((0.1, 0.09, 3.9), (x, y, 1.95)) for x in (-1.42, 1.42) for y in (-0.5, 0.5)]
    feet = [box((0.18, 0.16, 0.02), (x, y, 0.01)) for x in (-1.42, 1.42) for y in (-0.5, 0.5)]
    zigzag = [-0.455, 0.455]
    braces = [tube((x, zigzag[i % 2], 0.3 + 0.55 * i), (x, zigzag[(i + 1) % 2], 0.85 + 0.55 * i), 0.025, sides=4)
              for x in (-1.42, 1.42) for i in range(6)]  # fmt: skip
    beams = [box((2.74, 0.06, 0.13), (0.0, y, z - 0.07)) for z in LEVELS for y in (-0.5, 0.5)]
    boards = [box((2.7, 0.16, 0.02), (0.0, y, z)) for z in LEVELS for y in (-0.32, -0.1, 0.12, 0.34)]
    loads = [(-0.9, 1), (0.9, 1), (-0.9, 2), (0.0, 2)]
    pallets = [s.moved(x, 0.0, LEVELS[k] + 0.011) for x, k in loads for s in simple_pallet()]
    cartons = [s.moved(x, 0.0, LEVELS[k] + 0.145) for x, k in loads for s in stacked(0.82 if k == 1 else 0.6)]
    parts = [
        Part("Uprights", "Blue", [*posts, *feet, *braces]),
        Part("Beams", "Orange", beams),
        Part("Boards", "Steel", boards),
        Part("Pallets", "Beech", pallets),
        Part("Cartons", "Cardboard", cartons),
    ]
    card = Card(
        "Storage", "Keeps pallets between two steps, first in first out.", "FactoryTwinBufferAPI",
        {"buffer:capacity": 9, "partPosition": (-1.2, 0.0, LEVELS[0] + 0.012), "partSpacing": (0.3, 0.0, 0.0)},
        ports=ports(1.48, LEVELS[0]),
    )  # fmt: skip
    return Asset("Rack", "Pallet rack", parts, card)


def simple_pallet() -> list[Shape]:
    """Return a pallet for places where nobody looks closely."""
    return [box((0.8, 1.1, 0.03), (0.0, 0.0, 0.115)), *(box((0.1, 1.08, 0.1), (x, 0.0, 0.05)) for x in (-0.34, 0.0, 0.34))]


def stacked(height: float) -> list[Shape]:
    """Return four cartons that stand on a pallet, so high, m."""
    return [box((0.37, 0.5, height), (sx * 0.19, sy * 0.26, height / 2)) for sx in (-1, 1) for sy in (-1, 1)]


def pallet() -> Asset:
    """Return a European pallet, 1.2 m x 0.8 m."""
    top = [
        box((1.2, w, 0.022), (0.0, y, 0.133))
        for y, w in ((-0.3275, 0.145), (-0.165, 0.1), (0.0, 0.145), (0.165, 0.1), (0.3275, 0.145))
    ]
    cross = [box((0.145, 0.8, 0.0215), (x, 0.0, 0.11075)) for x in (-0.5275, 0.0, 0.5275)]
    blocks = [box((0.145, 0.1, 0.078), (x, y, 0.061)) for x in (-0.525, 0.0, 0.525) for y in (-0.34, 0.0, 0.34)]
    low = [box((1.2, w, 0.022), (0.0, y, 0.011)) for y, w in ((-0.35, 0.1), (0.0, 0.145), (0.35, 0.1))]
    card = Card(
        "Storage", "A small pile of parts on the floor that a forklift can take along.", "FactoryTwinBufferAPI",
        {"buffer:capacity": 4, "partPosition": (-0.45, 0.0, PALLET), "partSpacing": (0.3, 0.0, 0.0)},
        ports=ports(0.6, PALLET),
    )  # fmt: skip
    return Asset("Pallet", "Pallet", [Part("Boards", "Beech", [*top, *cross, *blocks, *low])], card)
