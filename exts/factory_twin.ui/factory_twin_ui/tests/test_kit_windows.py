# SPDX-License-Identifier: Apache-2.0
"""Windows in a running Kit: made when first shown, hidden and shown by layouts, gone when they are no longer on offer."""

from __future__ import annotations

from typing import Any

import omni.kit.test
import omni.ui as ui

from .. import kit
from .line import frames

TITLE = "Factory Twin Test"


class Note:
    """A panel with one line."""

    TITLE = TITLE
    made = 0

    def __init__(self, host: Any) -> None:
        Note.made += 1

    def build(self) -> None:
        ui.Label("hello", identifier="note")

    def close(self) -> None:
        pass


class TestKitWindows(omni.kit.test.AsyncTestCase):
    async def setUp(self) -> None:
        Note.made = 0
        self.offer = kit.open_window(TITLE, Note, dock="Property")
        await frames(3)

    async def tearDown(self) -> None:
        self.offer.close()
        await frames(2)

    async def test_layouts_show_and_hide_it(self) -> None:
        ui.Workspace.show_window(TITLE, True)
        await frames(4)
        self.assertTrue(ui.Workspace.get_window(TITLE).visible)
        self.assertEqual(Note.made, 1)
        kit.shared().windows.show(TITLE, False)
        await frames(3)
        self.assertFalse(kit.shared().windows.is_shown(TITLE))

    async def test_it_is_made_once(self) -> None:
        for _ in range(3):
            kit.shared().windows.show(TITLE, True)
            await frames(3)
            kit.shared().windows.show(TITLE, False)
            await frames(2)
        self.assertEqual(Note.made, 1)

    async def test_a_second_offer_of_the_same_title_adds_nothing(self) -> None:
        again = kit.open_window(TITLE, Note, dock="Property")
        ui.Workspace.show_window(TITLE, True)
        await frames(3)
        again.close()
        self.assertTrue(kit.shared().windows.is_shown(TITLE))

    async def test_a_window_that_is_no_longer_on_offer_is_not_shown(self) -> None:
        kit.shared().windows.show(TITLE, True)
        await frames(3)
        self.offer.close()
        await frames(2)
        ui.Workspace.show_window(TITLE, True)
        await frames(2)
        made = Note.made
        await frames(3)
        self.assertEqual(Note.made, made)
