# SPDX-License-Identifier: Apache-2.0
"""Shops of the neutral format against small programs: a non-delay dispatcher, and the recurrence of a blocking line."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from factory_twin.trust import FORMAT, load, run_case
from trust_cases import Json, buffer, exact, source, station

Shop = list[list[tuple[int, int]]]  # per job (machine, time)


def dispatch(shop: Shop, rule: str) -> int:
    """Makespan of non-delay dispatching: all completions of an instant first, ties by job number."""
    machines = 1 + max(m for job in shop for m, _ in job)
    step, free, ready = [0] * len(shop), [0] * machines, [0] * len(shop)

    def key(j: int) -> tuple[float, int]:
        left = [t for _, t in shop[j][step[j] :]]
        keys = {"SPT": left[0], "LPT": -left[0], "MWKR": -sum(left), "LWKR": sum(left), "MOPNR": -len(left),
                "FOPNR": len(left), "FIFO": ready[j]}  # fmt: skip
        return keys[rule], j

    now = 0
    while True:
        for m in range(machines):
            waiting = [j for j, job in enumerate(shop) if step[j] < len(job) and job[step[j]][0] == m and ready[j] <= now]
            if waiting and free[m] <= now:
                j = min(waiting, key=key)
                ready[j] = free[m] = now + shop[j][step[j]][1]
                step[j] += 1
        later = [t for t in (*free, *ready) if t > now]
        if not later:
            return now
        now = min(later)


def blocking(times: list[list[int]], room: int) -> int:
    """Makespan of a flow shop with `room` places between machines: when job j leaves machine m (Papadimitriou & Kanellakis)."""
    jobs, machines = len(times), len(times[0])
    leave = [[0] * (machines + 1) for _ in range(jobs)]
    start = [[0] * machines for _ in range(jobs)]
    for j in range(jobs):
        for m in range(machines):
            here = leave[j][m] if m else 0
            start[j][m] = max(here, leave[j - 1][m + 1] if j else 0)
            done = start[j][m] + times[j][m]
            free = 0  # from then on there is room behind the machine
            if m + 1 < machines and j >= max(room, 1):
                free = start[j - room][m + 1] if room else leave[j - 1][m + 2]
            leave[j][m + 1] = max(done, free)
    return leave[-1][-1]


def run(nodes: Json, expected: dict[str, int], tmp_path: Path, **model: object) -> None:
    made = {"id": "X", "kind": "des-shop", "model": {"nodes": {**nodes, "OUT": {"type": "sink"}}, **model},
            "run": {"horizon": None, "until_empty": True}, "expected": {k: exact(v) for k, v in expected.items()}}  # fmt: skip
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"format": FORMAT, "cases": [made]}))
    result = run_case(load(path)[0])
    assert result.status == "pass", [v for v in result.verdicts if not v.passed]


@pytest.mark.parametrize("seed", range(6))
def test_dispatching_rules(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    machines = dice.randint(2, 5)
    shop = [[(m, dice.randint(1, 9)) for m in dice.sample(range(machines), machines)] for _ in range(dice.randint(3, 8))]
    jobs = [{"type": "J", "route": [[f"M{m}", t] for m, t in job]} for job in shop]
    nodes = {"S": source("route", jobs=jobs)} | {f"Q{m}": buffer() for m in range(machines)}
    nodes |= {f"M{m}": station("route", of=(f"Q{m}",), to="route") for m in range(machines)}
    rules = ("SPT", "LPT", "MWKR", "LWKR", "MOPNR", "FOPNR", "FIFO")
    expected = {f"rule:{rule}:makespan": dispatch(shop, rule) for rule in rules}
    run(nodes, expected, tmp_path, route_buffers={f"M{m}": f"Q{m}" for m in range(machines)}, route_sink="OUT")


@pytest.mark.parametrize("seed", range(4))
def test_blocking_flow_shop(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    machines = dice.randint(2, 5)
    times = [[dice.randint(1, 9) for _ in range(machines)] for _ in range(dice.randint(3, 9))]
    jobs = [{"type": "J", "route": [[f"M{m + 1}", t] for m, t in enumerate(row)]} for row in times]
    nodes: Json = {"S": source("B0", jobs=jobs), "B0": buffer()}
    for m in range(machines):
        target = f"B{m + 1}" if m + 1 < machines else "OUT"
        nodes[f"M{m + 1}"] = station("route", of=(f"B{m}",), to=target, advances_route=True)
        if m + 1 < machines:
            nodes[f"B{m + 1}"] = buffer()
    run(nodes, {f"caps:{room}:makespan": blocking(times, room) for room in (0, 1, 2, 3)}, tmp_path)
