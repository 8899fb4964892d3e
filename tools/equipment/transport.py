# SPDX-License-Identifier: Apache-2.0
"""What carries parts: the roller bend and the forklift."""

from __future__ import annotations

import math

from bike_line.asset import Asset, Part
from bike_line.card import Card, Port
from bike_line.layer import Token
from bike_line.plan import BELT_HEIGHT
from bike_line.shape import Shape, box, ring, sector, side_prism, tube
from bike_line.transport import RADIUS, WIDTH, belt_values

CENTER = (-0.75, 0.75)
"""Middle of the bend's arc, x and y in m."""


def conveyor_curve() -> Asset:
    """Return a roller bend: parts come in at -x and leave to +y."""
    inner, outer = RADIUS - WIDTH / 2, RADIUS + WIDTH / 2
    rollers = [_roller(inner + 0.01, outer - 0.01, angle) for angle in range(-86, 0, 9)]
    rails = [
        _placed(sector(r, r + 0.06, BELT_HEIGHT - 0.16, BELT_HEIGHT + 0.03, steps=8)) for r in (inner - 0.07, outer + 0.01)
    ]
    trough = _placed(sector(inner - 0.005, outer + 0.005, BELT_HEIGHT - 0.15, BELT_HEIGHT - 0.1, steps=8))
    legs = [box((0.08, 0.08, 0.36), _at(r, a, 0.18)) for r in (inner - 0.04, outer + 0.04) for a in (-78, -45, -12)]
    guides = [
        _placed(sector(r, r + 0.025, BELT_HEIGHT + 0.1, BELT_HEIGHT + 0.15, steps=8)) for r in (inner - 0.05, outer + 0.025)
    ]
    stays = [
        box((0.03, 0.03, 0.13), _at(r, a, BELT_HEIGHT + 0.08)) for r in (inner - 0.038, outer + 0.038) for a in (-80, -45, -10)
    ]
    motor = box((0.3, 0.22, 0.2), (0.0, 0.0, BELT_HEIGHT - 0.28)).turned("z", 45).moved(*_at(RADIUS, -45, 0.0))
    parts = [
        Part("Rails", "Blue", rails),
        Part("Rollers", "Aluminium", rollers),
        Part("Trough", "Graphite", [trough, motor]),
        Part("Legs", "Steel", [*legs, *stays]),
        Part("Guides", "Yellow", guides),
    ]
    arc = tuple(_at(RADIUS, -90 + 7.5 * i, BELT_HEIGHT) for i in range(13))
    card = Card(
        "Conveyors", "Carries parts around a corner to the left.", "FactoryTwinPathAPI", belt_values(),
        ports=(Port("In", arc[0], 180.0), Port("Out", arc[-1], 90.0)), path=arc,
    )  # fmt: skip
    return Asset("ConveyorCurve", "Roller conveyor, bend", parts, card)


def _roller(inner: float, outer: float, angle: float) -> Shape:
    z = BELT_HEIGHT - 0.045
    return tube(_at(inner, angle, z), _at(outer, angle, z), 0.032, end_radius=0.045, sides=8)


def _at(radius: float, degrees: float, z: float) -> tuple[float, float, float]:
    a = math.radians(degrees)
    return round(CENTER[0] + radius * math.cos(a), 5), round(CENTER[1] + radius * math.sin(a), 5), z


def _placed(shape: Shape) -> Shape:
    return shape.moved(*CENTER)


def forklift() -> Asset:
    """Return a counterbalanced truck that drives to +x, its forks in front."""
    body = [(-1.15, 0.28), (0.62, 0.28), (0.62, 0.5), (0.35, 0.5), (0.2, 0.62), (-0.1, 0.98), (-0.75, 0.98), (-1.15, 0.85)]
    weight = [(-1.4, 0.42), (-1.3, 0.3), (-0.85, 0.3), (-0.85, 1.0), (-1.25, 0.98), (-1.4, 0.85)]
    wheels = [
        tube((x, s * w, r), (x, s * (w + 0.2), r), r, sides=12)
        for x, w, r in ((0.42, 0.38, 0.33), (-0.9, 0.34, 0.26))
        for s in (-1, 1)
    ]
    parts = [
        Part("Body", "Yellow", [side_prism(body, -0.5, 0.5), *_fenders()]),
        Part("Weight", "Graphite", [side_prism(weight, -0.52, 0.52), *_guard(), *_seat()]),
        Part("Wheels", "Rubber", wheels),
        Part(
            "Hubs",
            "Aluminium",
            [
                tube((x, s * (w + 0.15), r), (x, s * (w + 0.21), r), r * 0.5, sides=8)
                for x, w, r in ((0.42, 0.38, 0.33), (-0.9, 0.34, 0.26))
                for s in (-1, 1)
            ],
        ),
        Part("Mast", "Steel", _mast()),
        Part("Forks", "Graphite", _forks()),
    ]
    card = Card(
        "Vehicles", "A driver takes pallets from place to place, wherever there is a way.", "FactoryTwinTransporterAPI",
        {"transporter:type": Token("forklift"), "transporter:speed": 2.0, "transporter:loadTime": 20.0,
         "transporter:unloadTime": 20.0}, margin=None, deck=(1.35, 0.0, 0.12),
    )  # fmt: skip
    return Asset("Forklift", "Forklift", parts, card)


def _fenders() -> list[Shape]:
    return [box((0.7, 0.16, 0.05), (0.4, s * 0.5, 0.7)) for s in (-1, 1)]


def _guard() -> list[Shape]:
    front = [tube((0.36, s * 0.42, 0.5), (0.12, s * 0.42, 2.1), 0.035, sides=6) for s in (-1, 1)]
    rear = [tube((-1.0, s * 0.42, 0.95), (-0.8, s * 0.42, 2.1), 0.035, sides=6) for s in (-1, 1)]
    roof = [box((0.07, 0.9, 0.05), (0.13 - 0.186 * i, 0.0, 2.11)) for i in range(6)]
    return [*front, *rear, *roof, *(box((1.06, 0.06, 0.06), (-0.34, s * 0.44, 2.1)) for s in (-1, 1))]


def _seat() -> list[Shape]:
    wheel = ring(0.16, 0.018, segments=10, sides=3).turned("x", 90).turned("y", -25).moved(0.02, 0.0, 1.22)
    return [box((0.45, 0.5, 0.12), (-0.5, 0.0, 1.04)), box((0.12, 0.48, 0.5), (-0.75, 0.0, 1.3), top=(0.8, 0.85)), wheel,
            tube((0.14, 0.0, 0.7), (0.03, 0.0, 1.2), 0.025, sides=4)]  # fmt: skip


def _mast() -> list[Shape]:
    rails = [box((0.12, 0.09, 2.1), (0.74, s * 0.32, 1.13)) for s in (-1, 1)]
    cross = [box((0.08, 0.56, 0.1), (0.74, 0.0, z)) for z in (0.3, 1.2, 2.1)]
    return [*rails, *cross, tube((0.7, 0.0, 0.3), (0.7, 0.0, 1.9), 0.045, sides=6)]


def _forks() -> list[Shape]:
    carriage = [box((0.05, 0.9, 0.1), (0.84, 0.0, z)) for z in (0.2, 0.55)]
    grid = [box((0.03, 0.03, 0.55), (0.84, y, 0.85)) for y in (-0.4, -0.2, 0.0, 0.2, 0.4)]
    grid.append(box((0.04, 0.88, 0.04), (0.84, 0.0, 1.13)))
    blades = [side_prism([(0.93, 0.06), (2.0, 0.06), (2.0, 0.075), (0.93, 0.11)], y - 0.06, y + 0.06) for y in (-0.28, 0.28)]
    shanks = [box((0.05, 0.12, 0.56), (0.904, y, 0.34)) for y in (-0.28, 0.28)]
    return [*carriage, *grid, *blades, *shanks]
