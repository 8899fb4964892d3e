# SPDX-License-Identifier: Apache-2.0
"""Where people and robots put parts together: the assembly cell and the robot cell. Their front is -y."""

from __future__ import annotations

from collections.abc import Sequence

from bike_line.asset import Asset, Part
from bike_line.card import Card, ports
from bike_line.shape import Shape, box, lathe, tube

Point = tuple[float, float, float]


def assembly_cell() -> Asset:
    """Return benches in a U below a frame with light, tools and flow shelves; the worker stands in the middle."""
    tops = [box((3.0, 0.7, 0.05), (0.0, 0.7, 0.925)), *(box((0.7, 1.3, 0.05), (s * 1.15, -0.301, 0.926)) for s in (-1, 1))]
    posts = [box((0.08, 0.08, 2.218), (x, y, 1.109)) for x in (-1.46, 1.46) for y in (-0.91, 1.01)]
    beams = [box((3.0, 0.08, 0.08), (0.0, y, 2.26)) for y in (-0.91, 1.01)]
    beams += [box((0.08, 1.82, 0.08), (s * 1.46, 0.05, 2.26)) for s in (-1, 1)]
    beams += [box((0.06, 0.06, 0.9), (s * 0.85, y, 0.45)) for s in (-1, 1) for y in (-0.9, 0.4)]
    shelves = [box((2.84, 0.36, 0.05), (0.0, 0.9, z)) for z in (1.29, 1.69)]
    bins = [(x, z) for z in (1.4, 1.8) for x in (-1.2, -0.88, -0.56, -0.24, 0.08, 0.4)]
    bins = [(x, z) for x, z in bins if (round(x * 100) + round(z * 10)) % 5 != 4]
    tools = [s for x in (-0.45, 0.05, 0.55) for s in _tool(x)]
    parts = [
        Part("Tops", "Beech", tops),
        Part("Frame", "Aluminium", [*posts, *beams]),
        Part("Light", "White", [box((2.8, 0.16, 0.07), (0.0, 0.2, 2.16))]),
        Part("Drawers", "Blue", [box((0.6, 0.55, 0.7), (x, y, 0.5)) for x, y in ((-1.12, 0.7), (1.12, -0.45), (-1.12, -0.45))]),
        Part("BinsYellow", "Yellow", [_bin(x, z) for x, z in bins[::2]]),
        Part("BinsRed", "Red", [_bin(x, z) for x, z in bins[1::2]]),
        Part("Dark", "Graphite", [*tools, box((1.5, 1.1, 0.02), (0.0, -0.3, 0.01)), *_monitor()]),
        Part("Screen", "Glass", [box((0.54, 0.02, 0.32), (1.1, 0.72, 1.63))]),
        Part(
            "Fixture",
            "Steel",
            [
                *shelves,
                box((0.4, 0.3, 0.06), (0.0, 0.6, 0.98)),
                box((0.06, 0.2, 0.16), (-0.16, 0.6, 1.05)),
                box((0.06, 0.2, 0.16), (0.16, 0.6, 1.05)),
            ],
        ),
    ]
    card = Card(
        "Work places", "A person puts parts together here by hand, with everything in reach.", "FactoryTwinStationAPI",
        {"station:processTime": "triangular(low=50, mode=60, high=85)", "station:powerBusy": 350.0,
         "station:powerIdle": 60.0, "partPosition": (0.0, 0.6, 1.01)},
        ports=ports(1.5, 0.95), lamp=(-1.3, 0.89, 2.3), margin=0.3,
    )  # fmt: skip
    return Asset("AssemblyCell", "Assembly cell", parts, card)


def _bin(x: float, z: float) -> Shape:
    return box((0.27, 0.36, 0.16), (x, 0.88, z), top=(1.0, 0.75))


def _tool(x: float) -> list[Shape]:
    return [tube((x, 0.2, 2.12), (x, 0.2, 1.75), 0.014, sides=4), box((0.07, 0.09, 0.26), (x, 0.2, 1.62))]


def _monitor() -> list[Shape]:
    return [box((0.6, 0.06, 0.38), (1.1, 0.77, 1.63)), tube((1.1, 0.8, 1.5), (1.1, 0.8, 0.95), 0.035, sides=6)]


def robot_cell() -> Asset:
    """Return a robot with six axes in a fence of 4 m x 3.6 m, with a table at the way in and one at the way out."""
    parts = [
        Part("Posts", "Yellow", _posts()),
        Part("Mesh", "Graphite", [*_mesh(), *_dark_arm()]),
        Part("Robot", "Orange", _arm()),
        Part("Joints", "Steel", [box((0.9, 0.9, 0.04), (0.0, 0.3, 0.02)), *_tables()]),
        Part("Boards", "Aluminium", [box((0.9, 0.7, 0.04), (s * 1.6, 0.0, 0.88)) for s in (-1, 1)]),
        Part("Cabinet", "White", [box((0.8, 0.55, 1.5), (1.45, 1.42, 0.78))]),
        Part("Work", "Blue", [box((0.3, 0.26, 0.2), (-1.6, 0.0, 1.0)), box((0.3, 0.03, 0.3), (1.45, 1.13, 1.2))]),
    ]
    card = Card(
        "Robots", "A robot with six axes handles, welds or joins parts inside a fence; nobody goes in while it works.",
        "FactoryTwinStationAPI",
        {"station:processTime": "triangular(low=38, mode=40, high=46)", "station:powerBusy": 3500.0,
         "station:powerIdle": 700.0, "partPosition": (1.6, 0.0, 0.9)},
        ports=ports(2.0, 0.9), lamp=(-1.84, 1.64, 2.0), margin=0.5,
    )  # fmt: skip
    return Asset("RobotCell", "Robot cell", parts, card)


BASE: Point = (0.0, 0.3, 0.0)
SHOULDER: Point = (0.12, 0.3, 0.86)
ELBOW: Point = (0.02, 0.3, 1.82)
WRIST: Point = (1.02, 0.16, 1.72)


def _arm() -> list[Shape]:
    foot = lathe([(0.36, 0.04), (0.36, 0.16), (0.27, 0.22), (0.25, 0.46)], sides=12).moved(*BASE)
    waist = lathe([(0.3, 0.46), (0.32, 0.6), (0.24, 0.72)], sides=12).moved(*BASE)
    hip = box((0.5, 0.34, 0.5), (0.06, 0.3, 0.78), top=(0.7, 0.9))
    upper = [_beam(SHOULDER, ELBOW, 0.17, 0.13)]
    fore = [_beam((-0.2, 0.32, 1.86), ELBOW, 0.16, 0.17), _beam(ELBOW, WRIST, 0.15, 0.09)]
    return [foot, waist, hip, *upper, *fore, _beam(WRIST, (1.16, 0.13, 1.64), 0.1, 0.08)]


def _dark_arm() -> list[Shape]:
    axes = [tube((x, y - r, z), (x, y + r, z), a, sides=12) for (x, y, z), r, a in ((SHOULDER, 0.24, 0.2), (ELBOW, 0.22, 0.17))]
    hand = [box((0.14, 0.14, 0.2), (1.2, 0.12, 1.5)), box((0.08, 0.3, 0.06), (1.2, 0.12, 1.38))]
    fingers = [box((0.07, 0.05, 0.2), (1.2, 0.12 + s * 0.12, 1.26)) for s in (-1, 1)]
    return [*axes, *hand, *fingers]


def _beam(a: Sequence[float], b: Sequence[float], radius: float, end: float) -> Shape:
    return tube(a, b, radius, sides=8, end_radius=end)


def _spots() -> list[tuple[float, float]]:
    side = [(s * 1.96, y) for s in (-1, 1) for y in (-1.76, -0.5, 0.5, 1.76)]
    return [*side, *((x, y) for y in (-1.76, 1.76) for x in (-0.65, 0.65))]


def _posts() -> list[Shape]:
    return [box((0.08, 0.08, 2.0), (x, y, 1.0)) for x, y in _spots()]


def _mesh() -> list[Shape]:
    shapes = []
    for z in (0.15, 1.1, 1.95):
        for y in (-1.76, 1.76):
            shapes += [box((1.18, 0.03, 0.05), (x, y, z)) for x in (-1.305, 0.0, 1.305)]
        shapes += [box((0.03, 1.16, 0.05), (s * 1.96, y, z)) for s in (-1, 1) for y in (-1.13, 1.13)]
    for y in (-1.76, 1.76):
        shapes += [box((0.018, 0.018, 1.75), (x + 0.02, y, 1.05)) for x in _bars(-1.9, 1.86, 0.2)]
    for s in (-1, 1):
        shapes += [box((0.018, 0.018, 1.75), (s * 1.96, t * y, 1.05)) for t in (-1, 1) for y in _bars(0.65, 1.7, 0.2)]
    return shapes


def _bars(low: float, high: float, step: float) -> list[float]:
    return [low + i * step for i in range(round((high - low) / step) + 1)]


def _tables() -> list[Shape]:
    return [box((0.07, 0.07, 0.86), (s * 1.6 + dx, dy, 0.43)) for s in (-1, 1) for dx in (-0.35, 0.35) for dy in (-0.28, 0.28)]
