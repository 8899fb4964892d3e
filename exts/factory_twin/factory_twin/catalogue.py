# SPDX-License-Identifier: Apache-2.0
"""The catalogue: what equipment a folder has, and the edit that places a piece of it.

An asset is a folder `Name` with `Name.usda` (or .usd, .usdc, .usdz) and, if wanted, its preview `Name.png`. What it is
good for and what it becomes stands in the dictionary `factoryTwin` of its default prim's customData.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factory_twin_schema.table import schemas
from pxr import Usd, UsdGeom

from .edit import AddAsset, ApplySchema, Edit, Group, Rename, Rotate, SetAttribute
from .edit.asset import SUFFIXES, open_layer
from .errors import FactoryTwinError, Issue, Severity
from .plant import Point
from .survey.names import PLACES

FOLDER = Path(__file__).resolve().parents[3] / "data" / "assets"
"""Where the product's own equipment lies; single extensions come without it."""
OTHER = "Other"
"""Category of an asset that names none."""

FOOTPRINT = "FactoryTwinFootprintAPI"
_POLYGON = "factoryTwin:footprint:polygon"
_PURPOSES = [UsdGeom.Tokens.default_, UsdGeom.Tokens.render]


@dataclass(frozen=True, slots=True)
class Asset:
    """A piece of equipment.

    Attributes:
        name: Name of its folder.
        title: Name for people.
        file: The USD file.
        category: Heading it comes under.
        words: What it is good for; may be empty.
        size: Length along x, width, height, m.
        schema: What it becomes when it is placed, such as `FactoryTwinStationAPI`; empty: nothing.
        schema_prim: Child prim that the schema goes on; empty: the asset itself.
        has_footprint: Whether it takes floor area of its own.
        preview: Picture of it; None when there is none.
    """

    name: str
    title: str
    file: str
    category: str = OTHER
    words: str = ""
    size: Point = (0.0, 0.0, 0.0)
    schema: str = ""
    schema_prim: str = ""
    has_footprint: bool = False
    preview: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The assets of a folder.

    Attributes:
        assets: By category and title; those of no category last.
        issues: What could not be read, and why.
    """

    assets: tuple[Asset, ...]
    issues: tuple[Issue, ...] = ()

    @property
    def categories(self) -> tuple[str, ...]:
        """The headings, in order."""
        return tuple(dict.fromkeys(asset.category for asset in self.assets))

    def find(self, name: str) -> Asset:
        """Return the asset of a name.

        Raises:
            FactoryTwinError: There is none.
        """
        for asset in self.assets:
            if asset.name == name:
                return asset
        raise FactoryTwinError(
            "There is no such asset.", where=name, hint=f"There are {', '.join(a.name for a in self.assets)}."
        )


def read_catalogue(folder: str | Path) -> Catalogue:
    """Return the assets of a folder; payloads are not loaded.

    Raises:
        FactoryTwinError: There is no such folder.
    """
    base = Path(folder)
    if not base.is_dir():
        raise FactoryTwinError(
            "There is no such folder.", where=str(folder), hint="Name the folder that holds the assets' folders."
        )
    assets, issues = [], []
    for file in sorted(f for inner in base.iterdir() if inner.is_dir() and (f := _file(inner)) is not None):
        try:
            assets.append(read_asset(file))
        except FactoryTwinError as error:
            issues.append(Issue("catalogue.unreadable", Severity.WARNING, "", error.what, error.hint, file=str(file)))
    assets.sort(key=lambda asset: (asset.category == OTHER, asset.category, asset.title))
    return Catalogue(tuple(assets), tuple(issues))


def read_asset(file: str | Path) -> Asset:
    """Return what a USD file says of itself.

    Raises:
        FactoryTwinError: It can't be read, has no default prim, or wants to become what there is not.
    """
    path = Path(file)
    stage = Usd.Stage.Open(open_layer(str(path)), Usd.Stage.LoadNone)
    root = stage.GetDefaultPrim()
    if not root:
        raise FactoryTwinError(
            "The file has no prim that is its default.", where=str(path), hint="Set its default prim and save it."
        )
    card: Any = root.GetCustomDataByKey("factoryTwin")
    told: Mapping[str, Any] = card if isinstance(card, Mapping) else {}
    schema, prim = _word(told, "schema"), _word(told, "schemaPrim")
    if schema and schema not in schemas():
        raise FactoryTwinError(f"There is no schema {schema}.", where=str(path), hint=f"Known: {', '.join(schemas())}.")
    if prim and not root.GetChild(prim):
        raise FactoryTwinError(
            f"It has no child {prim} to put its schema on.", where=str(path), hint="Mend schemaPrim in its customData."
        )
    picture = path.with_suffix(".png")
    return Asset(
        name=path.stem, title=root.GetDisplayName() or root.GetName(), file=str(path),
        category=_word(told, "category") or OTHER, words=_word(told, "words"), size=_size(stage, root),
        schema=schema, schema_prim=prim,
        has_footprint=root.GetAttribute(_POLYGON).HasAuthoredValue() if root.HasAttribute(_POLYGON) else False,
        preview=str(picture) if picture.is_file() else None,
    )  # fmt: skip


def place(asset: Asset, path: str, at: Point = (0.0, 0.0, 0.0), *, turn: float = 0.0) -> Edit:
    """Return the edit that brings an asset in, as one step: reference, position, the schemas of what it becomes, names.

    Args:
        asset: What to place.
        path: Prim path of the new prim; `edit.free_path` finds one.
        at: Where its origin goes, world, m.
        turn: Degrees about the up axis, counter-clockwise seen from above.
    """
    name, target = path.rpartition("/")[2], f"{path}/{asset.schema_prim}".rstrip("/")
    edits: list[Edit] = [AddAsset(path, asset.file, at)]
    if turn:
        edits.append(Rotate(path, turn))
    if asset.schema:
        edits.append(ApplySchema(target, asset.schema))
    number = name.rpartition("_")[2]
    if name == f"{asset.name}_{number}" and number.isdigit():  # the second of its kind and so on
        edits += [Rename(prim, f"{asset.title} {number}") for prim in dict.fromkeys((path, target))]
    if asset.schema in PLACES and asset.schema_prim:  # else its id would be the same for all
        edits.append(SetAttribute(target, "factoryTwin:id", name))
    if asset.has_footprint:
        edits.append(ApplySchema(path, FOOTPRINT))
    return Group(f"Place {asset.title}", tuple(edits))


def _file(folder: Path) -> Path | None:
    named = (folder / f"{folder.name}{suffix}" for suffix in (".usda", *SUFFIXES))
    return next((file for file in named if file.is_file()), None)


def _word(told: Mapping[str, Any], key: str) -> str:
    return str(told.get(key, ""))


def _size(stage: Usd.Stage, root: Usd.Prim) -> Point:
    hint = UsdGeom.ModelAPI(root).GetExtentsHint()
    if not hint or len(hint) < 2:
        stage.Load()
        box = UsdGeom.BBoxCache(Usd.TimeCode.Default(), _PURPOSES).ComputeLocalBound(root).ComputeAlignedRange()
        hint = [box.GetMin(), box.GetMax()] if not box.IsEmpty() else [(0.0, 0.0, 0.0)] * 2
    unit = UsdGeom.GetStageMetersPerUnit(stage)
    x, y, z = (round(float(high - low) * unit, 4) for low, high in zip(hint[0], hint[1]))
    return (x, z, y) if UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y else (x, y, z)
