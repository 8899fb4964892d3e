# SPDX-License-Identifier: Apache-2.0
"""Run the benchmarks in tools/bench/ and print one table; every row is a ratio measured side by side in this run.

A benchmark is a module with NAME, ABOUT and run() -> rows, each a dict with name, ratio, goal, unit, detail.
A ratio of None was not measured; the detail says why.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
import time
import types
from pathlib import Path
from typing import Any

from bootstrap import ROOT, enter

FOLDER = Path(ROOT, "tools", "bench")
PACKAGE = "factory_twin_bench"


def discover() -> dict[str, types.ModuleType]:
    """Return the benchmarks by name, sorted."""
    package = types.ModuleType(PACKAGE)
    package.__path__ = [str(FOLDER)]
    sys.modules[PACKAGE] = package
    stems = sorted(p.stem for p in FOLDER.glob("*.py") if not p.stem.startswith("_"))
    modules = [importlib.import_module(f"{PACKAGE}.{stem}") for stem in stems]
    return {m.NAME: m for m in modules if hasattr(m, "NAME")}


def main() -> int:
    """Run what was asked for.

    Returns:
        0; 1 with --strict when a goal was missed; 2 for an unknown name.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="*", help="benchmarks to run; default: all")
    parser.add_argument("--list", action="store_true", help="list the benchmarks and stop")
    parser.add_argument("--json", metavar="FILE", help="also write the rows as JSON")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a goal is missed")
    args = parser.parse_args()
    enter()
    known = discover()
    unknown = [n for n in args.name if n not in known]
    if unknown:
        print(f"Unknown benchmark {', '.join(unknown)}. Known: {', '.join(known)}.", file=sys.stderr)
        return 2
    if args.list:
        print("\n".join(f"{name:<24} {module.ABOUT}" for name, module in known.items()))
        return 0
    rows = [row for name in args.name or known for row in _run(name, known[name])]
    _table(rows)
    if args.json:
        _save(Path(args.json), rows)
    return int(args.strict and any(not row["met"] for row in rows))


def _run(name: str, module: types.ModuleType) -> list[dict[str, Any]]:
    print(f"{name}: {module.ABOUT} ...", file=sys.stderr, flush=True)
    started = time.perf_counter()
    rows = module.run()
    print(f"{name}: {time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
    return [{"bench": name, **row, "met": _met(row["ratio"], row["goal"])} for row in rows]


def _met(ratio: float | None, goal: float | None) -> bool:
    return ratio is None or goal is None or ratio >= goal


def _table(rows: list[dict[str, Any]]) -> None:
    print(f"{'benchmark':<44} {'ratio':>9} {'goal':>9}  {'':<6} detail")
    for row in rows:
        goal = "-" if row["goal"] is None else f"{row['goal']:.3g}"
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:.3g}{row['unit']}"
        word = "" if row["goal"] is None or row["ratio"] is None else "met" if row["met"] else "MISSED"
        name = f"{row['bench']}: {row['name']}"
        print(f"{name:<44} {ratio:>9} {goal:>9}  {word:<6} {row['detail']}")


def _save(path: Path, rows: list[dict[str, Any]]) -> None:
    machine = {"python": platform.python_version(), "system": platform.platform(), "processor": platform.machine()}
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)


if __name__ == "__main__":
    raise SystemExit(main())
