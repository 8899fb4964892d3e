# SPDX-License-Identifier: Apache-2.0
"""Sparkplug B's topics: `spBv1.0/<group>/<type>/<edge node>[/<device>]` and `spBv1.0/STATE/<host>`."""

from __future__ import annotations

from typing import Final, NamedTuple

from ..format import Refused

NAMESPACE: Final = "spBv1.0"
STATE: Final = "STATE"
NODE: Final = ("NBIRTH", "NDEATH", "NDATA", "NCMD")
DEVICE: Final = ("DBIRTH", "DDEATH", "DDATA", "DCMD")
FILTERS: Final = (
    *(f"{NAMESPACE}/+/{kind}/+" for kind in ("NBIRTH", "NDATA", "NDEATH")),
    *(f"{NAMESPACE}/+/{kind}/+/+" for kind in ("DBIRTH", "DDATA", "DDEATH")),
    f"{NAMESPACE}/{STATE}/+",
)
"""What a host listens to: all but commands, which are for edge nodes."""
_LONGEST = 256  # characters of an id


class Address(NamedTuple):
    """A topic in its parts.

    Attributes:
        kind: Such as "NDATA"; "STATE".
        group: Empty for STATE.
        node: Edge node; the host for STATE.
        device: Empty when the message is about the edge node itself.
    """

    kind: str
    group: str
    node: str
    device: str = ""

    @property
    def text(self) -> str:
        """The whole topic."""
        if self.kind == STATE:
            return f"{NAMESPACE}/{STATE}/{self.node}"
        return "/".join((NAMESPACE, self.group, self.kind, self.node, *([self.device] if self.device else [])))

    @property
    def source(self) -> str:
        """The edge node or device: the topic without its type."""
        if self.kind == STATE:
            return self.text
        return "/".join((NAMESPACE, self.group, self.node, *([self.device] if self.device else [])))


def split(text: str) -> Address:
    """Return the parts of a topic.

    Raises:
        Refused: It is none of Sparkplug B.
    """
    parts = text.split("/")
    if parts[0] != NAMESPACE or not all(parts) or len(text) > 4 * _LONGEST or any(c in text for c in "+#\0") or _broken(text):
        raise Refused(f"The topic {text[:100]!r} is none of Sparkplug B.")
    if len(parts) == 3 and parts[1] == STATE:
        return Address(STATE, "", parts[2])
    if len(parts) == 4 and parts[2] in NODE:
        return Address(parts[2], parts[1], parts[3])
    if len(parts) == 5 and parts[2] in DEVICE:
        return Address(parts[2], parts[1], parts[3], parts[4])
    raise Refused(f"The topic {text[:100]!r} is none of Sparkplug B.")


def id_fault(text: str) -> str:
    """Return what is wrong with the id of a group, edge node, device or host; empty when nothing is."""
    if not text or len(text) > _LONGEST:
        return f"An id has 1 to {_LONGEST} characters."
    if any(c in text for c in "+/#\0") or _broken(text):
        return f"The id {text[:50]!r} holds one of + / #, a NUL or a lone surrogate."
    return ""


def _broken(text: str) -> bool:
    """Return whether a text holds a lone surrogate."""
    return not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)
