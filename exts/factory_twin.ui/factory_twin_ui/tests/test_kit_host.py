# SPDX-License-Identifier: Apache-2.0
"""The host in a running Kit: selection, undo and the timeline are Kit's own."""

from __future__ import annotations

import omni.kit.test
import omni.kit.undo
import omni.usd
from factory_twin.edit import SetAttribute

from .. import kit
from .line import MILL, TIME, frames, new_line


class TestKitHost(omni.kit.test.AsyncTestCase):
    async def setUp(self) -> None:
        self.held = kit.hold()
        self.host = kit._shared
        self.stage = await new_line()

    async def tearDown(self) -> None:
        await omni.usd.get_context().close_stage_async()
        self.held.close()
        self.held = self.host = self.stage = None

    async def test_selection_is_kits(self) -> None:
        self.host.select((MILL,))
        await frames(2)
        self.assertEqual(list(omni.usd.get_context().get_selection().get_selected_prim_paths()), [MILL])

    async def test_kits_undo_takes_an_edit_back(self) -> None:
        self.host.do(SetAttribute(MILL, TIME, "90"))
        attribute = self.stage.GetPrimAtPath(MILL).GetAttribute(TIME)
        self.assertEqual(attribute.Get(), "90")
        omni.kit.undo.undo()
        self.assertEqual(attribute.Get(), "60")

    async def test_the_timeline_is_kits(self) -> None:
        seen = []
        handle = self.host.on_time(lambda: seen.append(self.host.time))
        self.host.set_range(0.0, 20.0)
        self.host.set_time(5.0)
        await frames(3)
        handle.close()
        self.assertAlmostEqual(self.host.time, 5.0)
        self.assertTrue(seen)
