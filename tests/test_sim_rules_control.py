# SPDX-License-Identifier: Apache-2.0
"""Rules of control, followed by hand: dispatching rules and their ties, where parts go next, card loops."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest
from factory_twin.distribution import constant
from factory_twin.errors import SimulationError
from factory_twin.plant import Assembly, Buffer, CardLoop, Conveyor, Node, Order, Plant, Product, Setup, Source, Station, Step
from follow import BUSY, STARVED, Followed, changed, made
from models import buffer, source, station

JOBS = {
    "/X": (0, -1, 0, ("/M", 20)),
    "/A": (1, 400, 3, ("/M", 5), ("/N", 30)),
    "/B": (2, 100, 1, ("/M", 20)),
    "/C": (3, 300, 4, ("/M", 10), ("/N", 1), ("/P", 1)),
    "/D": (4, 200, 2, ("/M", 8), ("/N", 40)),
}
"""Product: release, due, priority, steps (station, s). X keeps M busy until 20; the others wait then."""


def shop(discipline: str, **values: object) -> Plant:
    plans = {
        name: tuple(
            Step(path=f"{name}/{i}", stations=(where,), time=constant(time), before=(i - 1,) if i else ())
            for i, (where, time) in enumerate(steps)
        )
        for name, (_, _, _, *steps) in JOBS.items()
    }
    return made(
        Source(path="/S", successors=("/Q",), orders=tuple(JOBS)),
        Buffer(path="/Q", successors=("/M",), capacity=-1, discipline=discipline, **values),  # type: ignore[arg-type]
        station("/M", "/Out", constant(1)),
        Buffer(path="/Out", successors=("/N", "/P", "/K"), capacity=-1),
        station("/N", "/Out", constant(1)),
        station("/P", "/Out", constant(1)),
        products=tuple(Product(path=name, plan=plan) for name, plan in plans.items()),
        orders=tuple(Order(path=n, product=n, release=r, due=d, priority=p) for n, (r, d, p, *_) in JOBS.items()),
    )


# ---- dispatching rules
@pytest.mark.parametrize(
    ("rule", "order"),
    [
        ("FIFO", "ABCD"),
        ("LIFO", "DCBA"),
        ("PRIORITY", "BDAC"),
        ("SPT", "ADCB"),  # 5, 8, 10, 20 s at M
        ("LPT", "BCDA"),
        ("EDD", "BDCA"),  # due 100, 200, 300, 400
        ("MWKR", "DABC"),  # 48, 35, 20, 12 s left
        ("LWKR", "CBAD"),
        ("MOPNR", "CADB"),  # 3, 2, 2, 1 steps left; of A and D the lower number
        ("FOPNR", "BADC"),
        ("CR", "DBAC"),  # at 20: A 380/35, B 80/20, C 280/12, D 180/48; at 28: A 372/35, B 72/20, C 272/12; ...
    ],
)
def test_parts_leave_a_buffer_by_its_rule(rule: str, order: str) -> None:
    names = "XABCD"
    assert "".join(names[part] for part in Followed(shop(rule)).order("/M")) == "X" + order


def test_the_critical_ratio_is_that_of_the_instant() -> None:
    """Two parts with 10 s and 100 s of work, due at 60 and 300. At 20: 4 and 2.8. At 50, instead: 1 and 2.5."""
    for busy, order in ((20, [0, 2, 1]), (50, [0, 1, 2])):
        plans = (
            (Step(path="/1", stations=("/M",), time=constant(10)),),
            (Step(path="/2", stations=("/M",), time=constant(100)),),
        )
        plant = made(
            Source(path="/S", successors=("/Q",), orders=("/X", "/A", "/B")),
            Buffer(path="/Q", successors=("/M",), capacity=-1, discipline="CR"),
            station("/M", "/K", constant(busy)),
            products=(Product(path="/X"), Product(path="/A", plan=plans[0]), Product(path="/B", plan=plans[1])),
            orders=(
                Order(path="/X", product="/X", due=1),
                Order(path="/A", product="/A", release=1, due=60),
                Order(path="/B", product="/B", release=2, due=300),
            ),
        )
        assert Followed(plant).order("/M") == order


def detour(discipline: str) -> Plant:
    """Part 0 keeps M busy until 20. Part 1 comes to the buffer at 11, by way of W; part 2 at 2. They are alike."""
    return made(
        Source(path="/S", successors=("/Q", "/W"), orders=("/O0", "/O1", "/O2")),
        Buffer(path="/Q", successors=("/M",), capacity=-1, discipline=discipline),
        station("/W", "/Q", constant(10)),
        station("/M", "/K", constant(20)),
        products=(
            Product(path="/A", plan=(Step(path="/a", stations=("/M",)),)),
            Product(path="/B", plan=(Step(path="/w", stations=("/W",)), Step(path="/b", stations=("/M",), before=(0,)))),
        ),
        orders=tuple(Order(path=f"/O{i}", product="/B" if i == 1 else "/A", release=i) for i in range(3)),
    )


@pytest.mark.parametrize(
    ("rule", "order"),
    [("FIFO", [0, 2, 1]), ("LIFO", [0, 1, 2]), ("PRIORITY", [0, 2, 1])]
    + [(rule, [0, 1, 2]) for rule in ("SPT", "LPT", "EDD", "MWKR", "LWKR", "MOPNR", "FOPNR", "CR")],
)
def test_ties_go_by_entry_or_else_to_the_lowest_part_number(rule: str, order: list[int]) -> None:
    assert Followed(detour(rule)).order("/M") == order


def test_a_sequence_is_strict_and_afterwards_parts_leave_as_they_came() -> None:
    """Numbers from 1. The station waits for part 3, which comes at 30, though 1 and 2 wait."""
    plant = made(
        source("/Q", every=constant(10), limit=5),
        Buffer(path="/Q", successors=("/M",), capacity=-1, discipline="SEQUENCE", sequence=(3, 1)),
        station("/M", "/K", constant(25)),
    )
    assert Followed(plant).came("/M") == [(30, 2), (55, 0), (80, 1), (105, 3), (130, 4)]


def test_a_sequence_that_waits_for_a_part_that_never_comes_is_a_standstill() -> None:
    plant = made(
        source("/Q", every=constant(10), limit=2),
        Buffer(path="/Q", successors=("/M",), capacity=-1, discipline="SEQUENCE", sequence=(5, 1)),
        station("/M", "/K", constant(25)),
    )
    run = Followed(plant)
    assert run.times("/M") == []
    assert [(s.path, s.parts) for s in run.model.stuck()] == [("/Q", 2)]


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Install a package with rules, in a folder of its own on Python's path."""
    info = folder / "rules_of_mine-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: rules-of-mine\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[factory_twin.rules]\nmine = rules_of_mine:mine\nlost = rules_of_mine:lost\n")
    (folder / "rules_of_mine.py").write_text(code)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "rules_of_mine", raising=False)


def test_a_rule_of_ones_own_is_an_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(
        tmp_path, monkeypatch, "SEEN = []\ndef mine(c):\n    SEEN.append(c)\n    return (c.product != '/C', -c.entered)[0]\n"
    )
    names = "XABCD"
    assert "".join(names[p] for p in Followed(shop("RULE", own_rule="mine")).order("/M")) == "XCABD"
    import rules_of_mine  # type: ignore[import-not-found]

    seen = next(c for c in rules_of_mine.SEEN if c.product == "/A" and c.now == 20)
    assert (seen.number, seen.entered, seen.priority, seen.due) == (1, 1, 3, 400)
    assert (seen.time, seen.remaining, seen.operations) == (5, 35, 2)


@pytest.mark.parametrize(
    ("code", "name", "words"),
    [
        ("def mine(c):\n    return 0\n", "yours", "There is no dispatching rule 'yours'"),
        ("def mine(c):\n    return 0\n", "lost", "can't be loaded"),
        ("def mine(c):\n    return 1 / 0\n", "mine", "'mine' failed: division by zero"),
        ("def mine(c):\n    return float('nan')\n", "mine", "gave no number"),
    ],
)
def test_a_rule_that_is_missing_or_fails_is_an_error_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, name: str, words: str
) -> None:
    installed(tmp_path, monkeypatch, code)
    with pytest.raises(SimulationError, match=words):
        Followed(shop("RULE", own_rule=name))


# ---- events of one instant
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("rule", ["SPT", "PRIORITY"])
def test_a_choice_sees_all_parts_that_arrive_at_its_instant(swapped: bool, rule: str) -> None:
    """At 10 both feeders finish and M finishes, too: the short part goes first, whichever feeder stands first on the stage."""
    feeders: list[Node] = [station("/F1", "/Q", constant(10)), station("/F2", "/Q", constant(10))]
    plant = made(
        Source(path="/S1", successors=("/F1",), limit=1, products=("/Long",)),
        Source(path="/S2", successors=("/F2",), limit=1, products=("/Short",)),
        Source(path="/S0", successors=("/M",), limit=1, products=("/Other",)),
        *(feeders[::-1] if swapped else feeders),
        Buffer(path="/Q", successors=("/M",), capacity=-1, discipline=rule),
        Station(
            path="/M", successors=("/K",), process_time=constant(10),
            process_times=(("/Long", constant(9)), ("/Short", constant(1))),
        ),
        products=(Product(path="/Long", priority=2), Product(path="/Short", priority=1), Product(path="/Other")),
    )  # fmt: skip
    run = Followed(plant)
    assert run.times("/K") == [10, 11, 20]


def test_a_rule_compares_all_parts_of_a_buffer_also_those_that_could_go_elsewhere() -> None:
    """SPT before M1 and M2. At 50 M1 gets free: A (100 s, M1 only) came first, B (1 s, either) second; M2 is busy."""
    plan = {"/Z": ("/M1", 50), "/Y": ("/M2", 500), "/A": ("/M1", 100), "/B": ("/M1 /M2", 1)}
    plant = made(
        Source(path="/S", successors=("/Q",), orders=tuple(plan)),
        Buffer(path="/Q", successors=("/M1", "/M2"), capacity=-1, discipline="SPT"),
        station("/M1", "/K", constant(9)),
        station("/M2", "/K", constant(9)),
        products=tuple(
            Product(path=name, plan=(Step(path=f"{name}/1", stations=tuple(where.split()), time=constant(time)),))
            for name, (where, time) in plan.items()
        ),
        orders=tuple(Order(path=name, product=name, release=i) for i, name in enumerate(plan)),
    )
    assert Followed(plant).came("/M1") == [(0, 0), (50, 3), (51, 2)]


# ---- where parts go next
def fork(rule: str, *, every: float = 10, limit: int = 4, **values: object) -> Plant:
    return made(
        source("/Q", every=constant(every), limit=limit),
        Buffer(path="/Q", successors=("/A", "/B"), capacity=-1, rule=rule, **values),  # type: ignore[arg-type]
        station("/A", "/K", constant(25)),
        station("/B", "/K", constant(1)),
    )


def test_the_first_that_is_free_in_the_order_named() -> None:
    """A at 10 and, free again at 35, at 40; meanwhile B."""
    run = Followed(fork("first"))
    assert run.came("/A") == [(10, 0), (40, 3)] and run.came("/B") == [(20, 1), (30, 2)]


def test_of_two_that_have_waited_equally_long_the_one_that_stands_first_on_the_stage() -> None:
    """Both sources have a part at 10 and at 20; /S2 stands first."""
    nodes = [source("/M", path=path, every=constant(10), limit=2) for path in ("/S2", "/S1")]
    run = Followed(made(*nodes, station("/M", "/K", constant(1))))
    assert [(e.time, e.place) for e in run.events if e.other == "/M"] == [(10, "/S2"), (11, "/S1"), (20, "/S2"), (21, "/S1")]


@pytest.mark.parametrize("kind", ["plain", "choosy"])
@pytest.mark.parametrize("order", ["other way", "in a row", "before"])
def test_the_order_of_successors_counts_not_how_the_stage_is_built(kind: str, order: str) -> None:
    """Q names B before C. That C stands first on the stage, or that B feeds C, must not matter."""
    setup = Setup(time=constant(0.5)) if kind == "choosy" else Setup()
    b = Station(path="/B", successors=("/C",) if order == "in a row" else ("/K",), process_time=constant(3), setup=setup)
    c = Station(path="/C", successors=("/K",), process_time=constant(3), setup=setup)
    extra: tuple[Node, ...] = (Source(path="/S1", successors=("/C",), limit=0),) if order == "other way" else ()
    plant = made(*extra, source("/Q", every=constant(10), limit=2), buffer("/Q", "/B", "/C", capacity=5), b, c)
    run = Followed(plant)
    assert run.came("/B") == [(10, 0), (20, 1)]
    assert run.came("/C") == ([(13, 0), (23, 1)] if order == "in a row" else [])


def test_in_turn_even_where_another_is_free() -> None:
    """A, B, A, B: the third waits for A until 35, and the fourth behind it."""
    run = Followed(fork("cyclic"))
    assert run.came("/A") == [(10, 0), (35, 2)] and run.came("/B") == [(20, 1), (40, 3)]


def test_the_one_with_the_fewest_parts_and_of_equals_the_first() -> None:
    """10 to A (1 part); 20 to B (empty); it has left by 30: B again; at 40 both are empty: A."""
    run = Followed(fork("shortest"))
    assert run.came("/A") == [(10, 0), (40, 3)] and run.came("/B") == [(20, 1), (30, 2)]
    lines = made(
        Source(path="/S", successors=("/QA", "/QB"), interarrival=constant(10), limit=5, rule="shortest"),
        buffer("/QA", "/A", capacity=-1),
        buffer("/QB", "/B", capacity=-1),
        station("/A", "/K", constant(100)),
        station("/B", "/K", constant(100)),
    )
    # only what stands in the buffers counts: the first two go straight on to the stations
    run = Followed(lines)
    assert run.order("/QA") == [0, 1, 4] and run.order("/QB") == [2, 3]


def test_a_source_and_a_belt_follow_the_rule_too() -> None:
    belt = Conveyor(
        path="/Belt", successors=("/A", "/B"), length=5, speed=1, capacity=5, points=((0, 0, 0), (5, 0, 0)), rule="cyclic"
    )
    plant = made(
        source("/Belt", every=constant(10), limit=4), belt, station("/A", "/K", constant(25)), station("/B", "/K", constant(1))
    )
    assert Followed(plant).order("/A") == [0, 2]
    direct = made(
        Source(path="/S", successors=("/A", "/B"), limit=4, rule="cyclic"),
        station("/A", "/K", constant(25)),
        station("/B", "/K", constant(1)),
    )
    assert Followed(direct).times("/B") == [0, 25]


# ---- cards
def conwip(cards: int) -> Plant:
    return made(
        source("/M1"),
        station("/M1", "/Q", constant(10)),
        buffer("/Q", "/M2", capacity=-1),
        station("/M2", "/K", constant(30)),
        loops=(CardLoop(path="/L", cards=cards, begin=("/S",), end=("/K",)),),
    )


@pytest.mark.parametrize(("cards", "starts"), [(1, [0, 40, 80]), (2, [0, 10, 40, 70, 100]), (4, [0, 10, 20, 30, 40, 70, 100])])
def test_conwip_lets_a_part_in_when_one_has_left(cards: int, starts: list[float]) -> None:
    """10 s at M1, 30 s at M2; parts leave at 40, 70, 100, ..., with one card 40 s after they came."""
    assert Followed(conwip(cards), 100).times("/M1") == starts


def test_scrap_gives_its_card_back() -> None:
    """All parts are scrapped at M1, at 10, 20, ..."""
    assert Followed(changed(conwip(1), "/M1", scrap_rate=1.0), 35).times("/M1") == [0, 10, 20, 30]


def kanban(cards: int, **stock: object) -> Plant:
    return made(
        source("/M"),
        station("/M", "/Q", constant(10)),
        Buffer(path="/Q", successors=("/N",), capacity=-1, **stock),  # type: ignore[arg-type]
        station("/N", "/K", constant(30)),
        loops=(CardLoop(path="/L", cards=cards, begin=("/M",), end=("/Q",)),),
    )


def test_kanban_starts_a_part_for_each_that_left_the_buffer() -> None:
    """Two cards. The part of 10 goes straight on; those of 20 and 30 wait; then one start at 40, 70, 100."""
    run = Followed(kanban(2), 105)
    assert run.times("/M") == [0, 10, 20, 40, 70, 100]
    assert run.states("/M")[1:3] == [(30, STARVED), (40, BUSY)]


@pytest.mark.parametrize(("stock", "starts"), [(1, [0, 10, 30, 60, 90]), (2, [0, 30, 60, 90]), (3, [0, 30, 90])])
def test_the_stock_at_the_start_carries_cards(stock: int, starts: list[float]) -> None:
    """Two cards. N takes one of the stock at 0, 30, 60, ... Of three, the third, which N takes at 60, has no card."""
    assert Followed(kanban(2, initial=stock), 95).times("/M") == starts


def test_a_part_may_need_the_cards_of_two_loops() -> None:
    """CONWIP of three around a kanban of one: M starts when its kanban is free, the source only with a card of both."""
    plant = made(
        source("/M"),
        station("/M", "/Q", constant(10)),
        Buffer(path="/Q", successors=("/N",), capacity=-1),
        station("/N", "/K", constant(30)),
        loops=(
            CardLoop(path="/Kanban", cards=1, begin=("/S",), end=("/Q",)),
            CardLoop(path="/Conwip", cards=2, begin=("/S",), end=("/K",)),
        ),
    )
    assert Followed(plant, 100).times("/M") == [0, 10, 40, 70, 100]


def test_a_loop_may_end_at_a_station_where_the_card_comes_off_as_the_part_leaves() -> None:
    plant = made(
        source("/M1"),
        station("/M1", "/M2", constant(10)),
        station("/M2", "/K", constant(30)),
        loops=(CardLoop(path="/L", cards=1, begin=("/S",), end=("/M2",)),),
    )
    assert Followed(plant, 100).times("/M1") == [0, 40, 80]


def test_a_card_goes_to_who_has_waited_longest_for_it() -> None:
    """One card for two lines of 10 and 7 s: by turns, though both wait at all times."""
    plant = made(
        source("/A", path="/S1"),
        source("/B", path="/S2"),
        station("/A", "/K", constant(10)),
        station("/B", "/K", constant(7)),
        loops=(CardLoop(path="/L", cards=1, begin=("/S1", "/S2"), end=("/K",)),),
    )
    run = Followed(plant, 50)
    assert run.times("/A") == [0, 17, 34] and run.times("/B") == [10, 27, 44]
    swapped = Followed(dataclasses.replace(plant, nodes=plant.nodes[::-1]), 50)
    assert len(swapped.times("/A")) in (2, 3) and len(swapped.times("/B")) in (2, 3)


def test_what_is_built_in_gives_its_card_back_at_the_end_of_the_assembly() -> None:
    plant = made(
        source("/Q1", path="/S1"),
        source("/Q2", path="/S2"),
        buffer("/Q1", "/Join", capacity=3),
        buffer("/Q2", "/Join", capacity=3),
        Station(
            path="/Join", successors=("/N",), process_time=constant(10), assembly=Assembly(inputs=(("/Q1", 1), ("/Q2", 1)))
        ),
        station("/N", "/K", constant(30)),
        loops=(
            CardLoop(path="/L1", cards=1, begin=("/S1",), end=("/K",)),
            CardLoop(path="/L2", cards=1, begin=("/S2",), end=("/K",)),
        ),
    )
    run = Followed(plant, 45)
    assert run.times("/Q1") == [0, 40]
    assert run.times("/Q2") == [0, 10]


@pytest.mark.parametrize(("begin", "end", "words"), [("/Q", "/K", "begins a card loop"), ("/S", "/Belt", "ends at")])
def test_a_loop_that_begins_or_ends_where_it_can_not_is_an_error(begin: str, end: str, words: str) -> None:
    plant = made(
        source("/Q"),
        buffer("/Q", "/Belt"),
        Conveyor(path="/Belt", successors=("/K",), length=1, speed=1, capacity=1, points=((0, 0, 0), (1, 0, 0))),
        loops=(CardLoop(path="/L", cards=1, begin=(begin,), end=(end,)),),
    )
    with pytest.raises(SimulationError, match=words):
        Followed(plant, 1)
