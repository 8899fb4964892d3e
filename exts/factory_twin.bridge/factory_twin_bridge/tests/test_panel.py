# SPDX-License-Identifier: Apache-2.0
"""The Factory Live panel in a running Kit: what can't be reached is said in words; nothing is written without a connection."""

from __future__ import annotations

import carb.settings
import omni.kit.test
import omni.kit.ui_test as ui_test
import omni.usd
from factory_twin_ui.tests.line import frames, new_line, show

from ..panel import LivePanel


def find(kind: str, identifier: str) -> ui_test.WidgetRef:
    return ui_test.find(f"{LivePanel.TITLE}//Frame/**/{kind}[*].identifier=='{identifier}'")


class TestLivePanel(omni.kit.test.AsyncTestCase):
    async def setUp(self) -> None:
        self.stage = await new_line()
        await show(LivePanel.TITLE)

    async def tearDown(self) -> None:
        await omni.usd.get_context().close_stage_async()
        self.stage = None

    async def test_an_address_that_is_none_is_refused_in_words(self) -> None:
        await find("StringField", "broker").input("http://somewhere")
        await find("Button", "connect").click()
        await frames(3)
        self.assertIn("no broker's address", find("Label", "reason").widget.text)
        self.assertEqual(find("Label", "link").widget.text, "off")

    async def test_it_begins_off_and_says_what_to_do(self) -> None:
        self.assertEqual(find("Label", "link").widget.text, "off")
        self.assertTrue(find("Button", "connect").widget.enabled)
        self.assertFalse(find("Button", "disconnect").widget.enabled)

    async def test_what_was_typed_is_kept_for_the_next_session(self) -> None:
        await find("StringField", "broker").input("mqtt://127.0.0.1:1")
        await find("StringField", "prefix").input("works/line4")
        await find("Button", "connect").click()
        await frames(3)
        await find("Button", "disconnect").click()
        await frames(3)
        settings = carb.settings.get_settings()
        self.assertEqual(settings.get("/persistent/exts/factory_twin/live/prefix"), "works/line4")
        await find("StringField", "prefix").input("factorytwin")
        await find("Button", "connect").click()
        await frames(3)
        await find("Button", "disconnect").click()
        await frames(3)

    async def test_a_password_in_an_address_is_never_kept(self) -> None:
        await find("StringField", "broker").input("mqtt://me:secret@127.0.0.1:1")
        await find("Button", "connect").click()
        await frames(3)
        await find("Button", "disconnect").click()
        await frames(3)
        kept = str(carb.settings.get_settings().get("/persistent/exts/factory_twin/live/broker"))
        self.assertNotIn("secret", kept)

    async def test_a_closed_stage_ends_the_connection(self) -> None:
        await find("StringField", "broker").input("mqtt://127.0.0.1:1")
        await find("Button", "connect").click()
        await frames(3)
        await omni.usd.get_context().close_stage_async()
        await frames(4)
        link = find("Label", "link")
        self.assertTrue(link is None or link.widget.text == "off")

    async def test_a_broker_that_is_not_there_is_told_and_nothing_is_written(self) -> None:
        before = self.stage.GetSessionLayer().ExportToString()
        await find("StringField", "broker").input("mqtt://127.0.0.1:1")
        await find("Button", "connect").click()
        for _ in range(200):
            await frames(1)
            if "127.0.0.1:1" in find("Label", "reason").widget.text:
                break
        self.assertIn("127.0.0.1:1", find("Label", "reason").widget.text)
        self.assertEqual(self.stage.GetSessionLayer().ExportToString(), before)
        await find("Button", "disconnect").click()
        await frames(3)
        self.assertEqual(find("Label", "link").widget.text, "off")
