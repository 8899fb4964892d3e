# SPDX-License-Identifier: Apache-2.0
"""What `run` prints: what exists in a plant and no more; and the documentation names every figure."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from factory_twin.cli.columns import columns, minutes, number, percent
from factory_twin.cli.indicators import indicator_tables
from factory_twin.cli.table import kpi_table
from factory_twin.distribution import constant, exponential
from factory_twin.experiment import Result, run
from factory_twin.experiment.estimate import mean_of
from factory_twin.experiment.result import PLANT
from factory_twin.kpi import BufferKpi, CostKpi, Iso22400, Kpis, OrderKpi, PoolKpi, ProductKpi, StationKpi
from factory_twin.plant import Demand, Order, Plant, Product, Setup, Source, WorkerPool
from models import buffer, failure, plant, station, three_machines

DOCS = Path(__file__).resolve().parents[1] / "exts" / "factory_twin" / "docs"


def rich() -> Plant:
    """Two products by orders, set-up, a worker, failures, scrap, power and cost."""
    red, blue = Product(path="/P/Red", name="Red bike", material_cost=4.0), Product(path="/P/Blue", name="Blue bike")
    orders = tuple(
        Order(path=f"/O/{k}", id=f"A-{k}", product=p.path, quantity=5, release=600.0 * k, due=600.0 * k + due)
        for k, (p, due) in enumerate(((red, 900.0), (blue, 10.0), (red, 2000.0), (blue, 900.0)))
    )
    model = plant(
        Source(path="/S", successors=("/Q",), orders=tuple(o.path for o in orders)),
        buffer("/Q", "/M", capacity=-1),
        replace(
            station("/M", "/K", constant(60), failures=(failure(exponential(500), constant(50)),)),
            name="Mill", setup=Setup(time=constant(30), workers=1), workers=Demand(count=1, pools=("/W",)), scrap_rate=0.2,
            power_busy=1000.0, cost_per_hour=60.0,
        ),
    )  # fmt: skip
    return replace(
        model, products=(red, blue), orders=orders, pools=(WorkerPool(path="/W", name="Setters", cost_per_hour=30.0),)
    )


@pytest.fixture(scope="module")
def result() -> Result:
    return run(rich(), horizon=7200, replications=3, seed=4).result()


def test_the_page_of_a_rich_plant(result: Result) -> None:
    text = kpi_table(result)
    words = ("Scrap ", "good the first time", "On time", "Energy", "Cost", "Station", "setup", "scrapped", "Buffer", "Workers")
    for word in (*words, "Setters", "Product", "Red bike", "4.0 of 4 work orders complete."):
        assert word in text, word
    for word in ("reworked", "maint.", "unknown", "Lost"):
        assert word not in text, word
    assert re.search(r"^Mill +\* ", text, re.MULTILINE)


def test_a_plain_plant_has_a_short_page() -> None:
    text = kpi_table(run(three_machines(), horizon=30_000, replications=2).result())
    for word in ("Scrap", "On time", "Energy", "Cost", "Workers", "Product", "orders", "setup", "off", "waiting"):
        assert word not in text, word
    assert "down" in text and "Waiting turns" in text


def test_all_indicators(result: Result) -> None:
    text = indicator_tables(result)
    for word in (
        "OEE",
        "NEE",
        "TEEP*",
        "MTBF min",
        "first pass",
        "fall-off",
        "shifting",
        "kWh",
        "A-0",
        "AOET min",
        "Inventory turns",
    ):
        assert word in text, word
    iso = result.station("/M").iso
    names = ("availability", "effectiveness", "quality_ratio", "oee_index", "nee_index", "allocation_efficiency")
    row = next(line for line in text.splitlines() if line.startswith("Mill"))
    assert row.split()[1:7] == [f"{getattr(iso, name):.1%}" for name in names] and iso.oee_index < iso.nee_index
    assert "nan" not in text


def test_the_numbers_of_a_rich_plant_hang_together(result: Result) -> None:
    kpi, mill = result.kpis[0], result.kpis[0].stations["/M"]
    assert kpi.finished + kpi.scrapped == kpi.entered == 20 == mill.parts and kpi.scrapped == mill.scrapped > 0
    assert sum(p.finished for p in kpi.products.values()) == kpi.finished
    assert mill.energy_kwh == pytest.approx((mill.busy + mill.setup) * 7200 * 1000 / 3.6e6)
    assert kpi.cost.material == 10 * 4 and kpi.cost.workers == 60 and kpi.cost.stations == 120
    assert mill.busy == pytest.approx(20 * 60 / 7200) and mill.iso.effectiveness == pytest.approx(1)
    assert kpi.pools["/W"].busy == pytest.approx(mill.busy + mill.setup)
    assert 0 < kpi.on_time < 1 and kpi.tardiness_s > 0


def test_json_has_every_field_and_no_nan(result: Result) -> None:
    found = json.loads(json.dumps(result.to_json(), allow_nan=False))
    assert set(found["plant"]) == set(PLANT)
    kinds = {"stations": StationKpi, "buffers": BufferKpi, "pools": PoolKpi, "products": ProductKpi, "orders": OrderKpi}
    for key, kind in kinds.items():
        (first, *_) = found[key].values()
        assert {f.name for f in fields(kind)} <= set(first), key
    assert set(found["stations"]["/M"]["iso"]) == {f.name for f in fields(Iso22400)}
    assert set(found["cost"]) == {f.name for f in fields(CostKpi)}
    assert found["stations"]["/M"]["availability"] == found["stations"]["/M"]["iso"]["availability"]


def test_the_documents_name_every_field() -> None:
    text = (DOCS / "CLI.md").read_text(encoding="utf-8")
    text = text[text.index("## `run --json`") : text.index("## Statistics")]
    words = set(re.findall(r"\w+", text))
    kinds = (StationKpi, BufferKpi, PoolKpi, ProductKpi, OrderKpi, CostKpi, Iso22400)
    missing = [f.name for kind in kinds for f in fields(kind) if f.name not in words]
    assert missing == [] and [name for name in PLANT if name not in words] == []
    numbers = [f.name for f in fields(Kpis) if f.type in ("float", "int") and f.name not in ("begin", "end")]
    assert sorted(numbers) == sorted(PLANT)


def test_means_leave_out_what_is_not_known() -> None:
    nan = float("nan")
    rows = [StationKpi(busy=0.2, wait_s=nan, iso=Iso22400(mttr=4)), StationKpi(busy=0.4, wait_s=6.0, iso=Iso22400(mttr=nan))]
    found = mean_of(rows)
    assert (found.busy, found.wait_s, found.iso.mttr) == (pytest.approx(0.3), 6, 4) and found.iso.mtbf != found.iso.mtbf


def test_a_product_that_not_every_replication_saw_and_the_highest_level_of_all() -> None:
    one = ProductKpi(
        finished=4, scrapped=0, throughput_per_h=4, lead_time_s=9, lead_time_sd_s=1, on_time=float("nan"), tardiness_s=0
    )
    kpis = (
        Kpis(begin=0, end=1, names={"/Q": "Q"}, buffers={"/Q": BufferKpi(1.0, 3.0, 2.0)}, products={"/P/A": one}),
        Kpis(begin=0, end=1, buffers={"/Q": BufferKpi(2.0, 5.0, 2.0)}, products={"/P/B": replace(one, finished=8)}),
    )
    found = Result(1.0, 0.0, 1, 0, 0.0, kpis)
    assert {p: k.finished for p, k in found.products.items()} == {"/P/A": 4, "/P/B": 8}
    assert found.buffers["/Q"] == BufferKpi(1.5, 5.0, 2.0)
    assert found.bottleneck == "" and found.sentence() == "0.0 (0.0-0.0) parts/h."
    assert "/P/B" in kpi_table(found)


def test_columns_are_aligned() -> None:
    assert columns("A", ("x", "long"), [("Name", ("1", "2")), ("B", ("1000", "-"))], width=6) == [
        "A          x  long",
        "Name       1     2",
        "B       1000     -",
    ]
    assert columns("A", ("x",), []) == ["A  x"]
    assert percent(float("nan")) == minutes(float("nan")) == "-"
    assert (number(1234.5), percent(0.125), minutes(90), number(float("nan"))) == ("1 234.5", "12.5%", "1.5", "-")
