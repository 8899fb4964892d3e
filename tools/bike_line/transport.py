# SPDX-License-Identifier: Apache-2.0
"""What carries material: belt conveyor pieces, the automated vehicle, the truck."""

from __future__ import annotations

from .asset import Asset, Part
from .card import Card, ports
from .layer import Token
from .plan import BELT_HEIGHT, DECK_HEIGHT
from .shape import box, lathe, prism, sector, tube

WIDTH, RADIUS = 0.6, 1.2


def conveyor_straight(length: float = 2.4) -> Asset:
    """Return a straight belt along x; `length` in m."""
    belt = box((length - 0.01, WIDTH, 0.08), (0.0, 0.0, BELT_HEIGHT - 0.04))
    rails = [box((length, 0.06, 0.18), (0.0, s * (WIDTH / 2 + 0.04), BELT_HEIGHT - 0.06)) for s in (-1, 1)]
    legs = [box((0.08, 0.06, 0.34), (x, s * 0.33, 0.17)) for x in (-0.8, 0.8) for s in (-1, 1)]
    parts = [Part("Belt", "Rubber", [belt]), Part("Rails", "Blue", rails), Part("Legs", "Steel", legs)]
    card = Card(
        "Conveyors", "Carries parts along a straight line; set end to end with others.", "FactoryTwinPathAPI",
        belt_values(), ports=ports(length / 2, BELT_HEIGHT),
        path=((-length / 2, 0.0, BELT_HEIGHT), (length / 2, 0.0, BELT_HEIGHT)),
    )  # fmt: skip
    return Asset("ConveyorStraight", "Belt conveyor, straight", parts, card)


def belt_values() -> dict[str, object]:
    """Return how a conveyor of the catalogue runs."""
    return {"path:type": Token("conveyor"), "path:speed": 0.25, "path:width": WIDTH, "path:gap": 0.6}


def conveyor_corner() -> Asset:
    """Return a belt bend: a quarter circle around the origin from -y to +x."""
    belt = sector(RADIUS - WIDTH / 2, RADIUS + WIDTH / 2, BELT_HEIGHT - 0.08, BELT_HEIGHT)
    rims = (RADIUS - 0.37, RADIUS + 0.31)
    rails = [sector(r, r + 0.06, BELT_HEIGHT - 0.15, BELT_HEIGHT + 0.03) for r in rims]
    leg = box((0.08, 0.6, 0.4), (0.0, -RADIUS, 0.2)).turned("z", 45)
    parts = [Part("Belt", "Rubber", [belt]), Part("Rails", "Blue", rails), Part("Leg", "Steel", [leg])]
    return Asset("ConveyorCorner", "Belt conveyor, bend", parts)


def agv() -> Asset:
    """Return the automated guided vehicle with a flat deck 0.36 m above the floor, driving to +x."""
    outline = [(-0.85, -0.34), (0.72, -0.34), (0.9, -0.2), (0.9, 0.2), (0.72, 0.34), (-0.85, 0.34)]
    wheels = [tube((x, s * 0.3, 0.1), (x, s * 0.37, 0.1), 0.1, sides=8) for x in (-0.5, 0.5) for s in (-1, 1)]
    mast = [box((0.08, 0.08, 0.5), (-0.8, 0.28, 0.6)), box((0.06, 0.22, 0.16), (-0.8, 0.28, 0.92))]
    lidar = lathe([(0.09, 0.36), (0.09, 0.44), (0.05, 0.48)], sides=8).moved(0.74, 0.0, 0.0)
    skirt = [(x * 1.03, y * 1.05) for x, y in outline]
    deck = prism([(x * 0.95, y * 0.9) for x, y in outline], 0.33, DECK_HEIGHT)
    parts = [
        Part("Body", "White", [prism(outline, 0.16, 0.33)]),
        Part("Deck", "Graphite", [deck]),
        Part("Skirt", "Yellow", [prism(skirt, 0.07, 0.17)]),
        Part("Wheels", "Rubber", [*wheels, *mast, lidar]),
    ]
    card = Card(
        "Vehicles", "Carries a part on its deck along the paths it is given, by itself.", "FactoryTwinTransporterAPI",
        {"transporter:type": Token("agv"), "transporter:speed": 1.0, "transporter:loadTime": 8.0,
         "transporter:unloadTime": 8.0}, margin=None, deck=(0.0, 0.0, DECK_HEIGHT),
    )  # fmt: skip
    return Asset("Agv", "Automated guided vehicle", parts, card)


def truck() -> Asset:
    """Return a truck that stands at a dock with its rear at the origin, driving to -x; the hall's floor is its load floor."""
    low = -1.0
    trailer = box((7.0, 2.5, 2.7), (-3.6, 0.0, 1.42))
    cab = box((1.9, 2.4, 2.6), (-8.4, 0.0, low + 1.85), top=(0.8, 0.95))
    chassis = box((8.8, 1.2, 0.25), (-4.5, 0.0, low + 0.85))
    axles = [(x, s) for x in (-1.6, -2.8, -8.2) for s in (-1, 1)]
    wheels = [tube((x, s * 0.75, low + 0.5), (x, s * 1.2, low + 0.5), 0.5, sides=10) for x, s in axles]
    rear = box((0.06, 2.2, 2.3), (-0.08, 0.0, 1.25))
    window = box((0.1, 2.0, 0.8), (-9.2, 0.0, low + 2.4))
    parts = [Part("Trailer", "White", [trailer]), Part("Cab", "Blue", [cab]), Part("Window", "Glass", [window]),
             Part("Wheels", "Rubber", [chassis, *wheels, rear])]  # fmt: skip
    return Asset("Truck", "Truck", parts)
