# SPDX-License-Identifier: Apache-2.0
"""Metrics of the neutral format from the KPIs of a log: the very numbers that `factory-twin run` prints."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..kpi import Kpis, StationKpi, measure
from ..log import Log
from ..plant import Plant
from .finished import finished
from .metric import Metric


@dataclass(frozen=True, slots=True)
class Names:
    """What the prims of a stage stand for.

    Attributes:
        kinds: Name of a node or crew -> its kind.
        paths: Name of a node or crew -> its prims.
        types: Prim of a product -> its type.
        power: State -> W of every server.
    """

    kinds: Mapping[str, str]
    paths: Mapping[str, tuple[str, ...]]
    types: Mapping[str, str]
    power: Mapping[str, float]


class Measure:
    """Reads the metrics of one run over (begin, end].

    Args:
        log: Of the run.
        plant: That was run.
        names: What its prims stand for.
        begin: s.
        end: s; infinite: the log's end.
    """

    def __init__(self, log: Log, plant: Plant, names: Names, *, begin: float, end: float) -> None:
        self._log, self._plant, self._names = log, plant, names
        self._begin, self._end = begin, log.end if math.isinf(end) else end

    @cached_property
    def _kpis(self) -> Kpis:
        return measure(self._log, self._plant, begin=self._begin, end=self._end)

    def value(self, metric: Metric) -> float:
        """Return the value of a metric; nan where it is not known, such as a mean of nothing."""
        if metric.derived:
            return self._kilowatts()
        if not metric.node:
            return self._of_plant(metric)
        kind, word, paths = self._names.kinds[metric.node], metric.word, self._names.paths[metric.node]
        if word in ("count", "rate"):
            count = sum(finished(self._log, self._plant, path, begin=self._begin, end=self._end) for path in paths)
            return count if word == "count" else count / (self._end - self._begin)
        if kind == "crew":
            return self._kpis.pools[paths[0]].busy
        if kind == "buffer":
            return math.fsum(self._kpis.buffers[path].mean_level for path in paths)
        stations = [self._kpis.stations[path] for path in paths]
        if word == "wait":
            return _mean([s.wait_s for s in stations], [s.parts for s in stations])
        return _mean([_share(s, word) for s in stations], [1.0] * len(stations))

    def _of_plant(self, metric: Metric) -> float:
        kpis, word = self._kpis, metric.word
        if metric.type:
            return self._of_type(metric)
        values = {
            "wip": kpis.wip,
            "lead_time": kpis.lead_time_s,
            "lead_time_sd": kpis.lead_time_sd_s,
            "loss_fraction": kpis.loss_fraction,
            "makespan": kpis.makespan_s,
        }
        return values[word]

    def _of_type(self, metric: Metric) -> float:
        """Return a lead time of the products of a type together."""
        found = [k for path, k in self._kpis.products.items() if self._names.types.get(path) == metric.type and k.finished]
        count = [k.finished for k in found]
        mean = _mean([k.lead_time_s for k in found], count)
        if metric.word == "lead_time":
            return mean
        inside = [(k.finished - 1) * k.lead_time_sd_s**2 for k in found if k.finished > 1]
        apart = [k.finished * (k.lead_time_s - mean) ** 2 for k in found]
        return math.sqrt(math.fsum(inside + apart) / (sum(count) - 1)) if sum(count) > 1 else math.nan

    def _kilowatts(self) -> float:
        """Return the mean power of all stations; by the stage's own powers where it can hold what the case gives."""
        power = self._names.power
        if power.get("starved", 0.0) == power.get("blocked", 0.0):
            return self._kpis.energy_kwh / (self._end - self._begin) * 3600
        watts = 0.0
        for name, kind in self._names.kinds.items():
            for path in self._names.paths[name] if kind == "station" else ():
                servers = int(getattr(self._plant.node(path), "servers", 1))
                watts += servers * math.fsum(_share(self._kpis.stations[path], state) * w for state, w in power.items())
        return watts / 1000


def _share(station: StationKpi, word: str) -> float:
    """Return a share of time; waiting for people is starved, and maintenance is down."""
    shares = {
        "busy": station.busy,
        "setup": station.setup,
        "blocked": station.blocked,
        "starved": station.starved + station.waiting,
        "down": station.down + station.maintenance,
        "off": station.off,
    }
    return shares[word]


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the weighted mean of the values that are known; nan without any."""
    known = [(v, w) for v, w in zip(values, weights) if not math.isnan(v) and w > 0]
    total = math.fsum(w for _, w in known)
    return math.fsum(v * w for v, w in known) / total if known else math.nan
