# SPDX-License-Identifier: Apache-2.0
"""Cases of our own in the neutral format, with answers worked out by hand or by a closed form."""

from __future__ import annotations

import math
from typing import Any

Json = dict[str, Any]


def const(value: float) -> Json:
    return {"dist": "constant", "value": value}


def exp(mean: float) -> Json:
    return {"dist": "exponential", "mean": mean}


def source(to: str = "Q", every: Json | None = None, **more: Any) -> Json:
    return {"type": "source", "interarrival": every, "to": to, **more}


def buffer(capacity: int | None = None, **more: Any) -> Json:
    return {"type": "buffer", "capacity": capacity, **more}


def station(process: Any, *, of: Any = ("Q",), to: Any = "OUT", **more: Any) -> Json:
    inputs = of if isinstance(of, dict) else list(of)
    return {"type": "station", "from": inputs, "process": process, "to": to, **more}


def exact(value: Any) -> Json:
    return {"value": value, "check": "exact", "abs": 1e-9}


def stat(value: float, rel: float) -> Json:
    return {"value": value, "check": "stat", "rel": rel}


def case(name: str, nodes: Json, expected: Json, *, run: Json | None = None, model: Json | None = None, **more: Any) -> Json:
    nodes = {**nodes, "OUT": {"type": "sink"}}
    run = {"horizon": None, "warmup": 0, "replications": 1, "until_empty": True} if run is None else run
    return {"id": name, "kind": "des-own", "title": name, "model": {"nodes": nodes, **(model or {})}, "run": run,
            "expected": expected, **more}  # fmt: skip


def to(horizon: float, warmup: float = 0.0, replications: int = 1) -> Json:
    return {"horizon": horizon, "warmup": warmup, "replications": replications}


def single(process: Any, every: Json, *, capacity: int | None = None, arrivals: Json | None = None, **more: Any) -> Json:
    return {"S": source(every=every, **(arrivals or {})), "Q": buffer(capacity), "M": station(process, **more)}


def jobs(*routes: Any, order: str = "FIFO", **more: Any) -> Json:
    listed = [{"type": f"J{i + 1}", "route": r, **{k: v[i] for k, v in more.items()}} for i, r in enumerate(routes)]
    nodes = {"S": source("route", jobs=listed), "QA": buffer(order=order), "QB": buffer(order=order)}
    nodes |= {m: station("route", of=(f"Q{m}",), to="route") for m in "AB"}
    return nodes


SHOP = {"route_buffers": {"A": "QA", "B": "QB"}, "route_sink": "OUT"}
THREE = ([["A", 3]], [["A", 1]], [["A", 2]])  # one machine, three jobs
H2 = (1 + math.sqrt(3 / 5)) / 2  # of a hyperexponential distribution with mean 1, cv 2 and balanced means


def by_hand() -> list[Json]:
    """Deterministic: every number can be followed with a pencil."""
    return [*_queues(), *_shops(), *_stations(), *_breaks(), *_vehicles()]


def _queues() -> list[Json]:
    return [
        # 3 parts at the start and one at 0 leave at 4, 8, 12, 16; the one of 10 at 20.
        # In Q: 3, 2, 1, 2, 1, 0 during 4, 4, 2, 2, 4, 4 s.
        case(
            "initial",
            single(const(4), const(10), arrivals={"first": "at_zero", "limit": 2}),
            {"makespan": exact(20), "OUT.count": exact(5), "Q.mean": exact(1.5), "wip": exact(2.5), "lead_time": exact(10)},
            model={"initial": {"Q": 3}},
        ),
        # Three at a time: one is taken, one finds room, one is lost.
        case(
            "trays lost",
            single(const(1), const(10), capacity=1, arrivals={"batch": 3, "on_full": "lose"}),
            {"loss_fraction": exact(1 / 3), "OUT.count": exact(8), "M.wait": exact(0.5)},
            run=to(45),
        ),
        # At 5 the last in of four goes first: 4 (arrived at 4), then 3, 2, 1.
        case(
            "last in first out",
            {"S": source(every=const(1), limit=5, first="at_zero"), "Q": buffer(order="LIFO"), "M": station(const(5))},
            {"makespan": exact(25), "lead_time": exact((5 + 6 + 12 + 18 + 24) / 5), "lead_time_sd": exact(math.sqrt(65))},
        ),
        # M1 has finished two at 10: one is in M2, the other can't leave.
        case(
            "finished but blocked",
            {"S": source("B0"), "B0": buffer(0), "M1": station(const(5), of=("B0",), to="B1"), "B1": buffer(0),
             "M2": station(const(20), of=("B1",))},
            {"M1.count": exact(2), "M1.rate": exact(2 / 12), "OUT.count": exact(0), "M1.blocked": exact(2 / 12), "wip": exact(
                (5 + 2 * 7) / 12), "B1.mean": exact(0), "caps:1:M1.blocked": exact(0), "at30:OUT.count": exact(1)},
            run=to(12),
        ),
        # One type, two priorities: the part of S2 that came later goes before that of S1.
        case(
            "priority of a source",
            {
                "S1": source(every=const(1), first="at_zero", limit=3, part_type="A", priority={"A": 5}),
                "S2": source(every=const(3), limit=1, part_type="A", priority={"A": 1}),
                "Q": buffer(order="PRIORITY"),
                "M": station({"by_type": {"A": const(4)}}, setup={"time": const(100)}),
            },
            # starts: S1 at 0, S2 (of 3) at 4, S1 (of 1) at 8, S1 (of 2) at 12
            {"makespan": exact(16), "lead_time[A]": exact((4 + 5 + 11 + 14) / 4), "M.setup": exact(0),
             "lead_time_sd[A]": exact(math.sqrt(23))},
        ),
        # Two of three cards hang on the parts that are there at the start: 5 s each, one more from the source.
        case(
            "cards and parts at the start",
            {"S": source("Q"), "Q": buffer(), "M": station(const(5))},
            {"OUT.count": exact(4), "wip": exact(3), "Q.mean": exact(2), "lead_time": exact((5 + 10 + 15 + 15) / 4)},
            run=to(20),
            model={"initial": {"Q": 2}, "conwip": {"cards": 3}},
        ),
        # No buffer at all: handed over from machine to machine.
        case(
            "fed directly",
            {"S": source("M1", limit=2), "M1": station(const(2), of=(), to="M2"), "M2": station(const(3), of=())},
            {"makespan": exact(8), "M1.blocked": exact(1 / 8), "M2.wait": exact(0)},
        ),
        # Cards: one part in the line at a time, 3 + 4 s each.
        case(
            "one card",
            {"S": source("Q"), "Q": buffer(), "M1": station(const(3), to="Q2"), "Q2": buffer(),
             "M2": station(const(4), of=("Q2",))},
            {"OUT.count": exact(4), "wip": exact(1), "lead_time": exact(7), "M1.starved": exact(16 / 28)},
            run=to(28),
            model={"conwip": {"cards": 1}},
        ),
    ]  # fmt: skip


def _shops() -> list[Json]:
    due, release, urgent = (9, 3, 5), (0, 2, 1), (2, 0, 1)
    return [
        case(
            "rules",
            jobs(*THREE, due=due, priority=urgent),
            {
                "rule:FIFO:lead_time": exact((3 + 4 + 6) / 3),
                "rule:SPT:lead_time": exact((1 + 3 + 6) / 3),
                "rule:LPT:lead_time": exact((3 + 5 + 6) / 3),
                "rule:EDD:lead_time[J1]": exact(6),
                "rule:EDD:lead_time[J3]": exact(3),
                "rule:PRIORITY:lead_time[J1]": exact(6),
                "rule:PRIORITY:lead_time[J2]": exact(1),
                "rule:LIFO:makespan": exact(6),
            },
            model=SHOP,
        ),
        # Work left at A: 3 + 1, 1 + 5, 2; operations left: 2, 2, 1.
        case(
            "rules of work left",
            jobs([["A", 3], ["B", 1]], [["A", 1], ["B", 5]], [["A", 2]]),
            {
                "rule:MWKR:lead_time[J2]": exact(6),
                "rule:MWKR:lead_time[J1]": exact(7),  # A 1..4, B from 6
                "rule:LWKR:lead_time[J3]": exact(2),
                "rule:LWKR:makespan": exact(11),  # A: J3 0..2, J1 2..5, J2 5..6; B: J1 5..6, J2 6..11
                "rule:FOPNR:lead_time[J3]": exact(2),
                "rule:MOPNR:lead_time[J3]": exact(6),
            },
            model=SHOP,
        ),
        case(
            "sequence and release",
            jobs(*THREE, release=release) | {"QA": buffer(order="JOBLIST", sequence=[1, 3, 2])},
            # J1 0..3, J3 3..5, J2 5..6
            {"lead_time[J2]": exact(4), "lead_time[J3]": exact(4), "makespan": exact(6), "A.busy": exact(1),
             "A.wait": exact(5 / 3)},
            model=SHOP,
        ),
        # Routes by type, a machine visited twice, drawn from the model's routes.
        case(
            "routes by type",
            {**jobs(), "S": source("route", const(10), first="at_zero", limit=2, part_type=["X", "Y"])},
            {"makespan": exact(13), "lead_time[X]": exact(9), "lead_time[Y]": exact(3), "B.count": exact(2),
             "A.rate": exact(2 / 13)},
            model={**SHOP, "routes": {"X": [["A", 4], ["B", 3], ["A", 2]], "Y": [["B", 3]]}},
        ),
        # A flow shop by fixed targets, two parts of equal times 2, 3.
        case(
            "fixed targets",
            {
                "S": source("B0", jobs=[{"type": "J", "route": [["A", 2], ["B", 3]]}] * 2),
                "B0": buffer(),
                "A": station("route", of=("B0",), to="B1", advances_route=True),
                "B1": buffer(),
                "B": station("route", of=("B1",), advances_route=True),
            },
            {"caps:inf:makespan": exact(8), "caps:0:makespan": exact(8), "caps:0:A.blocked": exact(1 / 8),
             "caps:1:A.blocked": exact(0)},
        ),
    ]  # fmt: skip


def _stations() -> list[Json]:
    return [
        # A 0..2, set-up, B 3..8, 8..13, set-up, A 14..16, and so on.
        case(
            "types in turn",
            {"S": source("B0", part_type=["A", "B", "B"]), "B0": buffer(0),
             "M": station({"by_type": {"A": const(2), "B": const(5)}}, of=("B0",), setup={"time": const(1)})},
            {"OUT.count": exact(6), "M.setup": exact(4 / 28), "M.busy": exact(24 / 28), "lead_time[B]": exact(5.5)},
            run=to(28),
        ),
        case(
            "first set-up",
            {"S": source("B0", part_type="A", limit=2), "B0": buffer(0),
             "M": station(const(2), of=("B0",), setup={"time": const(1), "first_free": False})},
            {"makespan": exact(5), "M.setup": exact(0.2)},
        ),
        # Loads of 2 at 1, 4 at 5, 2 at 9.
        case(
            "batch of 2 to 5",
            single(const(4), const(1), arrivals={"first": "at_zero", "limit": 8}, batch={"min": 2, "max": 5}),
            {"makespan": exact(13), "lead_time": exact(5.5), "M.busy": exact(12 / 13), "M.count": exact(8)},
        ),
        # Two servers, each takes a body and two screws; sets are complete at 2, 4, 6, 8.
        case(
            "assembly by two servers",
            {
                "SA": source("QA", const(1), first="at_zero", limit=4, part_type="body"),
                "SB": source("QB", const(1), limit=8, part_type="screw"),
                "QA": buffer(),
                "QB": buffer(),
                "M": station(const(3), of={"QA": 1, "QB": 2}, assembly=True, servers=2, output_type="unit"),
            },
            {"makespan": exact(11), "OUT.count": exact(4), "M.count": exact(4), "M.busy": exact(12 / 22),
             "lead_time[unit]": exact((5 + 6 + 7 + 8) / 4)},
        ),
        case(
            "change of type",
            {
                "S": source("Q", const(5), limit=2, part_type="raw"),
                "Q": buffer(),
                "M1": station(const(3), to="Q2", output_type="cut"),
                "Q2": buffer(),
                "M2": station({"by_type": {"cut": const(1), "raw": const(50)}}, of=("Q2",)),
            },
            {"makespan": exact(14), "lead_time[cut]": exact(4)},
        ),
        case(
            "power",
            {"S": source("Q", const(4), first="at_zero"), "Q": buffer(), "M": station(const(1), servers=2)},
            {"derived:power_kw": exact(2 * (1000 * 0.125 + 200 * 0.875) / 1000)},
            run=to(40),
            power_w={"busy": 1000, "starved": 200, "blocked": 100},
        ),
    ]  # fmt: skip


def _breaks() -> list[Json]:
    on = [[0, 10], [20, 30]]

    def worker(horizon: float, count: float, last: float, **shift: Any) -> Json:
        nodes = {"S": source("B0"), "B0": buffer(0), "M": station(const(4), of=("B0",), shift={"on": on, **shift})}
        name = ", ".join(shift) or "suspend"
        return case(name, nodes, {"OUT.count": exact(count), "makespan": exact(last)}, run=to(horizon))

    def failing(name: str, process: float, modes: list[Json], expected: Json, horizon: float) -> Json:
        nodes = {"S": source("B0"), "B0": buffer(0), "M": station(const(process), of=("B0",), failures=modes)}
        return case(name, nodes, expected, run=to(horizon))

    every_15 = {"mode": "operation", "ttf": const(15), "ttr": const(5)}
    first = {"mode": "operation", "ttf": const(10), "ttr": const(2), "group": "g", "renews": "g"}
    second = {"mode": "operation", "ttf": const(15), "ttr": const(3), "group": "g"}
    return [
        # Down 12..16, off shift, and from 28 on: the calendar's clock runs off shift, too. Down is not off.
        case(
            "down off shift",
            {
                "S": source("B0"),
                "B0": buffer(0),
                "M": station(
                    const(4),
                    of=("B0",),
                    shift={"on": on},
                    failures=[{"mode": "calendar", "ttf": const(12), "ttr": const(4)}],
                ),
            },
            {"M.down": exact(6 / 30), "M.off": exact(6 / 30), "M.busy": exact(18 / 30), "OUT.count": exact(4)},
            run=to(30),
        ),
        worker(30, 5, 30),  # 4, 8, 22, 26, 30
        worker(40, 6, 32, finish_current=True),  # 4, 8, 12, 24, 28, 32
        worker(40, 4, 28, no_start_within=3),  # 4, 8, 24, 28
        failing("resume", 10, [every_15], {"OUT.count": exact(7), "M.down": exact(0.25)}, 100),
        failing("restart", 10, [{**every_15, "on_failure": "restart"}], {"OUT.count": exact(5), "M.down": exact(0.25)}, 100),
        failing("group", 1, [first, second], {"M.down": exact(1 / 6), "OUT.count": exact(100)}, 120),
        # Without a group: stops of 2 at 10, 20, 30 and of 3 at 15, 30 s of work.
        failing(
            "no group",
            1,
            [{k: v for k, v in first.items() if k not in ("group", "renews")}, second],
            {"M.down": exact(9 / 39), "OUT.count": exact(30)},
            39,
        ),
        # Both machines fail at 10; one repairman: 10..14 and 14..18.
        case(
            "one repairman",
            {
                "S": source("B0"),
                "B0": buffer(0),
                "M": station(
                    const(1),
                    of=("B0",),
                    servers=2,
                    failures=[{"mode": "calendar", "ttf": const(10), "ttr": const(4), "crew": "R"}],
                ),
            },
            {"M.down": exact((4 + 8) / 40), "R.busy": exact(8 / 20), "OUT.count": exact(28)},
            run=to(20),
            model={"crews": {"R": {"capacity": 1}}},
        ),
    ]


def _vehicles() -> list[Json]:
    fleet = {"type": "fleet", "vehicles": 1, "speed": 1.0, "load": 1, "unload": 1, "home": "P"}
    points = {"P": [0, 0], "D": [3, 4]}
    move = {"from": "Q", "pickup": "P", "to": "OUT", "drop": "D"}

    def one(metric: str, way: float) -> Json:
        nodes = {
            "S": source(every=const(100), first="at_zero", limit=2),
            "Q": buffer(),
            "AGV": {**fleet, "points": points, "metric": metric, "moves": [move]},
        }
        leads = 2 + way, 2 + 2 * way  # the second part is fetched from where the first was left
        expected = {"lead_time": exact(sum(leads) / 2), "AGV.busy": exact(sum(leads) / 200), "AGV.count": exact(2)}
        return case(metric, nodes, expected, run=to(200))

    line = {"P1": [0, 0], "P2": [10, 0], "D": [20, 0]}
    return [
        one("euclidean", 5),
        one("manhattan", 7),
        # Both vehicles stand at D; the part of Q1 is asked for first, its way is 20 m there and back.
        case(
            "two vehicles",
            {
                "S1": source("Q1", const(1), first="at_zero", limit=1),
                "S2": source("Q2", const(1), first="at_zero", limit=1),
                "Q1": buffer(),
                "Q2": buffer(),
                "F": {
                    **fleet,
                    "vehicles": 2,
                    "home": "D",
                    "load": 0,
                    "unload": 0,
                    "points": line,
                    "moves": [
                        {"from": "Q1", "pickup": "P1", "to": "OUT", "drop": "D"},
                        {"from": "Q2", "pickup": "P2", "to": "OUT", "drop": "D"},
                    ],
                },
            },
            {"makespan": exact(40), "lead_time": exact(30), "F.busy": exact(60 / 80)},
        ),
        # Fetched at A, brought to a machine's queue at B, fetched there after 5 s, brought on to C: 10 m each way.
        case(
            "from machine to machine",
            {
                "S": source("Q1", const(1), first="at_zero", limit=1),
                "Q1": buffer(),
                "F": {
                    **fleet,
                    "home": "A",
                    "points": {"A": [0, 0], "B": [10, 0], "B2": [10, 5], "C": [20, 0]},
                    "moves": [
                        {"from": "Q1", "pickup": "A", "to": "Q2", "drop": "B"},
                        {"from": "Q3", "pickup": "B2", "to": "OUT", "drop": "C"},
                    ],
                },
                "Q2": buffer(),
                "M": station(const(5), of=("Q2",), to="Q3"),
                "Q3": buffer(),
            },
            # load 1, 10 m, unload 1, 5 s, 5 m to B2 (meanwhile it waits: 5 s of work, then 5 m), load 1, way B2 to C, unload 1
            {"makespan": exact(12 + 5 + 5 + 1 + math.hypot(10, 5) + 1)},
        ),
    ]


def by_formula() -> list[Json]:
    """Stochastic: closed forms (queueing texts; Little's law)."""
    return [
        case(
            "M/M/4/6",
            single(exp(1), exp(0.2), capacity=2, arrivals={"on_full": "lose"}, servers=4),
            {"loss_fraction": stat(0.293543, 0.03), "wip": stat(4.35421, 0.02)},
            run=to(4000, 100, 8),
        ),
        case(
            "M/H2/1",
            single({"dist": "hyperexponential", "p": [H2, 1 - H2], "means": [0.5 / H2, 0.5 / (1 - H2)]}, exp(1 / 0.6)),
            {"wip": stat(2.85, 0.08), "M.busy": stat(0.6, 0.02)},
            run=to(50_000, 1000, 10),
        ),
        case(
            "discrete",
            single({"dist": "discrete", "values": [2, 4], "p": [0.25, 0.75]}, const(7)),
            {"M.busy": stat(0.5, 0.01), "M.wait": exact(0)},
            run=to(70_000, 0, 4),
        ),
        case(
            "E4/M/1",
            single(exp(1 / 0.11), {"dist": "erlang", "k": 4, "mean": 12}),
            {"M.wait": stat(15.6813, 0.06), "Q.mean": stat(1.30677, 0.06)},
            run=to(120_000, 2000, 10),
        ),
        case(
            "M3/M/1",
            single(exp(12), exp(50), arrivals={"batch": 3}),
            {"wip": stat(5.14286, 0.08), "lead_time": stat(85.7143, 0.08)},
            run=to(150_000, 3000, 10),
        ),
        case(
            "M/M(3,6)/1",
            single(exp(30), exp(10), batch={"min": 3, "max": 6}),
            {"lead_time": stat(63.9196, 0.04), "M.busy": stat(0.744908, 0.02)},
            run=to(100_000, 2000, 10),
        ),
        case(
            "operating clock",
            single(exp(14), exp(25), failures=[{"mode": "operation", "ttf": exp(300), "ttr": const(60)}]),
            {"lead_time": stat(61.4634, 0.05), "M.down": stat(0.112, 0.04)},
            run=to(200_000, 4000, 10),
        ),
        case(
            "three classes",
            {
                "S1": source(every=exp(150), part_type="a", priority={"a": 0}),
                "S2": source(every=exp(100), part_type="b", priority={"b": 1}),
                "S3": source(every=exp(80), part_type="c", priority={"c": 2}),
                "Q": buffer(order="PRIORITY"),
                "M": station(
                    {"by_type": {"a": const(30), "b": exp(20), "c": {"dist": "erlang", "k": 2, "mean": 24}}},
                ),
            },
            {"lead_time[a]": stat(45.5, 0.03), "lead_time[b]": stat(45.8333, 0.03), "lead_time[c]": stat(92.8889, 0.06)},
            run=to(200_000, 4000, 10),
        ),
        case(
            "two repairmen",
            {
                "S": source("B0"),
                "B0": buffer(0),
                "M": station(
                    const(50), of=("B0",), servers=8,
                    failures=[{"mode": "calendar", "ttf": exp(500), "ttr": exp(150), "crew": "R"}],
                ),
            },
            {"M.down": stat(1 - 0.674291, 0.04), "R.busy": stat(0.809149, 0.03)},
            run=to(60_000, 2000, 8),
            model={"crews": {"R": {"capacity": 2}}},
        ),
        case(
            "six cards, two servers",
            {
                "S": source("Q1"),
                "Q1": buffer(),
                "M1": station(exp(9), of=("Q1",), to="Q2"),
                "Q2": buffer(),
                "M2": station(exp(17), of=("Q2",), to="Q3", servers=2),
                "Q3": buffer(),
                "M3": station(exp(8), of=("Q3",)),
            },
            {"OUT.rate": stat(0.0862102, 0.02), "lead_time": stat(69.5973, 0.02), "wip": exact(6)},
            run=to(40_000, 1000, 10),
            model={"conwip": {"cards": 6}},
        ),
        case(
            "mix with shares",
            {
                "S": source("B0", part_type={"A": 0.2, "B": 0.8}),
                "B0": buffer(0),
                "M": station(
                    {"by_type": {"A": const(10), "B": exp(5)}},
                    of=("B0",),
                    to=[{"to": "OUT", "p": 0.7}, {"to": "BAD", "p": 0.3}],
                ),
                "BAD": {"type": "sink"},
            },
            {"OUT.rate": stat(0.7 / 6, 0.02), "BAD.rate": stat(0.3 / 6, 0.03), "lead_time[A]": exact(10),
             "lead_time": stat(6, 0.02)},
            run=to(40_000, 100, 8),
        ),
    ]  # fmt: skip
