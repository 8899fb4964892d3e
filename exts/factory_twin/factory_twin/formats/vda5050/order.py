# SPDX-License-Identifier: Apache-2.0
"""An order for a vehicle: nodes and edges, the base released and the horizon planned; updates join on at the last base node."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...message import Outgoing
from ..moment import iso
from .topic import QOS, Address

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do at a node: its type ("pick"), an id that is unique in the plant, who has to wait, parameters."""

    type: str
    id: str
    blocking: str = "HARD"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> Json:
        """Return the standard's object."""
        parameters = [{"key": k, "value": v} for k, v in self.parameters.items()]
        body: Json = {"actionId": self.id, "actionType": self.type, "blockingType": self.blocking}
        return {**body, "actionParameters": parameters} if parameters else body


@dataclass(frozen=True, slots=True)
class Stop:
    """A node on the way.

    Attributes:
        node: Its id.
        x: m; None with `y`: the vehicle knows where the node is.
        y: m.
        heading: rad; None: any.
        map: Id of the map.
        actions: What to do there.
    """

    node: str
    x: float | None = None
    y: float | None = None
    heading: float | None = None
    map: str = "map"
    actions: tuple[Action, ...] = ()


class Order:
    """An order and its updates.

    Args:
        id: Unique in the plant.
        stops: The way; the first is where the vehicle stands.
        released: How many stops it may go to now, at least 1: the base. The rest is the horizon.

    Attributes:
        update: orderUpdateId.
        stops: The whole way, also what lies behind.
        released: Stops of the base, counted from the first of all.

    Raises:
        ValueError: There are no stops, or not so many to release.
    """

    def __init__(self, id: str, stops: Sequence[Stop], released: int) -> None:
        if not 1 <= released <= len(stops):
            raise ValueError(f"{released} of {len(stops)} stops can't be released.")
        self.id, self.update = id, 0
        self.stops, self.released = tuple(stops), released
        self._first = 0

    def extend(self, released: int, horizon: Sequence[Stop] | None = None) -> None:
        """Release more of the way; what was released stays.

        Args:
            released: Stops of the new base, counted from the first of all.
            horizon: What follows the present base from now on; None: as planned.

        Raises:
            ValueError: This would take something back, or release more than there is.
        """
        stops = self.stops if horizon is None else (*self.stops[: self.released], *horizon)
        if not self.released <= released <= len(stops):
            raise ValueError(f"{released} stops can't be released: {self.released} are, and there are {len(stops)}.")
        self._first = self.released - 1  # the last base node so far
        self.stops, self.released = stops, released
        self.update += 1

    def to_json(self, major: int = 3) -> Json:
        """Return the keys of the present update that are not of the header."""
        places = range(self._first, len(self.stops))
        return {
            "orderId": self.id,
            "orderUpdateId": self.update,
            "nodes": [self._node(i) for i in places],
            "edges": [self._edge(i, major) for i in places[:-1]],
        }

    def message(self, manufacturer: str, serial: str, *, header: int, now: float, version: str = "3.0.0",
                interface: str = "vda5050") -> Outgoing:  # fmt: skip
        """Return the message to send at Unix time `now` (s); `header` is its headerId."""
        major = int(version.partition(".")[0])
        head = {
            "headerId": header, "timestamp": iso(now), "version": version,
            "manufacturer": manufacturer, "serialNumber": serial,
        }  # fmt: skip
        payload = json.dumps({**head, **self.to_json(major)}, separators=(",", ":")).encode()
        return Outgoing(Address(interface, f"v{major}", manufacturer, serial, "order").text, payload, QOS["order"])

    def _node(self, i: int) -> Json:
        stop = self.stops[i]
        body: Json = {"nodeId": stop.node, "sequenceId": 2 * i, "released": i < self.released}
        if stop.x is not None and stop.y is not None:
            turn = {} if stop.heading is None else {"theta": stop.heading}
            body["nodePosition"] = {"x": stop.x, "y": stop.y, **turn, "mapId": stop.map}
        return {**body, "actions": [a.to_json() for a in stop.actions]}

    def _edge(self, i: int, major: int) -> Json:
        start, end = self.stops[i].node, self.stops[i + 1].node
        body: Json = {"edgeId": f"{start}-{end}", "sequenceId": 2 * i + 1, "released": i + 1 < self.released, "actions": []}
        return {**body, "startNodeId": start, "endNodeId": end} if major == 2 else body
