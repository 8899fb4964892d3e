# SPDX-License-Identifier: Apache-2.0
"""VDA 5050's topics: `<interface>/v<major>/<manufacturer>/<serial>/<topic>`, their quality of service, who is retained."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

INTERFACES = ("vda5050", "uagv")
"""First level (or levels) of topics: of version 3, and as version 2 names it in its examples."""
MAJORS = (2, 3)
FROM_ROBOT = ("state", "visualization", "connection", "factsheet")
TO_ROBOT = ("order", "instantActions", "zoneSet", "responses")
TOPICS = (*FROM_ROBOT, *TO_ROBOT)
QOS: Mapping[str, int] = {name: int(name == "connection") for name in TOPICS}
RETAINED: Mapping[int, frozenset[str]] = {2: frozenset({"connection"}), 3: frozenset({"connection", "factsheet"})}
_SERIAL = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


class Address(NamedTuple):
    """A topic in its parts.

    Attributes:
        interface: First level or levels.
        version: Major version with its letter, such as "v3".
        manufacturer: Of the vehicle.
        serial: Number of the vehicle.
        topic: Last level, such as "state".
    """

    interface: str
    version: str
    manufacturer: str
    serial: str
    topic: str

    @property
    def text(self) -> str:
        """The whole topic."""
        return "/".join(self)

    @property
    def source(self) -> str:
        """The vehicle: the topic without its last level."""
        return "/".join(self[:4])


def split(text: str) -> Address | None:
    """Return the parts of a topic; None when it has too few."""
    parts = text.rsplit("/", 4)
    return Address(*parts) if len(parts) == 5 else None


def fault(address: Address) -> str:
    """Return what is wrong with a topic; empty when nothing is."""
    if address.topic not in TOPICS:
        return f"VDA 5050 has no topic {address.topic[:40]!r}; it has: {', '.join(TOPICS)}."
    if address.version not in [f"v{m}" for m in MAJORS]:
        return f"The version {address.version[:20]!r} is not known; known: {', '.join(f'v{m}' for m in MAJORS)}."
    if (
        not 0 < len(address.manufacturer) <= 128
        or not address.manufacturer.isprintable()
        or set(address.manufacturer) & set("+#/")
    ):
        return "The topic names no manufacturer."
    if not _SERIAL.fullmatch(address.serial):
        return "The serial number is not made of A-Z a-z 0-9 _ . : - alone."
    return ""
