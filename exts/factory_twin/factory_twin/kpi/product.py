# SPDX-License-Identifier: Apache-2.0
"""Lead times, products, work orders and due times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..log import Log
from ..plant import Plant
from .flow import Flow, within
from .iso22400 import NAN
from .kpis import OrderKpi, ProductKpi
from .part import Parts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def mean_and_sd(values: Floats) -> tuple[float, float]:
    """Return mean and standard deviation of the values that are known; nan where there are too few."""
    known = values[~np.isnan(values)]
    return (float(known.mean()) if len(known) else NAN), (float(known.std(ddof=1)) if len(known) > 1 else NAN)


@dataclass(frozen=True, slots=True)
class Finished:
    """Parts that reached a sink in the window: number, when, and time in the plant, s (nan: unknown); shape (n,) each."""

    part: Ints
    time: Floats
    age: Floats

    @classmethod
    def of(cls, flow: Flow, begin: float, end: float) -> Finished:
        """Return the parts, numbered ones only."""
        chosen = np.flatnonzero((flow.finished & within(flow.time, begin, end))[flow.order])
        moves = flow.order[chosen]
        return cls(flow.part[moves], flow.time[moves], flow.ages(chosen))


def products(log: Log, flow: Flow, parts: Parts, done: Finished, *, begin: float, end: float) -> dict[str, ProductKpi]:
    """Return the KPIs of every product of which the log knows parts, by prim path."""
    kind, due = parts.product(done.part), parts.due(done.part)
    scrap = parts.product(flow.part[flow.scrapped & within(flow.time, begin, end)])
    found = {}
    for k in parts.products():
        mine = kind == k
        lead, sd = mean_and_sd(done.age[mine])
        late = np.maximum(0.0, done.time - due)[mine & (due >= 0)]
        found[log.products[k]] = ProductKpi(
            finished=int(mine.sum()),
            scrapped=int((scrap == k).sum()),
            throughput_per_h=int(mine.sum()) * 3600 / (end - begin),
            lead_time_s=lead,
            lead_time_sd_s=sd,
            on_time=float((late == 0).mean()) if len(late) else NAN,
            tardiness_s=float(late.mean()) if len(late) else NAN,
        )
    return found


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Work orders by prim path, and how late those were that were completed in the window, s, shape (n,)."""

    orders: dict[str, OrderKpi]
    late: Floats


def deliveries(log: Log, plant: Plant, flow: Flow, parts: Parts, done: Finished, *, begin: float, end: float) -> Deliveries:
    """Return how the orders fared; a part with a due time and without order is an order of its own.

    An order is complete when as many parts as it says have entered the plant and all of them have left it.
    """
    if not len(parts):
        return Deliveries({}, np.zeros(0))
    single = (parts.order(done.part) < 0) & (parts.due(done.part) >= 0)
    late = [np.maximum(0.0, done.time - parts.due(done.part))[single]]
    known = {o.path: o for o in plant.orders}
    count = len(log.orders)
    until = flow.time <= end
    into, out, good = (_of_orders(flow, parts, chosen & until, count) for chosen in (flow.into, flow.out, flow.finished))
    due = _due(log)
    found = {}
    for k, path in enumerate(log.orders):
        quantity = known[path].quantity if path in known else 0
        complete = into.count[k] > 0 and into.count[k] == out.count[k] >= quantity
        start, last = float(into.first[k]), float(out.last[k]) if complete else NAN
        delay = max(0.0, last - due[k]) if complete and due[k] >= 0 else NAN
        if within(np.array([last]), begin, end)[0] and delay == delay:
            late.append(np.array([delay]))
        time = last - start if complete else NAN
        found[path] = OrderKpi(
            entered=int(into.count[k]),
            finished=int(good.count[k]),
            complete=float(complete),
            start_s=start if into.count[k] else NAN,
            end_s=last,
            execution_time_s=time,
            throughput_rate_per_h=int(good.count[k]) * 3600 / time if time > 0 else NAN,
            on_time=float(delay == 0) if delay == delay else NAN,
            tardiness_s=delay,
        )
    return Deliveries(found, np.concatenate(late))


@dataclass(frozen=True, slots=True)
class _Moves:
    """Moves of the parts of each order, shape (orders,): how many, first and last, s."""

    count: Ints
    first: Floats
    last: Floats


def _of_orders(flow: Flow, parts: Parts, chosen: NDArray[np.bool_], orders: int) -> _Moves:
    order, time = parts.order(flow.part[chosen]), flow.time[chosen]
    order, time = order[order >= 0], time[order >= 0]
    first, last = np.full(orders, np.inf), np.full(orders, -np.inf)
    np.minimum.at(first, order, time)
    np.maximum.at(last, order, time)
    return _Moves(np.bincount(order, minlength=orders), first, last)


def _due(log: Log) -> Floats:
    """Return when each order is due, s: the latest of its parts; -1: at no time."""
    rows = log.parts.array()
    due = np.full(len(log.orders), -1.0)
    mine = rows[:, 2] >= 0
    np.maximum.at(due, rows[mine, 2].astype(np.int64), rows[mine, 3])
    return due
