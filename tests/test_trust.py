# SPDX-License-Identifier: Apache-2.0
"""`factory-twin trust`: the shipped cases, cases of our own, the pass rules, and what is said about what can't be run."""

from __future__ import annotations

import copy
import dataclasses
import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from factory_twin.cli import main
from factory_twin.errors import FactoryTwinError
from factory_twin.plant import Buffer, Station
from factory_twin.read import open_stage, read_plant
from factory_twin.trust import FORMAT, SHIPPED, CaseResult, Settings, load, run_case
from factory_twin.trust.case import Expected
from factory_twin.trust.metric import parse_metric
from factory_twin.trust.verdict import equal, judge, judge_runs, lacking
from trust_cases import Json, buffer, by_formula, by_hand, case, const, exact, exp, single, source, stat, station, to

SHORT = ("S07", "S12", "S13", "S14", "S15", "S20", "S21", "S23", "S24", "S25", "S26", "S27", "S28", "S29", "S30", "S31", "S32",
         "S33")  # fmt: skip
ALL = {c.id: c for c in load()}


def write(cases: list[Json], folder: Path) -> Path:
    path = folder / "cases.json"
    path.write_text(json.dumps({"format": FORMAT, "cases": cases}))
    return path


def outcome(one: Json, folder: Path, workers: int = 1) -> CaseResult:
    return run_case(load(write([one], folder))[0], Settings(workers=workers))


def wrong(result: CaseResult) -> list[Any]:
    return [result.note, *(v for v in result.verdicts if not v.passed)]


# ---- cases
@pytest.mark.parametrize("name", SHORT)
def test_shipped_case(name: str) -> None:
    result = run_case(ALL[name])
    assert result.status == "pass", wrong(result)
    assert [v.metric for v in result.verdicts] == [e.metric for e in ALL[name].expected]


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in ALL if n not in SHORT])
def test_shipped_case_by_statistics(name: str) -> None:
    result = run_case(ALL[name])
    assert result.status == "pass", wrong(result)


@pytest.mark.parametrize("one", by_hand(), ids=lambda c: c["id"])
def test_case_by_hand(one: Json, tmp_path: Path) -> None:
    result = outcome(one, tmp_path)
    assert result.status == "pass", wrong(result)


@pytest.mark.parametrize("one", by_hand(), ids=lambda c: c["id"])
def test_another_answer_fails(one: Json, tmp_path: Path) -> None:
    other = copy.deepcopy(one)
    metric, entry = next(iter(other["expected"].items()))
    entry["value"] = entry["value"] * 1.001 + 1e-6
    result = outcome(other, tmp_path)
    assert [v.metric for v in result.verdicts if v.passed is False] == [metric] and result.status == "fail"


@pytest.mark.slow
@pytest.mark.parametrize("one", by_formula(), ids=lambda c: c["id"])
def test_case_by_formula(one: Json, tmp_path: Path) -> None:
    result = outcome(one, tmp_path)
    assert result.status == "pass", wrong(result)


def queue(**changes: Any) -> Json:
    """A short M/M/1 with a loose tolerance."""
    found = case("Q", single(exp(5), exp(10)), {"M.busy": stat(0.5, 0.1)}, run=to(2000, 100, 3))
    return {**found, **changes}


def test_a_case_by_statistics(tmp_path: Path) -> None:
    (verdict,) = outcome(queue(), tmp_path).verdicts
    assert verdict.passed and verdict.half_width and verdict.tolerance == pytest.approx(0.05)


def test_replications_go_on_until_the_mean_is_known(tmp_path: Path) -> None:
    narrow = queue(expected={"M.busy": stat(0.5, 0.06)}, run=to(2000, 100, 1))
    (verdict,) = outcome(narrow, tmp_path).verdicts
    assert verdict.passed and verdict.half_width is not None and verdict.half_width < 0.04
    hopeless = queue(expected={"M.busy": stat(0.5, 0.001)}, run=to(100, 0, 1))
    (verdict,) = outcome(hopeless, tmp_path).verdicts
    assert verdict.passed is False and not verdict.precise and "after 40 replications" in verdict.note


def test_a_failure_by_statistics_is_run_again(tmp_path: Path) -> None:
    result = outcome(queue(expected={"M.busy": stat(0.9, 0.1)}), tmp_path)
    assert result.status == "fail" and "run again with other seeds" in result.note
    assert outcome(queue(), tmp_path).note == ""


def test_workers_change_nothing(tmp_path: Path) -> None:
    one, two = (outcome(queue(), tmp_path, workers=n) for n in (1, 2))
    assert one == two


def test_variants_given_as_data(tmp_path: Path) -> None:
    line = case("V", single(const(4), const(5), arrivals={"limit": 3}), {"variant_b:makespan": exact(5 + 3 * 7)})
    line["variant_b"] = {"nodes": {"M": {"process": const(7)}}}
    assert outcome(line, tmp_path).status == "pass"
    del line["variant_b"]
    result = outcome(line, tmp_path)
    assert result.status == "not built" and "not given as data" in result.note


# ---- pass rules
def test_exact_values() -> None:
    assert judge(Expected("x", 2.0, abs=0.01), 2.01 - 1e-12).passed
    assert not judge(Expected("x", 2.0, abs=0.01), 2.011).passed
    assert judge(Expected("x", 1e12), 1e12 + 900).passed and not judge(Expected("x", 1e12), 1e12 + 1100).passed
    assert equal({"a": 1, "b": [1, "x", True]}, {"a": 1 + 1e-12, "b": [1.0, "x", True], "c": 3}, absolute=0)
    for expected, got in (({"a": 1}, {}), ([1], [1, 1]), ("x", "y"), (True, 1), (1, True), (1, None), ("1", 1), ([1], 1)):
        assert not equal(expected, got, absolute=0.5), (expected, got)


def test_values_by_statistics() -> None:
    wanted = Expected("x", 10.0, "stat", rel=0.1)
    assert judge_runs(wanted, [10.9, 11.0, 10.8, 11.1]).passed  # within the tolerance of 1
    assert not judge_runs(wanted, [11.1, 11.2, 11.1, 11.2]).passed
    wide = judge_runs(wanted, [7, 13, 7, 13])  # known to 1.7 only
    assert not wide.passed and not wide.precise
    assert judge_runs(wanted, [10.4, 11.9, 10.4, 11.9]).passed  # 1.15 away, but 3.5 standard errors are 1.5
    assert judge_runs(Expected("x", 8.0), [8.0, 8.0]).passed and not judge_runs(Expected("x", 8.0), [7.0, 9.0]).passed
    assert not judge_runs(wanted, [float("nan")]).passed and judge_runs(wanted, [float("nan")]).got is None


def test_how_many_more() -> None:
    wanted = Expected("x", 10.0, "stat", abs=0.1)
    assert lacking(wanted, [10.0, 10.01]) == 0
    assert lacking(wanted, [10, 10.2]) == 2 * 4 * 1.2 + 0.4  # known to 0.1, half the tolerance is 0.05
    assert lacking(Expected("x", 10.0), [10, 20]) == 0


# ---- what is not built, and what is malformed
def not_built(one: Json, words: str, folder: Path) -> None:
    result = outcome(one, folder)
    reasons = [result.note, *(v.note for v in result.verdicts)]
    assert result.status == "not built" and any(words in r for r in reasons), reasons
    assert [v.metric for v in result.verdicts] == list(one["expected"])


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("kind",), "mystery", "kind 'mystery'"),
        (("model", "nodes", "M", "colour"), "red", "M: The key 'colour'"),
        (("model", "nodes", "S", "first"), "at_noon", "'at_noon'"),
        (("model", "nodes", "Q", "order"), "RANDOM", "'RANDOM'"),
        (("model", "nodes", "M", "process"), {"dist": "cauchy", "scale": 1}, "'cauchy'"),
        (("model", "nodes", "M", "process"), {"dist": "constant", "value": 1, "unit": "h"}, "'unit'"),
        (("model", "blocking"), "BBS", "'BBS'"),
        (("model", "weather"), 1, "'weather'"),
        (("run", "seed"), 5, "'seed'"),
        (("run", "until_empty"), True, "together with until_empty"),
        (("expected", "M.colour"), exact(1), "metric is not known"),
        (("expected", "turbo:M.busy"), exact(1), "metric is not known"),
        (("expected", "derived:carbon_kg"), exact(1), "derived from"),
        (("expected", "rule:RANDOM:M.busy"), exact(1), "no order 'RANDOM'"),
        (("expected", "variant_b:M.busy"), exact(1), "variant_b"),
    ],
)
def test_what_is_not_known_is_said(path: tuple[str, ...], value: Any, words: str, tmp_path: Path) -> None:
    one = case("N", single(const(1), const(2)), {"M.busy": exact(0.4)}, run=to(10))
    spot = one
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = value
    not_built(one, words, tmp_path)


def test_what_the_schema_cannot_say_is_said(tmp_path: Path) -> None:
    nodes = {
        "S": source("Q", const(5), limit=2),
        "Q": buffer(),
        "M": station(const(3), to=[{"to": "B0", "p": 0.5}, {"to": "OUT", "p": 0.5}]),
        "B0": buffer(0),
        "M1": station(const(1), of=("B0",)),
        "M2": station(const(1), of=("B0",)),
    }
    not_built(case("N", nodes, {"OUT.count": exact(2)}), "hand-over of several stations", tmp_path)
    nodes["B0"]["order"] = "SPT"
    not_built(case("N", nodes, {"OUT.count": exact(2)}), "without room", tmp_path)
    fleet = {"type": "fleet", "speed": 1, "home": "P", "points": {"P": [0, 0], "D": [1, 0]}}
    fleet["moves"] = [{"from": "Q", "pickup": p, "to": "OUT", "drop": "D"} for p in "PD"]
    not_built(
        case("N", {"S": source("Q", const(5), limit=2), "Q": buffer(), "F": fleet}, {"OUT.count": exact(2)}),
        "two points",
        tmp_path,
    )


def test_metrics_that_are_known_are_run_all_the_same(tmp_path: Path) -> None:
    one = case("N", single(const(1), const(2)), {"OUT.count": exact(4), "M.colour": exact(1)}, run=to(9))
    result = outcome(one, tmp_path)
    assert [v.passed for v in result.verdicts] == [True, None] and result.status == "not built"


def test_keys_of_a_case_that_nobody_read_are_named(tmp_path: Path) -> None:
    one = case("N", single(const(1), const(2)), {"OUT.count": exact(4)}, run=to(9), author="me")
    assert outcome(one, tmp_path).note == "not read: author"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("model", "nodes", "M", "from"), ["Z"], "'Z' is no buffer"),
        (("model", "nodes", "M", "to"), "Z", "'Z' is no"),
        (("model", "nodes", "M", "servers"), 0, "too small"),
        (("model", "nodes", "M", "process"), {"dist": "constant"}, "'value' is missing"),
        (("model", "nodes", "M", "batch"), {"min": 3, "max": 2}, "too small"),
        (("model", "nodes", "S", "part_type"), {"A": 0.5}, "sum to 1"),
        (("model", "nodes", "S", "to"), "route", "no route"),
        (("model", "nodes", "M", "shift"), {"on": [[0, 5], [4, 6]]}, "overlap"),
        (("model", "nodes", "M", "failures"), [{"ttf": 1, "ttr": 1, "crew": "R"}], "no crew 'R'"),
        (("model", "nodes", "Q", "capacity"), 1.5, "whole number"),
        (("model", "nodes"), [], "not an object"),
        (("model", "initial"), {"M": 1}, "no buffer"),
        (("run", "horizon"), 1e300, "too large"),
        (("run", "warmup"), 10, "not shorter"),
        (("expected", "lead_time[Z]"), exact(1), "no part type 'Z'"),
        (("expected", "caps:x:M.busy"), exact(1), "no capacity"),
    ],
)
def test_a_malformed_model_fails_its_case(path: tuple[str, ...], value: Any, words: str, tmp_path: Path) -> None:
    one = case("N", single(const(1), const(2)), {"M.busy": exact(0.4)}, run=to(10))
    spot = one
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = value
    result = outcome(one, tmp_path)
    assert result.status == "fail" and words in result.note and result.note.startswith("N"), result.note


def file(case: str) -> str:
    return f'{{"format": "{FORMAT}", "cases": [{case}]}}'


CASE = '{"id": "A", "kind": "pert", "model": {}, "expected": %s}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON"),
        ("[1, 2]", "a list, not an object"),
        ('{"cases": []}', "format"),
        (f'{{"format": "{FORMAT}", "cases": {{}}}}', "not a list"),
        (file('{"kind": "pert"}'), "'id' is missing"),
        (file(CASE % "3"), "not an object"),
        (file(CASE % '{"x": {}}'), "'value' is missing"),
        (file(CASE % '{"x": {"value": 1, "check": "guess"}}'), "'guess' is no check"),
        (file(CASE % '{"x": {"value": 1, "check": "stat"}}'), "tolerance is missing"),
        (file(CASE % '{"x": {"value": "A", "check": "stat", "rel": 1}}'), "Only a number"),
        (file("NaN"), "not finite"),
        ("[" * 3000 + "]" * 3000, "nested too deeply"),
        ('{"a":' * 60 + "1" + "}" * 60, "nested too deeply"),
        (file(f"{CASE % '{}'}, {CASE % '{}'}"), "Two cases have the id 'A'"),
    ],
)
def test_malformed_files(text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cases.json"
    path.write_text(text)
    assert main(["trust", str(path)]) == 2
    said = capsys.readouterr()
    assert words in said.err and said.err.startswith("error:") and not said.out


def test_files_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trust", str(tmp_path / "none.json")]) == 2
    assert main(["trust", str(tmp_path)]) == 2
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\x00")
    assert main(["trust", str(tmp_path / "b.json")]) == 2
    assert main(["trust", "--only", "S99"]) == 2
    assert capsys.readouterr().err.count("error:") == 4


def test_damaged_cases_give_results_or_errors_but_no_traceback(tmp_path: Path) -> None:
    odd = [None, True, -1, 0, "x", "", [], {}, 2.5, "OUT", "route", [[0, 0]], {"dist": "constant", "value": 0}, 10**30]
    cases = [json.loads(json.dumps(c)) for c in by_hand()] + [
        c
        for c in json.loads(SHIPPED.read_text())["cases"]
        if c["id"] in ("S23", "S24", "S25", "S28", "S29", "S30", "S31", "S32")
    ]
    for seed in range(300):
        dice = random.Random(seed)
        one = copy.deepcopy(dice.choice(cases))
        spots = list(_spots(one["model"])) + list(_spots(one["expected"]))
        holder, key = dice.choice(spots)
        holder[key] = dice.choice(odd)
        with suppress(FactoryTwinError):
            json.dumps(outcome(one, tmp_path).to_json(), allow_nan=False)


def _spots(data: Any) -> Any:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield data, key
        yield from _spots(value)


# ---- names of metrics
def test_prefixes_in_any_order() -> None:
    kinds = {"M.1": "station", "B:x": "buffer"}
    a, b = (
        parse_metric(name, kinds, (), where="X")
        for name in ("at5e2:caps:2:rule:SPT:M.1.busy", "rule:SPT:caps:2:at500:M.1.busy")
    )
    assert a == b and (a.at, a.change.capacity, a.change.rule, a.node, a.word) == (500, "2", "SPT", "M.1", "busy")
    assert parse_metric("B:x.mean", kinds, (), where="X").node == "B:x"


# ---- command line and stage
def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trust", "--only", "S07,S29"]) == 0
    said = capsys.readouterr().out
    assert "S07  des-deterministic  PASS" in said and "S29  sparkplug-edge  PASS" in said
    assert "2 cases pass, 0 fail, 0 not built; 8 of 8 metrics hold." in said
    bad = case("B", single(const(1), const(2)), {"OUT.count": exact(5)}, run=to(9))
    assert main(["trust", str(write([bad], tmp_path))]) == 1
    said = capsys.readouterr().out
    assert "FAIL" in said and "expected 5  got 4" in said and "Failed: B." in said


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trust", "--json", str(write([queue(), queue(id="R", kind="r")], tmp_path))]) == 0
    first, second = json.loads(capsys.readouterr().out)["cases"]
    assert {"id", "kind", "status", "metrics"} <= set(first) and (first["status"], second["status"]) == ("pass", "not built")
    (metric,) = first["metrics"]
    assert {"metric", "expected", "got", "half_width", "tolerance", "pass"} <= set(metric)
    assert metric["pass"] is True and second["metrics"][0]["pass"] is None


def test_stages_are_kept_and_are_plants_like_any_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = {
        "S": source("B0", limit=10),
        "B0": buffer(0),
        "M 1": station(const(2), of=("B0",), to="B1"),
        "B1": buffer(3),
        "M2": station(const(3), of=("B1",)),
    }
    one = case("K", nodes, {"makespan": exact(32), "caps:0:M 1.blocked": exact(9 / 32)})
    assert main(["trust", str(write([one], tmp_path)), "--keep", str(tmp_path / "kept")]) == 0
    capsys.readouterr()
    assert sorted(p.name for p in (tmp_path / "kept").iterdir()) == ["K.usda", "K_caps0.usda"]
    plant = read_plant(open_stage(tmp_path / "kept" / "K.usda"))
    assert [n.path for n in plant.nodes] == ["/Factory/S", "/Factory/M_1", "/Factory/B1", "/Factory/M2", "/Factory/OUT"]
    assert plant.node("/Factory/S").successors == ("/Factory/M_1",)  # handed over directly, without a buffer
    assert (plant.node("/Factory/M_1").id, plant.node("/Factory/M_1").name) == ("M 1", "M 1")
    (room,) = plant.of(Buffer)
    assert dataclasses.astuple(room)[:1] == ("/Factory/B1",) and isinstance(room, Buffer) and room.capacity == 3
    assert len(plant.of(Station)) == 2
    direct = read_plant(open_stage(tmp_path / "kept" / "K_caps0.usda"))
    assert not direct.of(Buffer) and direct.node("/Factory/M_1").successors == ("/Factory/M2",)
    assert main(["check", str(tmp_path / "kept" / "K.usda")]) == 0
    (tmp_path / "file").write_text("")
    assert main(["trust", str(write([one], tmp_path)), "--keep", str(tmp_path / "file" / "kept")]) == 2
