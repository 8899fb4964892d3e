# SPDX-License-Identifier: Apache-2.0
"""Which places can still go on: those where something is under way, and all whose parts wait for such a place.

What is left over has parts that no event will ever move, though others may still move elsewhere, or arrive outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..event import State
from .agenda import DeadAlarm, NeverAlarm
from .conveyor import ConveyorPlace
from .failure import Mode
from .lot_source import LotSource
from .roster import Roster
from .sink import SinkPlace
from .solo import SoloServer
from .source import SourcePlace
from .store import StorePlace
from .transport import TransportPlace
from .upkeep import Plan
from .vehicle import GIVING
from .workplace import WorkPlace

if TYPE_CHECKING:
    from .place import Place
    from .simulation import Simulation


CLOCKS = (Mode, Plan, Roster)
"""Whose events move no part by themselves."""


def live(sim: Simulation) -> set[int]:
    """Return the indices of the places that can still go on; all of them where a process of the user's takes part."""
    busy = _under_way(sim)
    if busy is None:
        return {p.index for p in sim.places}
    found = busy | {p.index for p in sim.places if _goes_on(p)}
    targets: dict[int, set[int]] = {p.index: set() for p in sim.places}
    feeders: dict[int, set[int]] = {p.index: set() for p in sim.places}
    for place in sim.places:
        for giver in place.waiters:
            targets[giver.home.index].add(place.index)
        for target in place.router.all:
            feeders[target.index].add(place.index)
    for place in sim.places:
        if _lacks_parts(place):
            targets[place.index] |= feeders[place.index]
        if _lacks_cards(place):
            targets[place.index] |= {p.index for p in sim.places if p is not place and p.level()}
    grown = True
    while grown:
        more = {i for i, wanted in targets.items() if i not in found and wanted & found}
        found |= more
        grown = bool(more)
    return found


def owners(sim: Simulation) -> Iterator[Any]:
    """Yield whom each event that is still to come is for; None: for a process of the user's."""
    for time, _, _, event in sim.queue:
        if isinstance(event, SoloServer):
            if not event.is_stale(time):
                yield event
        elif not isinstance(event, DeadAlarm | NeverAlarm):
            yield getattr(getattr(event, "call", None), "__self__", None)


def _under_way(sim: Simulation) -> set[int] | None:
    """Return the places that an event will come for; None when there are events of the user's."""
    found = set()
    for owner in owners(sim):
        if owner is None:
            return None
        if isinstance(owner, CLOCKS):
            continue
        if isinstance(owner, SourcePlace | LotSource):
            if not owner.waiting:  # else the next one will only wait outside, too
                found.add(owner.index)
        else:
            found.add(owner.index if isinstance(owner, ConveyorPlace) else owner.home.index)
    return found


def _goes_on(place: Place) -> bool:
    """Whether a place takes parts, or waits for what is sure to come: a shift, workers, a vehicle."""
    if isinstance(place, SinkPlace) or not (place.full or place.choosy):
        return True
    if isinstance(place, TransportPlace):
        return any(v.phase != GIVING for v in place.fleet.vehicles if v.node.path in place.node.vehicles)
    if isinstance(place, WorkPlace):
        shift = place.roster is not None and place.roster.goes_on
        helped = any(crew.busy or crew.pool.shift.calendar for crew in place.crews)
        waits = any(not m.up or (m.now_state is State.WAITING and helped) for m in place.servers)
        return shift or waits or (place.wants() and not place.waiters)
    return place.wants() and not place.waiters


def _lacks_parts(place: Place) -> bool:
    """Whether parts that are still on their way could set it going."""
    if isinstance(place, StorePlace):
        return place.inside > 0 and place.wanted() >= 0
    return isinstance(place, WorkPlace) and any(m.idle for m in place.servers) and not place.load_rule.is_single


def _lacks_cards(place: Place) -> bool:
    if isinstance(place, LotSource):
        return bool(place.waiting) and not place.offer.offered
    return isinstance(place, WorkPlace) and place.cards() < 1
