# SPDX-License-Identifier: Apache-2.0
"""Run the extensions' own tests: in a headless Kit (`--kit PATH`, or KIT in the environment), else on a stand-in.

Both run the same `omni.kit.test.AsyncTestCase` classes; zero tests is a failure.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bootstrap import ROOT, enter

EXTS = Path(ROOT, "exts")
OUT = Path(ROOT, "_out", "kit_test")


def main() -> int:
    """Choose the runner and run.

    Returns:
        0 when tests ran and all passed, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kit", metavar="PATH", default=os.environ.get("KIT"), help="the kit executable or its folder")
    parser.add_argument("--timeout", type=float, default=1800, help="seconds per extension in Kit (default: 1800)")
    parser.add_argument("--dry-run", action="store_true", help="print the Kit command lines and stop")
    parser.add_argument("ext", nargs="*", help="extensions to test in Kit; default: all (the stand-in always takes all)")
    args = parser.parse_args()
    names = args.ext or extensions()
    if args.kit or args.dry_run:
        return in_kit(executable(args.kit or "kit"), names, timeout=args.timeout, dry=args.dry_run)
    enter()
    return on_stand_in()


def extensions() -> list[str]:
    """Return the names of all extensions that have a tests package, sorted."""
    return sorted({p.parents[1].name for p in EXTS.glob("*/*/tests/__init__.py")})


def executable(path: str) -> str:
    """Return the kit executable at `path`, which may be the folder that holds it."""
    name = "kit.exe" if os.name == "nt" else "kit"
    inside = [Path(path, name), Path(path, "kit", name)]
    return next((str(p) for p in inside if p.is_file()), path)


def command(kit: str, name: str) -> list[str]:
    """Return the command line that tests one extension in a headless Kit."""
    settings = ["runTestsAndQuit=true", f"testExts/0={name}"]
    line = [kit, "--empty", "--enable", "omni.kit.test", *(f"--/exts/omni.kit.test/{s}" for s in settings)]
    return [*line, "--ext-folder", str(EXTS), "--no-window", "--allow-root"]


def in_kit(kit: str, names: list[str], *, timeout: float, dry: bool = False) -> int:
    """Test the extensions one by one in Kit; a run that reports no test fails.

    Returns:
        0 when every extension ran tests and passed, else 1.
    """
    bad = []
    for name in names:
        line = command(kit, name)
        print(" ".join(line), flush=True)
        if not dry and not _passed(line, timeout):
            bad.append(name)
    print(f"{len(names) - len(bad)} of {len(names)} extensions passed" + (f"; failed: {', '.join(bad)}" if bad else ""))
    return int(bool(bad) or not names)


def _passed(line: list[str], timeout: float) -> bool:
    """Run Kit in a fresh folder below _out/kit_test and count the tests that it says it ran."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT, prefix="run_") as folder:
        try:
            run = subprocess.run(  # an open stdin would hang Kit
                line, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout,
                check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            print(f"Kit did not run: {error}", file=sys.stderr)
            return False
        texts = [run.stdout.decode("utf-8", "replace")]
        texts += [p.read_text(encoding="utf-8", errors="replace") for p in Path(folder).glob("_testoutput/**/*.log")]
    print(texts[0])
    ran = max(sum(int(n) for n in re.findall(r"Ran (\d+) tests?", text)) for text in texts)
    print(f"exit code {run.returncode}, {ran} tests" + ("" if ran else ": no test ran, so this is a failure"))
    return run.returncode == 0 and ran > 0


def on_stand_in() -> int:
    """Run the same classes without Kit (see tests/kit/standin.py).

    Returns:
        0 when tests ran and all passed, else 1.
    """
    sys.path.insert(0, ROOT)
    from factory_twin.errors import FactoryTwinError

    from tests.kit.standin import run_kit_tests

    try:
        count, failures = run_kit_tests()
    except FactoryTwinError as error:
        print(f"The stand-in can't run here: {error}", file=sys.stderr)
        return 1
    print(f"{count} Kit tests ran on the stand-in (no Kit was given), {failures} failed")
    return int(failures > 0 or count == 0)


if __name__ == "__main__":
    raise SystemExit(main())
