# SPDX-License-Identifier: Apache-2.0
"""The Factory Run panel in a running Kit: Run gives an answer, Show motion moves parts, and neither changes the user's file."""

from __future__ import annotations

import omni.kit.test
import omni.kit.ui_test as ui_test
import omni.usd
from factory_twin_ui.tests.line import frames, new_line, show

from ..panel import RunPanel


def button(identifier: str) -> ui_test.WidgetRef:
    return ui_test.find(f"{RunPanel.TITLE}//Frame/**/Button[*].identifier=='{identifier}'")


def text(identifier: str) -> str:
    found = ui_test.find(f"{RunPanel.TITLE}//Frame/**/Label[*].identifier=='{identifier}'")
    return found.widget.text if found is not None else ""


class TestRunPanel(omni.kit.test.AsyncTestCase):
    async def setUp(self) -> None:
        self.stage = await new_line()
        self.before = self.stage.GetRootLayer().ExportToString()
        await show(RunPanel.TITLE)

    async def tearDown(self) -> None:
        await omni.usd.get_context().close_stage_async()
        self.stage = None

    async def run_it(self) -> None:
        await button("run").click()
        for _ in range(600):
            if text("sentence"):
                return
            await frames(1)

    async def test_run_gives_the_answer(self) -> None:
        await self.run_it()
        self.assertIn("The bottleneck is", text("sentence"))
        self.assertIn("parts/h", text("card_Throughput"))
        self.assertEqual(self.stage.GetRootLayer().ExportToString(), self.before)

    async def test_motion_is_shown_and_taken_away(self) -> None:
        await self.run_it()
        session = self.stage.GetSessionLayer()
        await button("motion").click()
        await frames(3)
        self.assertEqual(len(session.subLayerPaths), 1)
        self.assertTrue(self.stage.GetPrimAtPath("/World/FactoryTwinMotion/Part_000"))
        await button("motion").click()
        await frames(3)
        self.assertEqual(len(session.subLayerPaths), 0)
        self.assertEqual(self.stage.GetRootLayer().ExportToString(), self.before)
