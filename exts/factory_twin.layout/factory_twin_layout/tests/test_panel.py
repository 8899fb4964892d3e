# SPDX-License-Identifier: Apache-2.0
"""The Factory Layout panel in a running Kit: what is typed reaches the stage, and what is selected shows."""

from __future__ import annotations

import omni.kit.test
import omni.kit.ui_test as ui_test
import omni.kit.undo
import omni.usd
from factory_twin_ui.tests.line import MILL, TIME, frames, new_line, show

from ..panel import LayoutPanel


def find_field(identifier: str) -> ui_test.WidgetRef:
    return ui_test.find(f"{LayoutPanel.TITLE}//Frame/**/StringField[*].identifier=='{identifier}'")


def label(identifier: str) -> ui_test.WidgetRef:
    return ui_test.find(f"{LayoutPanel.TITLE}//Frame/**/Label[*].identifier=='{identifier}'")


class TestLayoutPanel(omni.kit.test.AsyncTestCase):
    async def setUp(self) -> None:
        self.stage = await new_line()
        await show(LayoutPanel.TITLE)

    async def tearDown(self) -> None:
        await omni.usd.get_context().close_stage_async()
        self.stage = None

    async def test_a_process_time_is_typed_and_undone(self) -> None:
        omni.usd.get_context().get_selection().set_selected_prim_paths([MILL], True)
        await frames(4)
        await find_field("field_processTime").input("75")
        await frames(3)
        attribute = self.stage.GetPrimAtPath(MILL).GetAttribute(TIME)
        self.assertEqual(attribute.Get(), "75")
        omni.kit.undo.undo()
        await frames(3)
        self.assertEqual(attribute.Get(), "60")
        self.assertEqual(find_field("field_processTime").model.as_string, "60")

    async def test_the_summary_counts_the_places(self) -> None:
        self.assertIn("2 stations, 1 buffer, no errors", label("summary").widget.text)

    async def test_the_tree_shows_every_place(self) -> None:
        for name in ("Start", "Mill", "Rack", "Lathe", "End"):
            self.assertIsNotNone(label(f"row_/World/{name}"), name)

    async def test_a_click_in_the_tree_selects_in_kit(self) -> None:
        await label("row_/World/Lathe").click()
        await frames(3)
        self.assertEqual(list(omni.usd.get_context().get_selection().get_selected_prim_paths()), ["/World/Lathe"])

    async def test_a_text_that_is_no_time_is_refused_beside_the_field(self) -> None:
        omni.usd.get_context().get_selection().set_selected_prim_paths([MILL], True)
        await frames(4)
        await find_field("field_processTime").input("soon")
        await frames(3)
        self.assertIn("distribution", label("field_processTime_error").widget.text)
        self.assertEqual(self.stage.GetPrimAtPath(MILL).GetAttribute(TIME).Get(), "60")

    async def test_a_change_from_elsewhere_shows(self) -> None:
        omni.usd.get_context().get_selection().set_selected_prim_paths([MILL], True)
        await frames(4)
        self.stage.GetPrimAtPath(MILL).GetAttribute(TIME).Set("45")
        await frames(3)
        self.assertEqual(find_field("field_processTime").model.as_string, "45")

    async def test_undo_and_redo_buttons_are_kits(self) -> None:
        omni.usd.get_context().get_selection().set_selected_prim_paths([MILL], True)
        await frames(4)
        await find_field("field_processTime").input("75")
        await frames(2)
        attribute = self.stage.GetPrimAtPath(MILL).GetAttribute(TIME)
        for identifier, expected in (("undo", "60"), ("redo", "75")):
            await ui_test.find(f"{LayoutPanel.TITLE}//Frame/**/Button[*].identifier=='{identifier}'").click()
            await frames(3)
            self.assertEqual(attribute.Get(), expected)

    async def test_a_closed_stage_gives_an_empty_panel(self) -> None:
        await omni.usd.get_context().close_stage_async()
        await frames(4)
        self.assertEqual(label("summary").widget.text, "No stage")
