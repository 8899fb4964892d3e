# SPDX-License-Identifier: Apache-2.0
"""The five kinds of work places. Bench at -y, aisle at +y, the bicycle in the middle along x."""

from __future__ import annotations

from .asset import Asset, Part
from .parts import bench, bins, cabinet, mat, portal, tools, work_stand
from .shape import Shape, box, lathe, ring, tube


def assembly_station() -> Asset:
    """Return the hand assembly place: bench with tool rail and bins, work stand, mat."""
    top, frame = bench(2.3)
    parts = [
        Part("Frame", "Aluminium", [*frame, *portal(2.3, 2.15), *work_stand()]),
        Part("Top", "Beech", [top]),
        Part("Cabinet", "Blue", [cabinet(-0.75), box((2.1, 0.03, 0.42), (0.0, -1.53, 1.32))]),
        Part("Bins", "Yellow", bins(5, 0.95)),
        Part("Tools", "Graphite", [*tools(), mat()]),
    ]
    return Asset("AssemblyStation", "Assembly workstation", parts)


def frame_prep_station() -> Asset:
    """Return the frame preparation machine: a cabinet with a window, spindles and a fixture."""
    body = [box((2.2, 0.75, 1.95), (-0.1, -1.35, 1.075))]
    fixture = [box((0.44, 0.34, 0.1), (-0.02, 0.0, 0.62)), box((0.3, 0.26, 0.58), (-0.02, 0.0, 0.29))]
    spindles = [tube((x, -1.0, 1.25), (x, -0.12, 1.25), 0.07, sides=6) for x in (-0.25, 0.36)]
    parts = [
        Part("Body", "White", body),
        Part("Base", "Graphite", [box((2.3, 0.85, 0.1), (-0.1, -1.35, 0.05)), *fixture, mat()]),
        Part("Window", "Glass", [box((1.3, 0.04, 0.7), (-0.1, -0.965, 1.5))]),
        Part("Spindles", "Steel", [*spindles, tube((1.2, -1.5, 0.0), (1.2, -1.5, 2.18), 0.04, sides=6)]),
        Part("Trim", "Blue", [box((2.22, 0.77, 0.12), (-0.1, -1.35, 0.3)), box((0.34, 0.1, 0.3), (0.85, -0.93, 1.35))]),
    ]
    return Asset("FramePrepStation", "Frame preparation machine", parts)


def wheel_station() -> Asset:
    """Return the wheel mounting place: lifting platform, wheel press and a rack of wheels."""
    wheels = [ring(0.32, 0.03, segments=12, sides=3).turned("z", 90).moved(0.1 + 0.24 * i, -1.45, 1.33) for i in range(4)]
    press = [box((0.5, 0.5, 2.0), (-0.85, -1.4, 1.0)), box((0.3, 0.55, 0.26), (-0.85, -1.1, 1.2))]
    platform = [box((1.7, 0.5, 0.1), (0.0, 0.0, 0.3)), box((1.2, 0.3, 0.25), (0.0, 0.0, 0.125)), mat()]
    shelf = [box((1.3, 0.34, 0.05), (0.5, -1.45, 0.94)), *(box((0.06, 0.3, 0.92), (x, -1.45, 0.46)) for x in (0.0, 1.0))]
    post = tube((1.2, -1.5, 0.0), (1.2, -1.5, 2.18), 0.04, sides=6)
    parts = [
        Part("Press", "Orange", press),
        Part("Platform", "Graphite", platform),
        Part("Ram", "Steel", [tube((-0.85, -0.85, 1.2), (-0.85, -0.45, 1.2), 0.08, sides=6), *shelf, post]),
        Part("Wheels", "Rubber", wheels),
        Part("Panel", "White", [box((0.36, 0.05, 0.28), (-0.85, -1.13, 1.62))]),
    ]
    return Asset("WheelStation", "Wheel mounting station", parts)


def brake_station() -> Asset:
    """Return the brake station: red frame over a turntable, hose reels, bleeding unit with a tank."""
    posts = [box((0.1, 0.1, 2.4), (x, y, 1.2)) for x in (-1.15, 1.15) for y in (-0.85, 0.85)]
    beams = [box((2.4, 0.12, 0.12), (0.0, y, 2.36)) for y in (-0.85, 0.85)]
    cross = [box((0.11, 1.6, 0.11), (x, 0.0, 2.35)) for x in (-0.45, 0.45)]
    reels = [lathe([(0.17, -0.06), (0.17, 0.06)], sides=8).turned("x", 90).moved(x, 0.0, 2.13) for x in (-0.45, 0.45)]
    hoses = [tube((x, 0.0, 2.0), (x * 0.8, 0.0, 1.5), 0.022, sides=4) for x in (-0.45, 0.45)]
    unit: list[Shape] = [box((1.0, 0.5, 1.25), (-0.5, -1.45, 0.63)), box((0.9, 0.5, 0.85), (0.62, -1.45, 0.43))]
    table = [lathe([(0.85, 0.0), (0.85, 0.12), (0.7, 0.12), (0.7, 0.26)], sides=14), box((1.5, 0.24, 0.06), (0.0, 0.0, 0.27))]
    parts = [
        Part("Frame", "Red", [*posts, *beams, *cross]),
        Part("Unit", "White", unit),
        Part("Turntable", "Steel", [*table, tube((1.2, -1.5, 0.8), (1.2, -1.5, 2.43), 0.04, sides=6)]),
        Part("Hoses", "Graphite", [*reels, *hoses, mat(-0.72)]),
        Part("Tank", "Yellow", [lathe([(0.2, 0.86), (0.2, 1.3), (0.1, 1.4)], sides=8).moved(0.55, -1.45, 0.0)]),
        Part("Screen", "Blue", [box((0.6, 0.05, 0.4), (-0.5, -1.19, 1.02))]),
    ]
    return Asset("BrakeStation", "Brake station", parts)


def check_station() -> Asset:
    """Return the final check: two roller test beds below a measuring gate."""
    beds = [box((1.9, 0.5, 0.14), (0.0, y, 0.07)) for y in (-0.8, 0.8)]
    rollers = [tube((x, y - 0.2, 0.13), (x, y + 0.2, 0.13), 0.06, sides=6) for y in (-0.8, 0.8) for x in (-0.62, 0.66)]
    gate = [box((0.44, 0.2, 2.19), (0.0, y, 1.095)) for y in (-1.65, 1.65)]
    gate += [box((0.46, 0.866, 0.34), (0.0, y, 2.36)) for y in (-1.305, -0.435, 0.435, 1.305)]
    lights = [box((0.2, 2.7, 0.06), (0.0, 0.0, 2.16)), *(box((0.2, 0.06, 1.7), (0.0, y, 1.15)) for y in (-1.5, 1.5))]
    desk = [box((0.5, 0.9, 0.9), (1.2, -1.75, 0.45)), box((0.5, 0.9, 0.9), (1.2, 1.75, 0.45))]
    screens = [box((0.06, 0.6, 0.4), (1.2, y, 1.25)) for y in (-1.75, 1.75)]
    parts = [
        Part("Gate", "Teal", gate),
        Part("Lights", "White", [*lights, *desk]),
        Part("Beds", "Graphite", beds),
        Part("Rollers", "Aluminium", rollers),
        Part("Screens", "Blue", screens),
    ]
    return Asset("CheckStation", "Final check cell", parts)
