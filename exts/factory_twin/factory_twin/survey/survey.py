# SPDX-License-Identifier: Apache-2.0
"""The walk itself: stage facts, prims with their values, then everything of the plant, then the flow between its places."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pxr import Usd, UsdGeom

from ..errors import Issue, Severity
from ..geometry import Frame
from ..plant import Binding, Plant, Watch
from .applied import Index
from .buffer import check_disciplines
from .calendar import calendars
from .cards import loops
from .composition import check_composition
from .fields import read_fields
from .findings import Findings, layer_file
from .fleet import Fleet
from .flow import Flow, check_flow
from .health import watches
from .names import PLACES, TELEMETRY
from .order import Orders
from .paths import Paths
from .people import pools
from .places import Places
from .plan import Plans
from .product import products
from .reach import check_reach
from .scenario import scenario
from .station import Stations
from .telemetry import bindings
from .walk import find, ours


@dataclass(frozen=True, slots=True)
class Survey:
    """What a walk over a stage gave.

    Attributes:
        plant: The plant; with errors among the issues it is a stand-in that must not be run.
        issues: All issues, errors first, else in the order they were met.
        bindings: Sound telemetry bindings, in stage order.
        watches: Health settings, in stage order.
    """

    plant: Plant
    issues: list[Issue]
    bindings: tuple[Binding, ...] = ()
    watches: tuple[Watch, ...] = ()

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
    index = Index(stage, found, findings)
    plant, bound, watched = _plant(index, frame), bindings(index), watches(index)
    return Survey(plant, sorted(findings.issues, key=lambda issue: issue.severity is not Severity.ERROR), bound, watched)


def survey_bindings(stage: Usd.Stage) -> tuple[tuple[Binding, ...], list[Issue]]:
    """Return the sound telemetry bindings of a stage and what is wrong with the others, without reading the plant."""
    findings = Findings()
    wearing = (p for p in find(stage) if any(name.startswith(TELEMETRY) for name in ours(p)))
    found = [(prim, read_fields(prim, findings)) for prim in wearing if _is_defined(prim, findings)]
    bound = bindings(Index(stage, found, findings))
    return bound, [i for i in findings.issues if i.code.startswith("telemetry.") or TELEMETRY in i.message]


def _plant(index: Index, frame: Frame) -> Plant:
    settings, start = scenario(index)
    all_calendars, all_pools, all_loops = calendars(index, start), pools(index), loops(index)
    plans = Plans(index)
    all_products, orders = products(index, plans), Orders(index)
    stations = Stations(index, durations=plans.durations(), products=all_products, calendars=all_calendars)
    paths = Paths(index, frame)
    fleet = Fleet(index, frame, paths)
    places = Places(index, frame=frame, stations=stations, orders=orders, paths=paths, fleet=fleet)
    check_disciplines(index, all_products, orders.orders)
    if places.nodes:
        flow = Flow(places.nodes)
        check_flow(index, flow)
        made = {order.path: order.product for order in orders.orders}
        check_reach(index, flow, products=all_products, orders=made, loops=all_loops)
    elif not index.of(*PLACES):
        hint = "Apply FactoryTwinSourceAPI, StationAPI, BufferAPI, SinkAPI to prims and connect them by factoryTwin:successors."
        file = layer_file(index.stage.GetRootLayer())
        index.findings.error("stage.empty", None, "There is no place on the stage.", hint=hint, file=file)
    return Plant(
        nodes=tuple(places.nodes), operations=plans.operations, pools=all_pools, calendars=all_calendars,
        products=all_products, orders=orders.orders, loops=all_loops, vehicles=fleet.vehicles, roads=paths.roads(),
        scenario=settings, file=layer_file(index.stage.GetRootLayer()), meters_per_unit=frame.meters_per_unit,
        up_axis=str(UsdGeom.GetStageUpAxis(index.stage)),
    )  # fmt: skip


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
