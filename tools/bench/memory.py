# SPDX-License-Identifier: Apache-2.0
"""Peak memory of a run whose log is streamed to disk and saved: a million rows and ten million, each in its own process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from factory_twin.log import Log
from factory_twin.sim import Simulation

from .line import line

NAME = "memory"
ABOUT = "three-machine line: peak memory with the log streamed to disk, 1e6 and 1e7 rows, saving included"
FEW, MANY, GOAL = 1_000_000, 10_000_000, 0.9
_CHILD = """
import sys, types
package = sys.modules["bench"] = types.ModuleType("bench")
package.__path__ = [sys.argv[1]]
from bench.memory import peak
print(peak(int(sys.argv[2]), streamed=sys.argv[3] == "streamed"))
"""


def run() -> list[dict[str, Any]]:
    """Return how flat memory stays (peak of the short run / of the long one, 1 is flat), and what streaming saves."""
    few, many = _measure(FEW, "streamed"), _measure(MANY, "streamed")
    whole = _measure(MANY, "kept")
    detail = f"peak {few:.0f} MiB with {FEW:.0e} rows, {many:.0f} MiB with {MANY:.0e}"
    return [
        {"name": "flat", "ratio": few / many, "goal": GOAL, "unit": "x", "detail": detail},
        {
            "name": "against a log in memory", "ratio": whole / many, "goal": None, "unit": "x",
            "detail": f"peak {whole:.0f} MiB with the log in memory / {many:.0f} MiB streamed, {MANY:.0e} rows",
        },
    ]  # fmt: skip


def _measure(rows: int, mode: str) -> float:
    command = [sys.executable, "-c", _CHILD, str(Path(__file__).parent), str(rows), mode]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def peak(rows: int, *, streamed: bool) -> float:
    """Return the peak memory of this process in MiB after a run that logs so many rows, saved to a file."""
    with tempfile.TemporaryDirectory(prefix="factory-twin-memory-") as folder:
        log = Log(spill=folder if streamed else None)
        model = Simulation(line(), log=log)
        until = 0.0
        while len(log) < rows:
            until += 1e6
            model.run(until)
        log.save(Path(folder, "log.npz"))
        del model, log
    return _peak()


def _peak() -> float:
    """Return the peak memory of this process in MiB (Linux: of this program alone, not of the one that started it)."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(text.split()[1]) for text in status.read_text().splitlines() if text.startswith("VmHWM")) / 1024
    import resource  # not on Windows

    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return usage / 1024 / (1024 if sys.platform == "darwin" else 1)
