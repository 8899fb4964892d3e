# SPDX-License-Identifier: Apache-2.0
"""The form of the Factory Live panel, clicked: test a broker, break the virtual plant, keep no password, in a narrow dock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from factory_twin_bridge.broker import without_password
from factory_twin_bridge.panel import LivePanel
from mosquitto import Mosquitto, mosquitto, needs_mosquitto

from tests.ui.test_live_panel import MILL, TITLE, connect, find, shown, text, until

__all__ = ["mosquitto"]
pytestmark = [pytest.mark.ui, pytest.mark.broker]


async def test_a_broker_is_tested_without_joining_it(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    panel = await shown(bench, line)
    await find(bench, "StringField", "broker").input(mosquitto.url)
    await find(bench, "Button", "test").click()
    await until(bench, lambda: text(bench, "finding").startswith("Connected to "), "the finding")
    assert find(bench, "Label", "finding").widget.name == "good" and panel.model.feed is None
    mosquitto.kill()
    await find(bench, "Button", "test").click()
    await until(bench, lambda: "Nothing listens" in text(bench, "finding"), "the reason")
    assert find(bench, "Label", "finding").widget.name == "error"


async def test_a_password_in_the_address_is_not_kept(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    panel = await shown(bench, line)
    url = mosquitto.url.replace("//", "//jo:secret@")
    await connect(bench, url)
    await until(bench, lambda: text(bench, "link").startswith("connected"), "the connection")
    assert bench.host.setting("live.broker", "") == mosquitto.url.replace("//", "//jo@")
    assert "secret" not in str(bench.host._settings) and "secret" not in text(bench, "link")
    assert panel.model.status.link.address.endswith(str(mosquitto.port))


def test_an_address_loses_its_password() -> None:
    assert without_password("mqtts://jo:a@b:c@host:8883") == "mqtts://jo@host:8883"
    assert without_password("jo:secret@host") == "host"
    assert without_password("mqtt://:secret@host:1") == "mqtt://host:1"
    assert without_password("mqtt://host:1883") == "mqtt://host:1883"
    assert "secret" not in without_password("mqtt://jo:secret@[host:1")


@needs_mosquitto
async def test_a_fault_begins_while_the_plant_goes_on(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    assert find(bench, "Button", "break") is None
    await find(bench, "Button", "try_virtual").click()
    await until(bench, lambda: text(bench, f"cell_{MILL}_Parts") not in ("", "0"), "a part")
    parts = int(text(bench, f"cell_{MILL}_Parts"))
    panel.model.virtual.break_("Overheating", MILL)
    assert text(bench, "reason") == ""
    await until(bench, lambda: panel.model.virtual.preparing == 1.0, "the plant with the fault")
    await until(bench, lambda: text(bench, "broken") == "Overheating: Mill", "it is told")
    assert int(text(bench, f"cell_{MILL}_Parts")) >= parts
    await until(bench, lambda: int(text(bench, f"cell_{MILL}_Parts")) > parts, "it goes on")
    assert panel.model.status.late == 0 and panel.model.status.rejected == 0
    await find(bench, "Button", "mend").click()
    await until(bench, lambda: not find(bench, "Label", "broken").widget.visible, "all is well")


@needs_mosquitto
async def test_break_it_takes_what_is_chosen(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    await find(bench, "Button", "virtual").click()
    await until(bench, lambda: find(bench, "Button", "break") is not None, "the faults")
    find(bench, "ComboBox", "fault").model.get_item_value_model().set_value(5)
    find(bench, "ComboBox", "fault_machine").model.get_item_value_model().set_value(1)
    await find(bench, "Button", "break").click()
    (fault,) = panel.model.virtual.faults
    assert (fault.kind, fault.place) == ("network", "/World/Lathe")
    await until(bench, lambda: text(bench, "broken") == "Network loss: Lathe", "it is told")


@needs_mosquitto
async def test_everything_fits_into_a_narrow_dock(bench: Any, line: Path) -> None:
    bench.host.open(line)
    bench.show(LivePanel, size=(360, 600))
    await bench.ui.wait_n_updates(6)
    assert find(bench, "Button", "connect") is not None
    await find(bench, "Button", "virtual").click()
    for tab in ("Machines", "Topics", "Alarms", "Trends", "Past", "Broker"):
        await find(bench, "Button", f"tab_{tab}").click()
        await bench.ui.wait_n_updates(6)
        for kind in ("Button", "TreeView", "ComboBox", "Plot", "StringField", "FloatSlider"):
            for widget in bench.ui.find_all(f"{TITLE}//Frame/**/{kind}[*]"):
                if widget.widget.visible and widget.size.x > 0:
                    where = f"{tab} {kind} {widget.widget.identifier}"
                    assert 0 <= widget.position.x and widget.position.x + widget.size.x <= 361, where
    await until(bench, lambda: text(bench, "link").startswith("connected"), "the connection")
