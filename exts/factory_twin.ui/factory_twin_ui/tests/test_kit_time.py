# SPDX-License-Identifier: Apache-2.0
"""The clock in a running Kit: its timeline is the only one, its changes land a frame late, frames come with their length."""

from __future__ import annotations

import omni.kit.test
import omni.usd

from .. import kit
from .line import frames, new_line


class TestKitTime(omni.kit.test.AsyncTestCase):
    async def setUp(self) -> None:
        self.held = kit.hold()
        self.host = kit.shared()
        self.stage = await new_line()
        self.host.set_range(0.0, 20.0)
        await frames(2)

    async def tearDown(self) -> None:
        self.host.stop()
        await frames(2)
        await omni.usd.get_context().close_stage_async()
        self.held.close()
        self.held = self.host = self.stage = None

    async def test_a_time_set_is_reached_and_told(self) -> None:
        seen = []
        handle = self.host.on_time(lambda: seen.append(self.host.time))
        self.host.set_time(5.0)
        await frames(3)
        handle.close()
        self.assertAlmostEqual(self.host.time, 5.0)
        self.assertTrue(seen)

    async def test_the_range_is_kits_and_not_in_the_users_file(self) -> None:
        text = self.stage.GetRootLayer().ExportToString()
        self.host.set_range(0.0, 30.0)
        await frames(2)
        self.assertEqual(self.host.range, (0.0, 30.0))
        self.assertEqual(self.stage.GetRootLayer().ExportToString(), text)

    async def test_play_moves_on_and_pause_halts(self) -> None:
        self.host.play()
        await frames(6)
        self.assertTrue(self.host.playing)
        self.assertGreater(self.host.time, 0.0)
        self.host.pause()
        await frames(2)
        there = self.host.time
        await frames(4)
        self.assertFalse(self.host.playing)
        self.assertEqual(self.host.time, there)

    async def test_stop_goes_back_to_the_begin(self) -> None:
        self.host.set_time(5.0)
        await frames(2)
        self.host.stop()
        await frames(3)
        self.assertEqual(self.host.time, 0.0)

    async def test_frames_come_with_their_length(self) -> None:
        seen = []
        handle = self.host.on_frame(seen.append)
        await frames(4)
        handle.close()
        await frames(2)
        self.assertGreaterEqual(len(seen), 4)
        self.assertTrue(all(dt >= 0.0 for dt in seen))
        self.assertLess(len(seen), 7)
