# SPDX-License-Identifier: Apache-2.0
"""Strict stand-ins for what we use of Fabric: local matrices by path, which are there only after they were attached."""

from __future__ import annotations

from typing import Any

from pxr import Gf, UsdGeom

from tests.kit.fakes import KIT, Ended

LOCAL: dict[str, tuple[float, ...]] = {}
"""Path -> row-major matrix, as moved in Fabric."""
UPDATES: list[int] = []
"""How many matrices there were at each update."""


class Matrix4d:
    def __init__(
        self, arg0: float, arg1: float, arg2: float, arg3: float, arg4: float, arg5: float, arg6: float, arg7: float,
        arg8: float, arg9: float, arg10: float, arg11: float, arg12: float, arg13: float, arg14: float, arg15: float,
    ) -> None:  # fmt: skip
        self.numbers = (
            arg0, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13, arg14, arg15,
        )  # fmt: skip
        if not all(isinstance(n, float) for n in self.numbers):
            raise TypeError("sixteen floats")


class Path:
    def __init__(self, arg0: str) -> None:
        if not isinstance(arg0, str):
            raise TypeError("a string")
        self.text = arg0


class IFabricHierarchy:
    def get_fabric_hierarchy(self, fabric_id: Any, stage_id: Any) -> IFabricHierarchy:
        if (fabric_id, stage_id) != ("fabric", KIT.context.get_stage_id()):
            raise Ended("another stage")
        return self

    def get_local_xform(self, path: Path) -> Matrix4d:
        if path.text in LOCAL:
            return Matrix4d(*LOCAL[path.text])
        stage = KIT.context.get_stage()
        assert stage is not None
        local = UsdGeom.XformCache().GetLocalTransformation(stage.GetPrimAtPath(path.text))[0]
        return Matrix4d(*(float(v) for row in Gf.Matrix4d(local) for v in row))

    def set_local_xform(self, path: Path, xform: Matrix4d) -> bool:
        LOCAL[path.text] = xform.numbers
        return True

    def update_world_xforms(self) -> None:
        UPDATES.append(len(LOCAL))


class Stage:
    def __init__(self) -> None:
        self._id = KIT.context.get_stage_id()

    @staticmethod
    def Attach(stageId: int) -> Stage:
        if stageId != KIT.context.get_stage_id():
            raise Ended("another stage")
        return Stage()

    def GetFabricId(self) -> str:
        return "fabric"

    def GetStageIdAsStageId(self) -> int:
        return self._id


def reset() -> None:
    """Begin anew."""
    LOCAL.clear()
    UPDATES.clear()


FABRIC: dict[str, dict[str, Any]] = {
    "usdrt.Gf": {"Matrix4d": Matrix4d},
    "usdrt.Sdf": {"Path": Path},
    "usdrt.Usd": {"Stage": Stage},
    "usdrt.hierarchy": {"IFabricHierarchy": IFabricHierarchy},
}
