# SPDX-License-Identifier: Apache-2.0
"""What an experiment found: estimates over its replications, as JSON and as one sentence."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from statistics import fmean
from typing import Any

from ..kpi import BufferKpi, Kpis, PoolKpi, StationKpi, bottleneck_sentence
from .estimate import Estimate, estimate


@dataclass(frozen=True, slots=True)
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

    @property
    def precise(self) -> bool:
        """Whether the precision asked for was reached; True when none was."""
        return self.wanted is None or self.throughput.relative <= self.wanted

    @property
    def throughput(self) -> Estimate:
        """Parts per hour."""
        return estimate([k.throughput_per_h for k in self.kpis])

    @property
    def wip(self) -> Estimate:
        """Parts in the plant."""
        return estimate([k.wip for k in self.kpis])

    @property
    def lead_time(self) -> Estimate:
        """Source to sink, s."""
        return estimate([k.lead_time_s for k in self.kpis])

    def station(self, path: str) -> StationKpi:
        """Return the mean over the replications."""
        rows = [k.stations[path] for k in self.kpis]
        return StationKpi(**{f.name: fmean(getattr(r, f.name) for r in rows) for f in fields(StationKpi)})

    def buffer(self, path: str) -> BufferKpi:
        """Return the mean level, and the highest level of any replication."""
        rows = [k.buffers[path] for k in self.kpis]
        return BufferKpi(fmean(r.mean_level for r in rows), max(r.max_level for r in rows))

    @property
    def stations(self) -> dict[str, StationKpi]:
        """By prim path, in plant order."""
        return {p: self.station(p) for p in self.kpis[0].stations}

    @property
    def buffers(self) -> dict[str, BufferKpi]:
        """By prim path, in plant order."""
        return {p: self.buffer(p) for p in self.kpis[0].buffers}

    @property
    def pools(self) -> dict[str, PoolKpi]:
        """By prim path: means over the replications."""
        return {p: PoolKpi(fmean(k.pools[p].busy for k in self.kpis)) for p in self.kpis[0].pools}

    @property
    def bottleneck(self) -> str:
        """Prim path of the station found to be the bottleneck in most replications."""
        found = [k.bottleneck for k in self.kpis]
        return max(dict.fromkeys(found), key=found.count)

    def sentence(self) -> str:
        """Return the answer in one sentence."""
        rate = f"{self.throughput.text()} parts/h"
        if not self.bottleneck:
            return f"{rate}."
        return bottleneck_sentence(self.kpis[0].names[self.bottleneck], self.station(self.bottleneck), rate)

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
            "plant": {
                "throughput_per_h": self.throughput.to_json(),
                "wip": self.wip.to_json(),
                "lead_time_s": self.lead_time.to_json(),
            },
            "stations": {p: asdict(s) for p, s in self.stations.items()},
            "buffers": {p: asdict(b) for p, b in self.buffers.items()},
            "pools": {p: asdict(w) for p, w in self.pools.items()},
            "bottleneck": self.bottleneck or None,
        }

    def _precision(self) -> dict[str, Any] | None:
        if self.wanted is None:
            return None
        got = self.throughput.relative
        return {"wanted": self.wanted, "got": got if math.isfinite(got) else None, "reached": self.precise}
