# SPDX-License-Identifier: Apache-2.0
"""A vehicle that speaks VDA 5050: it holds what it is and does, and gives the messages to send. No clock, no network."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from ...message import Outgoing
from ..moment import iso
from . import rules
from .schema import check
from .topic import MAJORS, QOS, RETAINED, Address, fault

PERIOD = 30.0
"""The state is told at least so often, s."""
_DONE = ("FINISHED", "FAILED")
_WRAP = 1 << 32
Json = dict[str, Any]


@dataclass(slots=True)
class _Action:
    id: str
    type: str
    place: int  # sequenceId of its node or edge
    status: str = "WAITING"


class VdaVehicle:
    """A vehicle on a floor. Set its attributes; `outgoing` gives what is due.

    Args:
        manufacturer: As in its topics.
        serial: Serial number.
        version: "2.0.0", "2.1.0" or "3.0.0".
        interface: First level of its topics.
        rate: Time between positions while it moves, s.

    Attributes:
        x: m, on its map.
        y: m.
        heading: rad.
        map: Id of the map.
        localized: Whether it knows where it is.
        speed: Along its heading, m/s.
        battery: 0 to 1.
        charging: Whether it is being charged.
        driving: Whether it drives or turns.
        mode: AUTOMATIC, SEMIAUTOMATIC, MANUAL, SERVICE, ... as the version names it.
        emergency: "NONE", or who can reset the emergency stop.
        violated: Whether something is in its protective field.
        loads: Ids of what it carries.
        errors: Level of each error by its type.
        order: The order or update that it took last; None: none.
        node: Id of the node reached last.
        place: Its sequenceId.

    Raises:
        ValueError: The version is not known, or the names don't fit into a topic.
    """

    def __init__(self, manufacturer: str, serial: str, version: str = "3.0.0", *, interface: str = "vda5050",
                 rate: float = 0.5) -> None:  # fmt: skip
        self.major = int(version[:1]) if version[:1].isdigit() else 0
        self.manufacturer, self.serial, self.version = manufacturer, serial, version
        wrong = fault(self._address(interface, "state")) if self.major in MAJORS else f"Version {version!r} is not known."
        if wrong:
            raise ValueError(wrong)
        self.interface, self.rate = interface, rate
        self.x = self.y = self.heading = self.speed = 0.0
        self.map, self.localized = "map", True
        self.battery, self.charging, self.driving = 1.0, False, False
        self.mode, self.emergency, self.violated = "AUTOMATIC", "NONE", False
        self.loads: list[str] = []
        self.errors: dict[str, str] = {}
        self.order: Json | None = None
        self.node, self.place = "", 0
        self._nodes: list[Json] = []
        self._edges: list[Json] = []
        self._actions: dict[str, _Action] = {}
        self._headers: Counter[str] = Counter()
        self._told: Json = {}
        self._told_at = self._shown_at = -PERIOD

    # ---- connection
    def will(self, now: float) -> Outgoing:
        """Return the message for the broker to send when the connection breaks. `now`: Unix time, s."""
        return self._connection(now, "CONNECTION_BROKEN" if self.major == 3 else "CONNECTIONBROKEN")

    def online(self, now: float) -> Outgoing:
        """Return the first message after connecting."""
        return self._connection(now, "ONLINE")

    def offline(self, now: float) -> Outgoing:
        """Return the last message before disconnecting."""
        return self._connection(now, "OFFLINE")

    # ---- what happens to it
    def take(self, order: Json) -> str:
        """Take an order or an update.

        Returns:
            Why it was not taken, which is also told as an error; empty when it was.
        """
        wrong = self._why_not(order)
        if wrong:
            self.errors["orderError"] = "WARNING"
            return wrong
        self.errors.pop("orderError", None)
        fresh = self.order is None or order["orderId"] != self.order["orderId"]
        first = min(int(n["sequenceId"]) for n in order["nodes"])
        self._actions = {} if fresh else {k: a for k, a in self._actions.items() if a.place <= first}  # no old horizon
        kept = [] if fresh else [n for n in self._nodes if n["sequenceId"] < first]
        ways = [] if fresh else [e for e in self._edges if e["sequenceId"] < first]
        passed = self.place if not fresh else -1
        self._nodes = [*kept, *(n for n in order["nodes"] if n["sequenceId"] > passed)]
        self._edges = [*ways, *(e for e in order["edges"] if e["sequenceId"] > passed)]
        for part in (*order["nodes"], *order["edges"]):
            for action in part["actions"]:
                self._actions.setdefault(
                    action["actionId"], _Action(action["actionId"], action["actionType"], int(part["sequenceId"]))
                )
        self.order = order
        return ""

    def reach(self, node: str) -> None:
        """Come to the next node of the order.

        Raises:
            ValueError: The next released node is another one.
        """
        ahead = [n for n in self._nodes if n["released"]]
        if not ahead or ahead[0]["nodeId"] != node:
            raise ValueError(f"The next node is not {node!r}.")
        self.node, self.place = node, int(ahead[0]["sequenceId"])
        self._nodes = [n for n in self._nodes if n["sequenceId"] > self.place]
        self._edges = [e for e in self._edges if e["sequenceId"] > self.place]

    def act(self, action: str, status: str) -> None:
        """Set the status of an action: WAITING, INITIALIZING, RUNNING, PAUSED, FINISHED, FAILED.

        Raises:
            KeyError: The order has no such action.
        """
        self._actions[action].status = status

    # ---- what it tells
    def outgoing(self, now: float) -> list[Outgoing]:
        """Return what is due at Unix time `now` (s): the state when it changed and every 30 s, positions while it moves."""
        found = []
        if now - self._told_at >= PERIOD or self._facts() != self._told:
            found.append(self.state(now))
        elif (self.driving or self.speed) and now - self._shown_at >= self.rate:
            found.append(self.visualization(now))
        return found

    def state(self, now: float) -> Outgoing:
        """Return its state; `now`: Unix time, s."""
        self._told, self._told_at, self._shown_at = self._facts(), now, now
        charge = {"charging": self.charging, ("stateOfCharge" if self.major == 3 else "batteryCharge"): self._charge()}
        instant: Json = {"instantActionStates": []} if self.major == 3 else {}
        body = {**self._told, ("powerSupply" if self.major == 3 else "batteryState"): charge, **instant, **self._moving()}
        return self._message("state", now, body)

    def visualization(self, now: float) -> Outgoing:
        """Return its position and speed; `now`: Unix time, s."""
        self._shown_at = now
        last = {"referenceStateHeaderId": max(0, self._headers["state"] - 1)} if self.major == 3 else {}
        return self._message("visualization", now, {**last, **self._moving()})

    def factsheet(self, now: float, *, series: str = "virtual", length: float = 1.2, width: float = 0.8,
                  height: float = 1.0, top_speed: float = 1.5, top_load: float = 500.0) -> Outgoing:  # fmt: skip
        """Return what it is: m, m/s, kg; `now`: Unix time, s."""
        new = self.major == 3
        kinds = {
            "seriesName": series, "localizationTypes": ["NATURAL"],
            ("mobileRobotKinematics" if new else "agvKinematic"): "DIFFERENTIAL" if new else "DIFF",
            ("mobileRobotClass" if new else "agvClass"): "CARRIER",
            ("maximumLoadMass" if new else "maxLoadMass"): top_load,
            "navigationTypes": ["VIRTUAL_LINE_GUIDED"],
        }  # fmt: skip
        least, most = ("minimum{}", "maximum{}") if new else ("{}Min", "{}Max")
        pairs = ((least, "speed", 0.0), (most, "speed", top_speed), (most, "acceleration", 0.5), (most, "deceleration", 0.5),
                 (least, "height", height), (most, "height", height))  # fmt: skip
        physical = {form.format(word.capitalize() if new else word): value for form, word, value in pairs}
        lengths = ("maximumStringLengths", "maximumArrayLengths") if new else ("maxStringLens", "maxArrayLens")
        timing = ("minimumOrderInterval", "minimumStateInterval") if new else ("minOrderInterval", "minStateInterval")
        body = {
            "typeSpecification": kinds,
            "physicalParameters": {**physical, "length": length, "width": width},
            "protocolLimits": {**{k: {} for k in lengths}, "timing": dict.fromkeys(timing, self.rate)},
            "protocolFeatures": {"optionalParameters": [], ("mobileRobotActions" if new else "agvActions"): []},
            ("mobileRobotGeometry" if new else "agvGeometry"): {},
            "loadSpecification": {},
        }
        return self._message("factsheet", now, body)

    # ---- inside
    def _why_not(self, order: Json) -> str:
        wrong = check(self.major, "order", order)
        broken = [] if wrong else rules.broken(order)
        if wrong or broken:
            return f"The order is not valid: {(wrong or broken)[0]}."
        if self.order is None:
            return ""
        if order["orderId"] == self.order["orderId"]:
            fault = rules.update_fault(self.order, order)
            return f"The update can't be joined on: {fault}." if fault else ""
        busy = any(n["released"] for n in self._nodes) or any(a.status not in _DONE for a in self._actions.values())
        return f"The order {self.order['orderId'][:40]!r} is not finished." if busy else ""

    def _facts(self) -> Json:
        """Return the part of the state whose change has to be told at once."""
        new = self.major == 3
        return {
            "orderId": self.order["orderId"] if self.order else "",
            "orderUpdateId": self.order["orderUpdateId"] if self.order else 0,
            "lastNodeId": self.node,
            "lastNodeSequenceId": self.place,
            "nodeStates": [{k: n[k] for k in ("nodeId", "sequenceId", "released")} for n in self._nodes],
            "edgeStates": [{k: e[k] for k in ("edgeId", "sequenceId", "released")} for e in self._edges],
            "driving": self.driving,
            "actionStates": [
                {"actionId": a.id, "actionType": a.type, "actionStatus": a.status} for a in self._actions.values()
            ],
            "operatingMode": self.mode,
            "errors": [{"errorType": kind, "errorLevel": level} for kind, level in self.errors.items()],
            "safetyState": {("activeEmergencyStop" if new else "eStop"): self.emergency, "fieldViolation": self.violated},
            "loads": [{"loadId": load} for load in self.loads],
        }

    def _moving(self) -> Json:
        new = self.major == 3
        at = {"x": self.x, "y": self.y, "theta": self.heading, "mapId": self.map}
        at["localized" if new else "positionInitialized"] = self.localized
        velocity = {"vx": self.speed, "vy": 0.0, "omega": 0.0}
        return {("mobileRobotPosition" if new else "agvPosition"): at, "velocity": velocity}

    def _charge(self) -> float:
        return round(100 * min(max(self.battery, 0.0), 1.0), 3)

    def _connection(self, now: float, word: str) -> Outgoing:
        return self._message("connection", now, {"connectionState": word})

    def _address(self, interface: str, topic: str) -> Address:
        return Address(interface, f"v{self.major}", self.manufacturer, self.serial, topic)

    def _message(self, topic: str, now: float, body: Json) -> Outgoing:
        number = self._headers[topic]
        self._headers[topic] = (number + 1) % _WRAP
        head = {"headerId": number, "timestamp": iso(now), "version": self.version,
                "manufacturer": self.manufacturer, "serialNumber": self.serial}  # fmt: skip
        payload = json.dumps({**head, **body}, separators=(",", ":")).encode()
        return Outgoing(self._address(self.interface, topic).text, payload, QOS[topic], topic in RETAINED[self.major])
