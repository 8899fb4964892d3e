# SPDX-License-Identifier: Apache-2.0
"""In a running Kit the schemas were registered before the first stage, so USD itself knows them."""

from __future__ import annotations

import omni.kit.test
from pxr import Usd

from ..table import schemas


class TestRegistration(omni.kit.test.AsyncTestCase):
    async def test_usd_knows_every_schema(self) -> None:
        registry = Usd.SchemaRegistry()
        unknown = [name for name in schemas() if registry.FindAppliedAPIPrimDefinition(name) is None]
        self.assertTrue(schemas())
        self.assertEqual(unknown, [])

    async def test_usd_gives_the_defaults_of_our_table(self) -> None:
        stage = Usd.Stage.CreateInMemory()
        prim = stage.DefinePrim("/Machine", "Xform")
        prim.ApplyAPI("FactoryTwinStationAPI")
        for name, prop in schemas()["FactoryTwinStationAPI"].properties.items():
            if not prop.is_relationship:
                self.assertEqual(prim.GetAttribute(name).Get(), prop.default, name)
