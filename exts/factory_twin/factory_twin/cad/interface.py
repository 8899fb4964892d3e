# SPDX-License-Identifier: Apache-2.0
"""The interface layer of an imported asset: kind, size, and where it comes from, readable as text."""

from __future__ import annotations

from pathlib import Path

from pxr import Gf, Kind, Sdf, Usd, UsdGeom, Vt

from .payload import new_stage
from .report import Report

_LISTED = 2000


def write_interface(file: Path, title: str, report: Report) -> None:
    """Write the layer; its payload lies beside it."""
    name = file.stem
    stage = new_stage(file, report.up, f"{title}. Imported from {report.source['file']}; the geometry is in payload.usdc.")
    root = UsdGeom.Xform.Define(stage, f"/{name}").GetPrim()
    stage.SetDefaultPrim(root)
    model = Usd.ModelAPI(root)
    model.SetKind(Kind.Tokens.component)
    model.SetAssetName(name)
    model.SetAssetIdentifier(Sdf.AssetPath(f"./{name}.usda"))
    model.SetAssetVersion("1.0")
    root.SetDisplayName(title)
    root.SetAssetInfoByKey("factoryTwin:source", _source(report))
    root.GetPayloads().AddPayload("./payload.usdc")
    corners = [Gf.Vec3f(*report.low_m), Gf.Vec3f(*report.high_m)]
    UsdGeom.ModelAPI.Apply(root).SetExtentsHint(Vt.Vec3fArray(corners))
    stage.Save()


def _source(report: Report) -> dict[str, object]:
    """Return the file's facts and its parts list as columns."""
    parts = report.parts[:_LISTED]
    facts = {key: v if isinstance(v, (int, float)) else str(v) for key, v in report.source.items()}
    return {
        **facts,
        "partNames": Vt.StringArray([p.name for p in parts]),
        "partNumbers": Vt.StringArray([p.number for p in parts]),
        "partCounts": Vt.IntArray([p.count for p in parts]),
        "partVolumes_m3": Vt.DoubleArray([-1.0 if p.volume_m3 is None else p.volume_m3 for p in parts]),
    }
