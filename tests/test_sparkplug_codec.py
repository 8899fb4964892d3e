# SPDX-License-Identifier: Apache-2.0
"""Sparkplug payloads: our codec against Google's protobuf, what is refused, values of every datatype."""

from __future__ import annotations

import math
import random
import struct
import time
from typing import Any

import pytest
import sparkplug_protobuf as judge
from factory_twin.formats import Refused
from factory_twin.formats.sparkplug import DataType, payload
from factory_twin.formats.sparkplug.datatype import datatype_of, fields, value
from factory_twin.formats.sparkplug.fields import MESSAGES
from factory_twin.formats.sparkplug.wire import Bounds, decode, encode
from hostile import field, varint
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "uint32": st.integers(0, 2**32 - 1), "uint64": st.integers(0, 2**64 - 1), "bool": st.booleans(),
    "float": st.floats(width=32, allow_nan=False), "double": st.floats(allow_nan=False), "string": TEXT,
    "bytes": st.binary(max_size=8),
}  # fmt: skip


@st.composite
def messages(draw: st.DrawFn, kind: str = "Payload", depth: int = 4) -> dict[str, Any]:
    found: dict[str, Any] = {}
    chosen = False
    for f in MESSAGES[kind]:
        if not draw(st.booleans()) or (f.choice and chosen) or (f.kind not in KINDS and depth == 0):
            continue
        chosen |= f.choice
        one = KINDS[f.kind] if f.kind in KINDS else messages(f.kind, depth - 1)
        if f.many:
            some = draw(st.lists(one, min_size=1, max_size=3))
            found[f.name] = some
        else:
            found[f.name] = draw(one)
    return found


@given(messages())
@settings(max_examples=400, deadline=None)
def test_the_codec_agrees_with_protobuf(told: dict[str, Any]) -> None:
    data = encode(told)
    assert data == judge.encode(told)
    assert decode(data) == told == judge.decode(data)


PLAIN = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXT, "alias": KINDS["uint64"], "timestamp": KINDS["uint64"], "datatype": st.integers(0, 40),
        "is_historical": st.booleans(), "is_null": st.booleans(),
    },
)  # fmt: skip
SCALAR = st.one_of(*(st.tuples(st.just(f.name), KINDS[f.kind]) for f in MESSAGES["Metric"] if f.choice and f.kind in KINDS))


@given(st.lists(st.tuples(PLAIN, st.none() | SCALAR), max_size=5), st.integers(0, 2**64 - 1), st.integers(0, 300))
@settings(max_examples=300, deadline=None)
def test_the_quick_pass_says_the_same_as_the_thorough_one(metrics: list[Any], at: int, seq: int) -> None:
    told = {"timestamp": at, "metrics": [{**m, **dict([v] if v else [])} for m, v in metrics], "seq": seq}
    data = encode(told)
    quick = payload.plain(data)
    thorough = payload.Payload(at, seq, [payload._metric(m) for m in decode(data).get("metrics", ())])
    if quick is not None:
        assert [m[:7] for m in quick.metrics] == [m[:7] for m in thorough.metrics]
        assert quick[:2] == thorough[:2]
    assert payload.read(data)[:2] == thorough[:2]


def test_ordinary_data_takes_the_quick_pass() -> None:
    data = encode({"timestamp": 1, "metrics": [{"alias": 7, "timestamp": 1, "double_value": 61.5}], "seq": 5})
    assert payload.plain(data) == (1, 5, [(None, 7, 1, 0, False, "double_value", 61.5, None)])


@given(st.binary(max_size=200))
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (decode, payload.read):
        try:
            read(data)
        except Refused as error:
            assert len(str(error)) < 200


def test_bent_payloads_are_read_as_protobuf_reads_them_or_refused() -> None:
    """10,000 mutations: where both take the bytes, both read the same; the quick pass never takes what the thorough refuses."""
    dice = random.Random(5)
    seed = encode({"timestamp": 1_760_000_000_000, "seq": 3, "metrics": [
        {"name": "Spindle/Temp", "alias": 1, "timestamp": 5, "datatype": 10, "double_value": 61.5},
        {"alias": 2, "datatype": 4, "long_value": 2**64 - 5}, {"name": "s", "datatype": 12, "string_value": "busy"},
        {"alias": 3, "is_null": True, "properties": {"keys": ["Quality"], "values": [{"type": 3, "int_value": 500}]}},
    ]})  # fmt: skip
    both = refused = 0
    for _ in range(10_000):
        body = bytearray(seed)
        for _ in range(1 + int(dice.random() * 3)):
            at = int(dice.random() * len(body))
            what = dice.random()
            if what < 0.5:
                body[at] ^= 1 << int(dice.random() * 8)
            elif what < 0.75:
                del body[at : at + 1 + int(dice.random() * 4)]
            else:
                body[at:at] = dice.randbytes(2)
        data = bytes(body)
        quick = payload.plain(data)
        try:
            ours = decode(data)
        except Refused:
            refused += 1
            assert quick is None
            continue
        both += 1
        assert repr(ours) == repr(_ordered(judge.decode(data), ours))
        if quick is not None:
            thorough = [payload._metric(m) for m in ours.get("metrics", ())]
            assert repr([m[:7] for m in quick.metrics]) == repr([m[:7] for m in thorough])
    assert both > 1000 and refused > 3000


def _ordered(theirs: Any, ours: Any) -> Any:
    """Return the same value with keys in our order; protobuf tells them by number, we as they came."""
    if isinstance(theirs, dict) and isinstance(ours, dict) and theirs.keys() == ours.keys():
        return {key: _ordered(theirs[key], ours[key]) for key in ours}
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return [_ordered(a, b) for a, b in zip(theirs, ours)]
    return theirs


@pytest.mark.parametrize(
    ("data", "words"),
    [(field(2, field(1, b"a") + field(1, b"b")), "'name' twice"), (field(2, field(14, 1) + field(14, 0)), "two values"),
     (b"\x12\x01\x10\x05", "ends within"), (b"\x12\x02\x50\x85\x01\x08\x01", "ends within"),
     (b"\x12\x03\x69\x00\x00" + b"\x00" * 20, "ends within"), (b"\x18\x01\x18\x02", "'seq' twice")],
)  # fmt: skip
def test_the_quick_pass_leaves_what_is_strange_to_the_thorough_one(data: bytes, words: str) -> None:
    assert payload.plain(data) is None
    with pytest.raises(Refused, match=words):
        payload.read(data)


def test_fields_in_another_order_are_read() -> None:
    data = field(3, 4) + field(2, field(15, b"x") + field(2, 7)) + field(1, 9)
    assert payload.plain(data) is None
    found = payload.read(data)
    assert found[:2] == (9, 4) and found.metrics[0][:7] == (None, 7, None, 0, False, "string_value", "x")


# ---- what is refused
NESTED = b""
for _ in range(50):
    NESTED = field(2, field(9, NESTED))
BOMBS = {
    "text": (field(2, field(1, b"\xff\xfe")), "no valid UTF-8"),
    "ends": (b"\x12\x7f\x0a", "ends within"),
    "long": (b"\x08" + b"\xff" * 9 + b"\x02", "longer than 64 bits"),
    "endless": (b"\x08" + b"\xff" * 60, "longer than 64 bits"),
    "group": (b"\x0b\x0c", "a group"),
    "type": (b"\x0d\0\0\0\0", "of another type"),
    "twice": (b"\x08\x01\x08\x02", "twice"),
    "two values": (field(2, field(10, 1) + field(11, 1)), "two values"),
    "uint32": (field(2, field(4, 2**40)), "32 bits"),
    "million metrics": (b"\x12\x00" * 500_000, "more than 5000 metrics"),
    "huge": (b"\x00" * (2 << 20), "bytes, more than"),
    "strange": (field(200, 1) * 300, "not known"),
    "rows": (field(2, field(17, field(4, b"") * 50_000)), "rows, keys"),
    "columns": (field(2, field(17, field(3, b"\x01" * 50_000))), "rows, keys"),
    "deep sets": (field(2, field(9, NESTED)), "nested deeper"),
}


UNREAD = ("rows", "columns")  # nobody looks into data sets


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_quickly(name: str) -> None:
    data, words = BOMBS[name]
    began = time.perf_counter()
    for read in (decode,) if name in UNREAD else (decode, payload.read):
        with pytest.raises(Refused, match=words):
            read(data)
    if name in UNREAD:
        assert payload.read(data).metrics[0][5] == "dataset_value"
    assert time.perf_counter() - began < 0.5


def test_deep_templates_are_refused() -> None:
    data = field(2, field(1, b"x"))
    for _ in range(30):
        data = field(2, field(18, data))
    with pytest.raises(Refused, match="nested deeper"):
        decode(data)


def test_bounds_hold() -> None:
    two = field(2, field(1, b"a")) * 2
    assert len(payload.read(two, Bounds(metrics=2)).metrics) == 2
    with pytest.raises(Refused, match="more than 1 metrics"):
        payload.read(two, Bounds(metrics=1))
    with pytest.raises(Refused, match="longer than 3 bytes"):
        payload.read(field(2, field(1, b"long") + field(9, b"")), Bounds(text=3))
    assert varint(300) == b"\xac\x02"


# ---- values
@pytest.mark.parametrize(
    ("kind", "name", "raw", "want"),
    [
        (1, "int_value", 255, -1), (1, "int_value", 2**32 - 1, -1), (2, "int_value", 0x8000, -32768),
        (3, "int_value", 2**31, -(2**31)),
        (4, "long_value", 2**64 - 5, -5), (5, "int_value", 255, 255), (7, "int_value", 2**32 - 1, 2**32 - 1),
        (7, "long_value", 2**32 - 1, 2**32 - 1), (8, "long_value", 2**64 - 1, 2**64 - 1), (9, "float_value", 1.5, 1.5),
        (10, "double_value", math.nan, None), (9, "float_value", math.inf, None), (11, "boolean_value", True, True),
        (12, "string_value", "a", "a"), (13, "long_value", 1_760_000_000_500, 1_760_000_000.5), (15, "string_value", "u", "u"),
        (0, "double_value", -math.inf, None), (0, "string_value", "x", "x"),
    ],
)  # fmt: skip
def test_values(kind: int, name: str, raw: Any, want: Any) -> None:
    assert value(kind, name, raw) == want


@pytest.mark.parametrize(
    ("kind", "name", "raw"),
    [(1, "int_value", 300), (5, "int_value", 256), (10, "string_value", "1"), (12, "int_value", 1), (11, "int_value", 1),
     (13, "long_value", 2**63), (16, "long_value", 1), (6, "long_value", 2**40), (1, "long_value", 2**40)],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused(kind: int, name: str, raw: Any) -> None:
    with pytest.raises(Refused):
        value(kind, name, raw)


VALUES = st.integers(-(2**63), 2**64 - 1) | st.booleans() | TEXT | st.floats()


@given(st.sampled_from([k for k in DataType if 0 < k <= 15]), VALUES)
@settings(max_examples=400, deadline=None)
def test_what_goes_out_comes_back(kind: DataType, given_value: Any) -> None:
    try:
        out = fields(kind, given_value)
    except ValueError:
        return
    back = None if "is_null" in out else value(kind, *next(iter(out.items())))
    if kind == DataType.DATETIME:
        assert back is None or back == pytest.approx(given_value, abs=1e-3)
    elif kind == DataType.FLOAT and isinstance(given_value, float | int) and math.isfinite(given_value):
        want = struct.unpack("<f", encode({"metrics": [out]})[-4:])[0]
        assert want == pytest.approx(given_value, rel=1e-6, abs=1e-40)
    elif isinstance(given_value, float) and not math.isfinite(given_value):
        assert back is None
    else:
        assert back == given_value


def test_datatypes_of_plain_values() -> None:
    found = [datatype_of(x) for x in (True, 3, 3.0, "a", None)]
    assert found == [DataType.BOOLEAN, DataType.INT64, DataType.DOUBLE, DataType.STRING, DataType.DOUBLE]
