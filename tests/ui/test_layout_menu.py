# SPDX-License-Identifier: Apache-2.0
"""The Factory Layout panel's menu at the right mouse button, and files dropped on the panel; on the real omni.ui."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import omni.ui as ui
import pytest
from factory_twin.edit import position
from factory_twin_ui import drop

from tests.ui.test_layout_panel import MILL, TITLE, label, shown

pytestmark = pytest.mark.ui
AGV = Path(__file__).parents[2] / "data" / "assets" / "Agv" / "Agv.usda"


def lines(panel: Any) -> dict[str, Any]:
    """Text -> line of the menu that is open."""
    return {w.text: w for w in below(panel._menu.menu) if isinstance(w, ui.MenuItem)}


def below(widget: Any) -> Iterator[Any]:
    for child in ui.Inspector.get_children(widget):
        yield child
        yield from below(child)


async def test_the_right_button_selects_and_offers_what_fits(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    await label(bench, f"row_{MILL}").right_click()
    await bench.ui.wait_n_updates(3)
    assert bench.host.selection == (MILL,)
    assert panel._menu.menu.shown
    assert {"Select what feeds it", "Select what it feeds", "Take it out of the plant", "Remove it"} <= set(lines(panel))
    assert not {line for line in lines(panel) if line.startswith(("Make", "Align", "Space", "Connect"))}
    lines(panel)["Select what it feeds"].call_triggered_fn()
    await bench.ui.wait_n_updates(3)
    assert bench.host.selection == ("/World/Rack",)


async def test_what_was_taken_out_comes_back_by_undo(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    before = bench.host.stage.GetRootLayer().ExportToString()
    await label(bench, f"row_{MILL}").right_click()
    lines(panel)["Take it out of the plant"].call_triggered_fn()
    await bench.ui.wait_n_updates(4)
    assert "1 station," in label(bench, "summary").widget.text
    bench.host.undo()
    await bench.ui.wait_n_updates(4)
    assert bench.host.stage.GetRootLayer().ExportToString() == before
    assert "2 stations" in label(bench, "summary").widget.text


async def dropped(bench: Any, text: str) -> None:
    """Drag a word with this text from a window beside and drop it on the panel."""
    source = ui.Window("Files", width=200, height=100, position_x=700, position_y=100)
    with source.frame:
        ui.Label("file", identifier="file").set_drag_fn(lambda: text)
    await bench.ui.wait_n_updates(4)
    await bench.ui.find("Files//Frame/**/Label[*]").drag_and_drop(bench.ui.find(f"{TITLE}//Frame/**/TreeView[*]").center)
    await bench.ui.wait_n_updates(4)


async def test_a_file_dropped_on_the_panel_comes_in_beside_what_is_selected(bench: Any, line: Path) -> None:
    await shown(bench, line)
    bench.host.select((MILL,))
    await dropped(bench, str(AGV))
    assert bench.host.selection == ("/World/Agv",)
    stage = bench.host.stage
    x, y, z = position(stage, MILL)
    edge = position(stage, "/World/Agv")
    assert edge[0] > x + 1.0 and edge[1:] == pytest.approx((y, z))
    assert bench.host.undo_text == "Add Agv"
    bench.host.undo()
    assert not stage.GetPrimAtPath("/World/Agv")


async def test_a_file_that_is_no_usd_is_not_taken_and_a_broken_one_is_told(bench: Any, line: Path, tmp_path: Path) -> None:
    await shown(bench, line)
    told: list[str] = []
    handle = bench.host.notices.connect(lambda text, level: told.append(text))
    broken = tmp_path / "broken.usda"
    broken.write_text("nothing", encoding="utf-8")
    before = bench.host.stage.GetRootLayer().ExportToString()
    await dropped(bench, f"{tmp_path / 'plan.pdf'}\n{broken}")
    assert bench.host.stage.GetRootLayer().ExportToString() == before
    assert "broken.usda" in told[-1]
    handle.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/a/b.usd\n\n /c/D.USDA \n/e.png", ["/a/b.usd", "/c/D.USDA"]),
        ("omniverse://server/x.usd", ["omniverse://server/x.usd"]),
        ("/World/Mill", []),
        ("", []),
    ],
)
def test_the_files_of_a_drop(text: str, found: list[str]) -> None:
    assert drop.files(text, (".usd", ".usda")) == found


def test_a_file_url_becomes_a_path() -> None:
    assert drop.files("file:///srv/my%20cells/x.usd", (".usd",))[0].endswith("srv/my cells/x.usd")


async def chosen(bench: Any, panel: Any, *names: str) -> None:
    """Select places and open the menu on the last of them."""
    bench.host.select(tuple(f"/World/{name}" for name in names))
    await bench.ui.wait_n_updates(4)
    await label(bench, f"row_/World/{names[-1]}").right_click()
    await bench.ui.wait_n_updates(3)


async def test_a_place_is_duplicated_beside_and_the_copy_is_a_place(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    stage = bench.host.stage
    before = stage.GetRootLayer().ExportToString()
    await chosen(bench, panel, "Mill")
    lines(panel)["Duplicate it beside"].call_triggered_fn()
    await bench.ui.wait_n_updates(4)
    assert "3 stations" in label(bench, "summary").widget.text
    (copy,) = [
        p for p in stage.GetPrimAtPath("/World").GetChildren() if p.GetName().startswith("Mill") and p.GetName() != "Mill"
    ]
    assert position(stage, str(copy.GetPath()))[0] > position(stage, MILL)[0] + 1.0
    bench.host.undo()
    assert stage.GetRootLayer().ExportToString() == before


async def test_places_are_aligned_spaced_and_snapped_each_in_one_step(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    stage = bench.host.stage
    for name, x, y in (("Mill", 4.13, 0.4), ("Rack", 7.0, 1.3), ("Lathe", 12.2, -0.7)):
        stage.GetPrimAtPath(f"/World/{name}").GetAttribute("xformOp:translate").Set((x, y, 0.0))
    before = stage.GetRootLayer().ExportToString()
    for text in ("Align at the front", "Space evenly along X", "Snap to 0.5 m and 15 degrees"):
        await chosen(bench, panel, "Mill", "Rack", "Lathe")
        lines(panel)[text].call_triggered_fn()
        await bench.ui.wait_n_updates(3)
    spots = [position(stage, f"/World/{name}") for name in ("Mill", "Rack", "Lathe")]
    assert all(abs(v * 2 - round(v * 2)) < 1e-9 for x, y, _ in spots for v in (x, y))
    for _ in range(3):
        bench.host.undo()
    assert stage.GetRootLayer().ExportToString() == before and not bench.host.undo_text


async def test_what_is_removed_is_gone_from_the_flow_and_comes_back(bench: Any, line: Path) -> None:
    panel = await shown(bench, line)
    stage = bench.host.stage
    before = stage.GetRootLayer().ExportToString()
    await chosen(bench, panel, "Rack")
    lines(panel)["Remove it"].call_triggered_fn()
    await bench.ui.wait_n_updates(4)
    assert not stage.GetPrimAtPath("/World/Rack")
    assert not stage.GetPrimAtPath(MILL).GetRelationship("factoryTwin:successors").GetTargets()
    bench.host.undo()
    assert stage.GetRootLayer().ExportToString() == before
