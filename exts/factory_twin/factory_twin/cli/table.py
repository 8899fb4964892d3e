# SPDX-License-Identifier: Apache-2.0
"""What a planner asks first, as plain text: plant, stations, buffers, people, products, orders. The rest: see `indicators`."""

from __future__ import annotations

from ..experiment import Result
from .columns import columns, minutes, number, percent

_ALWAYS = ("busy", "blocked", "starved", "down")
_SHARES = ("busy", "setup", "blocked", "starved", "waiting", "down", "maintenance", "off", "unknown")
_SHORT = {"maintenance": "maint."}
_NAMES = 20  # width of names in all tables of a page, at least


def kpi_table(result: Result) -> str:
    """Return the page; what does not exist in a plant (workers, orders, scrap, cost ...) is not mentioned."""
    parts = [_plant(result), _stations(result), _buffers(result), _pools(result), _products(result), _orders(result)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def width(result: Result) -> int:
    """Return the width of the longest name."""
    return max(_NAMES, *(len(result.names[p]) + 2 for p in (*result.stations, *result.buffers, *result.pools)), 0)


def _plant(result: Result) -> list[str]:
    lead, spread = result.lead_time, result.plant("lead_time_sd_s")
    time = f"{lead.mean / 60:.1f} min" if lead.n else "no part has left yet"
    lines = [
        ("Throughput", f"{result.throughput.text()} parts/h"),
        ("WIP", f"{result.wip.text()} parts"),
        ("Lead time", time + (f", standard deviation {spread.mean / 60:.1f} min" if spread.n else "")),
    ]
    if result.plant("scrapped").mean:
        yielded = percent(result.plant("first_pass_yield").mean)
        lines.append(("Scrap", f"{number(result.plant('scrapped').mean)} parts; {yielded} good the first time"))
    if result.plant("loss_fraction").mean > 0:
        lines.append(("Lost", f"{percent(result.plant('loss_fraction').mean)} of the parts found no room"))
    if result.plant("on_time").n:
        lines.append(("On time", f"{percent(result.plant('on_time').mean)}, {_late(result)}"))
    if result.plant("energy_kwh").mean:
        one = result.plant("energy_per_part_kwh").mean
        lines.append(("Energy", f"{number(result.plant('energy_kwh').mean)} kWh, {number(one, 3)} kWh a part"))
    if result.cost.total:
        lines.append(("Cost", f"{number(result.cost.total, 2)}, {number(result.cost.per_part, 2)} a part"))
    return [f"{name:<12}{text}" for name, text in lines]


def _late(result: Result) -> str:
    return f"{minutes(result.plant('tardiness_s').mean)} min late on average"


def _stations(result: Result) -> list[str]:
    kpis = result.stations
    if not kpis:
        return []
    shares = [c for c in _SHARES if c in _ALWAYS or any(getattr(k, c) >= 0.0005 for k in kpis.values())]
    extra = [c for c in ("scrapped", "reworked") if any(getattr(k, c) for k in kpis.values())]
    rows = []
    for path, kpi in kpis.items():
        mark = "*" if path == result.bottleneck else " "
        cells = [percent(getattr(kpi, c)) for c in shares]
        cells += [number(kpi.parts), *(number(getattr(kpi, c)) for c in extra), minutes(kpi.wait_s)]
        rows.append((result.names[path].ljust(width(result) - 1) + mark, cells))
    heads = [*(_SHORT.get(c, c) for c in shares), "parts", *extra, "wait min"]
    note = "* bottleneck: of the most active stations the one longest at work without a break (docs/KPI.md)"
    found = ", ".join(result.names[p] for p in result.turning_points)
    turning = [f"Waiting turns from blocked to starved at: {found}"] if found else []
    return [*columns("Station", heads, rows), note, *turning]


def _buffers(result: Result) -> list[str]:
    rows = [
        (result.names[path], (number(b.mean_level, 2), number(b.max_level, 0), minutes(b.stay_s)))
        for path, b in result.buffers.items()
    ]
    return columns("Buffer", ("mean", "max", "stay min"), rows, width=width(result)) if rows else []


def _pools(result: Result) -> list[str]:
    rows = [
        (result.names[path], (percent(p.busy), percent(p.off), percent(p.worker_efficiency)))
        for path, p in result.pools.items()
    ]
    return columns("Workers", ("busy", "off", "busy on shift"), rows, width=width(result)) if rows else []


def _products(result: Result) -> list[str]:
    rows = [
        (
            result.names.get(path, path),
            (number(p.finished), number(p.scrapped), number(p.throughput_per_h), minutes(p.lead_time_s), percent(p.on_time)),
        )
        for path, p in result.products.items()
    ]
    heads = ("parts", "scrapped", "parts/h", "lead min", "on time")
    return columns("Product", heads, rows, width=width(result)) if rows else []


def _orders(result: Result) -> list[str]:
    if not result.orders:
        return []
    complete = sum(o.complete for o in result.orders.values())
    return [f"{number(complete)} of {len(result.orders)} work orders complete."]
