# SPDX-License-Identifier: Apache-2.0
"""Check the source: format and lint (ruff), types of the core (mypy --strict), import layers and manifests (tests)."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from bootstrap import ROOT, enter

STEPS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "guards": ["pytest", "-q", "--tb=short", "tests/test_layers.py", "tests/test_manifests.py"],
}


def main() -> int:
    """Run every step, even after one has failed.

    Returns:
        Number of steps that failed.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true", help="format and mend what ruff can mend by itself, then check")
    parser.add_argument("step", nargs="*", metavar="STEP", help=f"{', '.join(STEPS)}; default: all")
    args = parser.parse_args()
    unknown = [step for step in args.step if step not in STEPS]
    if unknown:
        parser.error(f"unknown step {', '.join(unknown)}; known: {', '.join(STEPS)}")
    enter()
    if args.fix:
        subprocess.call([sys.executable, "-m", "ruff", "check", "--fix", "--quiet", "."], cwd=ROOT)
        subprocess.call([sys.executable, "-m", "ruff", "format", "."], cwd=ROOT)
    results = {step: _run(STEPS[step]) for step in args.step or STEPS}
    for step, (code, wall) in results.items():
        print(f"{step:<8} {'ok' if code == 0 else f'FAILED (exit {code})':<18} {wall:.1f} s")
    return sum(code != 0 for code, _ in results.values())


def _run(command: list[str]) -> tuple[int, float]:
    print(f"--- {' '.join(command)}", flush=True)
    started = time.monotonic()
    code = subprocess.call([sys.executable, "-m", *command], cwd=ROOT, stdin=subprocess.DEVNULL)
    return code, time.monotonic() - started


if __name__ == "__main__":
    raise SystemExit(main())
