# SPDX-License-Identifier: Apache-2.0
"""A tunnel oven, 4 m long: parts go through on a belt, below burners and two chimneys."""

from __future__ import annotations

from bike_line.asset import Asset, Part
from bike_line.card import Card, ports
from bike_line.shape import Shape, box, front_prism, lathe, tube

BELT = 0.9


def oven() -> Asset:
    """Return the oven."""
    vault = [(-0.75, 1.45), (0.75, 1.45), (0.75, 1.75), (0.5, 2.0), (-0.5, 2.0), (-0.75, 1.75)]
    parts = [
        Part("Vault", "White", [front_prism(vault, -1.38, 1.38)]),
        Part("Bands", "Red", _gates()),
        Part("Belt", "Rubber", [box((3.96, 0.8, 0.06), (0.0, 0.0, BELT - 0.03)), *_dark()]),
        Part("Frame", "Blue", _frame()),
        Part("Walls", "Steel", [box((2.76, 0.25, 0.73), (0.0, s * 0.625, 1.085)) for s in (-1, 1)]),
        Part("Chimneys", "Aluminium", _chimneys()),
        Part("Screen", "Glass", [box((0.3, 0.03, 0.24), (1.12, -1.135, 1.3))]),
    ]
    card = Card(
        "Machines", "Cures, dries or hardens parts by heat while they go through, eight at a time.", "FactoryTwinStationAPI",
        {"station:processTime": "1200", "station:servers": 8, "station:powerBusy": 24000.0, "station:powerIdle": 8000.0,
         "partPosition": (-1.4, 0.0, BELT), "partSpacing": (0.4, 0.0, 0.0)},
        ports=ports(2.0, BELT), lamp=(0.0, 0.3, 2.0), margin=0.4,
    )  # fmt: skip
    return Asset("Oven", "Tunnel oven", parts, card)


def _gates() -> list[Shape]:
    roof = [(-0.82, 1.46), (0.82, 1.46), (0.82, 1.78), (0.53, 2.06), (-0.53, 2.06), (-0.82, 1.78)]
    posts = [box((0.14, 0.34, 0.75), (s * 1.45, t * 0.65, 1.084)) for s in (-1, 1) for t in (-1, 1)]
    return [*(front_prism(roof, x - 0.07, x + 0.07) for x in (-1.45, 1.45)), *posts]


def _frame() -> list[Shape]:
    rails = [box((4.0, 0.07, 0.16), (0.0, s * 0.44, BELT - 0.08)) for s in (-1, 1)]
    legs = [box((0.06, 0.8, 0.06), (x, 0.0, 0.3)) for x in (-1.85, -0.65, 0.65, 1.85)]
    legs += [box((0.1, 0.1, 0.7), (x, s * 0.42, 0.35)) for x in (-1.85, -0.65, 0.65, 1.85) for s in (-1, 1)]
    return [*rails, *legs, box((3.0, 1.3, 0.05), (0.0, 0.0, 0.72))]


def _chimneys() -> list[Shape]:
    stacks = [lathe([(0.16, 1.99), (0.16, 2.45), (0.23, 2.47), (0.05, 2.6)], sides=10).moved(x, 0.1, 0.0) for x in (-0.9, 0.75)]
    return [*stacks, tube((-0.8, 0.1, 2.25), (0.65, 0.1, 2.25), 0.1, sides=8)]


def _dark() -> list[Shape]:
    rolls = [tube((s * 1.98, -0.4, BELT - 0.06), (s * 1.98, 0.4, BELT - 0.06), 0.055, sides=8) for s in (-1, 1)]
    panel = box((0.44, 0.24, 1.5), (1.12, -1.0, 0.75))
    return [*rolls, panel]
