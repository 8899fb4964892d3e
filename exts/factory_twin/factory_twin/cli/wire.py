# SPDX-License-Identifier: Apache-2.0
"""What the commands that talk MQTT share: options, a status line, an orderly end."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import LinkError
from ..mqtt import LinkStatus, topics

PORT = 1883
LOCAL = f"mqtt://127.0.0.1:{PORT}"


def add_wire_arguments(parser: argparse.ArgumentParser, *, default: str) -> None:
    """Add the options that say where the broker is."""
    parser.add_argument("--broker", metavar="URL", help=f"mqtt://host:port or mqtts://host:port ({default})")
    parser.add_argument("--prefix", default=topics.PREFIX, help=f"first levels of all topics ({topics.PREFIX})")
    add_account_arguments(parser)


def add_account_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say who we are to the broker, and whom we trust."""
    parser.add_argument("--user", help="user name; the password comes from FACTORY_TWIN_MQTT_PASSWORD")
    parser.add_argument("--ca", metavar="FILE", help="certificate authority to trust instead of the system's")
    parser.add_argument("--cert", metavar="FILE", default="", help="our own certificate, for brokers that demand one")
    parser.add_argument("--key", metavar="FILE", default="", help="its key, when that is not in the same file")
    parser.add_argument("--credentials", metavar="WHERE", default="",
                        help='where user and password are kept: "env:NAME", "keyring:SERVICE" or "file:PATH"')  # fmt: skip


def wire_options(args: argparse.Namespace) -> dict[str, Any]:
    """Return the options as keyword arguments of a link or a feed."""
    return {"user": args.user, "authority": args.ca, "certificate": args.cert, "key": args.key, "credentials": args.credentials}


@contextmanager
def until_interrupted() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the block in good order."""

    def end(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


def say(text: str) -> None:
    """Write a line to stderr."""
    print(text, file=sys.stderr, flush=True)


class StatusLine:
    """A line on stderr: written over and over on a terminal, line by line elsewhere."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._width = 0

    def show(self, text: str) -> None:
        """Show `text`."""
        if not self._live:
            return say(text)
        print("\r" + text.ljust(self._width), end="", file=sys.stderr, flush=True)
        self._width = len(text)

    def end(self) -> None:
        """Go on below the line."""
        if self._live and self._width:
            say("")


def link_text(status: LinkStatus) -> str:
    """Return a link's state for a status line."""
    return status.state.value if status.reason == "Connected." else f"{status.state.value}: {status.reason}"


def check_connected(status: LinkStatus) -> None:
    """Raise when the broker never accepted us.

    Raises:
        LinkError: With the reason.
    """
    if not status.protocol:
        raise LinkError(status.reason, where=status.address, hint="Check the address, and that the broker runs.")
