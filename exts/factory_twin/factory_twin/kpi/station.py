# SPDX-License-Identifier: Apache-2.0
"""The KPIs of stations, vehicle paths and transports: shares of time, counts, indicators, bottleneck, energy and cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..event import State
from ..interval import state_intervals, times_in
from ..log import Log
from ..plant import Node, Plant, Station, Transport, VehiclePath
from .bottleneck import ACTIVE, Found, active_periods, of_periods
from .cost import cost, energy
from .flow import Flow, within
from .iso22400 import NAN, Counts, Stops, TimeElements, indicators
from .part import Parts
from .place import StationKpi
from .plan import planned_times
from .stop import stops

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KINDS = (Station, VehiclePath, Transport)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by place, each of shape (places,); see `Counts`."""

    pq: Floats
    sq: Floats
    rq: Floats
    ip: Floats
    gp: Floats
    first: float


class Stations:
    """What a log says about all stations within a window.

    Args:
        log: The log.
        plant: The plant it belongs to.
        flow: Its moves.
        parts: Its parts.
        begin: s.
        end: s.

    Attributes:
        times: Server-seconds in the window by place and state, shape (places, states); those of a transport are its vehicles'.
    """

    def __init__(self, log: Log, plant: Plant, flow: Flow, parts: Parts, *, begin: float, end: float) -> None:
        self._plant, self._flow, self._parts, self._begin, self._end = plant, flow, parts, begin, end
        self._nodes = plant.of(*KINDS)
        self._span, self._place, self._server, self._state = state_intervals(log)
        self._lend_vehicles()
        self.times = times_in(self._span, self._place, self._state, places=flow.places, begin=begin, end=end)

    def all(self) -> dict[str, StationKpi]:
        """Return the KPIs by prim path, in plant order."""
        return {n.path: self._one(k, n, self._flow.index[n.path]) for k, n in enumerate(self._nodes)}

    def _lend_vehicles(self) -> None:
        """Let every transport have the stays of its vehicles as those of its servers."""
        index, rows, place, server = self._flow.index, [np.arange(len(self._place))], [self._place], [self._server]
        for n in self._nodes:
            for k, path in enumerate(n.vehicles if isinstance(n, Transport) else ()):
                first, last = np.searchsorted(self._place, [index.get(path, -1), index.get(path, -1) + 1])
                rows.append(np.arange(first, last))
                place.append(np.full(last - first, index[n.path]))
                server.append(np.full(last - first, k))
        if len(rows) > 1:
            found = np.concatenate(rows)
            self._span, self._state = self._span[found], self._state[found]
            self._place, self._server = np.concatenate(place), np.concatenate(server)

    # ---- by place, for all at once
    @cached_property
    def _servers(self) -> Ints:
        """Servers of each place that the log knows, shape (places,)."""
        new = np.ones(len(self._place), bool)
        new[1:] = (self._place[1:] != self._place[:-1]) | (self._server[1:] != self._server[:-1])
        return np.bincount(self._place[new], minlength=self._flow.places)

    @cached_property
    def _stops(self) -> list[Stops]:
        return stops(self._span, self._place, self._server, self._state, self.times, begin=self._begin, end=self._end)

    @cached_property
    def _bottlenecks(self) -> Found:
        """By position in `_nodes`."""
        node = np.full(self._flow.places, -1)
        node[[self._flow.index[n.path] for n in self._nodes]] = np.arange(len(self._nodes))
        active = np.array([s in ACTIVE for s in State])[self._state] & (node[self._place] >= 0)
        width = int(np.max(self._server)) + 1 if len(self._server) else 1
        span, key = active_periods(self._span[active], (self._place * width + self._server)[active])
        return of_periods(span, node[key // width], places=len(self._nodes), begin=self._begin, end=self._end)

    @cached_property
    def _tally(self) -> Tally:
        flow, plant = self._flow, self._plant
        now = within(flow.time, self._begin, self._end)
        left = ~flow.consumed
        pq, sq, rq = (flow.at(now & chosen) for chosen in (left, flow.scrapped, flow.reworked))
        if not (flow.scrapped.any() or flow.reworked.any()):  # all is good the first time
            return Tally(pq, sq, rq, pq, pq, NAN)
        station = np.zeros(flow.places, bool)
        station[[flow.index[n.path] for n in plant.of(Station)]] = True
        order = flow.order[(station[flow.source] & left)[flow.order]]
        visit = flow.part[order] * flow.places + flow.source[order]
        first = order[np.unique(visit, return_index=True)[1]]
        first = first[now[first]]
        good = first[~(flow.scrapped | flow.reworked)[first]]
        ip, gp = (np.bincount(flow.source[x], minlength=flow.places).astype(np.float64) for x in (first, good))
        opening = order[np.unique(flow.part[order], return_index=True)[1]]
        return Tally(pq, sq, rq, ip, gp, float(now[opening].sum()))

    @cached_property
    def _planned(self) -> dict[str, float]:
        flow = self._flow
        left = within(flow.time, self._begin, self._end) & ~flow.consumed
        return planned_times(self._plant, flow, self._parts, left)

    @cached_property
    def _waits(self) -> Floats:
        return self._flow.waits(self._begin, self._end)

    # ---- one station
    def _one(self, position: int, node: Node, place: int) -> StationKpi:
        length, times = self._end - self._begin, self.times[place]
        servers = max(_servers(node), int(self._servers[place]))
        share = {s: float(times[s]) / (servers * length) for s in State}
        known = math.fsum(share[s] for s in State if s is not State.UNKNOWN)
        off, down = share[State.OFF], share[State.DOWN]
        scheduled = known - off
        tally, found = self._tally, self._bottlenecks
        parts = float(tally.pq[place])
        station = isinstance(node, Station)
        return StationKpi(
            busy=share[State.BUSY],
            setup=share[State.SETUP],
            blocked=share[State.BLOCKED],
            starved=share[State.STARVED] + share[State.IDLE],
            waiting=share[State.WAITING],
            down=down,
            maintenance=share[State.MAINTENANCE],
            off=off,
            unknown=max(0.0, 1 - known) if 1 - known > 1e-12 else 0.0,
            parts=parts,
            scrapped=float(tally.sq[place]),
            reworked=float(tally.rq[place]),
            rate_per_h=parts * 3600 / length,
            wait_s=float(self._waits[place]) if self._waits[place] == self._waits[place] else NAN,
            technical_availability=1 - down / scheduled if scheduled > 0 else NAN,
            failures=self._stops[place].failures,
            active_period_s=float(found.average[position]),
            sole_bottleneck=float(found.sole[position]),
            shifting_bottleneck=float(found.shifting[position]),
            energy_kwh=energy(node, times) if isinstance(node, Station) else 0.0,
            cost=cost(node, planned=scheduled * servers * length, parts=parts) if isinstance(node, Station) else 0.0,
            iso=indicators(
                _elements(times, servers * length),
                self._counts(node, place),
                pri=self._planned.get(node.path, NAN) if station else NAN,
                stops=self._stops[place],
            ),
        )

    def elements(self) -> TimeElements:
        """Return the time elements of all stations together, s."""
        places = [self._flow.index[n.path] for n in self._plant.of(Station)]
        times = self.times[places].sum(axis=0)
        return _elements(times, float(times.sum()))

    def _counts(self, node: Node, place: int) -> Counts:
        t = self._tally
        pq, sq, rq = float(t.pq[place]), float(t.sq[place]), float(t.rq[place])
        planned = node.scrap_rate * pq if isinstance(node, Station) and node.scrap_rate > 0 else NAN
        return Counts(
            pq=pq, gq=pq - sq - rq, sq=sq, rq=rq, ip=float(t.ip[place]), gp=float(t.gp[place]), first=t.first, psq=planned
        )


def _servers(node: Node) -> int:
    if isinstance(node, Station):
        return max(1, node.servers)
    return max(1, len(node.vehicles)) if isinstance(node, VehiclePath | Transport) else 1


def _elements(times: Floats, total: float) -> TimeElements:
    """Return the time elements of server-seconds by state; of `total` what is not scheduled, or unknown, is the rest."""
    t = {s: float(times[s]) for s in State}
    delay, idle = t[State.BLOCKED] + t[State.WAITING] + t[State.DOWN], t[State.STARVED] + t[State.IDLE]
    planned_down = t[State.MAINTENANCE]
    rest = total - t[State.BUSY] - t[State.SETUP] - delay - idle - planned_down
    return TimeElements(
        apt=t[State.BUSY], aust=t[State.SETUP], adet=delay, adot=idle, planned_down=planned_down, not_scheduled=max(0.0, rest)
    )
