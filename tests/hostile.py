# SPDX-License-Identifier: Apache-2.0
"""Hostile messages, the same for the same seed: sound ones bent by a mutator, bombs, rubbish, wrong topics. Most are cheap."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from factory_twin.formats.moment import iso
from factory_twin.formats.vda5050 import Order, Stop, VdaVehicle
from factory_twin.message import Message

NOW = 1_772_352_000.0
HUGE = 10_000_000
_TOKENS = [
    b"{", b"}", b"[", b"]", b",", b":", b'"', b'"a"', b'"value"', b'"time"', b'"unit"', b'"quality"', b'"t"', b"0", b"-",
    b"1e999", b"NaN", b"Infinity", b"-Infinity", b"null", b"true", b"false", b"9" * 40, b"1e-400", b"0.1", b"\\",
    b'"\\ud800"', b'"\\u0000"', b"\xff", b"\x00", b"\xef\xbb\xbf", b"\xed\xa0\x80", b" ", b"\n", b'"2026-03-01T08:00:00Z"',
    b'"2026-03-01T08:00:00"', b"1e11",
]  # fmt: skip
_ODD: list[Any] = [
    None, True, False, -1, 0, 1e308, -1e308, 10**31, 10**33, 2**32, 2**64, 0.1, "", "x", "x" * 5000, "\ud800", "NaN", [], {},
    [[]], {"value": None}, {"value": {"value": 1}}, [{"time": 1, "value": 2}], {"time": "now"}, {"": {"": 1}}, {"a/b~": 1},
    "\0",
]  # fmt: skip
_LEVELS = [
    "", "+", "#", "$SYS", "..", "/", "\0", "\ud800", "{prim}", "</World>", "x" * 2000, "\u0420ress", "World", "Press.x",
    "spBv1.0", "vda5050", "v3", "v4", "state", "a b", "%s", "${x}", "\u202e", "STATE", "NBIRTH", "\U0001f600",
]  # fmt: skip


def varint(number: int) -> bytes:
    """Return a number as protobuf writes it."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def field(number: int, value: int | bytes) -> bytes:
    """Return a protobuf field: a varint or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def metric(name: bytes, alias: int, kind: int, value: bytes) -> bytes:
    return field(2, field(1, name) + field(2, alias) + field(3, int(NOW * 1000)) + field(4, kind) + value)


def _birth() -> bytes:
    metrics = metric(b"bdSeq", 0, 8, field(11, 0)) + metric(b"Node Control/Rebirth", 1, 11, field(14, 0))
    metrics += metric(b"temperature", 2, 10, varint(13 << 3 | 1) + b"\0" * 8) + metric(b"state", 3, 12, field(15, b"busy"))
    return field(1, int(NOW * 1000)) + metrics + field(3, 0)


def seeds() -> list[tuple[str, bytes]]:
    """Return sound messages of all formats, as (topic, payload)."""
    found: list[tuple[str, bytes]] = []
    for name in ("state", "temperature", "parts", "wip", "vibration"):
        value: Any = "busy" if name == "state" else 42
        found.append((f"factorytwin/World/Press/{name}", json.dumps({"value": value, "time": NOW, "unit": "degC"}).encode()))
        found.append((f"factorytwin/World/Press/{name}", json.dumps(value).encode()))
    flat = {"time": iso(NOW), "temperature": 61.5, "axes": {"x": {"position": 1.5}, "list": [1, "a", True]}, "status": "GOOD"}
    found.append(("factorytwin/World/Press", json.dumps(flat).encode()))
    rows = [{"t": int(NOW * 1000) + i, "value": i, "q": 192} for i in range(5)]
    found.append(("factorytwin/World/Press/temperature", json.dumps(rows).encode()))
    found.append(("factorytwin/World/Press", json.dumps({"samples": rows, "unit": "m"}).encode()))
    for version in ("2.1.0", "3.0.0"):
        v = VdaVehicle("ACME", "AGV-01", version)
        made = Order("O-1", [Stop("N0", 0, 0), Stop("N1", 1, 0), Stop("N2")], 2)
        order = made.message("ACME", "AGV-01", header=1, now=NOW, version=version)
        v.take(json.loads(order.payload))
        v.errors, v.loads, v.driving = {"dirt": "WARNING"}, ["L"], True
        found += [
            (m.topic, m.payload) for m in (v.online(NOW), v.will(NOW), v.state(NOW), v.visualization(NOW), v.factsheet(NOW))
        ]
        found.append((order.topic, order.payload))
    data = field(1, int(NOW * 1000)) + field(2, field(2, 3) + field(15, b"down")) + field(3, 1)
    found += [("spBv1.0/Plant/NBIRTH/Line", _birth()), ("spBv1.0/Plant/DBIRTH/Line/Press", _birth())]
    found += [("spBv1.0/Plant/NDATA/Line", data), ("spBv1.0/Plant/DDATA/Line/Press", data)]
    found += [("spBv1.0/Plant/NDEATH/Line", field(2, field(1, b"bdSeq") + field(4, 8) + field(11, 0)))]
    found += [("spBv1.0/STATE/host", json.dumps({"online": True, "timestamp": int(NOW * 1000)}).encode())]
    return found


def bombs() -> list[bytes]:
    """Return payloads of up to 64 KiB that are made to cost much."""
    nested = b"\x12\x00"
    for _ in range(200):
        nested = field(2, field(18, nested))
    sets = b""
    for _ in range(200):
        sets = field(2, field(9, sets))
    lists = b""
    for _ in range(200):
        lists = field(2, field(10, field(1, lists)))
    births = [field(2, field(1, b"m%d" % i) + field(2, i) + field(4, 10)) for i in range(12_000)]
    same = [field(2, field(1, b"m%d" % i) + field(2, 1) + field(4, 10)) for i in range(3_000)]
    floods = [field(2, field(2, i) + field(10, 1)) for i in range(6_000)]
    return [
        b"[" * 60_000, b"[" * 30_000 + b"]" * 30_000, b'{"a":' * 10_000, b"[" + b"," * 60_000, b"[" + b"[]," * 20_000 + b"1]",
        b'["' + b'\\"[,' * 15_000, b'"' * 60_000, b"\\" * 60_000, b"9" * 60_000, b"0." + b"9" * 60_000,
        b"[" + (b"9" * 4300 + b",") * 13, b"1e" + b"9" * 60_000, b"[" + b"1," * 30_000 + b"1]",
        b'{"' + b"k" * 60_000 + b'":1}', b'{"x":"' + b"\\u0041" * 10_000 + b'"}',
        b"{" + b'"a":1,' * 10_000 + b'"b":1}', b"{" + b",".join(b'"%d":1' % i for i in range(6000)) + b"}", b"\xff" * 60_000,
        b"\xf0\x9f\x98\x80" * 15_000, b"\x80" * 60_000, b"\x12" + b"\xff" * 9 + b"\x01", field(2, b"")  * 20_000, nested,
        field(2, field(1, b"x" * 60_000)), field(2, field(17, field(1, 2**63) + field(2, b"a") * 100 + field(4, b"") * 10_000)),
        field(2, field(15, b"\xff\xfe")), b"\x0b" * 60_000, b"\x12\x7f" * 30_000, field(5, b"\0" * 60_000),
        json.dumps({"nodes": [{"nodeId": "n", "sequenceId": i} for i in range(1000)]}).encode(),
        field(2, field(1, b"p") + field(9, sets)), field(2, field(1, b"p") + field(9, lists)), b"".join(births) + field(3, 0),
        b"".join(births[:2_500]) + field(3, 0), b"".join(same) + field(3, 0), b"".join(floods) + field(3, 1),
        field(2, field(9, field(1, b"k") * 9_000 + field(2, b"") * 9_000)), field(2, field(16, b"\0" * 60_000)),
        field(2, field(17, field(4, field(1, field(1, 1)) * 200) * 100)), field(2, b"\x0a\xff\xff\xff\xff\x7f"),
        field(3, 2**63) + field(1, 2**64 - 1), b"\x7a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" * 5_000,
    ]  # fmt: skip


class Hostile:
    """Makes hostile messages.

    Args:
        seed: The same seed gives the same messages.
    """

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._seeds = seeds()
        self._bombs = bombs()
        self._huge = [
            b"x" * HUGE,
            b"[" * HUGE,
            b'{"value":"' + b"y" * HUGE + b'"}',
            b"\xff" * HUGE,
            b'"' * HUGE,
            b"\x12\xff\x7f" * (HUGE // 3),
        ]
        self._kinds: list[tuple[int, Callable[[], tuple[str, bytes]]]] = [
            (620, self._bent), (120, self._soup), (100, self._rebuilt), (60, self._elsewhere), (50, self._rubbish),
            (30, self._swapped), (15, self._sparkplug), (4, self._bomb), (1, self._too_large),
        ]  # fmt: skip
        self._makers = [make for weight, make in self._kinds for _ in range(weight)]

    def __iter__(self) -> Iterator[Message]:
        dice, makers = self._dice, self._makers
        number = 0
        while True:
            topic, payload = makers[int(dice.random() * len(makers))]()
            number += 1
            yield Message(
                topic,
                payload,
                number * 1e-3,
                NOW + number * 1e-3,
                dice.random() < 0.05,
                1,
                dice.random() < 0.05,
                number % 65536,
            )

    def _pick(self) -> tuple[str, bytes]:
        return self._seeds[int(self._dice.random() * len(self._seeds))]

    def _bent(self) -> tuple[str, bytes]:
        """A sound payload with bytes cut, changed, put in, doubled."""
        dice = self._dice
        topic, payload = self._pick()
        body = bytearray(payload)
        for _ in range(1 + int(dice.random() * 3)):
            at, what = int(dice.random() * (len(body) + 1)), dice.random()
            if what < 0.25:
                del body[at:]
            elif what < 0.45:
                del body[at : at + 1 + int(dice.random() * 8)]
            elif what < 0.65:
                body[at:at] = _TOKENS[int(dice.random() * len(_TOKENS))]
            elif what < 0.85 and body:
                body[min(at, len(body) - 1)] ^= 1 << int(dice.random() * 8)
            else:
                end = at + int(dice.random() * 40)
                body[at:at] = body[at:end] * (1 + int(dice.random() * 3))
        return topic, bytes(body)

    def _soup(self) -> tuple[str, bytes]:
        """The words of JSON in any order."""
        dice = self._dice
        return self._pick()[0], b"".join(dice.choices(_TOKENS, k=1 + int(dice.random() * 20)))

    def _rebuilt(self) -> tuple[str, bytes]:
        """Sound JSON with a value of another kind somewhere."""
        dice = self._dice
        topic, payload = self._pick()
        try:
            body = json.loads(payload)
        except ValueError:
            return topic, payload
        spot: Any = body
        while isinstance(spot, dict | list) and spot:
            key = dice.choice(list(spot)) if isinstance(spot, dict) else int(dice.random() * len(spot))
            if dice.random() < 0.5 or not isinstance(spot[key], dict | list) or not spot[key]:
                spot[key] = _ODD[int(dice.random() * len(_ODD))]
                break
            spot = spot[key]
        return topic, json.dumps(body).encode()

    def _elsewhere(self) -> tuple[str, bytes]:
        """A sound payload on a topic that leads astray."""
        dice = self._dice
        topic, payload = self._pick()
        levels = topic.split("/")
        for _ in range(1 + int(dice.random() * 2)):
            at, word = int(dice.random() * (len(levels) + 1)), _LEVELS[int(dice.random() * len(_LEVELS))]
            levels[at : at + int(dice.random() * 2)] = [word] * (100 if dice.random() < 0.02 else 1)
        if dice.random() < 0.3:
            levels.append(str(dice.getrandbits(40)))
        return "/".join(levels), payload

    def _rubbish(self) -> tuple[str, bytes]:
        return self._pick()[0], self._dice.randbytes(int(self._dice.random() * 120))

    def _swapped(self) -> tuple[str, bytes]:
        """The payload of one format on the topic of another."""
        return self._pick()[0], self._pick()[1]

    def _sparkplug(self) -> tuple[str, bytes]:
        """Protobuf fields of any number and length."""
        dice = self._dice
        parts = []
        for _ in range(1 + int(dice.random() * 6)):
            inner = field(1 + int(dice.random() * 20), dice.getrandbits(64) if dice.random() < 0.5 else dice.randbytes(6))
            parts.append(field(1 + int(dice.random() * 6), inner if dice.random() < 0.8 else dice.getrandbits(70)))
        kind = dice.choice(("NBIRTH", "DBIRTH", "NDATA", "DDATA", "NDEATH", "DDEATH", "NCMD"))
        return f"spBv1.0/Plant/{kind}/Line" + ("/Press" if kind[0] == "D" else ""), b"".join(parts)

    def _bomb(self) -> tuple[str, bytes]:
        return self._pick()[0], self._dice.choice(self._bombs)

    def _too_large(self) -> tuple[str, bytes]:
        return self._pick()[0], self._dice.choice(self._huge)
