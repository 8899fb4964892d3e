# SPDX-License-Identifier: Apache-2.0
"""From the broker to the stage and the recorder, against a bare paho client that only counts; same broker and run."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pxr import Sdf, Usd

from . import link

NAME = "ingest"
ABOUT = "messages per second decoded, routed, shown and recorded, against a bare paho client that only counts"
ROUNDS, GOAL = 3, 0.8
PRESSES = 100


def run() -> list[dict[str, Any]]:
    """Return how many times as fast as the bare client each format is, medians of interleaved rounds."""
    if link.broker_program() is None:
        return [{"name": "all", "ratio": None, "goal": GOAL, "unit": "x", "detail": "mosquitto is not installed"}]
    rows = []
    with tempfile.TemporaryDirectory(prefix="factory-twin-ingest-") as folder:
        for format, qos in (("json", 1), ("sparkplug", 0)):
            more = () if format == "json" else (format,)
            ways: dict[str, Callable[..., link.Result]] = {"bare": link.bare, "shown": _shown, "recorded": _recorded}
            seen: dict[str, list[link.Result]] = {name: [] for name in ways}
            for _ in range(ROUNDS):
                for name, way in ways.items():
                    seen[name].append(link.with_broker(Path(folder), way, qos, *more))
            rates = {n: statistics.median(r for r, _ in v) for n, v in seen.items()}
            for name in ("shown", "recorded"):
                detail = (f"{rates[name]:,.0f}/s; bare paho {rates['bare']:,.0f}/s; "
                          f"QoS {qos}, {link.COUNT:,} messages, {ROUNDS} rounds")  # fmt: skip
                rows.append({"name": f"{format}, {name}", "ratio": rates[name] / rates["bare"], "goal": GOAL, "unit": "x",
                             "detail": detail})  # fmt: skip
    return rows


def stage() -> Usd.Stage:
    """Return a stage with a station for each topic of the flood."""
    layer = Sdf.Layer.CreateAnonymous(".usda")
    with Sdf.ChangeBlock():
        for k in range(PRESSES):
            prim = Sdf.CreatePrimInLayer(layer, f"/Hall/Line{k // 10}/Press{k}")
            prim.typeName = "Xform"
            prim.SetInfo("apiSchemas", Sdf.TokenListOp.Create(prependedItems=["FactoryTwinTelemetryAPI:t"]))
            for word, value in (("topic", ""), ("target", "temperature")):
                if value:
                    spec = Sdf.AttributeSpec(prim, f"factoryTwin:telemetry:t:{word}", Sdf.ValueTypeNames.String,
                                             Sdf.VariabilityUniform)  # fmt: skip
                    spec.default = value
            while prim and prim.path != Sdf.Path.absoluteRootPath:
                prim.specifier = Sdf.SpecifierDef
                prim = prim.nameParent
    return Usd.Stage.Open(layer)


def _shown(port: int, qos: int, go: Callable[[], None], folder: Path, history: Any = None) -> link.Result:
    from factory_twin.feed import Feed
    from factory_twin.plant import Binding, Plant

    paths = [f"/Hall/Line{k // 10}/Press{k}" for k in range(PRESSES)]
    bindings = [Binding(path=p, name="t", quantity="temperature") for p in paths]
    feed = Feed(stage(), Plant(nodes=()), f"mqtt://127.0.0.1:{port}", bindings=bindings, history=history)
    feed.start()
    deadline = time.monotonic() + 10
    while not feed.status.link.connected and time.monotonic() < deadline:
        time.sleep(0.01)

    def count() -> int:
        feed.frame(0.03)
        if history is None:
            return feed.intake.counts.accepted + feed.inbox.coalesced
        return int(history.cursor)

    result = link.measure(go, count, pause=0.0)
    missed = feed.inbox.coalesced
    feed.stop()
    if history is None and missed:  # only what was read counts
        return result[0] * (1 - missed / link.COUNT), result[1]
    return result


def _recorded(port: int, qos: int, go: Callable[[], None], folder: Path) -> link.Result:
    from factory_twin.history import History

    history = History(tempfile.mkdtemp(dir=folder))
    try:
        return _shown(port, qos, go, folder, history)
    finally:
        history.close()
