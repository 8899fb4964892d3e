# SPDX-License-Identifier: Apache-2.0
"""The tab Alarms and the health of machines, clicked; with a limit on a prim and real values beyond it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from factory_twin.mqtt import Link
from mosquitto import Mosquitto, mosquitto
from pxr import Sdf, Usd

from tests.ui.test_live_panel import MILL, connect, find, shown, text, until

__all__ = ["mosquitto"]
pytestmark = [pytest.mark.ui, pytest.mark.broker]


def with_limit(line: Path) -> None:
    stage = Usd.Stage.Open(str(line))
    for path in (MILL, "/World/Lathe"):
        prim = stage.GetPrimAtPath(path)
        prim.AddAppliedSchema("FactoryTwinHealthAPI:temperature")
        prim.CreateAttribute("factoryTwin:health:temperature:alarm", Sdf.ValueTypeNames.String, False).Set("80")
    stage.Save()


async def test_alarms_are_told_acknowledged_and_shelved(bench: Any, line: Path, mosquitto: Mosquitto) -> None:
    with_limit(line)
    panel = await shown(bench, line)
    await connect(bench, mosquitto.url)
    await until(bench, lambda: text(bench, "link").startswith("connected"), "the connection")
    with Link(mosquitto.url) as sender:
        for place in ("Mill", "Lathe"):
            sender.publish(f"factorytwin/World/{place}/temperature", b"95")
        await until(bench, lambda: text(bench, f"health_{MILL}") == "alarm", "the health of the mill")
        attribute = bench.host.stage.GetPrimAtPath(MILL).GetAttribute("factoryTwin:state:health")
        await until(bench, lambda: attribute.Get() == "alarm", "the health on the stage")
        await until(bench, lambda: find(bench, "Button", "tab_Alarms").widget.text == "Alarms (2)", "the count on the tab")
        await find(bench, "Button", "tab_Alarms").click()
        await bench.ui.wait_n_updates(4)
        assert text(bench, "alarm_sentence") == "2 alarms, 2 not acknowledged."
        assert not find(bench, "Button", "acknowledge").widget.enabled
        alarm = next(a for a in panel.view.table.rows if a.key.place == MILL)
        await find(bench, "Label", f"cell_{alarm.id}_Alarm").click()
        await bench.ui.wait_n_updates(2)
        assert bench.host.selection == (MILL,)
        await find(bench, "Button", "acknowledge").click()
        await bench.ui.wait_n_updates(4)
        assert text(bench, "alarm_sentence") == "2 alarms, 1 not acknowledged." and alarm.who == "operator"
        await until(bench, lambda: find(bench, "Button", "tab_Alarms").widget.text == "Alarms (1)", "the count on the tab")
        await find(bench, "Button", "shelve").click()
        await bench.ui.wait_n_updates(4)
        assert text(bench, "alarm_sentence") == "1 alarm, 1 not acknowledged, 1 shelved."
        await find(bench, "Button", "acknowledge_all").click()
        await bench.ui.wait_n_updates(4)
        assert text(bench, "alarm_sentence") == "1 alarm, 0 not acknowledged, 1 shelved."
        assert len(panel.view.history.rows) == len(panel.model.feed.health.alarms.history) == 5
