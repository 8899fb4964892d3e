# SPDX-License-Identifier: Apache-2.0
"""The Factory Run panel in a running Kit: Run gives an answer, Show motion moves parts, and neither changes the user's file."""

from __future__ import annotations

import omni.kit.test
import omni.kit.ui_test as ui_test
import omni.timeline
import omni.usd
from factory_twin_ui.tests.line import frames, new_line, show
from pxr import UsdGeom

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

    async def test_the_same_seed_gives_the_same_answer(self) -> None:
        await self.run_it()
        first = text("card_Throughput")
        await self.run_it()
        self.assertEqual(text("card_Throughput"), first)

    async def test_a_run_is_cancelled_and_says_so(self) -> None:
        await ui_test.find(f"{RunPanel.TITLE}//Frame/**/StringField[*].identifier=='replications'").input("1000")
        await button("run").click()
        await frames(2)
        self.assertTrue(button("cancel").widget.enabled)
        await button("cancel").click()
        await frames(3)
        self.assertTrue(button("run").widget.enabled)

    async def test_a_stage_closed_during_a_run_ends_it(self) -> None:
        await button("run").click()
        await frames(1)
        await omni.usd.get_context().close_stage_async()
        await frames(4)
        self.assertEqual(text("sentence"), "")

    async def test_parts_follow_the_timeline(self) -> None:
        await self.run_it()
        await button("motion").click()
        timeline = omni.timeline.get_timeline_interface()
        seen = []
        for time in (1.0, 30.0, 1.0):
            timeline.set_current_time(time)
            await frames(4)
            part = self.stage.GetPrimAtPath("/World/FactoryTwinMotion/Part_000")
            seen.append(tuple(UsdGeom.Xformable(part).ComputeLocalToWorldTransform(0).ExtractTranslation()))
        await button("motion").click()
        await frames(3)
        self.assertEqual(seen[0], seen[2])

    async def test_the_file_stays_as_it_is_while_a_shift_plays(self) -> None:
        await self.run_it()
        await button("motion").click()
        timeline = omni.timeline.get_timeline_interface()
        timeline.play()
        await frames(8)
        timeline.stop()
        await button("motion").click()
        await frames(3)
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
