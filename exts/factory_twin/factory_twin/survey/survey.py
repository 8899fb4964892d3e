# SPDX-License-Identifier: Apache-2.0
"""The walk itself: stage facts, prims with their values, then places, then the flow between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pxr import Usd, UsdGeom

from ..errors import Issue, Severity
from ..geometry import Frame
from ..plant import Operation, Plant, Scenario
from .composition import check_composition
from .fields import Fields, read_fields
from .findings import Findings, layer_file
from .flow import check_flow
from .places import PLACES, Places
from .walk import find

Found = list[tuple[Usd.Prim, dict[str, Fields]]]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a walk over a stage gave.

    Attributes:
        plant: The plant; with errors among the issues it is a stand-in that must not be run.
        issues: All issues, errors first, else in the order they were met.
    """

    plant: Plant
    issues: list[Issue]

    @property
    def is_sound(self) -> bool:
        """True when there is no error."""
        return not any(issue.severity is Severity.ERROR for issue in self.issues)


def survey(stage: Usd.Stage) -> Survey:
    """Return the plant on a stage and all that is wrong with it."""
    findings = Findings()
    check_composition(stage, findings)
    frame = Frame(stage)
    _check_units(stage, frame, findings)
    found = [(prim, read_fields(prim, findings)) for prim in find(stage) if _is_defined(prim, findings)]
    operations = _operations(found)
    places = Places(found, operations, frame=frame, findings=findings)
    if places.nodes:
        check_flow(stage, places.nodes, findings)
    elif not any(schema in PLACES for _, schemas in found for schema in schemas):
        hint = "Apply FactoryTwinSourceAPI, StationAPI, BufferAPI, SinkAPI to prims and connect them by factoryTwin:successors."
        findings.error("stage.empty", None, "There is no place on the stage.", hint=hint, file=layer_file(stage.GetRootLayer()))
    plant = Plant(
        nodes=tuple(places.nodes), operations=operations, pools=places.pools, scenario=_scenario(stage, found, findings),
        file=layer_file(stage.GetRootLayer()), meters_per_unit=frame.meters_per_unit,
        up_axis=str(UsdGeom.GetStageUpAxis(stage)),
    )  # fmt: skip
    return Survey(plant, sorted(findings.issues, key=lambda issue: issue.severity is not Severity.ERROR))


def _check_units(stage: Usd.Stage, frame: Frame, findings: Findings) -> None:
    file = layer_file(stage.GetRootLayer())
    if not stage.GetDefaultPrim():
        hint = 'Write defaultPrim = "Factory" at the top of the root layer, so that other stages can reference it.'
        findings.warning("stage.no_default_prim", None, "The stage has no default prim.", hint=hint, file=file)
    if not UsdGeom.StageHasAuthoredMetersPerUnit(stage):
        hint = "Write metersPerUnit = 1 (m) or 0.01 (cm) at the top of the root layer."
        message = f"The stage does not say its unit of length; {frame.meters_per_unit:g} m is assumed."
        findings.warning("stage.units.missing", None, message, hint=hint, file=file)
    elif not (math.isfinite(frame.meters_per_unit) and frame.meters_per_unit > 0):
        message = f"metersPerUnit = {frame.meters_per_unit:g} is no unit of length."
        findings.error("stage.units.invalid", None, message, hint="Write 1 for metres or 0.01 for centimetres.", file=file)


def _is_defined(prim: Usd.Prim, findings: Findings) -> bool:
    if prim.IsDefined():
        return True
    hint = "Say def where the prim is made, or add the layer that defines it."
    findings.warning("place.undefined", prim, "There are only overs for this prim, so it is not there.", hint=hint)
    return False


def _operations(found: Found) -> tuple[Operation, ...]:
    result = []
    for prim, schemas in found:
        f = schemas.get("FactoryTwinOperationAPI")
        if f is not None:
            name = f["name"] or prim.GetDisplayName() or prim.GetName()
            result.append((f["duration"], Operation(path=str(prim.GetPath()), name=name, sequence=f["sequence"],
                                                    stations=f["stations"])))  # fmt: skip
    return tuple(operation for _, operation in sorted(result, key=lambda pair: pair[1].sequence))


def _scenario(stage: Usd.Stage, found: Found, findings: Findings) -> Scenario:
    having = [(prim, s["FactoryTwinScenarioAPI"]) for prim, s in found if "FactoryTwinScenarioAPI" in s]
    if not having:
        return Scenario()
    prim, f = next((pair for pair in having if pair[0] == stage.GetDefaultPrim()), having[0])
    for other, _ in having:
        if other != prim:
            hint = f"Keep the one on {prim.GetPath()}."
            findings.warning("scenario.several", other, "These run settings are ignored: others are used.", hint=hint)
    if f["warmup"] >= f["horizon"]:
        hint = "Make the warm-up shorter than the horizon."
        message = f"The warm-up of {f['warmup']:g} s leaves nothing of the horizon of {f['horizon']:g} s."
        findings.error("scenario.warmup.invalid", prim, message, hint=hint, attribute="factoryTwin:scenario:warmup")
    return Scenario(horizon=f["horizon"], warmup=f["warmup"], replications=f["replications"], seed=f["seed"])
