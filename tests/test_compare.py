# SPDX-License-Identifier: Apache-2.0
"""Two plants under the same luck: paired t against one by hand, narrower than independent seeds, noise told from truth."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from factory_twin.cli.variant import choose
from factory_twin.errors import FactoryTwinError
from factory_twin.experiment import Cancelled, Difference, Estimate, compare, estimate, run
from factory_twin.plant import Plant, Station
from factory_twin.read import open_stage, read_plant
from models import three_machines
from test_cli import call

SECOND = "second_brake_station"


def bike(path: Path, scenario: str) -> Plant:
    stage = open_stage(path)
    choose(stage, [("scenario", scenario)])
    return read_plant(stage)


def repaired_faster(plant: Plant, factor: float) -> Plant:
    """The same plant, with mean times to repair times `factor`."""

    def node(n: Station) -> Station:
        faster = [(f, f.time_to_repair) for f in n.failures]
        modes = [
            replace(f, time_to_repair=replace(r, parameters=(r.parameters[0] * factor, *r.parameters[1:]))) for f, r in faster
        ]
        return replace(n, failures=tuple(modes))

    return replace(plant, nodes=tuple(node(n) if isinstance(n, Station) else n for n in plant.nodes))


def difference(*values: float) -> Difference:
    return Difference(estimate(values), "Throughput", "parts/h", "B makes {amount} parts/h {way}")


def test_differences_are_paired_by_replication() -> None:
    """Mean and half-width from the replications of both, t(4) = 2.776."""
    a, b = three_machines(), repaired_faster(three_machines(), 0.5)
    found = compare(a, b, horizon=1e5, warmup=5e3, seed=4, replications=5)
    ka, kb = (run(p, horizon=1e5, warmup=5e3, seed=4, replications=5).kpis for p in (a, b))
    for name, pick in (("throughput_per_h", "throughput_per_h"), ("wip", "wip"), ("lead_time_s", "lead_time_s")):
        pairs = [getattr(y, pick) - getattr(x, pick) for x, y in zip(ka, kb)]
        mean = sum(pairs) / 5
        half = 2.776 * math.sqrt(sum((d - mean) ** 2 for d in pairs) / 4 / 5)
        got = found.differences[name].estimate
        assert (got.mean, got.half_width, got.n) == (pytest.approx(mean), pytest.approx(half, rel=1e-3), 5)


def test_pairing_is_sharper_than_independent_seeds_on_the_bike_line(bike_line: Path) -> None:
    """Does a wheel press that is repaired 30 % faster help? The same breakdowns in both halves the interval, at the least."""
    a = bike(bike_line, SECOND)
    b = repaired_faster(a, 0.7)
    paired = compare(a, b, horizon=28800, warmup=1800, seed=1, replications=20)
    other = run(b, horizon=28800, warmup=1800, seed=2, replications=20).kpis
    for name, found in paired.differences.items():
        alone = estimate([getattr(y, name) - getattr(x, name) for x, y in zip(paired.a.kpis, other)])
        assert found.estimate.half_width < 0.5 * alone.half_width, name


def test_the_second_brake_station_is_a_real_gain(bike_line: Path) -> None:
    found = compare(bike(bike_line, "base"), bike(bike_line, SECOND), horizon=28800, warmup=1800, replications=10, workers=2)
    assert found.throughput.real and 3 < found.throughput.estimate.mean < 7
    assert found.sentence().startswith("B makes ") and found.sentence().endswith("parts/h more; this is real.")
    assert found.lead_time.estimate.mean < 0 and "min less in B; this is real." in found.lead_time.sentence()
    back = compare(bike(bike_line, SECOND), bike(bike_line, "base"), horizon=28800, warmup=1800, replications=10)
    assert back.throughput.estimate.mean == pytest.approx(-found.throughput.estimate.mean)
    assert back.sentence() == found.sentence().replace("more", "less")


def test_plants_that_are_equal_differ_in_nothing_and_noise_is_called_noise() -> None:
    """Other seeds of one plant are noise by construction: of 40 comparisons about two may be taken for real."""
    assert "no difference at all" in compare(three_machines(), three_machines(), horizon=1e5, replications=3).sentence()
    runs = [[k.throughput_per_h for k in run(three_machines(), horizon=5e4, seed=s, replications=5).kpis] for s in range(80)]
    verdicts = [difference(*[y - x for x, y in zip(a, b)]).real for a, b in zip(runs[::2], runs[1::2])]
    assert sum(verdicts) <= 6


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((4.0, 5.0, 6.0), "B makes 5.0 (2.5-7.5) parts/h more; this is real."),
        ((-4.0, -5.0, -6.0), "B makes 5.0 (2.5-7.5) parts/h less; this is real."),
        ((-1.0, 0.0, 1.3), "Throughput: no difference can be told from noise (+0.1 +/- 2.9 parts/h)."),
        ((2.0, 2.0), "B makes 2.0 (2.0-2.0) parts/h more; this is real."),
        ((0.0, 0.0), "Throughput: there is no difference at all, in any replication."),
        ((3.0,), "Throughput: one pair of replications can't tell a difference from noise."),
        ((math.nan, math.nan), "Throughput: no pair of replications knows it."),
    ],
)
def test_the_verdict_in_words(values: tuple[float, ...], words: str) -> None:
    assert difference(*values).sentence() == words


def test_an_interval_that_leaves_out_0_does_not_show_0() -> None:
    shown = Difference(Estimate(0.1, 0.0981, 9), "Throughput", "parts/h", "B makes {amount} parts/h {way}").sentence()
    assert shown == "B makes 0.100 (0.002-0.198) parts/h more; this is real."


def test_cancel_keeps_pairs_only() -> None:
    with pytest.raises(Cancelled):
        compare(three_machines(), three_machines(), horizon=1e9, replications=2, cancelled=lambda: True)
    seen: list[float] = []
    compare(three_machines(), three_machines(), horizon=4e6, replications=2, progress=seen.append)
    assert seen == sorted(seen) and seen[0] < 0.5 < seen[-1]


def test_command_compares_two_variants_and_touches_no_file(bike_line: Path) -> None:
    before = {p: p.read_bytes() for p in bike_line.parent.rglob("*.usd*")}
    done = call("compare", str(bike_line), "--variant", "scenario=base", "--variant", f"scenario={SECOND}", "--until", "8 h",
                "--warmup", "30 min", "--replications", "4", "--workers", "2", "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["pairs"] == 4 and set(found["differences"]) == {"throughput_per_h", "wip", "lead_time_s"}
    assert set(found["differences"]["wip"]) == {"mean", "half_width", "n", "real"}
    assert (found["a"]["variants"], found["b"]["variants"]) == ({"scenario": "base"}, {"scenario": SECOND})
    assert found["a"]["stage"] == str(bike_line) and found["b"]["warmup_s"] == 1800
    gain = found["b"]["plant"]["throughput_per_h"]["mean"] - found["a"]["plant"]["throughput_per_h"]["mean"]
    assert found["differences"]["throughput_per_h"]["mean"] == pytest.approx(gain) and gain > 3
    assert {p: p.read_bytes() for p in before} == before


def test_command_compares_two_stages_for_people(bike_line: Path, repo: Path) -> None:
    done = call("compare", str(bike_line), str(repo / "tests" / "good" / "three_machines.usda"), "--replications", "3")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("B makes ") and "A: bike_line.usda" in done.stdout and "B: three_machines.usda" in done.stdout


def test_a_variant_named_once_holds_for_both(bike_line: Path) -> None:
    done = call("compare", str(bike_line), str(bike_line), "--variant", f"scenario={SECOND}", "--replications", "2", "--json")
    found = json.loads(done.stdout)
    assert found["a"]["variants"] == found["b"]["variants"] == {"scenario": SECOND}
    assert found["differences"]["throughput_per_h"] == {"mean": 0, "half_width": 0, "n": 2, "real": False}
    assert any(p.endswith("InstallBrakes2") for p in found["a"]["stations"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["STAGE"], ["two to compare", "--variant scenario=base"]),
        (["STAGE", "--variant", "scenario=base"], ["two to compare", "Hint"]),
        (["STAGE", "--variant", "scenario"], ["'scenario' chooses no variant", "NAME=VALUE"]),
        (["STAGE", "--variant", "scenario=base", "--variant", "scenario=none"], ["'none'", f"Known: base, {SECOND}"]),
        (["STAGE", "--variant", "size=a", "--variant", "size=b"], ["variant set 'size'", "Known: scenario", "/BikeFactory"]),
        (["STAGE", "STAGE", "--variant", "scenario=base", "--variant", "scenario=base"], ["named twice", "Hint"]),
        (["STAGE", "STAGE", "--workers", "many"], ["--workers", "'many'", '"auto"']),
        (["STAGE", "nowhere.usda"], ["nowhere.usda", "Hint"]),
    ],
)
def test_what_can_not_be_compared_is_said_without_a_traceback(arguments: list[str], words: list[str], bike_line: Path) -> None:
    done = call("compare", *[str(bike_line) if a == "STAGE" else a for a in arguments])
    assert done.returncode == 2 and not done.stdout and "Traceback" not in done.stderr
    assert all(w in done.stderr for w in words), done.stderr


def test_choosing_a_variant_writes_to_the_session_layer_only(bike_line: Path) -> None:
    stage = open_stage(bike_line)
    before = stage.GetRootLayer().ExportToString()
    choose(stage, [("scenario", SECOND)])
    assert stage.GetRootLayer().ExportToString() == before and SECOND in stage.GetSessionLayer().ExportToString()
    with pytest.raises(FactoryTwinError):
        choose(stage, [("scenario", "other")])
