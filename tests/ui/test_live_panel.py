# SPDX-License-Identifier: Apache-2.0
"""The Factory Live panel, clicked on the real omni.ui with a real mosquitto: connect, see a value change, lose the broker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from factory_twin.mqtt import Link
from factory_twin_bridge.panel import LivePanel
from mosquitto import Mosquitto, mosquitto, needs_mosquitto

__all__ = ["mosquitto"]
pytestmark = [pytest.mark.ui, pytest.mark.broker]
TITLE, MILL = LivePanel.TITLE, "/World/Mill"


async def shown(bench: Any, line: Path | None) -> Any:
    if line is not None:
        bench.host.open(line)
    window = bench.show(LivePanel)
    await bench.ui.wait_n_updates(6)
    return window.panel


def find(bench: Any, kind: str, identifier: str) -> Any:
    return bench.ui.find(f"{TITLE}//Frame/**/{kind}[*].identifier=='{identifier}'")


def text(bench: Any, identifier: str) -> str:
    found = find(bench, "Label", identifier)
    return found.widget.text if found is not None else ""


async def until(bench: Any, reached: Any, what: str) -> None:
    await bench.ui.wait_until(reached, what, frames=600, pause=0.01)


async def connect(bench: Any, url: str) -> None:
    await find(bench, "StringField", "broker").input(url)
    await find(bench, "Button", "connect").click()


async def test_a_value_that_is_sent_shows_in_the_table_and_on_the_stage(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    await shown(bench, line)
    before = bench.host.stage.GetRootLayer().ExportToString()
    await connect(bench, mosquitto.url)
    await until(bench, lambda: text(bench, "link").startswith("connected"), "the connection")
    with Link(mosquitto.url) as sender:
        sender.publish("factorytwin/World/Mill/state", b'{"value": "down"}')
        sender.publish("factorytwin/World/Mill/temperature", b'{"value": 61.5, "unit": "degC"}')
        await until(bench, lambda: text(bench, f"state_{MILL}") == "down", "the state")
        await until(bench, lambda: text(bench, f"cell_{MILL}_Temp. [°C]") == "61.5", "the temperature")
        assert bench.host.stage.GetPrimAtPath(MILL).GetAttribute("factoryTwin:state:status").Get() == "down"
        assert "1 down (Mill)" in text(bench, "live_sentence")
        sender.publish("factorytwin/World/Mill/state", b'{"value": "busy"}')
        await until(bench, lambda: text(bench, f"state_{MILL}") == "busy", "the next state")
        sender.publish("factorytwin/World/Mill/state", b'{"value": "maintenance"}')
        sender.publish("factorytwin/World/Lathe/state", b'{"value": "waiting"}')
        await until(bench, lambda: text(bench, "state_/World/Lathe") == "waiting", "the state of the other")
        assert text(bench, "live_sentence") == "2 of 2 stations report, 1 maintenance, 1 waiting."
        sender.publish("factorytwin/World/Mill/state", b"{broken")
        sender.publish("factorytwin/World/Nowhere/state", b'{"value": "busy"}')
        await until(bench, lambda: text(bench, "count_Rejected") == "2", "two messages not taken")
    words = [r.widget.text for r in bench.ui.find_all(f"{TITLE}//Frame/**/Label[*]")]
    assert sum(w.startswith("Not taken: ") for w in words) == 2
    await find(bench, "Button", "disconnect").click()
    await bench.ui.wait_n_updates(3)
    assert text(bench, "link") == "off"
    assert not bench.host.stage.GetPrimAtPath(MILL).GetAttribute("factoryTwin:state:status").HasAuthoredValue()
    assert bench.host.stage.GetRootLayer().ExportToString() == before


async def test_a_lost_broker_is_told_with_the_reason_and_found_again(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    await shown(bench, line)
    await connect(bench, mosquitto.url)
    await until(bench, lambda: text(bench, "link").startswith("connected"), "the connection")
    mosquitto.kill()
    await until(bench, lambda: text(bench, "link").startswith("waiting"), "the loss")
    assert text(bench, "reason") and "trying again" in text(bench, "live_sentence")
    mosquitto.start()
    await until(bench, lambda: text(bench, "link").startswith("connected"), "the connection again")
    assert text(bench, "count_Reconnects") == "1" and not find(bench, "Label", "reason").widget.visible


@needs_mosquitto
async def test_the_virtual_plant_fills_the_table_by_itself(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    await find(bench, "Button", "virtual").click()
    await until(bench, lambda: "2 of 2 stations report" in text(bench, "live_sentence"), "both stations")
    await until(bench, lambda: text(bench, f"cell_{MILL}_Parts") not in ("", "0"), "a part")
    assert panel.model.has_own_broker and bench.host.setting("live.broker", "") == ""
    await find(bench, "Button", "virtual").click()
    await bench.ui.wait_n_updates(3)
    assert panel.model.feed is None and panel.model.virtual is None and not panel.model.has_own_broker
    assert bench.host.stage.GetSessionLayer().empty or not bench.host.stage.GetSessionLayer().rootPrims


async def test_an_address_is_refused_in_words_and_kept_when_it_is_good(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    await shown(bench, line)
    await connect(bench, "ftp://plant")
    await bench.ui.wait_n_updates(2)
    assert "no broker's address" in text(bench, "reason") and text(bench, "link") == "off"
    await connect(bench, mosquitto.url)
    await bench.ui.wait_n_updates(2)
    assert bench.host.setting("live.broker", "") == mosquitto.url
    bench.host.detach()
    await bench.ui.wait_n_updates(4)
    assert text(bench, "link") == "off"
