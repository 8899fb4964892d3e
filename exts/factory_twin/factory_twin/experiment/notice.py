# SPDX-License-Identifier: Apache-2.0
"""What a user should know beside the numbers: a model that stands still, stations that never got a part."""

from __future__ import annotations

from ..kpi import Kpis
from ..plant import Plant, Station
from ..sim import Simulation

_MOST = 6


def standstill(model: Simulation) -> tuple[str, ...]:
    """Return a warning where no part will ever move again though some are there, with the places; else nothing."""
    places = model.stuck()
    if not places:
        return ()
    told = [f"{s.path}: {f'{s.parts} part{_s(s.parts)}, ' if s.parts else ''}{s.why}" for s in places[:_MOST]]
    more = f" ... and {len(places) - _MOST} more places." if len(places) > _MOST else ""
    return (f"Parts stand for ever (deadlock). {'. '.join(told)}.{more}",)


def starved(plant: Plant, kpis: tuple[Kpis, ...]) -> tuple[str, ...]:
    """Return a warning naming the stations that worked on nothing in any replication."""
    idle = [
        n.path
        for n in plant.of(Station)
        if kpis and all(k.stations[n.path].parts == 0 and k.stations[n.path].busy == 0 for k in kpis)
    ]
    if not idle:
        return ()
    named = ", ".join(idle[:_MOST]) + (f" and {len(idle) - _MOST} more" if len(idle) > _MOST else "")
    return (f"No part was worked on at {named}. Do parts get there, and is the run long enough?",)


def _s(count: int) -> str:
    return "" if count == 1 else "s"
