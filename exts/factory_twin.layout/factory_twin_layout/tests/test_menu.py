# SPDX-License-Identifier: Apache-2.0
"""What the context menus do, in a running Kit: each is one step of its undo stack."""

from __future__ import annotations

import omni.kit.test
import omni.kit.undo
import omni.usd
from factory_twin_ui import kit
from factory_twin_ui.tests.line import MILL, frames, new_line
from pxr import UsdGeom

from ..actions import actions, after, before


class TestMenu(omni.kit.test.AsyncTestCase):
    async def setUp(self) -> None:
        self.held = kit.hold()
        self.host = kit.shared()
        self.stage = await new_line()
        self.lines = {action.name: action for action in actions()}

    async def tearDown(self) -> None:
        await omni.usd.get_context().close_stage_async()
        self.held.close()
        self.held = self.host = self.stage = self.lines = None

    def fitting(self, *paths: str) -> list[str]:
        return [name for name, action in self.lines.items() if action.applies(self.host, paths)]

    async def test_a_prim_becomes_a_buffer_and_is_none_after_undo(self) -> None:
        prim = UsdGeom.Xform.Define(self.stage, "/World/Shelf").GetPrim()
        self.lines["Make it a buffer"].act(self.host, ("/World/Shelf",))
        self.assertIn("FactoryTwinBufferAPI", prim.GetAppliedSchemas())
        omni.kit.undo.undo()
        self.assertNotIn("FactoryTwinBufferAPI", prim.GetAppliedSchemas())

    async def test_only_what_makes_sense_is_offered(self) -> None:
        self.assertIn("Take it out of the plant", self.fitting(MILL))
        self.assertNotIn("Make it a station", self.fitting(MILL))
        self.assertEqual(self.fitting(), [])
        self.assertEqual(self.fitting("/Nowhere"), [])

    async def test_the_flow_is_followed_both_ways(self) -> None:
        self.assertEqual(after(self.host, (MILL,)), ("/World/Rack",))
        self.assertEqual(before(self.host, (MILL,)), ("/World/Start",))

    async def test_a_place_taken_out_comes_back_whole(self) -> None:
        text = self.stage.GetRootLayer().ExportToString()
        self.lines["Take it out of the plant"].act(self.host, (MILL,))
        await frames(2)
        self.assertFalse([s for s in self.stage.GetPrimAtPath(MILL).GetAppliedSchemas() if s.startswith("FactoryTwin")])
        omni.kit.undo.undo()
        self.assertEqual(self.stage.GetRootLayer().ExportToString(), text)
