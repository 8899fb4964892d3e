# SPDX-License-Identifier: Apache-2.0
"""What a host application sends: its own state, and commands. A monitor sends the request for births alone."""

from __future__ import annotations

import json

from ...message import Outgoing
from .datatype import DataType
from .table import REBIRTH
from .topic import STATE, Address, id_fault
from .wire import encode


def host_will(host: str, now: float) -> Outgoing:
    """Return the will of a host application's connection.

    Args:
        host: Its id.
        now: Unix time of the connect, s; `host_birth` has to have the same.

    Raises:
        ValueError: The id can't be one.
    """
    return _state(host, now, False)


def host_birth(host: str, now: float) -> Outgoing:
    """Return the message that says the host application is there; sent once it has subscribed.

    Args:
        host: Its id.
        now: As for `host_will`.

    Raises:
        ValueError: The id can't be one.
    """
    return _state(host, now, True)


def _state(host: str, now: float, online: bool) -> Outgoing:
    wrong = id_fault(host)
    if wrong:
        raise ValueError(wrong)
    body = json.dumps({"online": online, "timestamp": milliseconds(now)}, separators=(",", ":"))
    return Outgoing(Address(STATE, "", host).text, body.encode(), qos=1, retain=True)


def rebirth(group: str, node: str, now: float) -> Outgoing:
    """Return the request to tell everything anew, at Unix time `now` (s)."""
    time = milliseconds(now)
    metric = {"name": REBIRTH, "timestamp": time, "datatype": int(DataType.BOOLEAN), "boolean_value": True}
    return Outgoing(Address("NCMD", group, node).text, encode({"timestamp": time, "metrics": [metric]}), qos=0)


def milliseconds(now: float) -> int:
    """Return a Unix time (s) in ms."""
    return max(0, round(now * 1000))
