# SPDX-License-Identifier: Apache-2.0
"""A vertical machining centre, 3 m wide: enclosure with an open door, spindle over a table, chip conveyor. Its front is -y."""

from __future__ import annotations

from bike_line.asset import Asset, Part
from bike_line.card import Card, Port
from bike_line.shape import Shape, box, side_prism, tube


def mill() -> Asset:
    """Return the machine."""
    parts = [
        Part("Enclosure", "White", _enclosure()),
        Part("Inside", "Aluminium", _inside()),
        Part("Base", "Graphite", [box((2.66, 2.0, 0.3), (-0.12, 0.05, 0.15)), *_panel()]),
        Part(
            "Head",
            "Blue",
            [
                *(box((0.6, 1.268, 0.22), (x, -0.395, 2.09)) for x in (-1.12, 0.88)),
                box((1.398, 0.3, 0.22), (-0.12, -0.88, 2.09)),
            ],
        ),
        Part("Door", "Graphite", _door()),
        Part("Glass", "Glass", [box((0.5, 0.03, 0.72), (-1.03, -1.165, 1.46)), box((0.3, 0.03, 0.22), (1.02, -1.285, 1.6))]),
        Part("Machine", "Steel", _spindle()),
        Part("Chips", "Yellow", _chip_conveyor()),
    ]
    card = Card(
        "Machines", "Mills prismatic parts of metal out of the solid, one at a time, behind a door.", "FactoryTwinStationAPI",
        {"station:processTime": "triangular(low=150, mode=180, high=240)",
         "station:powerBusy": 9000.0, "station:powerIdle": 1500.0, "partPosition": (-0.2, -0.3, 1.08)},
        ports=(Port("In", (-1.45, 0.0, 1.0), 180.0), Port("Out", (1.92, 0.0, 1.0), 0.0)), lamp=(1.0, 0.7, 2.2), margin=0.6,
    )  # fmt: skip
    return Asset("Mill", "Milling machine", parts, card)


def _enclosure() -> list[Shape]:
    """Walls around the working space, open at the front from x -0.75 to 0.55 and z 0.9 to 1.98, and to the sky behind it."""
    return [
        box((2.6, 0.8, 1.9), (-0.12, 0.64, 1.25)),
        *(box((0.6, 1.268, 1.68), (x, -0.395, 1.14)) for x in (-1.12, 0.88)),
        box((1.398, 0.3, 0.6), (-0.12, -0.88, 0.6)),
    ]


def _inside() -> list[Shape]:
    return [box((1.34, 0.03, 1.2), (-0.13, 0.215, 1.5)), box((1.36, 0.9, 0.1), (-0.13, -0.27, 0.66))]


def _spindle() -> list[Shape]:
    jaws = [box((0.08, 0.3, 0.12), (x, -0.3, 1.1)) for x in (-0.48, 0.08)]
    return [
        box((1.1, 0.52, 0.12), (-0.2, -0.3, 0.94)), box((0.5, 0.4, 0.16), (-0.2, -0.3, 0.8)), *jaws,
        box((0.42, 0.5, 0.62), (-0.2, -0.2, 1.9)), tube((-0.2, -0.3, 1.6), (-0.2, -0.3, 1.42), 0.13, sides=10),
        tube((-0.2, -0.3, 1.42), (-0.2, -0.3, 1.24), 0.04, sides=6),
    ]  # fmt: skip


def _door() -> list[Shape]:
    bars = [box((0.66, 0.06, 0.14), (-1.03, -1.1, z)) for z in (0.98, 1.94)]
    bars += [box((0.1, 0.06, 0.818), (-1.03 + s * 0.28, -1.1, 1.46)) for s in (-1, 1)]
    return [*bars, box((0.05, 0.07, 0.4), (-0.74, -1.17, 1.46)), box((0.5, 0.05, 0.8), (-1.03, -1.11, 1.46))]


def _panel() -> list[Shape]:
    """The operator's panel at the right of the door, with its keys below the screen."""
    return [
        box((0.42, 0.16, 0.75), (1.02, -1.19, 1.42)),
        box((0.4, 0.18, 0.05), (1.02, -1.33, 1.2)),
        box((0.1, 0.2, 0.1), (1.02, -1.1, 1.7)),
    ]


def _chip_conveyor() -> list[Shape]:
    lift = [(1.2, 0.12), (1.3, 0.05), (1.62, 0.95), (1.8, 0.95), (1.8, 1.12), (1.5, 1.12)]
    bin_ = box((0.34, 0.6, 0.5), (1.62, 0.55, 0.3), top=(1.15, 1.1))
    return [side_prism(lift, 0.3, 0.8), bin_.moved(0.1, 0.0, 0.0)]
