# SPDX-License-Identifier: Apache-2.0
"""VDA 5050 as seen by a listener: where each vehicle is, what it does, how full it is, and whether it is there at all.

Reads versions 2.0, 2.1 and 3.0, and never sends. The source of a reading is the vehicle ("vda5050/v3/ACME/AGV-01").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC
from math import hypot
from typing import Any

from ...event import State
from ...message import Message, Outgoing
from ..format import Reading, Refused, Unknown
from ..json_text import Bounds, parse
from ..moment import unix
from . import rules
from .headers import Headers
from .schema import check
from .topic import INTERFACES, Address, fault, split

READ = ("state", "visualization", "connection", "factsheet", "order")
BOUNDS = Bounds(depth=12, values=8000)
_ACTING = ("INITIALIZING", "RUNNING")
_WORST = ("FATAL", "CRITICAL")
_LEVELS = ("FATAL", "CRITICAL", "URGENT", "WARNING")
_POSITION = {2: ("agvPosition", "positionInitialized"), 3: ("mobileRobotPosition", "localized")}
_STOP = {2: "eStop", 3: "activeEmergencyStop"}
_POWER = {2: ("batteryState", "batteryCharge"), 3: ("powerSupply", "stateOfCharge")}
_SHEET = {
    2: (("speedMax", "top_speed", "m/s"), ("maxLoadMass", "top_load", "kg")),
    3: (("maximumSpeed", "top_speed", "m/s"), ("maximumLoadMass", "top_load", "kg")),
}
_GONE = ("CONNECTIONBROKEN", "CONNECTION_BROKEN")
_OFF = ("OFFLINE", "HIBERNATING")
Json = dict[str, Any]


class VdaFormat:
    """Reads the messages of vehicles.

    Args:
        interfaces: First level (or levels) of their topics.
        bounds: How large a payload may be.

    Attributes:
        headers: What was dropped for its headerId: `repeated`, `older`; and `missed`, `restarts`.
    """

    name = "vda5050"

    def __init__(self, interfaces: Sequence[str] = INTERFACES, *, bounds: Bounds = BOUNDS) -> None:
        self.interfaces, self.bounds = tuple(interfaces), bounds
        self.headers = Headers()
        self._tell: dict[str, Callable[[_Teller, Json], None]] = {
            "state": _Teller.state, "visualization": _Teller.moving, "connection": _Teller.connection,
            "factsheet": _Teller.factsheet, "order": _Teller.order,
        }  # fmt: skip

    def filters(self) -> tuple[str, ...]:
        """Return the topic filters to subscribe to."""
        return tuple(f"{interface}/+/+/+/{topic}" for interface in self.interfaces for topic in READ)

    def claims(self, topic: str) -> bool:
        """Return whether a topic is one of VDA 5050: below an interface, with its four levels."""
        return any(topic.startswith(f"{i}/") and topic.count("/", len(i)) == 4 for i in self.interfaces)

    def is_event(self, topic: str) -> bool:
        """Return whether each message counts: all but positions."""
        return not topic.endswith("/visualization")

    def read(self, message: Message) -> Sequence[Reading]:
        """Return what a message tells: nothing when it is for vehicles only, comes again or came too late.

        Raises:
            Refused: It breaks the standard, at the JSON pointer that the text names.
            Unknown: The version or the topic is not known.
        """
        address = split(message.topic)
        wrong = "The topic has too few levels." if address is None else fault(address)
        if address is None or wrong:
            raise Unknown(wrong)
        if address.topic not in READ:
            return ()
        major = int(address.version[1:])
        body = parse(message.payload, self.bounds)
        self._check(address, major, body)
        time = unix(body["timestamp"], UTC) if body.get("timestamp") else None
        if not self._is_new(address, body, time, message.retained):
            return ()
        teller = _Teller(address.source, major, time)
        self._tell[address.topic](teller, body)
        return teller.found

    def requests(self, now: float) -> Sequence[Outgoing]:
        """Return nothing: a listener asks nothing of vehicles."""
        return ()

    def save(self) -> bytes:
        """Return nothing: every message stands for itself."""
        return b""

    def load(self, saved: bytes) -> None:
        """Do nothing."""

    def _check(self, address: Address, major: int, body: Any) -> None:
        wrong = check(major, address.topic, body)
        if wrong:
            more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
            raise Refused(f"No {address.topic} of VDA 5050 {address.version}: {wrong[0]}{more}.")
        for key, known in (("manufacturer", address.manufacturer), ("serialNumber", address.serial)):
            if body.get(key, known) != known:
                raise Refused(f"/{key} is {str(body[key])[:40]!r}, but the topic says {known[:40]!r}.")
        if address.topic == "order":
            broken = rules.broken(body)
            if broken:
                raise Refused(f"The order breaks a rule: {'; '.join(broken)}.")

    def _is_new(self, address: Address, body: Json, time: float | None, retained: bool) -> bool:
        if address.topic == "connection":  # a will was written before all that came since; it is never too late
            if body["connectionState"] == "ONLINE" and not retained:
                self.headers.forget(address.source)
            return True
        number = body.get("headerId")
        return number is None or time is None or self.headers.take(address.text, int(number), time)


class _Teller:
    """Makes the readings of one message."""

    __slots__ = ("found", "major", "source", "time")

    def __init__(self, source: str, major: int, time: float | None) -> None:
        self.source, self.major, self.time = source, major, time
        self.found: list[Reading] = []

    def add(self, name: str, value: float | str | bool | None, unit: str = "", good: bool = True) -> None:
        self.found.append(Reading(self.source, name, value, self.time, unit, good))

    def moving(self, body: Json) -> None:
        position, sure = _POSITION[self.major]
        at = body.get(position)
        if at:
            for name, key, unit in (("x", "x", "m"), ("y", "y", "m"), ("heading", "theta", "rad")):
                self.add(name, float(at[key]), unit, at[sure])
            self.add("map", at["mapId"], "", at[sure])
        velocity = body.get("velocity") or {}
        along, across = velocity.get("vx"), velocity.get("vy")
        if along is not None or across is not None:
            self.add("speed", hypot(along or 0.0, across or 0.0), "m/s")

    def state(self, body: Json) -> None:
        self.moving(body)
        power, charge = _POWER[self.major]
        share = body[power][charge] / 100
        self.add("battery", share, "", 0.0 <= share <= 1.0)
        self.add("charging", body[power]["charging"])
        self.add("driving", body["driving"])
        self.add("mode", body["operatingMode"].lower())
        self.add("state", _word(body, body["safetyState"][_STOP[self.major]]).token)
        self.add("order", body["orderId"])
        self.add("node", body["lastNodeId"])
        self.add("errors", float(len(body["errors"])))
        worst = min(body["errors"], key=lambda e: _LEVELS.index(e["errorLevel"]), default=None)
        self.add("error", worst["errorType"] if worst else "")
        if body.get("loads") is not None:
            self.add("loads", float(len(body["loads"])))

    def connection(self, body: Json) -> None:
        word = body["connectionState"]
        if word in _GONE:
            self.time = None  # the will was written at the connect; it happened now
            self.add("", None)
        elif word in _OFF:
            self.add("state", State.OFF.token)
        self.add("connection", word.lower().replace("connectionbroken", "connection_broken"))

    def factsheet(self, body: Json) -> None:
        kinds, physical = body["typeSpecification"], body["physicalParameters"]
        self.add("series", kinds["seriesName"])
        for key, name, unit in _SHEET[self.major]:
            self.add(name, float((kinds if key in kinds else physical)[key]), unit)
        self.add("length", float(physical["length"]), "m")
        self.add("width", float(physical["width"]), "m")

    def order(self, body: Json) -> None:
        self.add("sent_order", body["orderId"])
        self.add("sent_update", float(body["orderUpdateId"]))
        self.add("goal", rules.base(body)["nodeId"])


def _word(body: Json, stop: str) -> State:
    """Return the state of a vehicle in our words."""
    if stop != "NONE" or any(e["errorLevel"] in _WORST for e in body["errors"]):
        return State.DOWN
    if body["operatingMode"] == "SERVICE":
        return State.MAINTENANCE
    actions = (a for key in ("actionStates", "instantActionStates", "zoneActionStates") for a in body.get(key) or ())
    acting = any(a["actionStatus"] in _ACTING for a in actions)
    return State.BUSY if body["driving"] or acting else State.IDLE
