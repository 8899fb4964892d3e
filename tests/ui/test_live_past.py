# SPDX-License-Identifier: Apache-2.0
"""Record and look back, clicked: the stage shows the second asked for, then the live values again; trends read both."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from factory_twin.mqtt import Link
from factory_twin_bridge.plot import axis, resample
from mosquitto import Mosquitto, mosquitto

from tests.ui.test_live_panel import MILL, connect, find, shown, text, until

__all__ = ["mosquitto"]
pytestmark = [pytest.mark.ui, pytest.mark.broker]


def status(bench: Any) -> str:
    return str(bench.host.stage.GetPrimAtPath(MILL).GetAttribute("factoryTwin:state:status").Get())


async def test_a_recorded_second_is_shown_and_live_comes_back(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    panel = await shown(bench, line)
    before = bench.host.stage.GetSessionLayer().ExportToString()
    await connect(bench, mosquitto.url)
    await find(bench, "Button", "tab_Past").click()
    await bench.ui.wait_n_updates(3)
    await find(bench, "Button", "record_here").click()
    await until(bench, lambda: panel.model.history is not None and panel.model.status.link.connected, "recording")
    assert (line.with_suffix(".history") / "values.db").is_file()
    with Link(mosquitto.url) as sender:
        sender.publish("factorytwin/World/Mill/state", b'"down"')
        await until(bench, lambda: status(bench) == "down", "the first state")
        middle = time.time()
        await until(bench, lambda: time.time() > middle + 1.2, "a while")
        sender.publish("factorytwin/World/Mill/state", b'"busy"')
        await until(bench, lambda: status(bench) == "busy", "the second state")
        await until(bench, lambda: panel.model.history.status.last > middle + 1, "both in the record")
        await find(bench, "Button", "step_-1 s").click()
        await until(bench, lambda: status(bench) == "down", "the past")
        assert text(bench, "past_sentence").startswith("The stage shows 20")
        sender.publish("factorytwin/World/Mill/state", b'"setup"')
        await until(bench, lambda: panel.model.feed.live.row(MILL, time.monotonic()).state.token == "setup", "it reads on")
        assert status(bench) == "down"
        slider = find(bench, "FloatSlider", "past")
        await slider.click(bench.ui.Vec2(slider.position.x + slider.size.x - 3, slider.center.y))
        await until(bench, lambda: status(bench) in ("busy", "setup"), "the end of the slider")
        await find(bench, "Button", "back_to_live").click()
        await until(bench, lambda: status(bench) == "setup", "live again")
        assert text(bench, "past_sentence") == "The stage shows the live values."
    await find(bench, "Button", "record").click()
    await until(bench, lambda: panel.model.history is None, "the end of the record")
    await find(bench, "Button", "disconnect").click()
    await bench.ui.wait_n_updates(3)
    assert bench.host.stage.GetSessionLayer().ExportToString() == before


async def test_the_timeline_plays_the_past(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    panel = await shown(bench, line)
    host = bench.host
    host.set_range(0.0, 7.0)
    await connect(bench, mosquitto.url)
    await until(bench, lambda: text(bench, "link").startswith("connected"), "the connection")
    await find(bench, "Button", "record").click()
    await until(bench, lambda: panel.model.history is not None and panel.model.status.link.connected, "recording")
    with Link(mosquitto.url) as sender:
        for state in ("down", "busy", "setup"):
            sender.publish("factorytwin/World/Mill/state", f'"{state}"'.encode())
            await until(bench, lambda state=state: status(bench) == state, state)
            begun = time.time()
            await until(bench, lambda begun=begun: time.time() > begun + 1.0, "a while")
        await until(bench, lambda: panel.model.history.status.last > begun - 0.9, "all in the record")
    panel.tabs.show("Past")
    await bench.ui.wait_n_updates(3)
    await find(bench, "Button", "past_play").click()
    await until(bench, lambda: host.playing, "the timeline runs")
    begin, end = host.range
    assert begin == 0.0 and 1.5 < end < 20.0
    seen = []

    def over() -> bool:
        seen.append(status(bench))
        return not host.playing

    await until(bench, over, "the end of the record")
    assert list(dict.fromkeys(seen)) == ["down", "busy", "setup"]
    host.set_time(0.1)  # as if dragged
    await bench.ui.wait_n_updates(2)
    assert status(bench) == "down" and text(bench, "past_sentence").startswith("The stage shows 20")
    find(bench, "ComboBox", "past_speed").model.get_item_value_model().set_value(1)
    await bench.ui.wait_n_updates(2)
    assert host.range[1] == pytest.approx(end / 10) and host.time == pytest.approx(0.01, abs=1e-3) and status(bench) == "down"
    await find(bench, "Button", "back_to_live").click()
    await bench.ui.wait_n_updates(2)
    assert host.range == (0.0, 7.0) and not host.playing and panel.model.past is None
    await find(bench, "Button", "step_-1 s").click()
    await bench.ui.wait_n_updates(2)
    assert panel.reel.on
    host.open(line)
    host.set_range(0.0, 5.0)
    await bench.ui.wait_n_updates(3)
    assert not panel.reel.on and host.range == (0.0, 5.0)


async def test_disconnecting_in_the_past_leaves_nothing_on_the_stage(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    panel = await shown(bench, line)
    before = bench.host.stage.GetSessionLayer().ExportToString()
    await connect(bench, mosquitto.url)
    await until(bench, lambda: text(bench, "link").startswith("connected"), "the connection")
    await find(bench, "Button", "record").click()
    await until(bench, lambda: panel.model.history is not None and panel.model.status.link.connected, "recording")
    with Link(mosquitto.url) as sender:
        sender.publish("factorytwin/World/Mill/temperature", b"50")
        await until(bench, lambda: panel.model.history.status.values == 1, "the value")
    panel.tabs.show("Past")
    await bench.ui.wait_n_updates(3)
    await find(bench, "Button", "step_-1 s").click()
    await until(bench, lambda: panel.model.past is not None, "the past")
    await find(bench, "Button", "disconnect").click()
    session = bench.host.stage.GetSessionLayer()
    await until(bench, lambda: panel.model.past is None and session.ExportToString() == before, "nothing left")


async def test_a_folder_that_cannot_be_used_is_told(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    panel = await shown(bench, line)
    await find(bench, "StringField", "folder").input(str(line))  # a file
    await connect(bench, mosquitto.url)
    await until(bench, lambda: text(bench, "link").startswith("connected"), "the connection")
    await find(bench, "Button", "record").click()
    await bench.ui.wait_n_updates(4)
    assert text(bench, "reason") and panel.model.history is None and panel.model.feed is not None


async def test_the_trend_of_the_place_selected_is_drawn(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    panel = await shown(bench, line)
    await connect(bench, mosquitto.url)
    await find(bench, "Button", "tab_Trends").click()
    await until(bench, lambda: text(bench, "link").startswith("connected"), "the connection")
    with Link(mosquitto.url) as sender:
        sender.publish("factorytwin/World/Lathe/power", b'{"value": 900, "unit": "W"}')
        await until(bench, lambda: text(bench, "trend_now") == "Lathe, power [kW]: 0.90", "the only one")
        for value in (40, 45, 50):
            sender.publish("factorytwin/World/Mill/temperature", b"%d" % value)
        await until(bench, lambda: len(panel.model.ring.read(MILL, "temperature", 0.0)[0]) == 3, "three values")
        bench.host.select((MILL,))
        await until(bench, lambda: text(bench, "trend_now") == "Mill, temperature [°C]: 50.0", "the one selected")
        plot = find(bench, "Plot", "trend")
        assert plot.widget.scale_max > 50 > plot.widget.scale_min


def test_a_line_holds_each_value_and_the_axis_fits() -> None:
    assert resample([0, 5], [1, 2], 0, 10, points=3) == [1, 2, 2]
    assert resample([], [], 0, 10) == [] == resample([11], [1], 0, 10)
    low, high = axis([40, 50])
    assert 0 < low < 40 and high > 50
    assert axis([1, 10])[0] == 0 and axis([]) == (0.0, 1.0) and axis([3, 3])[0] < 3 < axis([3, 3])[1]
