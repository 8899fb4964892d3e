# SPDX-License-Identifier: Apache-2.0
"""A command and the answer to it, as JSON. Words after ISA-95 job control (OPC 10031-4)."""

from __future__ import annotations

import json
import math
import uuid
from dataclasses import dataclass, field
from typing import Any

from ..errors import FactoryTwinError

ACTIONS = ("Store", "StoreAndStart", "Start", "Pause", "Resume", "Stop", "Cancel", "Abort", "Clear", "SetPoint")
REPLIES = ("accepted", "rejected", "running", "interrupted", "ended", "aborted")
SIZE = 16 << 10
_LAST = frozenset({"accepted", "rejected", "ended", "aborted"})


@dataclass(frozen=True, slots=True)
class Command:
    """What one place is asked to do.

    Attributes:
        place: Prim path of the place.
        action: One of `ACTIONS`.
        user: Who asks.
        not_after: Unix time after which it must not be carried out, s.
        values: Parameters: numbers, texts or truth values by name, such as {"jobOrder": "WO-17"} or {"speed": 0.8}.
        id: UUID; a receiver carries out each id once, however often it comes.
        issued: Unix time it was asked, s.

    Raises:
        FactoryTwinError: A word or value is not allowed.
    """

    place: str
    action: str
    user: str
    not_after: float
    values: dict[str, float | str | bool] = field(default_factory=dict)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    issued: float = 0.0

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise FactoryTwinError(
                f"There is no command {self.action!r}.", where=self.place, hint=f"Known: {', '.join(ACTIONS)}."
            )
        if not self.user.strip():
            raise FactoryTwinError("A command needs the name of who gives it.", where=self.place)
        if not math.isfinite(self.not_after):
            raise FactoryTwinError("A command needs a time after which it is void.", where=self.place)
        for name, value in self.values.items():
            if not isinstance(value, bool | int | float | str) or (isinstance(value, float) and not math.isfinite(value)):
                raise FactoryTwinError(f"The value of {name!r} is no finite number, text or truth value.", where=self.place)
        if len(self.encode()) > SIZE:
            raise FactoryTwinError(f"The command is larger than {SIZE} bytes.", where=self.place)

    def encode(self, reply_to: str = "") -> bytes:
        """Return the payload that asks for it; answers are to go to the topic `reply_to`."""
        body: dict[str, Any] = {
            "commandId": self.id, "asset": self.place, "action": self.action, "values": self.values,
            "issuedBy": self.user, "issuedAt": round(self.issued, 3), "notAfter": round(self.not_after, 3),
        }  # fmt: skip
        if reply_to:
            body["replyTo"] = reply_to
        return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()


@dataclass(frozen=True, slots=True)
class Reply:
    """What the shop floor answered: the command's id, one of `REPLIES`, and why."""

    id: str
    word: str
    reason: str = ""

    @property
    def settles(self) -> bool:
        """Whether the command need not be sent again."""
        return self.word in _LAST or self.word in ("running", "interrupted")


def read_reply(payload: bytes) -> Reply | None:
    """Return the answer in a payload (untrusted); None when it is none."""
    if len(payload) > SIZE:
        return None
    try:
        body = json.loads(payload.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    given, word, reason = body.get("commandId"), body.get("state"), body.get("reason", "")
    if not isinstance(given, str) or word not in REPLIES or not isinstance(reason, str):
        return None
    return Reply(given, word, reason[:500])
