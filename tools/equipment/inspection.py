# SPDX-License-Identifier: Apache-2.0
"""A coordinate measuring machine: granite table, bridge with a probe, desk with a screen. Its front is -y."""

from __future__ import annotations

from bike_line.asset import Asset, Part
from bike_line.card import Card, ports
from bike_line.shape import Shape, box, lathe, tube

TOP = 0.86
PROBE_X, PROBE_Y = -0.2, 0.05


def inspection() -> Asset:
    """Return the machine."""
    part = [
        lathe([(0.2, TOP), (0.2, TOP + 0.06), (0.13, TOP + 0.06), (0.13, TOP + 0.16)], sides=12).moved(PROBE_X, PROBE_Y, 0.0)
    ]
    parts = [
        Part("Granite", "Graphite", [box((1.7, 2.0, 0.26), (-0.3, 0.0, TOP - 0.13)), *_screen_frame()]),
        Part("Stand", "Steel", _stand()),
        Part("Bridge", "White", _bridge()),
        Part("Carriage", "Teal", [box((0.4, 0.56, 0.56), (PROBE_X, 0.02, 1.98))]),
        Part("Quill", "Aluminium", _quill()),
        Part("Ruby", "Red", [lathe([(0.0, 1.08), (0.035, 1.115), (0.0, 1.15)], sides=6).moved(PROBE_X, PROBE_Y - 0.12, 0.0)]),
        Part("Part", "Blue", part),
        Part("Desk", "Beech", [box((0.7, 1.2, 0.04), (1.05, -0.3, 0.76))]),
        Part("Screen", "Glass", [box((0.03, 0.52, 0.32), (0.945, -0.3, 1.1))]),
    ]
    card = Card(
        "Quality", "Measures the form and size of a part by touch, and sorts out what is off.", "FactoryTwinStationAPI",
        {"station:processTime": "triangular(low=100, mode=120, high=150)", "station:powerBusy": 1200.0,
         "station:powerIdle": 500.0, "partPosition": (PROBE_X, PROBE_Y, TOP)},
        ports=ports(1.4, TOP), lamp=(-1.05, 0.1, 2.06), margin=0.3,
    )  # fmt: skip
    return Asset("Inspection", "Measuring machine", parts, card)


def _stand() -> list[Shape]:
    feet = [box((0.3, 0.3, 0.6), (-0.3 + sx * 0.6, sy * 0.75, 0.3), top=(0.75, 0.75)) for sx in (-1, 1) for sy in (-1, 1)]
    legs = [box((0.05, 0.9, 0.74), (1.05 + s * 0.3, -0.3, 0.37)) for s in (-1, 1)]
    return [*feet, *legs]


def _bridge() -> list[Shape]:
    legs = [box((0.2, 0.62, 1.0), (x, 0.1, TOP + 0.48), top=(1.0, 0.6)) for x in (-1.12, 0.52)]
    return [*legs, *(box((b - a, 0.3, 0.34), ((a + b) / 2, 0.1, 1.84)) for a, b in ((-1.3, -0.4), (0.0, 0.7))),
            box((0.22, 0.22, 0.4), (PROBE_X, PROBE_Y - 0.1, 2.4))]  # fmt: skip


def _quill() -> list[Shape]:
    y = PROBE_Y - 0.12
    return [box((0.12, 0.12, 0.46), (PROBE_X, y, 1.5)), tube((PROBE_X, y, 1.28), (PROBE_X, y, 1.2), 0.06, sides=8),
            tube((PROBE_X, y, 1.2), (PROBE_X, y, 1.14), 0.014, sides=4)]  # fmt: skip


def _screen_frame() -> list[Shape]:
    return [box((0.05, 0.58, 0.38), (0.9, -0.3, 1.1)), box((0.06, 0.1, 0.14), (0.88, -0.3, 0.85)),
            box((0.16, 0.46, 0.03), (1.2, -0.3, 0.8))]  # fmt: skip
