# SPDX-License-Identifier: Apache-2.0
"""The tab Topics, clicked: what comes is listed, found, bound by a click and by a drop, and undone; the feed goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from factory_twin.mqtt import Link
from mosquitto import Mosquitto, mosquitto

from tests.ui.test_live_panel import MILL, TITLE, connect, find, shown, text, until

__all__ = ["mosquitto"]
pytestmark = [pytest.mark.ui, pytest.mark.broker]
ODD = "factorytwin/cell7/mill_temperature"


async def opened(bench: Any, line: Path, mosquitto: Mosquitto) -> Any:
    panel = await shown(bench, line)
    await connect(bench, mosquitto.url)
    await until(bench, lambda: text(bench, "link").startswith("connected"), "the connection")
    await find(bench, "Button", "tab_Topics").click()
    return panel


def shows(bench: Any, name: str) -> Any:
    attribute = bench.host.stage.GetPrimAtPath(MILL).GetAttribute(f"factoryTwin:state:{name}")
    return attribute.Get() if attribute else None


async def test_a_value_is_found_bound_with_a_click_and_unbound_by_undo(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    panel = await opened(bench, line, mosquitto)
    with Link(mosquitto.url) as sender:
        sender.publish("factorytwin/World/Lathe/state", b'"busy"')
        sender.publish(ODD, b"41.5")
        await until(bench, lambda: text(bench, "bound_counts") == "2 values, 1 bound, 1 not bound", "both values")
        await find(bench, "StringField", "search").input("CELL7 mill")
        await until(bench, lambda: len(panel.view.table.rows) == 1, "one is left")
        assert text(bench, f"cell_{ODD}\x1f_Value") == "41.5"
        await find(bench, "Label", f"topic_{ODD}").click()
        await bench.ui.wait_n_updates(3)
        assert text(bench, "goes_to") == "Not bound." and text(bench, "suggestion_0") == "Mill temperature"
        await find(bench, "Button", "bind_0").click()
        await until(bench, lambda: text(bench, "goes_to") == "Goes to: Mill temperature", "the binding")
        assert bench.host.undo_text.startswith("Bind temperature of Mill")
        await until(bench, lambda: panel.model.status.link.connected, "the feed again")
        sender.publish(ODD, b"43.5")
        await until(bench, lambda: shows(bench, "temperature") == 43.5, "the value on the stage")
        bench.host.undo()
        await until(bench, lambda: text(bench, "bound_counts") == "1 values, 0 bound, 1 not bound", "the undo")
        await until(bench, lambda: text(bench, "goes_to") == "Not bound.", "it is told")
        assert "cell7" not in bench.host.stage.GetRootLayer().ExportToString()
        bench.host.redo()
        await until(bench, lambda: text(bench, "goes_to") == "Goes to: Mill temperature", "the redo")
        await bench.ui.wait_n_updates(3)  # the button takes its place
        await find(bench, "Button", "unbind").click()
        await until(bench, lambda: text(bench, "goes_to") == "Not bound.", "it was unbound")


async def test_a_value_dropped_on_a_place_is_bound_to_it(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    panel = await opened(bench, line, mosquitto)
    with Link(mosquitto.url) as sender:
        sender.publish("factorytwin/plc/42", b'{"value": 2.5, "unit": "mm/s"}')
        await until(bench, lambda: text(bench, "bound_counts") == "1 values, 0 bound, 1 not bound", "the value")
        place = find(bench, "ZStack", f"drop_{MILL}")
        await find(bench, "Label", "topic_factorytwin/plc/42").drag_and_drop(place.center)
        await until(bench, lambda: text(bench, "bound_counts") == "1 values, 1 bound, 0 not bound", "the binding")
        await until(bench, lambda: panel.model.status.link.connected, "the feed again")
        sender.publish("factorytwin/plc/42", b'{"value": 3.5, "unit": "mm/s"}')
        (goes,) = panel.view.bindings.places(panel.view.table.rows[0])
        assert goes[0] == MILL
        await until(bench, lambda: shows(bench, goes[1]) == pytest.approx(0.0035), "the value on the stage")


async def test_what_was_known_stays_when_a_binding_is_made(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    panel = await opened(bench, line, mosquitto)
    with Link(mosquitto.url) as sender:
        sender.publish("factorytwin/World/Mill/state", b'"down"')
        sender.publish(ODD, b"41.5")
        await until(bench, lambda: text(bench, "bound_counts") == "2 values, 1 bound, 1 not bound", "both values")
        old, health = panel.model.feed, panel.model.feed.health
        bench.host.select(("/World/Lathe",))
        await find(bench, "Label", f"topic_{ODD}").click()
        await bench.ui.wait_n_updates(3)
        await find(bench, "Button", "bind_selected").click()
        await until(bench, lambda: panel.model.feed is not old, "another feed")
        await bench.ui.wait_n_updates(3)
        assert panel.model.feed.health is health and shows(bench, "status") == "down"
        assert panel.model.feed.bindings[0].path == "/World/Lathe" and len(panel.model.feed.discovery) == 2
        assert text(bench, "bind_error") == ""
    assert bench.ui.find(f"{TITLE}//Frame/**/Label[*].identifier=='goes_to'").widget.text == "Goes to: Lathe temperature"
