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
        label = ui_test.find(f"{LayoutPanel.TITLE}//Frame/**/Label[*].identifier=='summary'")
        self.assertIn("2 stations, 1 buffer, no errors", label.widget.text)
