# SPDX-License-Identifier: Apache-2.0
"""KPI tables as plain text."""

from __future__ import annotations

from ..experiment import Result


def kpi_table(result: Result) -> str:
    """Return plant, stations and buffers as aligned text; shares in per cent."""
    names = result.kpis[0].names
    lead = result.lead_time
    lines = [
        f"Throughput  {result.throughput.text()} parts/h",
        f"WIP         {result.wip.text()} parts",
        f"Lead time   {lead.mean / 60:.1f} min" if lead.n else "Lead time   no part has left yet",
        "",
    ]
    width = max([len(names[p]) for p in (*result.stations, *result.buffers)] or [10])
    columns = ("busy", "setup", "blocked", "starved", "down", "off")
    lines.append("Station".ljust(width + 2) + "".join(f"{c:>9}" for c in columns) + f"{'parts':>9}")
    for path, kpi in result.stations.items():
        mark = "*" if path == result.bottleneck else " "
        shares = "".join(f"{getattr(kpi, c):>8.1%} " for c in columns)
        lines.append(f"{names[path].ljust(width)} {mark}{shares}{kpi.parts:>9.1f}")
    lines += ["", "Buffer".ljust(width + 2) + f"{'mean':>9}{'max':>9}"]
    for path, level in result.buffers.items():
        lines.append(f"{names[path].ljust(width)}  {level.mean_level:>9.2f}{level.max_level:>9.0f}")
    for path, pool in result.pools.items():
        lines.append(f"{names[path]}: {pool.busy:.1%} busy")
    scrapped = {path: kpi.scrapped for path, kpi in result.stations.items() if kpi.scrapped}
    lines += [f"Scrap at {names[path]}: {count:.1f} parts" for path, count in scrapped.items()]
    lines.append("* bottleneck: active (busy, setup, down) the largest share of time")
    return "\n".join(lines)
