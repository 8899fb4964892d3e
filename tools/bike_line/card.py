# SPDX-License-Identifier: Apache-2.0
"""The card of an asset in the catalogue: what it is good for, what it becomes when it is placed, its ports, lamp and path."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from pxr import Gf, Usd, UsdGeom, Vt

from .layer import Single, Token, author, place, write
from .marks import Point, draw_lamp, draw_way

LAMP_RADIUS, LAMP_HEIGHT = 0.16, 0.36


@dataclass(frozen=True, slots=True)
class Port:
    """Where parts come in or go out.

    Attributes:
        name: Name of its prim: In or Out.
        at: Local position, m.
        turn: Degrees about z of the outward direction, from +x.
    """

    name: str
    at: Point
    turn: float


def ports(reach: float, height: float) -> tuple[Port, Port]:
    """Return the ports of what parts cross along x: In at -x, Out at +x, `reach` m from the middle, `height` m up."""
    return Port("In", (-reach, 0.0, height), 180.0), Port("Out", (reach, 0.0, height), 0.0)


@dataclass(frozen=True, slots=True)
class Card:
    """What the catalogue says of an asset.

    Attributes:
        category: Heading in the catalogue.
        words: What it is good for, one sentence.
        schema: What it becomes when it is placed; empty: nothing, it is scenery.
        values: What it is set to then: name after `factoryTwin:` to value.
        ports: Where parts come in and go out.
        lamp: Middle of the lamp's foot, local, m; None: it has none.
        path: Centre line of what parts travel on, local, m; the schema goes there.
        margin: Keep-clear distance around it, m; None: it takes no floor area of its own.
        deck: Where a vehicle carries a part, local, m, as no schema has a place for that.
    """

    category: str
    words: str
    schema: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    ports: tuple[Port, ...] = ()
    lamp: Point | None = None
    path: tuple[Point, ...] = ()
    margin: float | None = 0.0
    deck: Point | None = None


def write_card(stage: Usd.Stage, root: Usd.Prim, card: Card, bounds: tuple[Gf.Vec3f, Gf.Vec3f]) -> None:
    """Write the card on the asset's interface layer; the schema itself is applied by who places the asset."""
    info: dict[str, object] = {"category": card.category, "words": card.words, "schema": card.schema}
    if card.path:
        info["schemaPrim"] = "Path"
    if card.deck:
        info["partPosition"] = Gf.Vec3d(*card.deck)
    root.SetCustomDataByKey("factoryTwin", info)
    target = root
    if card.path:
        target = draw_way(stage, f"{root.GetPath()}/Path", root.GetDisplayName(), card.path)
    for name, value in card.values.items():
        write(target, f"factoryTwin:{name}", value)
    if card.margin is not None:
        (x0, y0, _), (x1, y1, _) = bounds
        corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        write(root, "factoryTwin:footprint:polygon", Vt.Vec2fArray([Gf.Vec2f(*c) for c in corners]))
        write(root, "factoryTwin:footprint:safetyMargin", Single(card.margin))
    for port in card.ports:
        _port(stage, f"{root.GetPath()}/{port.name}", port)
    if card.lamp:
        x, y, z = card.lamp
        middle = (x, y, round(z + LAMP_HEIGHT / 2, 4))
        draw_lamp(stage, f"{root.GetPath()}/Andon", middle, radius=LAMP_RADIUS, height=LAMP_HEIGHT)


def lamp_box(card: Card) -> list[Point]:
    """Return the lowest and highest corner of the lamp, m; none without a lamp."""
    if card.lamp is None:
        return []
    x, y, z = card.lamp
    return [(x - LAMP_RADIUS, y - LAMP_RADIUS, z), (x + LAMP_RADIUS, y + LAMP_RADIUS, z + LAMP_HEIGHT)]


def _port(stage: Usd.Stage, path: str, port: Port) -> None:
    prim = UsdGeom.Xform.Define(stage, path).GetPrim()
    place(prim, port.at)
    word = port.name.lower()
    turn = math.radians(port.turn)
    author(prim, f"FactoryTwinPortAPI:{word}", {
        f"port:{word}:direction": Token(word), f"port:{word}:normal": (round(math.cos(turn), 6), round(math.sin(turn), 6), 0.0),
    })  # fmt: skip
