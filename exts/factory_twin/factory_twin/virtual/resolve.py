# SPDX-License-Identifier: Apache-2.0
"""Which faults fit a plant: places by path or id, and what can go wrong there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ..errors import FactoryTwinError
from ..plant import Plant, Station, VehiclePath
from ..signals import KINDS, Fault

SHOWN = 20


def places(plant: Plant) -> tuple[str, ...]:
    """Return the prim paths of the machines, where every kind of fault can be."""
    return tuple(n.path for n in plant.of(Station))


def vehicles(plant: Plant) -> tuple[str, ...]:
    """Return the prim paths of all vehicles."""
    on_paths = (v.path for n in plant.of(VehiclePath) if isinstance(n, VehiclePath) for v in n.vehicles)
    return tuple(dict.fromkeys((*(v.path for v in plant.vehicles), *on_paths)))


def resolve(faults: Iterable[Fault], plant: Plant) -> tuple[Fault, ...]:
    """Return the faults with prim paths for ids.

    Raises:
        FactoryTwinError: A fault is at no machine; a network loss may be anywhere a value comes from, and at all below a prim.
    """
    ids = Counter(n.id for n in plant.nodes)
    by_id = {n.id: n.path for n in plant.nodes if ids[n.id] == 1}
    return tuple(_place(f if f.place.startswith("/") else replace(f, place=by_id.get(f.place, f.place)), plant) for f in faults)


def _place(fault: Fault, plant: Plant) -> Fault:
    machines = places(plant)
    if fault.kind == "network":
        senders = (*(n.path for n in plant.nodes), *vehicles(plant))
        if any(s == fault.place or s.startswith(f"{fault.place.rstrip('/')}/") for s in senders):
            return fault
    elif fault.place in machines:
        return fault
    known = ", ".join(machines[:SHOWN]) + (f" and {len(machines) - SHOWN} more" if len(machines) > SHOWN else "")
    raise FactoryTwinError(
        f"{fault.place[:200]!r} is no machine of this plant. Machines: {known or 'none'}.",
        where=f"fault {fault.kind}",
        hint=f"Kinds of faults: {', '.join(KINDS)}. A network loss may also be at any other place, vehicle or group of them.",
    )
