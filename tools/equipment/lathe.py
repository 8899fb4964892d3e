# SPDX-License-Identifier: Apache-2.0
"""A turning centre, 2.8 m wide: chuck, turret and tailstock behind an open hood. Its front is -y."""

from __future__ import annotations

from bike_line.asset import Asset, Part
from bike_line.card import Card, ports
from bike_line.shape import Shape, box, front_prism, tube

AXIS_Y, AXIS_Z = -0.25, 1.12
_SIDE = [(-0.8, 0.3), (0.75, 0.3), (0.75, 1.75), (-0.1, 1.75), (-0.55, 1.5), (-0.8, 0.85)]


def lathe_centre() -> Asset:
    """Return the machine."""
    turret = tube((0.05, 0.16, 1.3), (0.2, 0.16, 1.3), 0.24, sides=8)
    tools = [box((0.1, 0.06, 0.16), (0.12, 0.16 - 0.21 * s, 1.3 - 0.21 * t)) for s, t in ((1, 0), (0.7, 0.7), (0, 1))]
    parts = [
        Part("Cover", "White", [front_prism(_SIDE, -1.4, -0.62), front_prism(_SIDE, 0.72, 1.4)]),
        Part(
            "Bed",
            "Graphite",
            [box((1.34, 1.08, 0.42), (0.05, -0.25, 0.51)), box((1.34, 0.45, 1.44), (0.05, 0.52, 1.02)), *_panel()],
        ),
        Part("Base", "Teal", [box((2.7, 1.45, 0.3), (0.0, -0.02, 0.15))]),
        Part("Chuck", "Steel", [*_chuck(), turret, *tools]),
        Part("Tailstock", "Aluminium", _tailstock()),
        Part("Screen", "Glass", [box((0.34, 0.03, 0.24), (1.06, -0.885, 1.38))]),
        Part("Work", "Orange", [tube((-0.28, AXIS_Y, AXIS_Z), (0.28, AXIS_Y, AXIS_Z), 0.1, sides=10)]),
    ]
    card = Card(
        "Machines", "Turns shafts and rings of metal, one at a time.", "FactoryTwinStationAPI",
        {"station:processTime": "triangular(low=75, mode=90, high=130)",
         "station:powerBusy": 7500.0, "station:powerIdle": 1200.0, "partPosition": (0.0, AXIS_Y, AXIS_Z)},
        ports=ports(1.4, 1.0), lamp=(1.1, 0.5, 1.75), margin=0.6,
    )  # fmt: skip
    return Asset("Lathe", "Lathe", parts, card)


def _chuck() -> list[Shape]:
    body = [tube((-0.62, AXIS_Y, AXIS_Z), (-0.5, AXIS_Y, AXIS_Z), 0.2, sides=14),
            tube((-0.5, AXIS_Y, AXIS_Z), (-0.36, AXIS_Y, AXIS_Z), 0.3, sides=14)]  # fmt: skip
    jaws = [box((0.12, 0.08, 0.16), (-0.31, 0.0, 0.17)).turned("x", a).moved(0, AXIS_Y, AXIS_Z) for a in (0, 120, 240)]
    return [*body, *jaws]


def _tailstock() -> list[Shape]:
    return [box((0.3, 0.34, 0.5), (0.56, AXIS_Y, 0.97), top=(0.9, 0.7)),
            tube((0.42, AXIS_Y, AXIS_Z), (0.27, AXIS_Y, AXIS_Z), 0.06, sides=8, end_radius=0.02)]  # fmt: skip


def _panel() -> list[Shape]:
    return [box((0.46, 0.14, 0.62), (1.06, -0.8, 1.3)), box((0.44, 0.16, 0.05), (1.06, -0.93, 1.1))]
