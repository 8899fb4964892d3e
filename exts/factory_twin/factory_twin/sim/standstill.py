# SPDX-License-Identifier: Apache-2.0
"""A model that goes no further: which parts stand where, and what they wait for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..event import State
from .liveness import CLOCKS, live, owners
from .lot_source import LotSource
from .sink import SinkPlace
from .source import SourcePlace
from .store import StorePlace
from .workplace import WorkPlace

if TYPE_CHECKING:
    from .place import Place
    from .simulation import Simulation


@dataclass(frozen=True, slots=True)
class Stuck:
    """Parts that stand at a place for ever.

    Attributes:
        path: Prim path of the place.
        parts: How many; 0: none stand there, but parts at other places wait for it.
        why: What they wait for, in words.
    """

    path: str
    parts: int
    why: str


def is_over(sim: Simulation) -> bool:
    """Whether all parts that were to come have come and gone."""
    return not any(_outside(p) for p in sim.places) and not any(p.level() for p in sim.places)


def _outside(place: Place) -> bool:
    """Whether parts may still come from a source."""
    return isinstance(place, SourcePlace | LotSource) and (place.left > 0 or bool(place.waiting))


def endless(sim: Simulation) -> list[str]:
    """Return the sources that never run out."""
    return [p.node.path for p in sim.places if isinstance(p, SourcePlace | LotSource) and p.left == float("inf")]


def stands_still(sim: Simulation, since: float) -> bool:
    """Whether no part will ever move again: only failures, maintenance and shifts are still to come.

    Args:
        sim: The model.
        since: When a part moved last, s: while a calendar goes on, it has to have been through twice without a move.
    """
    longest = max((r.period for r in sim.rosters.values() if r.goes_on), default=-1.0)
    if longest == 0.0 or (longest > 0 and sim.now - since <= 2 * longest):
        return False
    return all(isinstance(owner, CLOCKS) for owner in owners(sim))


def stuck(sim: Simulation) -> tuple[Stuck, ...]:
    """Return where parts stand for ever; empty while all can still go on, or when all parts have left."""
    if is_over(sim):
        return ()
    going = set() if stands_still(sim, _last_move(sim)) else live(sim)
    found = []
    for place in sim.places:
        if not isinstance(place, SinkPlace) and place.index not in going:
            parts = place.level() + (len(place.waiting) if isinstance(place, LotSource | SourcePlace) else 0)
            why = _why(sim, place)
            if parts and why:
                found.append(Stuck(place.node.path, parts, why))
            elif isinstance(place, WorkPlace) and place.waiters and why:
                found.append(Stuck(place.node.path, 0, why))
    return tuple(found)


def _last_move(sim: Simulation) -> float:
    """Return when a part moved last, s, as the log has it; now without a log."""
    if sim.log is None:
        return sim.now
    rows = sim.log.moves.array()
    return float(rows[-1, 0]) if len(rows) else 0.0


def _why(sim: Simulation, place: Place) -> str:
    """Return what the parts of a place, or those offered to it, wait for."""
    targets = sorted({t.node.path for t in sim.places for g in t.waiters if g.home is place})
    reasons = [f"{', '.join(targets)} takes nothing"] if targets else []
    if isinstance(place, WorkPlace):
        if any(m.up and not m.on and m.parts for m in place.servers):
            reasons.append("no shift comes")
        if any(m.now_state is State.WAITING for m in place.servers):
            reasons.append(f"workers of {', '.join(place.node.workers.pools) or 'the crew'} never come")
        elif any(m.idle for m in place.servers) and (place.waiters or place.load_rule.holds()):
            reasons.append("no card is free" if place.cards() < 1 else f"it waits for {place.load_rule.lacking()}")
    if isinstance(place, StorePlace) and place.inside and place.wanted() >= 0 and not targets:
        reasons.append(f"part {place.wanted() + 1} of its sequence does not come")
    if isinstance(place, LotSource) and place.waiting and not place.offer.offered:
        reasons.append("no card is free")
    return "; ".join(reasons)
