# SPDX-License-Identifier: Apache-2.0
"""All indicators as plain text: ISO 22400-2 by station, reliability, bottleneck, energy and cost, workers, work orders."""

from __future__ import annotations

from collections.abc import Callable

from ..experiment import Result
from ..kpi import OrderKpi, StationKpi
from .columns import columns, minutes, number, percent
from .table import width

Cell = tuple[str, Callable[[StationKpi], str]]


def _iso(head: str, name: str) -> Cell:
    return head, lambda k: percent(getattr(k.iso, name))


def _minutes(head: str, name: str) -> Cell:
    return head, lambda k: minutes(getattr(k.iso, name))


_TABLES: tuple[tuple[str, tuple[Cell, ...]], ...] = (
    (
        "Efficiency",
        (
            _iso("availab.", "availability"), _iso("effect.", "effectiveness"), _iso("quality", "quality_ratio"),
            _iso("OEE", "oee_index"), _iso("NEE", "nee_index"), _iso("alloc.", "allocation_efficiency"),
            _iso("utiliz.", "utilization_efficiency"), _iso("technical", "technical_efficiency"), _iso("setup", "setup_ratio"),
            _iso("load", "equipment_load_ratio"), _iso("TEEP*", "teep"),
        ),
    ),
    (
        "Quality",
        (
            _iso("first pass", "first_pass_yield"), _iso("scrap", "scrap_ratio"), _iso("rework", "rework_ratio"),
            _iso("fall-off", "fall_off_ratio"), _iso("scrap/plan", "actual_to_planned_scrap_ratio"),
        ),
    ),
    (
        "Reliability",
        (
            ("failures", lambda k: number(k.failures)), _minutes("MTBF min", "mtbf"), _minutes("MTTF min", "mttf"),
            _minutes("MTTR min", "mttr"), _iso("corrective", "corrective_maintenance_ratio"),
            ("no repairs", lambda k: percent(k.technical_availability)),
        ),
    ),
    (
        "Bottleneck",
        (
            ("active", lambda k: percent(k.active)), ("period min", lambda k: minutes(k.active_period_s)),
            ("sole", lambda k: percent(k.sole_bottleneck)), ("shifting", lambda k: percent(k.shifting_bottleneck)),
        ),
    ),
    (
        "Energy, cost",
        (("kWh", lambda k: number(k.energy_kwh, 2)), ("cost", lambda k: number(k.cost, 2))),
    ),
)  # fmt: skip
_PLANT = (
    ("Production process ratio", "production_process_ratio"),
    ("Allocation ratio", "allocation_ratio"),
    ("First pass yield", "first_pass_yield"),
    ("Finished goods ratio", "finished_goods_ratio"),
    ("Lost", "loss_fraction"),
)


def indicator_tables(result: Result) -> str:
    """Return all tables; docs/CLI.md tells what the columns mean."""
    parts = [_plant(result)]
    for title, cells in _TABLES:
        rows = [(result.names[p], [text(k) for _, text in cells]) for p, k in result.stations.items()]
        parts.append(columns(title, [head for head, _ in cells], rows, width=width(result)) if rows else [])
    parts += [_orders(result), ["* TEEP is no indicator of ISO 22400."] if result.stations else []]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _plant(result: Result) -> list[str]:
    lines = [(title, percent(result.plant(name).mean)) for title, name in _PLANT]
    lines.append(("Inventory turns", number(result.plant("inventory_turns").mean)))
    lines.append(("Last part", f"{minutes(result.plant('makespan_s').mean)} min"))
    cost = result.cost
    if cost.total:
        kinds = (("stations", cost.stations), ("workers", cost.workers), ("material", cost.material))
        lines.append(("Cost", ", ".join(f"{name} {number(value, 2)}" for name, value in kinds)))
    return [f"{title:<26}{text}" for title, text in lines]


_ORDER: tuple[tuple[str, Callable[[OrderKpi], str]], ...] = (
    ("parts", lambda o: number(o.finished)),
    ("complete", lambda o: percent(o.complete)),
    ("start min", lambda o: minutes(o.start_s)),
    ("end min", lambda o: minutes(o.end_s)),
    ("AOET min", lambda o: minutes(o.execution_time_s)),
    ("parts/h", lambda o: number(o.throughput_rate_per_h)),
    ("on time", lambda o: percent(o.on_time)),
    ("late min", lambda o: minutes(o.tardiness_s)),
)


def _orders(result: Result) -> list[str]:
    rows = [(result.names.get(path, path), [text(o) for _, text in _ORDER]) for path, o in result.orders.items()]
    return columns("Order", [head for head, _ in _ORDER], rows, width=width(result)) if rows else []
