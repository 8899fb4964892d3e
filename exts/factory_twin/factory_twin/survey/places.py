# SPDX-License-Identifier: Apache-2.0
"""Make the places of the plant from the values found on prims."""

from __future__ import annotations

from typing import Any

from pxr import Usd

from ..distribution import Distribution, constant
from ..geometry import Frame
from ..plant import Buffer, Failure, Node, Operation, Sink, Source, Station, WorkerPool
from .fields import Fields
from .findings import Findings
from .paths import Paths

PLACES = tuple(f"FactoryTwin{kind}API" for kind in ("Station", "Buffer", "Source", "Sink", "Path"))
FAILURE = "FactoryTwinFailureAPI"
POOL = "FactoryTwinWorkerPoolAPI"


class Places:
    """Makes all places, in the order the prims were found.

    Args:
        found: Prims with the values of each applied schema.
        operations: Steps of the process plans, by sequence.
        frame: Turns local coordinates into metres.
        findings: Gets what is wrong.
    """

    def __init__(
        self,
        found: list[tuple[Usd.Prim, dict[str, Fields]]],
        operations: tuple[Operation, ...],
        *,
        frame: Frame,
        findings: Findings,
    ) -> None:
        self.nodes: list[Node] = []
        self._frame, self._findings = frame, findings
        self._durations = _durations(found, operations)
        self.pools = tuple(
            WorkerPool(path=str(p.GetPath()), name=p.GetDisplayName() or p.GetName(), size=s[POOL]["size"])
            for p, s in found
            if POOL in s
        )
        self._pools = {p.path for p in self.pools}
        paths = Paths(found, frame=frame, findings=findings)
        for prim, schemas in found:
            kinds = [name for name in PLACES if name in schemas]
            if len(kinds) > 1:
                message = f"The prim is several kinds of place: {', '.join(kinds)}."
                findings.error("place.several_kinds", prim, message, hint="Keep one of them.", attribute="apiSchemas")
            elif kinds:
                self._add(prim, schemas, kind=kinds[0], paths=paths)
            self._check_failures(prim, schemas)

    def _add(self, prim: Usd.Prim, schemas: dict[str, Fields], *, kind: str, paths: Paths) -> None:
        f = schemas[kind]
        common = self._common(prim, f)
        if kind == "FactoryTwinStationAPI":
            self.nodes.append(self._station(prim, schemas, common))
        elif kind == "FactoryTwinBufferAPI":
            self.nodes.append(self._buffer(prim, f, common))
        elif kind == "FactoryTwinSourceAPI":
            self.nodes.append(Source(**common, interarrival=f["interarrival"], limit=f["limit"]))
        elif kind == "FactoryTwinSinkAPI":
            self.nodes.append(Sink(**common))
        else:
            node = paths.node(prim, f, common)
            self.nodes.extend([node] if node else [])

    def _common(self, prim: Usd.Prim, f: Fields) -> dict[str, Any]:
        return {
            "path": str(prim.GetPath()), "id": f["id"] or prim.GetName(), "name": prim.GetDisplayName() or prim.GetName(),
            "successors": f["successors"], "weights": f["successorWeights"],
            "position": self._frame.point(prim, f["partPosition"]), "spacing": self._frame.direction(prim, f["partSpacing"]),
            "heading": self._frame.heading(prim),
        }  # fmt: skip

    def _station(self, prim: Usd.Prim, schemas: dict[str, Fields], common: dict[str, Any]) -> Station:
        f = schemas["FactoryTwinStationAPI"]
        name = "factoryTwin:station:processTime"
        time = f["processTime"] or self._durations.get(common["path"])
        if time is None:
            hint = "Set it to a time such as 60 s or triangular(low=50, mode=60, high=80), or name the station in an operation."
            self._findings.error(
                "station.process_time.missing", prim, "The process time is missing.", hint=hint, attribute=name
            )
        for word, what in (("setupTime", "set-up time"), ("workers", "need for workers")):
            if f[word]:
                self._unsupported(prim, f"factoryTwin:station:{word}", what)
        return Station(**common, servers=f["servers"], process_time=time or constant(1.0), scrap_rate=f["scrapRate"],
                       failures=self._failures(prim, schemas), power_busy=f["powerBusy"],
                       power_idle=f["powerIdle"])  # fmt: skip

    def _buffer(self, prim: Usd.Prim, f: Fields, common: dict[str, Any]) -> Buffer:
        discipline = f["discipline"]
        if discipline not in ("FIFO", "LIFO") or (discipline == "LIFO" and f["minimumTime"] > 0):
            what = f"order {discipline}" + (" together with a dwell time" if discipline == "LIFO" else "")
            self._unsupported(prim, "factoryTwin:buffer:discipline", what)
            discipline = "FIFO"
        return Buffer(**common, capacity=f["capacity"], discipline=discipline, minimum_time=f["minimumTime"])

    def _failures(self, prim: Usd.Prim, schemas: dict[str, Fields]) -> tuple[Failure, ...]:
        found = []
        for whole, f in schemas.items():
            schema, _, instance = whole.partition(":")
            if schema == FAILURE:
                times = [self._failure_time(prim, instance, word, f[word]) for word in ("timeToFailure", "timeToRepair")]
                crew = self._crew(prim, instance, f["crew"])
                found.append(Failure(instance, f["clock"], times[0], times[1], crew))
        return tuple(found)

    def _crew(self, prim: Usd.Prim, instance: str, targets: tuple[str, ...]) -> str:
        attribute = f"factoryTwin:failure:{instance}:crew"
        for target in targets:
            if target not in self._pools:
                hint = "Point it to a prim with FactoryTwinWorkerPoolAPI."
                self._findings.error(
                    "failure.crew.invalid", prim, f"{target} is no worker pool.", hint=hint, attribute=attribute
                )
        if len(targets) > 1:
            hint = "Name one pool."
            self._findings.warning("failure.crew.several", prim, "Only the first crew counts.", hint=hint, attribute=attribute)
        return targets[0] if targets and targets[0] in self._pools else ""

    def _failure_time(self, prim: Usd.Prim, instance: str, word: str, time: Distribution | None) -> Distribution:
        code = f"failure.{'time_to_failure' if word == 'timeToFailure' else 'time_to_repair'}"
        attribute = f"factoryTwin:failure:{instance}:{word}"
        if time is None:
            hint = "Set it to a time such as exponential(mean=100 min)."
            self._findings.error(f"{code}.missing", prim, "The time is missing.", hint=hint, attribute=attribute)
        elif word == "timeToFailure" and time.mean <= 0:
            message = "The time to failure is zero, so the station never works."
            self._findings.error(f"{code}.invalid", prim, message, hint="Give a longer time.", attribute=attribute)
        return time or constant(1.0)

    def _check_failures(self, prim: Usd.Prim, schemas: dict[str, Fields]) -> None:
        if "FactoryTwinStationAPI" not in schemas and any(name.startswith(f"{FAILURE}:") for name in schemas):
            hint = "Apply FactoryTwinStationAPI, or remove the failure."
            self._findings.warning(
                "failure.no_station", prim, "Only stations fail; this is ignored.", hint=hint, attribute="apiSchemas"
            )
        if "FactoryTwinWorkOrderAPI" in schemas:
            self._unsupported(prim, "apiSchemas", "work order")

    def _unsupported(self, prim: Usd.Prim, attribute: str, what: str) -> None:
        message = f"The {what} is ignored: the simulator does not know it yet."
        self._findings.warning("unsupported", prim, message, hint="Don't count on it in results.", attribute=attribute)


def _durations(found: list[tuple[Usd.Prim, dict[str, Fields]]], operations: tuple[Operation, ...]) -> dict[str, Distribution]:
    """Return station path -> duration of the first operation that names the station and has one."""
    times = {str(p.GetPath()): s["FactoryTwinOperationAPI"]["duration"] for p, s in found if "FactoryTwinOperationAPI" in s}
    result: dict[str, Distribution] = {}
    for operation in operations:
        for station in operation.stations:
            if times[operation.path] is not None:
                result.setdefault(station, times[operation.path])
    return result
