# SPDX-License-Identifier: Apache-2.0
"""Racks, zones, shelves, supply and dock."""

from __future__ import annotations

from .asset import Asset, Part
from .bicycle import frame
from .shape import Shape, box, ring, tube


def flow_rack(places: int, pitch: float = 0.6) -> Asset:
    """Return a low rack that holds bicycles side by side, one channel each; `pitch` in m."""
    first = -pitch * (places - 1) / 2
    rows = [first + pitch * i for i in range(places)]
    width = pitch * places
    channels = [box((1.74, 0.12, 0.06), (0.0, y, 0.19)) for y in rows]
    beams = [box((0.08, width, 0.08), (x, 0.0, 0.12)) for x in (-0.6, 0.6)]
    feet = [box((0.16, 0.12, 0.1), (x, s * (width / 2 - 0.1), 0.05)) for x in (-0.6, 0.6) for s in (-1, 1)]
    hoops = [box((0.05, 0.04, 0.62), (-0.78, y + s * 0.075, 0.5)) for y in rows for s in (-1, 1)]
    parts = [Part("Channels", "Blue", channels), Part("Frame", "Graphite", [*beams, *feet]),
             Part("Hoops", "Aluminium", hoops)]  # fmt: skip
    return Asset(f"FlowRack{places}", f"Flow rack with {places} places", parts)


def floor_zone(places: int = 6, pitch: float = 0.6) -> Asset:
    """Return the floor zone for finished bicycles: bordered, with low dividers; `pitch` in m."""
    width, length = pitch * places + 0.2, 2.1
    border = [box((length, 0.08, 0.015), (0.0, s * width / 2, 0.0075)) for s in (-1, 1)]
    border += [box((0.08, width - 0.1, 0.015), (s * (length / 2 - 0.04), 0.0, 0.0076)) for s in (-1, 1)]
    rows = [pitch * (i - (places - 1) / 2) for i in range(places)]
    stops = [box((0.5, 0.16, 0.14), (-0.7, y, 0.07), top=(0.4, 0.8)) for y in rows]
    sign = [box((0.05, 0.05, 1.7), (-1.0, width / 2 - 0.1, 0.85)), box((0.05, 0.7, 0.4), (-0.99, width / 2 - 0.1, 1.75))]
    parts = [Part("Border", "Yellow", border), Part("Stops", "Graphite", stops), Part("Sign", "Green", sign)]
    return Asset("FloorZone", "Floor zone for finished bicycles", parts)


def frame_rack() -> Asset:
    """Return the supply of frames: a gantry on wheels with hanging frames, and a stand for the next one."""
    posts = [box((0.08, 0.08, 1.9), (x, y, 1.0)) for x in (-1.05, 0.35) for y in (-1.15, 1.15)]
    rails = [box((1.5, 0.08, 0.08), (-0.35, y, 1.9)) for y in (-1.15, 1.15)]
    rails += [box((0.06, 2.3, 0.08), (x, 0.0, 1.95)) for x in (-0.75, 0.05)]
    rails += [box((1.5, 0.1, 0.1), (-0.35, y, 0.12)) for y in (-1.15, 1.15)]
    frames = [s.moved(-0.35, 0.42 * i - 0.84, 0.85) for i in range(5) for s in frame(fork=False)]
    stand = [box((0.5, 0.4, 0.06), (1.3, 0.0, 0.03)), tube((1.3, 0.0, 0.05), (1.3, 0.0, 0.6), 0.05, sides=6)]
    parts = [Part("Gantry", "Blue", [*posts, *rails]), Part("Frames", "Orange", frames), Part("Stand", "Steel", stand)]
    return Asset("FrameRack", "Frame supply rack", parts)


def parts_shelf() -> Asset:
    """Return a shelf with cartons and bins, facing +y."""
    posts = [box((0.07, 0.6, 2.1), (x, 0.0, 1.05)) for x in (-1.15, 0.0, 1.15)]
    boards = [box((2.36, 0.62, 0.05), (0.0, 0.0, z)) for z in (0.25, 0.9, 1.55)]
    cartons = [box((0.5, 0.5, 0.36), (x, 0.0, z)) for x, z in ((-0.8, 0.46), (0.75, 0.46), (-0.3, 1.76), (0.85, 1.76))]
    yellow = [box((0.28, 0.5, 0.24), (x, 0.03, 1.05), top=(1.0, 0.8)) for x in (-0.85, -0.5, 0.22)]
    red = [box((0.28, 0.5, 0.24), (x, 0.03, z), top=(1.0, 0.8)) for x, z in ((0.55, 1.05), (0.88, 1.05), (-0.8, 1.7))]
    parts = [Part("Posts", "Blue", posts), Part("Boards", "Steel", boards), Part("Cartons", "Cardboard", cartons),
             Part("YellowBins", "Yellow", yellow), Part("RedBins", "Red", red)]  # fmt: skip
    return Asset("PartsShelf", "Parts shelf", parts)


def wheel_rack() -> Asset:
    """Return a trolley with wheels in two rows."""
    wheels: list[Shape] = []
    for z in (0.5, 1.28):
        wheels += [ring(0.32, 0.03, segments=12, sides=3).turned("z", 90).moved(-0.75 + 0.3 * i, 0.0, z) for i in range(6)]
    rails = [box((2.1, 0.05, 0.06), (0.0, y, z)) for y in (-0.18, 0.18) for z in (0.22, 1.0)]
    posts = [box((0.07, 0.5, 1.75), (x, 0.0, 0.9)) for x in (-1.05, 1.05)]
    parts = [Part("Frame", "Blue", [*posts, *rails]), Part("Wheels", "Rubber", wheels)]
    return Asset("WheelRack", "Wheel trolley", parts)


def shipping_dock() -> Asset:
    """Return the dock: leveller and bumpers at -x (where the truck stands), bordered zone, packed cartons on pallets."""
    leveller = box((1.9, 2.3, 0.05), (-1.75, 0.0, 0.025))
    bumpers = [box((0.2, 0.26, 0.7), (-2.6, s * 1.45, 0.35)) for s in (-1, 1)]
    border = [box((0.1, 2.7, 0.012), (1.0, 0.0, 0.006))]
    border += [box((1.7, 0.1, 0.012), (0.1, s * 1.3, 0.0061)) for s in (-1, 1)]
    pallets = [box((0.8, 1.2, 0.14), (x, 2.6, 0.08)) for x in (-1.2, -0.1)]
    cartons = [box((0.2, 1.15, 0.95), (x + d, 2.6, 0.64)) for x in (-1.2, -0.1) for d in (-0.24, 0.0, 0.24)]
    parts = [Part("Leveller", "Steel", [leveller]), Part("Bumpers", "Rubber", bumpers), Part("Border", "Yellow", border),
             Part("Pallets", "Beech", pallets), Part("Cartons", "Cardboard", cartons)]  # fmt: skip
    return Asset("ShippingDock", "Shipping dock", parts)
