# SPDX-License-Identifier: Apache-2.0
"""A table's rows are drawn as long as its widget is there, even when the table itself has been let go."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import omni.ui as ui
import pytest
from factory_twin_ui.table import Column, Table

pytestmark = pytest.mark.ui


def window_with_table() -> tuple[ui.Window, Table]:
    window = ui.Window("Table", width=300, height=200)
    with window.frame:
        table = Table((Column("Name", str), Column("Length", lambda r: str(len(r)), 60, right=True)), str, identifier="words")
    table.set_rows(["lathe", "mill"])
    return window, table


async def test_a_table_let_go_is_drawn_until_its_widget_goes(bench: Any) -> None:
    window, table = window_with_table()
    await bench.ui.wait_n_updates(3)
    gone = weakref.ref(table)
    del table
    gc.collect()
    window.width = 320  # everything is built anew
    bench.ui.find("Table//Frame/**/TreeView[*]").widget.dirty_widgets()
    await bench.ui.wait_n_updates(3)
    assert bench.ui.find("Table//Frame/**/Label[*].identifier=='cell_mill_Name'").widget.text == "mill"
    window.destroy()
    gc.collect()
    assert gone() is None


async def test_a_click_on_a_header_sorts_and_a_second_turns(bench: Any) -> None:
    window, table = window_with_table()
    await bench.ui.wait_n_updates(3)
    seen = []
    for _ in range(2):
        heading = next(r for r in bench.ui.find_all("Table//Frame/**/Label[*]") if r.widget.text.startswith("Length"))
        await heading.click()
        await bench.ui.wait_n_updates(2)
        seen.append(table.rows)
    assert seen == [["mill", "lathe"], ["lathe", "mill"]]
    window.destroy()
