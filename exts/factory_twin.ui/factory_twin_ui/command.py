# SPDX-License-Identifier: Apache-2.0
"""`factory-twin app`: the arguments of the desktop application; `app.open_app` does the work."""

from __future__ import annotations

import argparse
import re

HELP = "open the desktop app on a stage"
PANELS = ("layout", "run", "live", "all")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("stage", nargs="?", metavar="STAGE", help="USD file; default: the sample factory of the checkout")
    parser.add_argument("--screenshot", metavar="FILE", help="render the app into this PNG file without a window, and exit")
    parser.add_argument(
        "--size", type=_size, default=(1600, 900), metavar="WxH", help="window size, pixels (default: 1600x900)"
    )
    parser.add_argument("--panel", choices=PANELS, default="all", help="panels to open (default: all)")
    parser.add_argument("--run", action="store_true", help="simulate the stage's scenario at once and show the result")
    parser.add_argument("--fps", type=float, default=30.0, help="frames per second at most (default: 30)")


def run(arguments: argparse.Namespace) -> int:
    """Open the application.

    Returns:
        Exit code.
    """
    from .app import open_app

    return open_app(arguments)


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{3,5})x(\d{3,5})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 1600x900")
    return int(match[1]), int(match[2])
