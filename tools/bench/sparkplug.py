# SPDX-License-Identifier: Apache-2.0
"""Sparkplug B payloads to readings by our host application, and what of it the bytes take."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from factory_twin.formats import JsonFormat
from factory_twin.formats.sparkplug import EdgeNode, SparkplugFormat
from factory_twin.formats.sparkplug.payload import plain
from factory_twin.formats.sparkplug.wire import decode
from factory_twin.message import Message

NAME = "sparkplug"
ABOUT = "Sparkplug messages to readings, against our JSON reader with the same values; quick pass against thorough one"
COUNT, ROUNDS = 5_120, 7
METRICS = (1, 20)
"""In a message. No goals here: the whole way from the broker is measured, and has one, in `ingest`."""


def run() -> list[dict[str, Any]]:
    """Measure the whole way from bytes to readings, and both ways to read the bytes alone; medians of interleaved rounds."""
    rows = []
    for metrics in METRICS:
        messages, host = _messages(metrics)
        payloads = [m.payload for m in messages]
        ways: dict[str, tuple[Callable[[Any], Any], list[Any]]] = {
            "read": (host.read, messages), "json": (JsonFormat().read, _json(metrics)), "quick": (plain, payloads),
            "thorough": (decode, payloads),
        }  # fmt: skip
        spent: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, (way, given) in ways.items():
                began = time.perf_counter()
                for one in given:
                    way(one)
                spent[name].append((time.perf_counter() - began) / COUNT)
        assert not host.count, host.count
        us = {name: statistics.median(times) * 1e6 for name, times in spent.items()}
        detail = (
            f"{us['read']:.1f} us a message ({1e6 / us['read']:,.0f}/s), JSON {us['json']:.1f} us; {len(payloads[0])} bytes"
        )
        name = "1 metric" if metrics == 1 else f"{metrics} metrics"
        rows.append({"name": name, "ratio": us["json"] / us["read"], "goal": None, "unit": "x", "detail": detail})
        rows.append({"name": f"{name}, bytes alone", "ratio": us["thorough"] / us["quick"], "goal": None, "unit": "x",
                     "detail": f"quick pass {us['quick']:.1f} us, thorough pass {us['thorough']:.1f} us"})  # fmt: skip
    return rows


def _json(metrics: int) -> list[Message]:
    made = []
    for k in range(COUNT):
        told = {f"Axis{i}": 20.0 + k / 7 for i in range(metrics)} if metrics > 1 else {"value": 20.0 + k / 7}
        made.append(Message("factorytwin/Plant1/Line4/Press1", json.dumps({"time": 1.76e9 + k, **told}).encode()))
    return made


def _messages(metrics: int) -> tuple[list[Message], SparkplugFormat]:
    """Return data of one device, a multiple of 256 messages so that it can be read again and again, and who has its births."""
    names = [f"Spindle/Axis{k}/Temperature" for k in range(metrics)]
    node, host = EdgeNode("Plant1", "Line4", {"Press1": dict.fromkeys(names, 20.0)}), SparkplugFormat()
    node.connect(1.76e9)
    for sent in node.births(1.76e9):
        host.read(Message(sent.topic, sent.payload))
    made = []
    for k in range(COUNT):
        (sent,) = node.data("Press1", dict.fromkeys(names, 20.0 + k / 7), 1.76e9 + k)
        made.append(Message(sent.topic, sent.payload, float(k), 1.76e9 + k))
    return made, host
