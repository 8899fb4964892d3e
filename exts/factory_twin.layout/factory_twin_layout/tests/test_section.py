# SPDX-License-Identifier: Apache-2.0
"""Our section of the Property window, in a running Kit that has one."""

from __future__ import annotations

import unittest

import omni.kit.app
import omni.kit.test
import omni.kit.ui_test as ui_test
import omni.usd
from factory_twin_ui.tests.line import MILL, TIME, frames, new_line


def field() -> ui_test.WidgetRef:
    return ui_test.find("Property//Frame/**/StringField[*].identifier=='field_processTime'")


class TestSection(omni.kit.test.AsyncTestCase):
    async def setUp(self) -> None:
        if not omni.kit.app.get_app().get_extension_manager().is_extension_enabled("omni.kit.window.property"):
            raise unittest.SkipTest("omni.kit.window.property is not enabled")
        self.stage = await new_line()

    async def tearDown(self) -> None:
        await omni.usd.get_context().close_stage_async()
        self.stage = None

    async def test_it_shows_the_fields_of_a_station(self) -> None:
        omni.usd.get_context().get_selection().set_selected_prim_paths([MILL], True)
        await frames(5)
        self.assertEqual(field().model.as_string, "60")

    async def test_it_follows_the_stage(self) -> None:
        omni.usd.get_context().get_selection().set_selected_prim_paths([MILL], True)
        await frames(5)
        self.stage.GetPrimAtPath(MILL).GetAttribute(TIME).Set("45")
        await frames(3)
        self.assertEqual(field().model.as_string, "45")

    async def test_it_is_not_there_for_other_prims(self) -> None:
        omni.usd.get_context().get_selection().set_selected_prim_paths(["/World"], True)
        await frames(5)
        self.assertIsNone(field())
