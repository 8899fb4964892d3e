# SPDX-License-Identifier: Apache-2.0
"""The formats the plant can speak, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from ..errors import FactoryTwinError
from ..plant import Plant
from .sparkplug_voice import SparkplugVoice
from .tour import Tour
from .vda_voice import VdaVoice
from .voice import FlatVoice, JsonVoice, Voice
from .wire import Opener, Wire

FORMATS = ("json", "sparkplug", "vda5050")
STYLES = ("signal", "flat")


def voices(plant: Plant, tour: Tour, wire: Wire | Opener, count: Callable[[bool], None], *, format: str, style: str,
           prefix: str) -> list[Voice]:  # fmt: skip
    """Return a voice for each format of "json" or "json+vda5050".

    Args:
        plant: Who speaks.
        tour: Its vehicles.
        wire: Where to; or what opens a wire for a channel.
        count: Called with every message.
        format: Names joined by "+".
        style: Of JSON.
        prefix: First levels of topics, or what the format has in their place.

    Raises:
        FactoryTwinError: A format or style is unknown.
    """
    names = format.split("+")
    if len(set(names)) != len(names) or not set(names) <= set(FORMATS):
        raise FactoryTwinError(f"{format[:50]!r} is no format; known: {', '.join(FORMATS)}.", where="--format",
                               hint='Join several by "+": json+vda5050.')  # fmt: skip
    if style not in STYLES:
        raise FactoryTwinError(f"{style[:50]!r} is no style; known: {', '.join(STYLES)}.", where="--style")

    def opened(channel: object) -> Wire:
        return cast(Wire, wire)

    open: Opener = opened if hasattr(wire, "publish") else wire
    makers: dict[str, Callable[[], Voice]] = {
        "json": lambda: (FlatVoice if style == "flat" else JsonVoice)(open, count, prefix),
        "sparkplug": lambda: SparkplugVoice(open, count, prefix, plant, tour),
        "vda5050": lambda: VdaVoice(open, count, prefix, plant, tour),
    }
    return [makers[name]() for name in names]
