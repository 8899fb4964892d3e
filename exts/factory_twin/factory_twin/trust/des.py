# SPDX-License-Identifier: Apache-2.0
"""Factories: write the stage, read the plant from it, simulate replications, measure their logs, judge.

A case is run like a user's plant: through the stage, `read_plant` and `Simulation`. Nothing goes round them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..check import check
from ..errors import PlantError, StageError
from ..plant import Plant
from ..read import read_plant
from .case import Case, Expected
from .change import changed
from .fields import CaseError, Fields, NotBuilt
from .measure import Names
from .metric import Change, Metric, parse_metric
from .model import Model, Source, Station
from .parse import parse_model
from .replicate import Reading, Runner
from .stage import Built, build
from .verdict import CaseResult, Verdict, judge_runs, lacking, missing, result

_IGNORED = re.compile(r"unsupported|\.unused|attribute\.unknown")  # issues that say that a value has no effect
MOST = 8  # times the advised replications
FEW = 40
SEEDS = (1, 2)  # of the run, and of the one after a failure by statistics


@dataclass(frozen=True, slots=True)
class Settings:
    """How cases are run.

    Attributes:
        workers: Processes that share the replications.
        keep: Folder for the stages; None: they are not kept.
        progress: Is told the share of a case that is done.
    """

    workers: int = 1
    keep: Path | None = None
    progress: Callable[[float], None] = lambda share: None


@dataclass(frozen=True, slots=True)
class Run:
    """Run settings: horizon in s, infinite: until nothing is left in the plant; warm-up in s; replications advised."""

    horizon: float
    warmup: float
    replications: int


Wanted = list[tuple[Expected, Metric]]


def run_des(case: Case, settings: Settings) -> CaseResult:
    """Run a factory and judge its metrics.

    Raises:
        CaseError: The case is malformed.
        NotBuilt: It asks for something that is not there.
        FactoryTwinError: The stage has errors, or the simulation failed.
    """
    run = _run(case)
    model = parse_model(case.model, f"{case.id}: model")
    wanted, verdicts = _wanted(case, model)
    note = ""
    for step, (change, metrics) in enumerate(wanted.items()):
        plan = _Plan(case, run, change, metrics, _part(settings, step, len(wanted)))
        found = plan.judged(SEEDS[0])
        wrong = [v for v in found if not v.passed]
        if wrong and plan.random and any(e.check == "stat" for e, _ in metrics):
            names = ", ".join(v.metric for v in wrong)
            note = f"run again with other seeds: at first {names} failed"
            found = plan.judged(SEEDS[1])
        verdicts.update({v.metric: v for v in found})
        settings.progress((step + 1) / len(wanted))
    return result(case, [verdicts[e.metric] for e in case.expected], note)


def _part(settings: Settings, step: int, steps: int) -> Settings:
    """Return settings whose progress is that of one step of several."""
    return replace(settings, progress=lambda share: settings.progress((step + share) / steps))


def _run(case: Case) -> Run:
    f = Fields(case.run, f"{case.id}: run")
    empty = f.flag("until_empty", False)
    horizon = f.take("horizon", None)
    if horizon is not None and empty:
        raise NotBuilt("A horizon together with until_empty is not known.", where=f.where)
    if horizon is None and not empty:
        raise CaseError("The horizon is missing.", where=f.where, hint="Add it, or until_empty.")
    run = Run(
        math.inf if empty and horizon is None else f.number("horizon", least=0.0),
        f.number("warmup", 0.0, least=0.0),
        f.count("replications", 1, least=1),
    )
    f.done()
    if run.warmup >= run.horizon:
        raise CaseError("The warm-up is not shorter than the horizon.", where=f.where, hint="Shorten it.")
    return run


def _wanted(case: Case, model: Model) -> tuple[dict[Change, Wanted], dict[str, Verdict]]:
    """Return the metrics by change of the model, and the verdicts on those that are not built."""
    kinds = _kinds(model)
    types = _types(model)
    wanted: dict[Change, Wanted] = {}
    verdicts: dict[str, Verdict] = {}
    for expected in case.expected:
        try:
            where = f"{case.id}: expected.{expected.metric}"
            metric = parse_metric(expected.metric, kinds, types, where=where)
            if metric.derived and (metric.word != "power_kw" or "power_w" not in case.extra):
                raise NotBuilt("What this is derived from is not known.", where=where)
            if not isinstance(expected.value, int | float) or isinstance(expected.value, bool):
                raise CaseError("A metric of a factory is a number.", where=where, hint="Write one.")
        except NotBuilt as error:
            verdicts[expected.metric] = missing(expected, str(error))
        else:
            wanted.setdefault(metric.change, []).append((expected, metric))
    return wanted, verdicts


def _kinds(model: Model) -> dict[str, str]:
    crews = dict.fromkeys(model.crews, "crew")
    return crews | {name: type(node).__name__.lower() for name, node in model.nodes.items()}


def _types(model: Model) -> set[str]:
    nodes = model.nodes.values()
    sources = [n for n in nodes if isinstance(n, Source)]
    made = {t for n in sources for t, _ in n.types} | {job.type for n in sources for job in n.jobs}
    return made | {n.output_type for n in nodes if isinstance(n, Station) and n.output_type}


class _Plan:
    """The runs of a case after one change of its model."""

    def __init__(self, case: Case, run: Run, change: Change, metrics: Wanted, settings: Settings) -> None:
        self._case, self._run, self._metrics, self._settings = case, run, metrics, settings
        variants = {k: v for k, v in case.extra.items() if k.startswith("variant_")}
        data = changed(case.model, change, where=f"{case.id}: model", variants=variants)
        model = parse_model(data, f"{case.id}: model")
        self.random = model.is_random
        power = Fields(case.extra.get("power_w", {}), f"{case.id}: power_w")
        watts = {state: power.number(state, least=0.0) for state in power.data}
        scenario: dict[str, Any] = {"warmup": run.warmup, "replications": run.replications}
        if math.isfinite(run.horizon):
            scenario["horizon"] = run.horizon
        built = build(model, scenario, power=watts)
        self._plant = self._read(built, change)
        ends = sorted({_end(m, run) for _, m in metrics})
        windows = tuple(
            (run.warmup if run.warmup < end else 0.0, end, tuple(m for _, m in metrics if _end(m, run) == end)) for end in ends
        )
        reading = Reading(_names(model, built, watts), windows)
        self._runner = Runner(self._plant, reading, horizon=ends[-1], workers=settings.workers)

    def _read(self, built: Built, change: Change) -> Plant:
        """Return the plant on the stage; keep the stage."""
        if self._settings.keep is not None:
            words = [self._case.id, *filter(None, (change.capacity and f"caps{change.capacity}", change.rule, change.variant))]
            keep(built, self._settings.keep / f"{'_'.join(words)}.usda")
        issues = check(built.stage)
        lacks = [issue for issue in issues if _IGNORED.search(issue.code)]
        if lacks:
            raise NotBuilt(lacks[0].message, where=f"{self._case.id}: {lacks[0].path}")
        try:
            return read_plant(built.stage)
        except PlantError as error:
            raise PlantError(error.issues, where=self._case.id) from error

    def judged(self, seed: int) -> list[Verdict]:
        """Return the verdicts, from as many replications as it takes within the bound."""
        run, values = self._run, self._runner
        count = 1
        if self.random:
            some = any(e.check == "stat" for e, _ in self._metrics)
            count = max(run.replications, 3) if some else run.replications
        most = max(MOST * run.replications, FEW)
        values.start(seed, progress=self._settings.progress)
        values.extend(count)
        while self.random and count < most:
            more = max(lacking(e, values.of(m)) for e, m in self._metrics)
            if more <= count:
                break
            count = min(more, most)
            values.extend(count)
        return [judge_runs(e, values.of(m)) for e, m in self._metrics]


def _end(metric: Metric, run: Run) -> float:
    """Return the end of a metric's window, s."""
    return metric.at if metric.at > 0 else run.horizon


def keep(built: Built, path: Path) -> None:
    """Write a stage to a file.

    Raises:
        StageError: It can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(built.stage.GetRootLayer().ExportToString(), encoding="utf-8")
    except OSError as error:
        hint = "Choose a folder that you may write to."
        raise StageError(f"The stage can't be written: {error.strerror}.", where=str(path), hint=hint) from error


def _names(model: Model, built: Built, power: dict[str, float]) -> Names:
    paths = {name: (path,) for name, path in built.crews.items()} | dict(built.paths)
    return Names(kinds=_kinds(model), paths=paths, types=dict(built.types), power=power)
