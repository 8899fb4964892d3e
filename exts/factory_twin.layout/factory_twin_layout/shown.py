# SPDX-License-Identifier: Apache-2.0
"""Which attributes of a schema a form shows: a few always, the others in sections below "More". No UI.

What is not named here comes below "More", too, so a new attribute of a schema is never missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from factory_twin_schema.table import Property, properties, schemas

NODE = "FactoryTwinNodeAPI"

MAIN: dict[str, tuple[str, ...]] = {
    "FactoryTwinTopologyAPI": ("type", "planningState", "code"),
    "FactoryTwinSourceAPI": ("interarrival", "limit", "products", "orders"),
    "FactoryTwinStationAPI": ("processTime", "servers", "scrapRate"),
    "FactoryTwinProcessAPI": ("products", "time"),
    "FactoryTwinSetupAPI": ("from", "to", "time"),
    "FactoryTwinAssemblyAPI": ("inputs", "quantities", "product"),
    "FactoryTwinDisassemblyAPI": ("products", "quantities"),
    "FactoryTwinFailureAPI": ("clock", "timeToFailure", "timeToRepair"),
    "FactoryTwinMaintenanceAPI": ("clock", "every", "duration"),
    "FactoryTwinWearAPI": ("perPart", "failureLevel", "repairTime"),
    "FactoryTwinBufferAPI": ("capacity", "discipline"),
    "FactoryTwinSinkAPI": (),
    "FactoryTwinCardLoopAPI": ("number", "begin", "end"),
    "FactoryTwinTransportAPI": ("vehicles", "dispatch"),
    "FactoryTwinPathAPI": ("type", "speed", "gap", "width"),
    "FactoryTwinTransporterAPI": ("type", "speed", "loadTime", "unloadTime", "paths"),
    "FactoryTwinWorkerPoolAPI": ("size", "skills", "calendar"),
    "FactoryTwinCalendarAPI": ("week", "breaks", "exceptions"),
    "FactoryTwinProductAPI": ("sku", "priority", "process"),
    "FactoryTwinBomItemAPI": ("part", "quantity"),
    "FactoryTwinOperationAPI": ("duration", "sequence", "stations"),
    "FactoryTwinWorkOrderAPI": ("product", "quantity", "release", "due", "priority"),
    "FactoryTwinScenarioAPI": ("horizon", "warmup", "replications", "seed"),
    NODE: ("successors",),
}
"""Schema -> last words of the attributes that are always shown, in order. Schemas that are not here are shown nowhere."""

_SECTIONS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "FactoryTwinStationAPI": (
        ("Set-up", ("setupTime", "firstSetup", "setupWorkers")),
        ("Batches", ("batchMinimum", "batchMaximum", "batchSameProduct")),
        ("Workers", ("workers", "workerPool", "workerSkill")),
        ("Shifts", ("calendar", "atShiftEnd", "noStartWithin")),
        ("Rework and interruptions", ("reworkRate", "rework", "releaseWhenDown", "preemptive")),
        ("Power", ("powerBusy", "powerIdle", "powerSetup", "powerDown", "powerOff")),
        ("Cost", ("costPerHour", "costPerPart")),
    ),
    "FactoryTwinSourceAPI": (
        ("Arrivals", ("first", "batch", "onFull")),
        ("Product mix", ("productWeights", "productOrder")),
    ),
    "FactoryTwinTransporterAPI": (
        ("Work", ("capacity", "whenIdle", "home")),
        ("Battery", ("batteryTime", "chargeTime", "chargeBelow")),
    ),
}
_FLOW = ("successorRule", "successorWeights")
_HIDDEN = ("partPosition", "partSpacing")  # geometry: left to the property panel
_WORDS = {NODE: "Flow", "FactoryTwinBomItemAPI": "Line of the bill of materials"}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

Shown = tuple[str, Property, str, bool]
"""Full name, entry of the table, section, whether it stands below "More"."""


def heading_of(schema: str, instance: str) -> str:
    """Return the heading of a schema's fields."""
    words = _CAMEL.sub(" ", schema.removeprefix("FactoryTwin").removesuffix("API")).capitalize()
    return f"{_WORDS.get(schema, words)} {instance}".strip()


def shown(schema: str, instance: str = "", *, branches: bool = False) -> Iterator[Shown]:
    """Yield the attributes and relationships of a schema in the order of a form, without those of its built-in schemas.

    Args:
        schema: Schema name without instance.
        instance: Instance name of a multiple-apply schema.
        branches: Whether the prim has several successors: then it matters how one of them is chosen.
    """
    table = properties(schema, instance)
    base = [b for b in schemas()[schema].builtin if b != schema]
    known = {name for b in base for name in properties(b)}
    names = {n.rpartition(":")[2]: n for n in table if n not in known and n.rpartition(":")[2] not in _HIDDEN}
    main = MAIN[schema] + (_FLOW if schema == NODE and branches else ())
    for word in main:
        yield names[word], table[names[word]], "", False
    left = {w: n for w, n in names.items() if w not in main}
    for title, words in _SECTIONS.get(schema, ()):
        for word in words:
            name = left.pop(word)
            yield name, table[name], title, True
    for name in left.values():
        yield name, table[name], "Other" if schema in _SECTIONS else "", True
