# SPDX-License-Identifier: Apache-2.0
"""Worker pools, and the workers that stations need."""

from __future__ import annotations

from ..plant import Demand, WorkerPool
from .applied import Applied, Index
from .calendar import shift
from .names import POOL


def pools(index: Index) -> tuple[WorkerPool, ...]:
    """Return all worker pools."""
    return tuple(
        WorkerPool(path=one.path, name=one.name, size=one["size"], skills=one["skills"], shift=shift(one),
                   cost_per_hour=one["costPerHour"])
        for one in index.of(POOL)
    )  # fmt: skip


def crew(one: Applied, index: Index) -> str:
    """Return the pool that repairs or maintains; empty when none is named."""
    path = one.target("crew", (POOL,), "worker pool")
    pool = index.at(path, POOL)
    if pool is not None and pool["size"] == 0:
        message = f"Nobody is in the pool {path}, so this would never end."
        one.error("crew", "empty", message, hint="Set factoryTwin:pool:size, or name another pool.")
    return path


def demand(one: Applied, index: Index) -> Demand:
    """Return the workers a station needs."""
    most, skill = max(one["workers"], one["setupWorkers"]), one["workerSkill"]
    named = one.targets("workerPool", (POOL,), "worker pool")
    if most == 0:
        for word in ("workerPool", "workerSkill"):
            if one[word]:
                hint = f"Set {one.attribute('workers')} or setupWorkers to a number, or remove it."
                one.warning(word, "unused", "The station needs no workers, so this is ignored.", hint=hint)
        return Demand()
    able = [p for p in index.of(POOL) if skill in p["skills"]]
    for pool in named:
        if skill and pool not in {p.path for p in able}:
            hint = f"Add it to factoryTwin:pool:skills of {pool}, or name another pool."
            one.error("workerSkill", "invalid", f"The workers of {pool} can't do {skill!r}.", hint=hint)
    paths = named if one["workerPool"] or not skill else tuple(p.path for p in able)
    word = "workers" if one["workers"] else "setupWorkers"
    if not paths and not one["workerPool"]:
        what = f"No pool has workers with the skill {skill!r}." if skill else "No pool is named that sends the workers."
        hint = f"Point {one.attribute('workerPool')} to a prim with {POOL}, or name a skill that a pool has."
        one.error(word, "no_pool", what, hint=hint)
    _check_sizes(one, paths, index, word="workers" if one["workers"] == most else "setupWorkers")
    return Demand(count=one["workers"], pools=paths)


def _check_sizes(one: Applied, paths: tuple[str, ...], index: Index, *, word: str) -> None:
    sizes = [pool["size"] for path in paths for pool in index.all(path, POOL)]
    if sizes and max(sizes) < one[word]:
        message = f"{one[word]} workers are needed, but the pool has {max(sizes)}: the work would never begin."
        one.error(word, "too_many", message, hint="Ask for fewer workers, or make factoryTwin:pool:size larger.")
