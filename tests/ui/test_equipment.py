# SPDX-License-Identifier: Apache-2.0
"""From an empty stage to a line that runs, with clicks on the equipment's pictures; and back by undo. On the real omni.ui."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import omni.ui as ui
import pytest
from factory_twin.check import check
from factory_twin.collide import overlaps
from factory_twin.footprint import footprints
from factory_twin.read import read_plant
from factory_twin.sim import Simulation
from factory_twin_layout.panel import LayoutPanel
from pxr import Usd, UsdGeom

from tests.ui.test_layout_menu import below

pytestmark = pytest.mark.ui
TITLE = LayoutPanel.TITLE


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    """A stage with nothing on it but a root."""
    path = tmp_path / "hall.usda"
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/World").GetPrim())
    stage.Save()
    return path


async def shown(bench: Any, stage: Path) -> Any:
    bench.host.open(stage)
    window = bench.show(LayoutPanel, size=(560, 590))
    await bench.ui.wait_n_updates(8)
    return window.panel


def find(bench: Any, kind: str, identifier: str) -> Any:
    return bench.ui.find(f"{TITLE}//Frame/**/{kind}[*].identifier=='{identifier}'")


async def into_view(bench: Any, card: str) -> Any:
    """Scroll the strip until a card is in it."""
    strip = [s for s in bench.ui.find_all(f"{TITLE}//Frame/**/ScrollingFrame[*]") if s.widget.computed_height < 120][-1]
    strip.widget.scroll_x += find(bench, "VStack", card).position.x - strip.position.x - 20
    await bench.ui.wait_n_updates(3)
    return find(bench, "VStack", card)


async def test_an_empty_hall_becomes_a_line_and_is_empty_again(bench: Any, hall: Path) -> None:
    await shown(bench, hall)
    stage = bench.host.stage
    before = stage.GetRootLayer().ExportToString()
    for name in ("Mill", "Lathe", "Inspection"):
        await (await into_view(bench, f"asset_{name}")).click()
        await bench.ui.wait_n_updates(6)
        assert bench.host.selection == (f"/World/{name}",)
        if find(bench, "VStack", "asset_Mill") is None:
            await find(bench, "HStack", "equipment").click()
            await bench.ui.wait_n_updates(4)
    assert "3 stations" in find(bench, "Label", "summary").widget.text
    places = ("/World/Mill", "/World/Lathe", "/World/Inspection")
    assert len(overlaps(footprints(stage, places).rectangles)) == 0
    assert not any(i.code.startswith("station.process_time") for i in check(stage))
    for _ in places:
        bench.host.undo()
    assert stage.GetRootLayer().ExportToString() == before and not bench.host.undo_text


async def test_the_strip_opens_and_closes(bench: Any, line: Path) -> None:
    await shown(bench, line)
    assert find(bench, "VStack", "asset_Mill") is None
    await find(bench, "HStack", "equipment").click()
    await bench.ui.wait_n_updates(4)
    assert find(bench, "VStack", "asset_Mill") is not None
    await find(bench, "HStack", "equipment").click()
    await bench.ui.wait_n_updates(4)
    assert find(bench, "VStack", "asset_Mill") is None


async def test_without_a_catalogue_it_says_where_it_looked(bench: Any, tmp_path: Path) -> None:
    from factory_twin_layout.equipment import EquipmentStrip

    window = ui.Window("Strip", width=400, height=200)
    with window.frame:
        strip = EquipmentStrip(lambda asset: None, is_open=True, folder=tmp_path / "nowhere")
    await bench.ui.wait_n_updates(4)
    texts = [r.widget.text for r in bench.ui.find_all("Strip//Frame/**/Label[*]")]
    assert any(str(tmp_path / "nowhere") in text for text in texts) and strip.is_open
    window.destroy()


async def test_a_five_station_line_is_built_connected_run_and_undone(bench: Any, hall: Path) -> None:
    panel = await shown(bench, hall)
    stage = bench.host.stage
    before = stage.GetRootLayer().ExportToString()
    order = ("GoodsReceipt", "Mill", "Rack", "Lathe", "RobotCell", "Pallet", "AssemblyCell", "Inspection", "GoodsIssue")
    for name in order:
        if find(bench, "VStack", f"asset_{name}") is None:
            await find(bench, "HStack", "equipment").click()
            await bench.ui.wait_n_updates(4)
        await (await into_view(bench, f"asset_{name}")).click()
        await bench.ui.wait_n_updates(6)
    paths = tuple(f"/World/{name}" for name in order)
    assert len(overlaps(footprints(stage, paths).rectangles)) == 0
    bench.host.select(paths)
    await bench.ui.wait_n_updates(4)
    await find(bench, "Label", f"row_{paths[-1]}").right_click()
    await bench.ui.wait_n_updates(3)
    items = {w.text: w for w in below(panel._menu.menu) if isinstance(w, ui.MenuItem)}
    items["Connect in this order"].call_triggered_fn()
    await bench.ui.wait_n_updates(4)
    assert find(bench, "Label", "summary").widget.text.startswith("5 stations, 2 buffers, no errors")
    model = Simulation(read_plant(stage), seed=1)
    model.run(8 * 3600.0)
    assert model.finished > 20
    for _ in range(len(order) + 1):
        bench.host.undo()
    assert stage.GetRootLayer().ExportToString() == before and not bench.host.undo_text
