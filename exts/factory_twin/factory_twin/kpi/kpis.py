# SPDX-License-Identifier: Apache-2.0
"""The results of one shift as frozen dataclasses. What can't be told is nan."""

from __future__ import annotations

from dataclasses import dataclass, field

from .iso22400 import NAN
from .place import BufferKpi, PoolKpi, StationKpi


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductKpi:
    """Parts of one product.

    Attributes:
        finished: Parts that reached a sink.
        scrapped: Parts that were scrapped.
        throughput_per_h: Finished parts per hour.
        lead_time_s: Mean time in the plant of the finished parts, s.
        lead_time_sd_s: Standard deviation of it, s; nan with fewer than two.
        on_time: Share of the finished parts with a due time that were ready by then.
        tardiness_s: Mean time they came after it, s; a part in time counts as 0.
    """

    finished: float
    scrapped: float
    throughput_per_h: float
    lead_time_s: float
    lead_time_sd_s: float
    on_time: float
    tardiness_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderKpi:
    """One work order, from the start of the log to the end of the window.

    Attributes:
        entered: Parts that entered the plant.
        finished: Parts that reached a sink.
        complete: 1 when all its parts have entered and left, else 0; over replications a share.
        start_s: When its first part entered, s.
        end_s: When its last part left, s; nan before it is complete.
        execution_time_s: ISO 22400-2 actual order execution time AOET, from start to end, s.
        throughput_rate_per_h: ISO 22400-2, finished parts / AOET.
        on_time: 1 when complete by its due time, 0 when later, nan without due time or before it is complete.
        tardiness_s: How much later, s; 0 in time.
    """

    entered: float
    finished: float
    complete: float
    start_s: float
    end_s: float
    execution_time_s: float
    throughput_rate_per_h: float
    on_time: float
    tardiness_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CostKpi:
    """What the window cost, in the stage's money.

    Attributes:
        stations: Planned time and parts of the stations.
        workers: Worker pools on shift.
        material: Parts that entered from sources.
        total: All of it.
        per_part: Total / finished parts.
    """

    stations: float = 0.0
    workers: float = 0.0
    material: float = 0.0
    total: float = 0.0
    per_part: float = NAN


_FREE = CostKpi()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpis:
    """The result of one shift.

    Attributes:
        begin: s.
        end: s.
        finished: Parts into sinks.
        entered: Parts that entered the plant from sources.
        scrapped: Parts that were scrapped.
        throughput_per_h: Parts into sinks per hour.
        wip: Time average of the parts in the plant.
        lead_time_s: Mean time in the plant of the parts that reached a sink, s; nan when none did.
        lead_time_sd_s: Standard deviation of it, s; nan with fewer than two.
        makespan_s: When the last part reached a sink, s.
        loss_fraction: Parts lost because a full place did not accept them / (lost + entered).
        on_time: Share of the orders with a due time, completed in the window, that were complete by then; parts with a due time
            and without order are orders of their own.
        tardiness_s: Mean time they came after it, s; one in time counts as 0.
        first_pass_yield: Share of the parts that left the plant good and without rework.
        production_process_ratio: ISO 22400-2 with every part an order of its own: working time of the stations / time of the
            parts in the plant.
        allocation_ratio: ISO 22400-2, likewise: busy time (AUBT) of the stations / time of the parts in the plant.
        inventory_turns: ISO 22400-2: finished parts / mean number of parts in the plant, over the window.
        finished_goods_ratio: ISO 22400-2: finished parts / parts that entered from sources.
        energy_kwh: Of all stations.
        energy_per_part_kwh: ISO 22400-2 comprehensive energy consumption: energy / finished parts.
        cost: What it cost.
        stations: By prim path: stations, vehicle paths and transports.
        buffers: By prim path: buffers and conveyors.
        pools: By prim path: worker pools that do something.
        products: By prim path: the products of which the log knows parts.
        orders: By prim path: the work orders that the log knows.
        bottleneck: Prim path of the station that limits the plant (see `choose_bottleneck`); empty without one.
        turning_points: Prim paths of the stations where waiting turns from blocked to starved, those that wait least first.
        names: Display name by prim path.
    """

    begin: float
    end: float
    finished: int = 0
    entered: int = 0
    scrapped: int = 0
    throughput_per_h: float = 0.0
    wip: float = 0.0
    lead_time_s: float = NAN
    lead_time_sd_s: float = NAN
    makespan_s: float = NAN
    loss_fraction: float = NAN
    on_time: float = NAN
    tardiness_s: float = NAN
    first_pass_yield: float = NAN
    production_process_ratio: float = NAN
    allocation_ratio: float = NAN
    inventory_turns: float = NAN
    finished_goods_ratio: float = NAN
    energy_kwh: float = 0.0
    energy_per_part_kwh: float = NAN
    cost: CostKpi = _FREE
    stations: dict[str, StationKpi] = field(default_factory=dict)
    buffers: dict[str, BufferKpi] = field(default_factory=dict)
    pools: dict[str, PoolKpi] = field(default_factory=dict)
    products: dict[str, ProductKpi] = field(default_factory=dict)
    orders: dict[str, OrderKpi] = field(default_factory=dict)
    bottleneck: str = ""
    turning_points: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)

    def sentence(self) -> str:
        """Return the result in one sentence."""
        if not self.bottleneck:
            return f"{self.throughput_per_h:.1f} parts/h."
        rate = f"{self.throughput_per_h:.1f} parts/h"
        return bottleneck_sentence(self.names[self.bottleneck], self.stations[self.bottleneck], rate)


def bottleneck_sentence(name: str, station: StationKpi, rate: str) -> str:
    """Return the answer to "what limits us?" in words; `rate` is the throughput as text."""
    down = f", {station.down:.0%} down" if station.down >= 0.005 else ""
    return f"The bottleneck is {name}: {station.busy:.0%} busy{down}; {rate}."


def choose_bottleneck(stations: dict[str, StationKpi]) -> str:
    """Return the prim path of the station that limits the plant.

    Of the stations that are active nearly as much of their time on shift as the most active one (nine tenths of it), the one
    that is the momentary bottleneck the longest, sole or shifting. Active periods alone would take every station with long
    process times for a bottleneck, even one that waits half the time.
    """
    most = max((s.active for s in stations.values()), default=0.0)
    likely = {p: s for p, s in stations.items() if s.active >= 0.9 * most}
    return max(likely, key=lambda p: (likely[p].sole_bottleneck + likely[p].shifting_bottleneck, likely[p].active), default="")
