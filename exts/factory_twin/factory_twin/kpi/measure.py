# SPDX-License-Identifier: Apache-2.0
"""All KPIs of one shift from its log, simulated or recorded. Everything is measured over (begin, end]."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..errors import FactoryTwinError
from ..event import State
from ..log import Log
from ..plant import Buffer, Conveyor, Node, Plant, Station, WorkerPool
from .bottleneck import turning_points
from .flow import Flow, within
from .iso22400 import NAN, ratio
from .kpis import CostKpi, Kpis, choose_bottleneck
from .part import Parts
from .place import BufferKpi, PoolKpi, StationKpi
from .product import Finished, deliveries, mean_and_sd, products
from .station import Stations

Floats = NDArray[np.float64]


def measure(log: Log, plant: Plant, *, begin: float = 0.0, end: float | None = None) -> Kpis:
    """Return the KPIs of the log within (begin, end], s; `end` None: the log's end. With `begin` 0, time 0 counts, too.

    Raises:
        FactoryTwinError: The window is empty, or the log lacks places of the plant.
    """
    end = log.end if end is None else end
    if not end > begin:
        raise FactoryTwinError(
            f"Nothing to measure between {begin:g} s and {end:g} s.", hint="Make the horizon longer than the warm-up."
        )
    index = {p: i for i, p in enumerate(log.places)}
    missing = [n.path for n in plant.nodes if n.path not in index]
    if missing:
        raise FactoryTwinError("The log does not know this place.", where=missing[0], hint="Give the log of this very plant.")
    return _Measurement(log, plant, index, begin, end).kpis()


class _Measurement:
    """Parts of the log that several KPIs need."""

    def __init__(self, log: Log, plant: Plant, index: dict[str, int], begin: float, end: float) -> None:
        self.log, self.plant, self.index, self.begin, self.end = log, plant, index, begin, end
        self.flow, self.parts = Flow(log, plant, index), Parts(log)
        self.now = within(self.flow.time, begin, end)
        self.done = Finished.of(self.flow, begin, end)
        self.states = Stations(log, plant, self.flow, self.parts, begin=begin, end=end)

    def kpis(self) -> Kpis:
        """Return all of them."""
        log, plant, flow, now, length = self.log, self.plant, self.flow, self.now, self.end - self.begin
        finished, entered = int((flow.finished & now).sum()), int((flow.entered & now).sum())
        lost = int((flow.lost & now).sum())
        wip = flow.wip(self.begin, self.end)
        lead, sd = mean_and_sd(self.done.age)
        exits = flow.time[flow.finished & now]
        stations, times = self.states.all(), self.states.elements()
        orders = deliveries(log, plant, flow, self.parts, self.done, begin=self.begin, end=self.end)
        energy = math.fsum(s.energy_kwh for s in stations.values())
        return Kpis(
            begin=self.begin,
            end=self.end,
            finished=finished,
            entered=entered,
            scrapped=int((flow.scrapped & now).sum()),
            throughput_per_h=finished * 3600 / length,
            wip=wip,
            lead_time_s=lead,
            lead_time_sd_s=sd,
            makespan_s=float(exits[-1]) if len(exits) else NAN,
            loss_fraction=ratio(lost, lost + entered),
            on_time=float((orders.late == 0).mean()) if len(orders.late) else NAN,
            tardiness_s=float(orders.late.mean()) if len(orders.late) else NAN,
            first_pass_yield=self._first_pass_yield(),
            production_process_ratio=ratio(times.apt, wip * length),
            allocation_ratio=ratio(times.aubt, wip * length),
            inventory_turns=ratio(finished, wip),
            finished_goods_ratio=ratio(finished, entered),
            energy_kwh=energy,
            energy_per_part_kwh=ratio(energy, finished),
            cost=self._cost(stations, finished),
            stations=stations,
            buffers=self._buffers(),
            pools={p.path: self._pool(p) for p in plant.pools if p.path in self.index and p.size},
            products=products(log, flow, self.parts, self.done, begin=self.begin, end=self.end),
            orders=orders.orders,
            bottleneck=choose_bottleneck(stations),
            turning_points=self._turning_points(stations),
            names=_names(plant),
        )

    def _buffers(self) -> dict[str, BufferKpi]:
        mean, most = self.flow.levels(self.begin, self.end)
        stay = self.flow.stays(self.begin, self.end)
        found = {}
        for n in self.plant.of(Buffer, Conveyor):
            k = self.index[n.path]
            found[n.path] = BufferKpi(float(mean[k]), float(most[k]), float(stay[k]) if stay[k] == stay[k] else NAN)
        return found

    def _pool(self, pool: WorkerPool) -> PoolKpi:
        times = self.states.times[self.index[pool.path]]
        whole = pool.size * (self.end - self.begin)
        busy, off = float(times[State.BUSY]), float(times[State.OFF])
        return PoolKpi(busy / whole, off / whole, ratio(busy, whole - off))

    def _first_pass_yield(self) -> float:
        flow = self.flow
        reworked = np.unique(flow.part[flow.reworked])
        good = flow.finished & self.now
        clean = good & ~np.isin(flow.part, reworked) if len(reworked) else good
        return ratio(int(clean.sum()), int(good.sum()) + int((flow.scrapped & self.now).sum()))

    def _cost(self, stations: dict[str, StationKpi], finished: int) -> CostKpi:
        machines = math.fsum(s.cost for s in stations.values())
        workers = math.fsum(p.cost_per_hour * self._on_shift(p) / 3600 for p in self.plant.pools)
        price = {p.path: p.material_cost for p in self.plant.products}
        prices = np.array([*(price.get(path, 0.0) for path in self.log.products), 0.0])  # the last is that of no product
        parts = self.flow.part[self.flow.entered & self.now]
        material = float(prices[self.parts.product(parts, first=True)].sum()) if prices.any() else 0.0
        total = machines + workers + material
        return CostKpi(stations=machines, workers=workers, material=material, total=total, per_part=ratio(total, finished))

    def _on_shift(self, pool: WorkerPool) -> float:
        """Return the seconds on shift of all members; a pool that the log says nothing about was there all the time."""
        off = float(self.states.times[self.index[pool.path], State.OFF]) if pool.path in self.index else 0.0
        return pool.size * (self.end - self.begin) - off

    def _turning_points(self, stations: dict[str, StationKpi]) -> tuple[str, ...]:
        """Return the turning points of the material flow; none where process plans say where parts go."""
        if any(p.plan for p in self.plant.products):
            return ()
        paths = [n.path for n in self.plant.of(Station)]
        kpis = [stations[p] for p in paths]
        found = turning_points([k.blocked for k in kpis], [k.starved for k in kpis], _before(self.plant, paths))
        return tuple(paths[k] for k in sorted(found, key=lambda k: kpis[k].blocked + kpis[k].starved))


def _before(plant: Plant, paths: list[str]) -> list[list[int]]:
    """Return for each station the stations before it with no other station between, by position in `paths`."""
    position, nodes = {p: k for k, p in enumerate(paths)}, {n.path: n for n in plant.nodes}
    before: list[list[int]] = [[] for _ in paths]
    for k, path in enumerate(paths):
        seen: set[str] = set()
        ahead = list(nodes[path].successors)
        while ahead:
            place = ahead.pop()
            if place in seen or place not in nodes:
                continue
            seen.add(place)
            if place in position:
                before[position[place]].append(k)
            else:
                ahead += nodes[place].successors
    return before


def _names(plant: Plant) -> dict[str, str]:
    things: tuple[Node | WorkerPool, ...] = (*plant.nodes, *plant.pools)
    names = {n.path: n.name or n.path for n in things}
    return names | {p.path: p.name or p.id or p.path for p in plant.products} | {o.path: o.id or o.path for o in plant.orders}
