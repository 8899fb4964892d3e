# SPDX-License-Identifier: Apache-2.0
"""Bound values from payload to stage on the main thread: decode, route, live state, one change block per frame."""

from __future__ import annotations

import time
from typing import Any

from factory_twin.binding import Router, read_bindings, to_event
from factory_twin.formats.json_format import JsonFormat, encode
from factory_twin.live import LiveLayer, LiveState
from factory_twin.message import Message
from factory_twin.plant import Plant
from pxr import Sdf, Usd

NAME = "values"
ABOUT = "10,000 bound values a second: share of one core on the main thread"
VALUES, FRAMES, SECONDS = 10_000, 30, 5
SHARE = 0.30
QUANTITIES = ("temperature", "vibration", "power", "energy", "speed", "current", "pressure", "torque", "wear", "diameter")


def run() -> list[dict[str, Any]]:
    """Measure prims with ten values each and prims with one; a message for each value, and one for ten."""
    return [_row(10, 1), _row(10, 10), _row(1, 1)]


def _row(per_prim: int, per_message: int) -> dict[str, Any]:
    used, parts = _measure(per_prim, per_message)
    share = used / SECONDS
    detail = ", ".join(f"{name} {1e6 * spent / VALUES / SECONDS:.1f}" for name, spent in parts.items())
    return {
        "name": f"{VALUES // per_prim} prims, {per_message} values a message", "ratio": SHARE / share, "goal": 1.0, "unit": "x",
        "detail": f"{share:.1%} of a core for {VALUES:,} values/s; us a value: {detail}",
    }  # fmt: skip


def _measure(per_prim: int, per_message: int) -> tuple[float, dict[str, float]]:
    """Return the processor time used for some seconds of values, s, in all and by part."""
    stage = _stage(per_prim, per_message)
    bindings, issues = read_bindings(stage)
    assert len(bindings) == VALUES and not issues, issues[:3]
    reader = JsonFormat()
    router = Router(Plant(nodes=()), bindings)
    live = LiveState(router.prims)
    layer = LiveLayer(stage, live)
    spent = dict.fromkeys(("decode", "route", "live", "event", "stage"), 0.0)
    clock = time.process_time
    for second in range(SECONDS + 2):
        if second == 2:  # before that all is learnt
            spent = dict.fromkeys(spent, 0.0)
            before = layer.writes
        messages = _messages(per_prim, per_message, 1.0e9 + second)
        step = len(messages) // FRAMES + 1
        for start in range(0, len(messages), step):
            a = clock()
            read = [(m, reader.read(m)) for m in messages[start : start + step]]
            b = clock()
            routed = [(m, sample) for m, readings in read for r in readings for sample in router.route(r, m.wall)]
            c = clock()
            for m, sample in routed:
                live.feed(sample, m.arrival)
            d = clock()
            for _, sample in routed:
                to_event(sample)
            e = clock()
            layer.flush(float(second))
            f = clock()
            for name, took in zip(spent, (b - a, c - b, d - c, e - d, f - e)):
                spent[name] += took
    assert live.taken == VALUES * (SECONDS + 2) and layer.writes - before >= VALUES * SECONDS
    return sum(spent.values()), spent


def _stage(per_prim: int, per_message: int) -> Usd.Stage:
    layer = Sdf.Layer.CreateAnonymous(".usda")
    with Sdf.ChangeBlock():
        for i in range(VALUES // per_prim):
            prim = Sdf.CreatePrimInLayer(layer, f"/Plant/P{i}")
            prim.specifier, prim.typeName = Sdf.SpecifierDef, "Xform"
            names = [f"FactoryTwinTelemetryAPI:{q}" for q in QUANTITIES[:per_prim]]
            prim.SetInfo("apiSchemas", Sdf.TokenListOp.Create(prependedItems=names))
            for q in QUANTITIES[:per_prim]:
                topic, pointer = ("site/{name}", f"/{q}") if per_message > 1 else (f"site/{{name}}/{q}", "")
                for word, value in (("topic", topic), ("pointer", pointer)):
                    kind = Sdf.ValueTypeNames.String
                    spec = Sdf.AttributeSpec(prim, f"factoryTwin:telemetry:{q}:{word}", kind, Sdf.VariabilityUniform)
                    spec.default = value
        layer.GetPrimAtPath("/Plant").specifier = Sdf.SpecifierDef
    return Usd.Stage.Open(layer)


def _messages(per_prim: int, per_message: int, now: float) -> list[Message]:
    made = []
    number = 0.4 + now % 7 * 0.01
    for i in range(VALUES // per_prim):
        if per_message > 1:
            body = ",".join(f'"{q}":{number + j / 10 + i / 1e5:.6f}' for j, q in enumerate(QUANTITIES))
            made.append(Message(f"site/P{i}", f'{{"time":{now:.3f},{body}}}'.encode(), now, now))
        else:
            for j, q in enumerate(QUANTITIES[:per_prim]):
                payload = encode(number + j / 10 + i / 1e5, time=now)
                made.append(Message(f"site/P{i}/{q}", payload, now, now))
    return made
