# SPDX-License-Identifier: Apache-2.0
"""What an experiment found: estimates over its replications, as JSON and as one sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from ..kpi import BufferKpi, CostKpi, Kpis, OrderKpi, PoolKpi, ProductKpi, StationKpi, bottleneck_sentence
from .estimate import Estimate, estimate, mean_of, to_json

T = TypeVar("T")
PLANT = (
    "throughput_per_h", "wip", "lead_time_s", "lead_time_sd_s", "makespan_s", "finished", "entered", "scrapped",
    "loss_fraction", "on_time", "tardiness_s", "first_pass_yield", "production_process_ratio", "allocation_ratio",
    "inventory_turns", "finished_goods_ratio", "energy_kwh", "energy_per_part_kwh",
)  # fmt: skip
"""Fields of `Kpis` that are one number."""


@dataclass(frozen=True)
class Result:
    """Replications of one plant.

    Attributes:
        horizon: s.
        warmup: s, left out of the KPIs.
        seed: Of the experiment.
        events: Events handled in all replications.
        wall: Wall-clock time, s.
        kpis: One entry per replication.
        warmup_rule: "given", or the rule that found it.
        warmup_found: False when the rule found no steady state.
        warnings: What a user should know beside the numbers.
        wanted: Precision asked for: half-width of the throughput's interval as a share of its mean; None: none.
    """

    horizon: float
    warmup: float
    seed: int
    events: int
    wall: float
    kpis: tuple[Kpis, ...]
    warmup_rule: str = "given"
    warmup_found: bool = True
    wanted: float | None = None
    warnings: tuple[str, ...] = ()

    @property
    def precise(self) -> bool:
        """Whether the precision asked for was reached; True when none was."""
        return self.wanted is None or self.throughput.relative <= self.wanted

    def plant(self, name: str) -> Estimate:
        """Return the estimate of one of the numbers named in `PLANT`."""
        return estimate([float(getattr(k, name)) for k in self.kpis])

    @property
    def throughput(self) -> Estimate:
        """Parts per hour."""
        return self.plant("throughput_per_h")

    @property
    def wip(self) -> Estimate:
        """Parts in the plant."""
        return self.plant("wip")

    @property
    def lead_time(self) -> Estimate:
        """Source to sink, s."""
        return self.plant("lead_time_s")

    @property
    def cost(self) -> CostKpi:
        """Means over the replications."""
        return mean_of([k.cost for k in self.kpis])

    def station(self, path: str) -> StationKpi:
        """Return the mean over the replications."""
        return self.stations[path]

    @cached_property
    def stations(self) -> dict[str, StationKpi]:
        """By prim path, in plant order: means over the replications that know the number."""
        return _means([k.stations for k in self.kpis])

    @cached_property
    def buffers(self) -> dict[str, BufferKpi]:
        """By prim path, in plant order: mean level and stay, and the highest level of any replication."""
        found = _means([k.buffers for k in self.kpis])
        return {p: replace(b, max_level=max(k.buffers[p].max_level for k in self.kpis)) for p, b in found.items()}

    @cached_property
    def pools(self) -> dict[str, PoolKpi]:
        """By prim path: means over the replications."""
        return _means([k.pools for k in self.kpis])

    @cached_property
    def products(self) -> dict[str, ProductKpi]:
        """By prim path: means over the replications in which there were parts of the product."""
        return _means([k.products for k in self.kpis])

    @cached_property
    def orders(self) -> dict[str, OrderKpi]:
        """By prim path: means over the replications in which there were parts of the order."""
        return _means([k.orders for k in self.kpis])

    @property
    def bottleneck(self) -> str:
        """Prim path of the station found to be the bottleneck in most replications."""
        found = [k.bottleneck for k in self.kpis]
        return max(dict.fromkeys(found), key=found.count)

    @property
    def turning_points(self) -> tuple[str, ...]:
        """Prim paths of the stations that are turning points in at least half of the replications, the most frequent first."""
        found = [path for k in self.kpis for path in k.turning_points]
        often = [path for path in dict.fromkeys(found) if 2 * found.count(path) >= len(self.kpis)]
        return tuple(sorted(often, key=found.count, reverse=True))

    @property
    def names(self) -> dict[str, str]:
        """Display name by prim path."""
        return self.kpis[0].names

    def sentence(self) -> str:
        """Return the answer in one sentence."""
        rate = f"{self.throughput.text()} parts/h"
        if not self.bottleneck:
            return f"{rate}."
        return bottleneck_sentence(self.names[self.bottleneck], self.station(self.bottleneck), rate)

    def to_json(self) -> dict[str, Any]:
        """Return the object that `factory-twin run --json` prints (docs/CLI.md)."""
        return {
            "horizon_s": self.horizon,
            "warmup_s": self.warmup,
            "warmup_rule": self.warmup_rule,
            "warmup_found": self.warmup_found,
            "replications": len(self.kpis),
            "seed": self.seed,
            "events": self.events,
            "wall_s": self.wall,
            "precision": self._precision(),
            "plant": {name: self.plant(name).to_json() for name in PLANT},
            "cost": to_json(self.cost),
            "stations": {p: _station(s) for p, s in self.stations.items()},
            "buffers": {p: to_json(b) for p, b in self.buffers.items()},
            "pools": {p: to_json(w) for p, w in self.pools.items()},
            "products": {p: to_json(x) for p, x in self.products.items()},
            "orders": {p: to_json(x) for p, x in self.orders.items()},
            "bottleneck": self.bottleneck or None,
            "turning_points": list(self.turning_points),
            "warnings": list(self.warnings),
        }

    def _precision(self) -> dict[str, Any] | None:
        if self.wanted is None:
            return None
        got = self.throughput.relative
        return {"wanted": self.wanted, "got": got if math.isfinite(got) else None, "reached": self.precise}


def _means(rows: list[dict[str, T]]) -> dict[str, T]:
    """Return the mean of each entry over the replications that have it, in the order they come."""
    paths: Mapping[str, None] = {path: None for row in rows for path in row}
    return {path: mean_of([row[path] for row in rows if path in row]) for path in paths}


def _station(kpi: StationKpi) -> dict[str, Any]:
    found: dict[str, Any] = to_json(kpi)
    short = {name: found["iso"][name] for name in ("availability", "utilization_efficiency", "quality_ratio")}
    return {**found, **short}
