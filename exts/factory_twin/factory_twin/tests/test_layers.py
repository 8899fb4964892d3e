# SPDX-License-Identifier: Apache-2.0
"""In a running Kit what we show lies below the session layer and goes without a trace; a baked shift is one file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import omni.kit.test
from pxr import Usd

from ..heat import HeatMap
from ..log import Log
from ..motion import Player, write_motion
from ..read import read_plant
from ..sim import Simulation
from .test_circle import LINE


class TestLayers(omni.kit.test.AsyncTestCase):
    async def setUp(self) -> None:
        self.stage = Usd.Stage.CreateInMemory()
        self.stage.GetRootLayer().ImportFromString(LINE)
        self.before = self.texts()
        self.plant, self.log = read_plant(self.stage), Log()
        Simulation(self.plant, seed=1, log=self.log).run(3600.0)

    async def tearDown(self) -> None:
        self.stage = self.plant = self.log = None

    def texts(self) -> list[str]:
        return [layer.ExportToString() for layer in (self.stage.GetRootLayer(), self.stage.GetSessionLayer())]

    async def test_a_shift_plays_and_goes_without_a_trace(self) -> None:
        player = Player(self.stage, self.log, self.plant)
        for time in (30.0, 1800.0, 90.0):
            player.show(time)
            self.assertGreaterEqual(len(player.parts), 1)
        player.detach()
        self.assertEqual(self.texts(), self.before)

    async def test_shares_on_the_floor_go_without_a_trace(self) -> None:
        heat = HeatMap(self.stage, {"/Line/Press": 0.5}, {})
        share = self.stage.GetPrimAtPath("/Line/Press").GetAttribute("primvars:factoryTwin:share")
        self.assertAlmostEqual(share.Get(), 0.5)
        heat.detach()
        self.assertEqual(self.texts(), self.before)

    async def test_a_baked_shift_opens_by_itself(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = write_motion(self.log, self.plant, stage=self.stage, target=Path(folder, "shift.usdc"))
            baked = Usd.Stage.Open(str(path))
            self.assertEqual(baked.GetEndTimeCode(), 3600.0)
            self.assertTrue(baked.GetPrimAtPath("/Line/FactoryTwinMotion"))
            del baked

    async def test_a_log_is_saved_and_read_again(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "shift.npz")
            self.log.save(path)
            again = Log.load(path)
        self.assertEqual(again.moves.array().tolist(), self.log.moves.array().tolist())
