# SPDX-License-Identifier: Apache-2.0
"""`factory-twin replay FOLDER`: the recorded messages to a broker again, at any speed."""

from __future__ import annotations

import argparse
import math
import threading
from datetime import UTC, datetime

from ..errors import FactoryTwinError
from ..history import History, Replay
from ..mqtt import Inbox, Link, topics
from .history import add_span, span
from .wire import StatusLine, add_account_arguments, check_connected, link_text, until_interrupted, wire_options

HELP = "Send recorded messages to a broker again, at any speed; commands to machines are left out."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("folder", help="folder of the recorder")
    parser.add_argument("--broker", metavar="URL", required=True, help="mqtt://host:port or mqtts://host:port")
    add_account_arguments(parser)
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="recorded seconds per second (1)")
    parser.add_argument("--loop", action="store_true", help="begin again at the end")
    parser.add_argument("--prefix", default="", help="what takes the place of the first level of each topic (nothing)")
    add_span(parser)


def run(args: argparse.Namespace) -> int:
    """Send until the end or Ctrl-C; 0 when something could be sent."""
    if not (args.speed > 0 and math.isfinite(args.speed)):
        raise FactoryTwinError(f"A speed of {args.speed:g} is not above 0.", where="--speed")
    wrong = topics.prefix_fault(args.prefix) if args.prefix else ""
    if wrong:
        raise FactoryTwinError(wrong, where="--prefix")
    start, end = span(args)
    line = StatusLine()
    with History(args.folder, read_only=True) as history:
        replay = Replay(history, start=start if math.isfinite(start) else None, end=end, speed=args.speed, loop=args.loop,
                        prefix=args.prefix)  # fmt: skip
        link = Link(args.broker, (), Inbox(), conflate=False, **wire_options(args))
        link.start()
        try:
            with until_interrupted():
                replay.run(link.publish, threading.Event(), lambda r: line.show(_progress(r, link)))
            link.flush()
            line.show(_progress(replay, link))
            line.end()
            check_connected(link.status)
        finally:
            link.stop()
    return 0


def _progress(replay: Replay, link: Link) -> str:
    moment = datetime.fromtimestamp(replay.now, UTC).isoformat(sep=" ", timespec="seconds")[:-6]
    held = f", {replay.withheld} commands left out" if replay.withheld else ""
    return f"{moment}, {replay.sent} sent{held}, {link_text(link.status)}"
