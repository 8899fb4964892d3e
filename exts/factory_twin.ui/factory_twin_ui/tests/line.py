# SPDX-License-Identifier: Apache-2.0
"""A small line to test panels on, and ways to it that Kit's runner and the stand-in share."""

from __future__ import annotations

import omni.kit.app
import omni.ui as ui
import omni.usd
from pxr import Sdf, Usd, UsdGeom

MILL, TIME = "/World/Mill", "factoryTwin:station:processTime"
_PLACES = (
    ("Start", "Source", "Mill"),
    ("Mill", "Station", "Rack"),
    ("Rack", "Buffer", "Lathe"),
    ("Lathe", "Station", "End"),
    ("End", "Sink", ""),
)


async def new_line() -> Usd.Stage:
    """Open a new stage with source, mill (60 s), rack (3), lathe (60 s) and sink."""
    await omni.usd.get_context().new_stage_async()
    stage = omni.usd.get_context().get_stage()
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/World").GetPrim())
    for number, (name, kind, after) in enumerate(_PLACES):
        form = UsdGeom.Xform.Define(stage, f"/World/{name}")
        form.AddTranslateOp().Set((4.0 * number, 0.0, 0.0))
        form.GetPrim().AddAppliedSchema(f"FactoryTwin{kind}API")
        if kind == "Station":
            form.GetPrim().CreateAttribute(TIME, Sdf.ValueTypeNames.String, False, Sdf.VariabilityUniform).Set("60")
        if kind == "Buffer":
            name = "factoryTwin:buffer:capacity"
            form.GetPrim().CreateAttribute(name, Sdf.ValueTypeNames.Int, False, Sdf.VariabilityUniform).Set(3)
        if after:
            form.GetPrim().CreateRelationship("factoryTwin:successors", False).SetTargets([f"/World/{after}"])
    await frames(3)
    return stage


async def show(title: str) -> None:
    """Show a panel's window in front."""
    ui.Workspace.show_window(title, True)
    await frames(4)
    window = ui.Workspace.get_window(title)
    window.position_x, window.position_y, window.width, window.height = 0, 0, 640, 600
    window.focus()
    await frames(4)


async def frames(count: int) -> None:
    """Let frames pass."""
    for _ in range(count):
        await omni.kit.app.get_app().next_update_async()
