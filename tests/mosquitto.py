# SPDX-License-Identifier: Apache-2.0
"""A real mosquitto for tests: own configuration, a free loopback port, ended by process id. Import the fixture `mosquitto`."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from factory_twin.mqtt.broker import HOST, find_mosquitto, free_port, listens


class Mosquitto:
    """One broker that can be killed, frozen and started again on the same port."""

    def __init__(self, folder: Path, *lines: str) -> None:
        self.port = free_port()
        self.url = f"mqtt://{HOST}:{self.port}"
        self._config = folder / f"mosquitto-{self.port}.conf"
        lines = lines or ("allow_anonymous true",)
        lasting = any(line.startswith("persistence ") for line in lines)
        head = [
            f"listener {self.port} {HOST}",
            *([] if lasting else ["persistence false"]),
            "max_queued_messages 0",
            "set_tcp_nodelay true",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            head.append("user root")  # else it becomes a user that can't read the test's files
        self._config.write_text("\n".join((*head, *lines, "")), encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Mosquitto:
        program = find_mosquitto()
        assert program is not None
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen([program, "-c", str(self._config)], stdout=quiet, stderr=quiet)
        try:
            wait(lambda: listens(self.port), "mosquitto listens")
        except BaseException:
            self.kill()
            raise
        return self

    def kill(self) -> None:
        """End it at once, without goodbye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it in good order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)


def wait(condition: Callable[[], object], what: str, timeout: float = 10.0) -> None:
    """Return when the condition holds; fail the test after `timeout` s."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"Waited {timeout:g} s in vain: {what}.")
        time.sleep(0.01)


needs_mosquitto = pytest.mark.skipif(find_mosquitto() is None, reason="mosquitto is not installed (apt-get install mosquitto)")


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A running broker."""
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto)")
    broker = Mosquitto(tmp_path).start()
    yield broker
    broker.kill()
