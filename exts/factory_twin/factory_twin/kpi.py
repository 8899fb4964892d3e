# SPDX-License-Identifier: Apache-2.0
"""Key performance indicators of one shift, read from its log; names and formulas after ISO 22400-2.

The same function serves a simulated and a recorded shift. Everything is measured over (begin, end].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import FactoryTwinError
from .event import State
from .interval import level_steps, state_times, steps, window
from .log import Log
from .plant import SCRAP, Buffer, Conveyor, Node, Plant, Sink, Source, Station, VehiclePath

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StationKpi:
    """Shares of planned time (0..1, mean over servers) and parts of one station.

    Attributes:
        busy: Actual production time APT.
        setup: Actual unit setup time AUST.
        blocked: Finished part can't leave.
        starved: No part to work on.
        down: Under repair.
        off: Not scheduled.
        parts: Parts that left the station, scrap among them.
        scrapped: Of these, parts that were scrapped.
        availability: ISO 22400-2 availability, APT / PBT: setup, waiting and repair all lower it.
        technical_availability: Share of the planned time without repairs (what many call availability).
        quality_ratio: ISO 22400-2, good parts / parts; 1 where none left.
        utilization_efficiency: ISO 22400-2, APT / AUBT with AUBT = APT + AUST + delays (blocked, down).
    """

    busy: float
    setup: float
    blocked: float
    starved: float
    down: float
    off: float
    parts: float
    availability: float
    technical_availability: float
    utilization_efficiency: float
    scrapped: float
    quality_ratio: float


@dataclass(frozen=True, slots=True)
class BufferKpi:
    """Time average and maximum of the parts in a buffer or on a conveyor."""

    mean_level: float
    max_level: float


@dataclass(frozen=True, slots=True)
class PoolKpi:
    """Share of time that the members of a worker pool work (0..1, mean over members)."""

    busy: float


@dataclass(frozen=True, slots=True)
class Kpis:
    """The result of one shift.

    Attributes:
        begin: s.
        end: s.
        throughput_per_h: Parts into sinks per hour.
        wip: Time average of the parts between sources and sinks.
        lead_time_s: Mean time from source to sink of the parts that left, s; nan when none left.
        stations: By prim path: stations and vehicle paths.
        buffers: By prim path: buffers and conveyors.
        pools: By prim path: worker pools that do something.
        bottleneck: Prim path of the station that is active (busy, setup, down) the largest share of time; empty without one.
        names: Display name by prim path.
    """

    begin: float
    end: float
    throughput_per_h: float
    wip: float
    lead_time_s: float
    stations: dict[str, StationKpi]
    buffers: dict[str, BufferKpi]
    pools: dict[str, PoolKpi]
    bottleneck: str
    names: dict[str, str]

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


def measure(log: Log, plant: Plant, *, begin: float = 0.0, end: float | None = None) -> Kpis:
    """Return the KPIs of the log within (begin, end], s; `end` None: the log's end.

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
    flow = Flow(log, plant, index)
    times = state_times(log, begin=begin, end=end)
    stations = {
        n.path: _station(
            n, times[index[n.path]], flow.left(index[n.path], begin, end), flow.scrapped(index[n.path], begin, end), end - begin
        )
        for n in plant.of(Station, VehiclePath)
    }
    buffers = {
        n.path: BufferKpi(*window(*level_steps(log, index[n.path]), begin=begin, end=end)) for n in plant.of(Buffer, Conveyor)
    }
    pools = {
        p.path: PoolKpi(float(times[index[p.path], State.BUSY]) / (p.size * (end - begin)))
        for p in plant.pools
        if p.path in index and p.size
    }
    workers = [n.path for n in plant.of(Station)] or list(stations)
    return Kpis(
        begin,
        end,
        flow.finished(begin, end) * 3600 / (end - begin),
        flow.wip(begin, end),
        flow.lead_time(begin, end),
        stations,
        buffers,
        pools,
        max(workers, key=lambda p: _active(stations[p]), default=""),
        {n.path: n.name or n.path for n in plant.nodes} | {p.path: p.name or p.path for p in plant.pools},
    )


def _active(station: StationKpi) -> float:
    return station.busy + station.setup + station.down


def _station(node: Node, times: Floats, parts: int, scrapped: int, length: float) -> StationKpi:
    servers = node.servers if isinstance(node, Station) else max(1, len(node.vehicles)) if isinstance(node, VehiclePath) else 1
    share = {s: float(times[s]) / (servers * length) for s in State}
    down, off = share[State.DOWN] + share[State.MAINTENANCE], share[State.OFF]
    busy, setup, blocked = share[State.BUSY], share[State.SETUP], share[State.BLOCKED]
    planned, used = 1 - off, busy + setup + blocked + down
    return StationKpi(
        busy,
        setup,
        blocked,
        share[State.STARVED] + share[State.IDLE],
        down,
        off,
        parts,
        busy / planned if planned > 0 else 0.0,
        1 - down / planned if planned > 0 else 0.0,
        busy / used if used > 0 else 0.0,
        scrapped,
        1 - scrapped / parts if parts else 1.0,
    )


class Flow:
    """What the moves say about the plant as a whole."""

    def __init__(self, log: Log, plant: Plant, index: dict[str, int]) -> None:
        rows = log.moves.array()
        self.rows = rows
        self._in = np.isin(rows[:, 1], [index[n.path] for n in plant.of(Source)])
        self._out = np.isin(rows[:, 2], [index[n.path] for n in plant.of(Sink)])
        self._scrap = rows[:, 2] == index.get(SCRAP.path, -1)

    def scrapped(self, place: int, begin: float, end: float) -> int:
        """Return how many parts of a place were scrapped."""
        t = self.rows[self._scrap & (self.rows[:, 1] == place), 0]
        return int(((t > begin) & (t <= end)).sum())

    def left(self, place: int, begin: float, end: float) -> int:
        """Return how many parts left a place."""
        t = self.rows[self.rows[:, 1] == place, 0]
        return int(((t > begin) & (t <= end)).sum())

    def finished(self, begin: float, end: float) -> int:
        """Return how many parts entered a sink."""
        t = self.rows[self._out, 0]
        return int(((t > begin) & (t <= end)).sum())

    def wip_steps(self) -> tuple[Floats, Floats]:
        """Return (times in s, parts in the plant from then on)."""
        return steps(self.rows[:, 0], self._in.astype(float) - (self._out | self._scrap).astype(float))

    def wip_in(self, edges: Floats) -> Floats:
        """Return the time average of the parts in the plant within each bin; `edges` of the bins, ascending, s."""
        times, level = self.wip_steps()
        end = max(float(edges[-1]), float(times[-1]))
        area = np.concatenate([[0.0], np.cumsum(level * np.diff(times, append=end))])
        return np.asarray(np.diff(np.interp(edges, np.append(times, end), area)) / np.diff(edges))

    def finished_in(self, edges: Floats) -> Floats:
        """Return how many parts entered a sink within each bin."""
        return np.asarray(np.histogram(self.rows[self._out, 0], edges)[0], np.float64)

    def wip(self, begin: float, end: float) -> float:
        """Return the time average of the parts in the plant."""
        return window(*self.wip_steps(), begin=begin, end=end)[0]

    def lead_time(self, begin: float, end: float) -> float:
        """Return the mean time from source to sink of the parts that left in the window, s; nan when none did."""
        out = self.rows[self._out]
        out = out[(out[:, 0] > begin) & (out[:, 0] <= end)]
        entered = self.rows[self._in]
        born = dict(zip(entered[:, 3].tolist(), entered[:, 0].tolist()))
        known = [t - born[p] for t, p in zip(out[:, 0].tolist(), out[:, 3].tolist()) if p in born]
        return float(np.mean(known)) if known else float("nan")


def series(log: Log, plant: Plant, name: str, *, bins: int = 96) -> tuple[Floats, Floats]:
    """Return (times in s, values) of a curve over the whole log, `bins` points at the bins' ends.

    Args:
        log: The log.
        plant: The plant it belongs to.
        name: "wip" (parts in the plant, average of the bin), "throughput" (parts/h in the bin) or "parts" (so far).
        bins: Number of points.

    Raises:
        FactoryTwinError: The name is unknown.
    """
    index = {p: i for i, p in enumerate(log.places)}
    flow = Flow(log, plant, index)
    edges = np.linspace(0.0, max(log.end, 1e-9), bins + 1)
    if name == "wip":
        return edges[1:], flow.wip_in(edges)
    counts = flow.finished_in(edges)
    if name == "throughput":
        return edges[1:], counts * 3600 / (edges[1] - edges[0])
    if name == "parts":
        return edges[1:], np.cumsum(counts)
    raise FactoryTwinError(f"There is no curve {name!r}.", hint="Known: wip, throughput, parts.")
