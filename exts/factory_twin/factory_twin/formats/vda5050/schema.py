# SPDX-License-Identifier: Apache-2.0
"""VDA 5050's messages: which keys they need, of what types, with what words; versions 2.0/2.1 and 3.0 side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .shape import Check, Flag, Items, Moment, Number, Shape, Text, Whole, faults

Checks = dict[str, Check]
_ANGLE = Number(-3.1415927, 3.1415927)
_ANY = Shape()
_SHARE = Number(0.0, 1.0)
HEADER = Shape({"headerId": Whole(), "timestamp": Moment(), "version": Text(), "manufacturer": Text(), "serialNumber": Text()})
_LOOSE = Shape({}, HEADER.needs)  # version 2's visualization may leave out all of it

# ---- order
_PARAMETER = Shape({"key": Text()})  # its value may be anything


def _action(*blocking: str) -> Shape:
    needs: Checks = {"actionType": Text(), "actionId": Text(), "blockingType": Text(blocking)}
    return Shape(needs, {"actionParameters": Items(_PARAMETER), "actionDescription": Text(), "actionDescriptor": Text()})


def _node(action: Check, position: Check) -> Shape:
    needs: Checks = {"nodeId": Text(), "sequenceId": Whole(), "released": Flag(), "actions": Items(action)}
    return Shape(needs, {"nodePosition": position})


def _edge(action: Check) -> Shape:
    return Shape({"edgeId": Text(), "sequenceId": Whole(), "released": Flag(), "actions": Items(action)})


_ACTION = {2: _action("NONE", "SOFT", "HARD"), 3: _action("NONE", "SOFT", "SINGLE", "HARD")}
_PLACE = Shape({"x": Number(), "y": Number(), "mapId": Text()}, {"theta": _ANGLE})
_ENDS = {"startNodeId": Text(), "endNodeId": Text()}


def _order(major: int) -> Shape:
    action = _ACTION[major]
    edge = _edge(action).plus(_ENDS) if major == 2 else _edge(action)
    node = _node(action, _PLACE)
    return HEADER.plus({"orderId": Text(), "orderUpdateId": Whole(), "nodes": Items(node), "edges": Items(edge)})


# ---- state
_POINT = Shape({"x": Number(), "y": Number()}, {"weight": Number()})
_CURVE = Shape({"controlPoints": Items(_POINT)}, {"degree": Whole(), "knotVector": Items(_SHARE)})
_NODE_STATE = Shape(
    {"nodeId": Text(), "sequenceId": Whole(), "released": Flag()},
    {"nodePosition": Shape({"x": Number(), "y": Number(), "mapId": Text()}, {"theta": Number()})},
)
_EDGE_STATE = Shape({"edgeId": Text(), "sequenceId": Whole(), "released": Flag()}, {"trajectory": _CURVE})
_VELOCITY = Shape({}, {"vx": Number(), "vy": Number(), "omega": Number()})
_STATUS = ("WAITING", "INITIALIZING", "RUNNING", "PAUSED", "FINISHED", "FAILED")
_MODES = ("AUTOMATIC", "SEMIAUTOMATIC", "MANUAL", "SERVICE")
_LOAD = Shape({}, {"loadId": Text(), "loadType": Text(), "loadPosition": Text(), "weight": Number(0.0)})
_REFERENCE = Shape({"referenceKey": Text(), "referenceValue": Text()})
_INFO = Shape({"infoType": Text(), "infoLevel": Text(("INFO", "DEBUG"))}, {"infoReferences": Items(_REFERENCE)})


def _position(sure: str) -> Shape:
    needs: Checks = {"x": Number(), "y": Number(), "theta": Number(), "mapId": Text(), sure: Flag()}
    return Shape(needs, {"localizationScore": _SHARE, "deviationRange": Number()})


def _doing(*status: str) -> Shape:
    return Shape({"actionId": Text(), "actionStatus": Text(status)}, {"actionType": Text()})


def _error(*levels: str) -> Shape:
    return Shape({"errorType": Text(), "errorLevel": Text(levels)}, {"errorReferences": Items(_REFERENCE)})


def _state(action: Check, error: Check, modes: tuple[str, ...]) -> Shape:
    return HEADER.plus(
        {
            "orderId": Text(), "orderUpdateId": Whole(), "lastNodeId": Text(), "lastNodeSequenceId": Whole(),
            "nodeStates": Items(_NODE_STATE), "edgeStates": Items(_EDGE_STATE), "driving": Flag(),
            "actionStates": Items(action), "operatingMode": Text(modes), "errors": Items(error),
        },
        {
            "velocity": _VELOCITY, "loads": Items(_LOAD), "paused": Flag(), "newBaseRequest": Flag(),
            "distanceSinceLastNode": Number(), "information": Items(_INFO),
            "plannedPath": Shape({"trajectory": _CURVE}, {"traversedNodes": Items(Text())}),
            "intermediatePath": Shape({"polyline": Items(_POINT)}),
        },
    )  # fmt: skip


_POSITION = {2: _position("positionInitialized"), 3: _position("localized")}
_DOING = {2: _doing(*_STATUS), 3: _doing(*_STATUS, "RETRIABLE")}
_STATE_2 = _state(_DOING[2], _error("WARNING", "FATAL"), (*_MODES, "TEACHIN")).plus(
    {
        "batteryState": Shape({"batteryCharge": Number(), "charging": Flag()}, {"batteryHealth": Number()}),
        "safetyState": Shape({"eStop": Text(("AUTOACK", "MANUAL", "REMOTE", "NONE")), "fieldViolation": Flag()}),
    },
    {"agvPosition": _POSITION[2]},
)
_STATE_3 = _state(
    _DOING[3], _error("WARNING", "URGENT", "CRITICAL", "FATAL"), ("STARTUP", *_MODES, "INTERVENED", "TEACH_IN")
).plus(
    {
        "instantActionStates": Items(_DOING[3]),
        "powerSupply": Shape({"stateOfCharge": Number(), "charging": Flag()}, {"batteryHealth": Number()}),
        "safetyState": Shape({"activeEmergencyStop": Text(("MANUAL", "REMOTE", "NONE")), "fieldViolation": Flag()}),
    },
    {"mobileRobotPosition": _POSITION[3], "zoneActionStates": Items(_DOING[3])},
)

# ---- the rest
_PARTS = ("typeSpecification", "physicalParameters", "protocolLimits", "protocolFeatures", "loadSpecification")


def _factsheet(geometry: str, series: Sequence[str], physical: Sequence[str]) -> Shape:
    kinds: Checks = {"seriesName": Text(), "localizationTypes": Items(Text()), "navigationTypes": Items(Text())}
    parts: dict[str, Check] = {**dict.fromkeys((*_PARTS, geometry), _ANY)}
    parts["typeSpecification"] = Shape(kinds).plus({k: Number(0.0) if "Mass" in k else Text() for k in series})
    parts["physicalParameters"] = Shape(dict.fromkeys((*physical, "width", "length"), Number()))
    return HEADER.plus(parts)


_INSTANT = {2: _action("NONE", "SOFT", "HARD"), 3: _action("NONE")}
SCHEMAS: Mapping[int, Mapping[str, Shape]] = {
    2: {
        "order": _order(2),
        "instantActions": HEADER.plus({"actions": Items(_INSTANT[2])}),
        "state": _STATE_2,
        "visualization": _LOOSE.plus({}, {"agvPosition": _POSITION[2], "velocity": _VELOCITY}),
        "connection": HEADER.plus({"connectionState": Text(("ONLINE", "OFFLINE", "CONNECTIONBROKEN"))}),
        "factsheet": _factsheet(
            "agvGeometry", ("agvKinematic", "agvClass", "maxLoadMass"),
            ("speedMin", "speedMax", "accelerationMax", "decelerationMax", "heightMin", "heightMax"),
        ),
    },
    3: {
        "order": _order(3),
        "instantActions": HEADER.plus({"actions": Items(_INSTANT[3])}),
        "state": _STATE_3,
        "visualization": HEADER.plus(
            {"referenceStateHeaderId": Whole()}, {"mobileRobotPosition": _POSITION[3], "velocity": _VELOCITY}
        ),
        "connection": HEADER.plus(
            {"connectionState": Text(("ONLINE", "OFFLINE", "HIBERNATING", "CONNECTION_BROKEN"))}
        ),
        "factsheet": _factsheet(
            "mobileRobotGeometry", ("mobileRobotKinematics", "mobileRobotClass", "maximumLoadMass"),
            ("minimumSpeed", "maximumSpeed", "maximumAcceleration", "maximumDeceleration", "minimumHeight", "maximumHeight"),
        ),
    },
}  # fmt: skip
"""Major version -> topic -> shape."""


def check(major: int, topic: str, message: Any) -> Sequence[str]:
    """Return what is wrong with a message of a topic, each fault with its JSON pointer; empty when nothing is.

    Raises:
        KeyError: The version or the topic is not known.
    """
    return faults(SCHEMAS[major][topic], message)
