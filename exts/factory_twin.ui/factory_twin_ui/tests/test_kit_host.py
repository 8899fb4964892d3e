# SPDX-License-Identifier: Apache-2.0
"""The host in a running Kit: stage, selection, undo and settings are Kit's own."""

from __future__ import annotations

import omni.kit.test
import omni.kit.undo
import omni.usd
from factory_twin.edit import Group, Move, SetAttribute
from factory_twin.errors import FactoryTwinError

from .. import kit
from .line import MILL, TIME, frames, new_line


class TestKitHost(omni.kit.test.AsyncTestCase):
    async def setUp(self) -> None:
        self.held = kit.hold()
        self.host = kit.shared()
        self.stage = await new_line()

    async def tearDown(self) -> None:
        await omni.usd.get_context().close_stage_async()
        self.held.close()
        self.held = self.host = self.stage = None

    async def test_the_stage_is_kits(self) -> None:
        self.assertEqual(self.host.stage.GetRootLayer(), self.stage.GetRootLayer())

    async def test_a_stage_that_closes_is_let_go(self) -> None:
        seen = []
        handle = self.host.on_stage(lambda: seen.append(self.host.stage is None))
        await omni.usd.get_context().close_stage_async()
        await frames(2)
        handle.close()
        self.assertEqual(seen[:1], [True])
        self.assertIsNone(self.host.stage)

    async def test_selection_is_kits(self) -> None:
        self.host.select((MILL,))
        await frames(2)
        self.assertEqual(list(omni.usd.get_context().get_selection().get_selected_prim_paths()), [MILL])

    async def test_what_is_selected_in_kit_is_told(self) -> None:
        seen = []
        handle = self.host.on_selection(lambda: seen.append(self.host.selection))
        omni.usd.get_context().get_selection().set_selected_prim_paths([MILL], True)
        await frames(3)
        handle.close()
        self.assertEqual(seen[-1:], [(MILL,)])

    async def test_kits_undo_takes_an_edit_back_and_redo_does_it_again(self) -> None:
        self.host.do(SetAttribute(MILL, TIME, "90"))
        attribute = self.stage.GetPrimAtPath(MILL).GetAttribute(TIME)
        self.assertEqual(attribute.Get(), "90")
        omni.kit.undo.undo()
        self.assertEqual(attribute.Get(), "60")
        omni.kit.undo.redo()
        self.assertEqual(attribute.Get(), "90")

    async def test_a_step_has_words(self) -> None:
        self.host.do(SetAttribute(MILL, TIME, "90"))
        self.assertEqual(self.host.undo_text, "Set processTime of Mill to 90")
        self.host.undo()
        self.assertEqual(self.host.redo_text, "Set processTime of Mill to 90")

    async def test_several_edits_are_one_step(self) -> None:
        before = self.stage.GetRootLayer().ExportToString()
        self.host.do(Group("Rebuild the mill", (SetAttribute(MILL, TIME, "90"), Move(MILL, (1.0, 2.0, 0.0)))))
        self.assertEqual(self.host.undo_text, "Rebuild the mill")
        self.host.undo()
        self.assertEqual(self.stage.GetRootLayer().ExportToString(), before)

    async def test_a_refused_edit_writes_nothing_and_makes_no_step(self) -> None:
        before, words = self.stage.GetRootLayer().ExportToString(), self.host.undo_text
        with self.assertRaises(FactoryTwinError):
            self.host.do(SetAttribute(MILL, TIME, "gaussian(mean=3)"))
        self.assertEqual(self.stage.GetRootLayer().ExportToString(), before)
        self.assertEqual(self.host.undo_text, words)

    async def test_changes_come_once_a_frame(self) -> None:
        await frames(2)
        seen = []
        handle = self.host.on_change(seen.append)
        self.host.do(SetAttribute(MILL, TIME, "90"))
        self.host.do(SetAttribute(MILL, TIME, "91"))
        self.assertEqual(seen, [])
        await frames(2)
        handle.close()
        self.assertEqual(len(seen), 1)
        self.assertTrue(seen[0].touches_model)

    async def test_settings_outlive_the_host_and_keep_their_type(self) -> None:
        self.host.set_setting("tests.number", 7)
        self.assertEqual(self.host.setting("tests.number", 0), 7)
        self.assertEqual(self.host.setting("tests.number", "text"), "text")

    async def test_a_changed_setting_is_told(self) -> None:
        seen = []
        handle = self.host.on_setting("tests.word", lambda: seen.append(self.host.setting("tests.word", "")))
        self.host.set_setting("tests.word", f"w{len(self.host.setting('tests.word', ''))}")
        handle.close()
        self.assertEqual(len(seen), 1)
