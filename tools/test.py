# SPDX-License-Identifier: Apache-2.0
"""Run the tests: `python tools/test.py [--all] [--like KIT] [pytest arguments]`. The last line is pytest's."""

from __future__ import annotations

import argparse
import os
import sys

from bootstrap import ROOT, enter
from likes import LIKES, Like

_MORE = "Any other argument goes to pytest: a file, -q, -k WORD. The environments of --like are made on first use, beside .venv"


def arguments(given: list[str]) -> tuple[Like | None, list[str]]:
    """Take this tool's own arguments.

    Returns:
        The Kit to be like, or None, and the arguments for pytest.
    """
    sets = "; ".join(str(like) for like in LIKES.values())
    parser = argparse.ArgumentParser(description=__doc__, epilog=_MORE, allow_abbrev=False)
    parser.add_argument("--all", action="store_true", help="run the tests marked slow, too")
    parser.add_argument("--like", metavar="KIT", choices=LIKES, help=f"test with the versions of a Kit. {sets}")
    known, others = parser.parse_known_args(given)
    return LIKES[known.like] if known.like else None, others + ["--all"] * known.all


def describe(like: Like) -> str:
    """Tell the versions this environment has, and what it lacks of what the tests can use."""
    import importlib.metadata as metadata
    import importlib.util

    have = ", ".join(f"{name} {metadata.version(name)}" for name in (pin.partition("==")[0] for pin in like.pins))
    lines = [f"Like {like.name}: Python {sys.version.split()[0]}, {have}"]
    if not list(metadata.distributions(name="ovui")):
        lines.append(
            "Left out: ovui has wheels for CPython 3.12 only, so the tests that draw (tests/ui, tests/kit) are skipped"
        )
    folders = importlib.util.find_spec("pxr").submodule_search_locations
    plugins = [os.path.join(folder, "pluginfo") for folder in folders]
    if not any(os.path.isfile(os.path.join(folder, "usd", "resources", "usd", "schema.usda")) for folder in plugins):
        lines.append("Left out: usdGenSchema is whole in usd-core newer than 25.11 only, so the schema is not generated again")
    if not any(os.path.isdir(os.path.join(folder, "usdShaders")) for folder in plugins):
        lines.append("Left out: this usd-core defines no shaders, so the asset validator's rules about shaders judge nothing")
    return "\n".join(lines)


def main() -> int:
    """Run pytest in this process, from the root of the checkout.

    Returns:
        pytest's exit code.
    """
    like, others = arguments(sys.argv[1:])
    enter(like)
    import pytest

    os.chdir(ROOT)
    if like:
        print(describe(like), flush=True)
    return int(pytest.main(others))


if __name__ == "__main__":
    raise SystemExit(main())
