# SPDX-License-Identifier: Apache-2.0
"""In a running Kit the core goes round its circle: stage, plant, simulation, log, KPIs, and an edit that undo takes back."""

from __future__ import annotations

import omni.kit.test
from pxr import Usd

from ..check import check
from ..edit import SetAttribute
from ..kpi import measure
from ..log import Log
from ..read import read_plant
from ..sim import Simulation

LINE = """#usda 1.0
(
    defaultPrim = "Line"
    metersPerUnit = 1
    upAxis = "Z"
)

def Xform "Line"
{
    def Xform "Supply" (
        prepend apiSchemas = ["FactoryTwinSourceAPI"]
    )
    {
        rel factoryTwin:successors = </Line/Press>
    }

    def Xform "Press" (
        prepend apiSchemas = ["FactoryTwinStationAPI"]
    )
    {
        uniform string factoryTwin:station:processTime = "60"
        rel factoryTwin:successors = </Line/Out>
    }

    def Xform "Out" (
        prepend apiSchemas = ["FactoryTwinSinkAPI"]
    )
    {
    }
}
"""


class TestCircle(omni.kit.test.AsyncTestCase):
    async def setUp(self) -> None:
        self.stage = Usd.Stage.CreateInMemory()
        self.stage.GetRootLayer().ImportFromString(LINE)

    async def tearDown(self) -> None:
        self.stage = None

    async def test_one_machine_of_60_s_makes_60_parts_an_hour(self) -> None:
        self.assertEqual(check(self.stage), [])
        plant, log = read_plant(self.stage), Log()
        simulation = Simulation(plant, seed=1, log=log)
        simulation.run(7200.0)
        kpis = measure(log, plant, begin=0.0, end=7200.0)
        self.assertEqual(simulation.finished, 120)
        self.assertAlmostEqual(kpis.throughput_per_h, 60.0)
        self.assertEqual(kpis.bottleneck, "/Line/Press")

    async def test_undo_gives_the_layer_back_as_it_was(self) -> None:
        before = self.stage.GetRootLayer().ExportToString()
        edit = SetAttribute("/Line/Press", "factoryTwin:station:processTime", "90")
        edit.do(self.stage)
        self.assertEqual(read_plant(self.stage).node("/Line/Press").process_time.mean, 90.0)
        edit.undo(self.stage)
        self.assertEqual(self.stage.GetRootLayer().ExportToString(), before)
