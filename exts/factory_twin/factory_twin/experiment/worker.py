# SPDX-License-Identifier: Apache-2.0
"""What a worker process does: takes numbers of replications from a pipe, tells how far it is, sends outcomes back."""

from __future__ import annotations

import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from .replication import Replication, Task

SLICE = 0.25  # s of wall time between two words on how far it is


def work(pipe: Connection[Any, Any], task: Task[Any]) -> None:
    """Work until told to end, or until the process that asked is gone; Ctrl-C is the other's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, ConnectionError):  # the other end is gone: nobody wants the rest
        while (number := pipe.recv()) is not None:
            replication = Replication(task, number)
            while (outcome := replication.advance(SLICE)) is None:
                pipe.send(replication.share)
            pipe.send(outcome)
