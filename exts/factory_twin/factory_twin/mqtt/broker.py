# SPDX-License-Identifier: Apache-2.0
"""A broker of our own for demonstrations: mosquitto in a process of its own, else amqtt. Loopback only, no passwords."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

from ..errors import LinkError

_log = logging.getLogger(__name__)
HOST = "127.0.0.1"
START, STOP, TRIES = 10.0, 3.0, 3
_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin", r"C:\Program Files\mosquitto")
_CONFIG = """listener {port} {host}
allow_anonymous true
persistence false
max_queued_messages 20000
set_tcp_nodelay true
log_dest stderr
log_type error
log_type warning
"""


def find_mosquitto() -> str | None:
    """Return the path of mosquitto, or None."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path=os.pathsep.join(_PLACES))


class EmbeddedBroker:
    """A broker on a free loopback port, for as long as the `with` block or until `stop`.

    Args:
        kind: "mosquitto", "amqtt", or empty: whichever is there, mosquitto first.
        port: Port to take when it is free; 0: any free one.

    Attributes:
        url: Where it listens, `mqtt://127.0.0.1:port`; empty while stopped.
        kind: What runs.

    Raises:
        LinkError: (on start) No broker is installed, or it did not start.
    """

    def __init__(self, kind: str = "", *, port: int = 0) -> None:
        self.kind, self.url = kind, ""
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> EmbeddedBroker:
        """Start it and wait until it listens.

        Raises:
            LinkError: No broker is installed, or it did not start.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="factory-twin-broker-")
        try:
            for _ in range(TRIES):
                port = self._port if self._port and is_free(self._port) else free_port()
                if self._launch(port):
                    self.url = f"mqtt://{HOST}:{port}"
                    _log.info("%s listens at %s.", self.kind, self.url)
                    return self
            raise LinkError(f"The broker {self.kind} did not start: {self._said()}", hint="Give the address of a broker.")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the process. Does nothing when it does not run."""
        process, self._process, self.url = self._process, None, ""
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()
            process.terminate()
            try:
                process.wait(STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()

    def __enter__(self) -> EmbeddedBroker:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _launch(self, port: int) -> bool:
        """Start the process; return whether it came to listen."""
        with open(self._file("broker.log"), "wb") as out:
            self._process = subprocess.Popen(self._command(port), stdin=subprocess.PIPE, stdout=out, stderr=out)
        deadline = time.monotonic() + START
        while time.monotonic() < deadline and self._process.poll() is None:
            if listens(port):
                return self._process.poll() is None
            time.sleep(0.02)
        return False

    def _command(self, port: int) -> list[str]:
        mosquitto = find_mosquitto() if self.kind in ("", "mosquitto") else None
        if mosquitto:
            self.kind = "mosquitto"
            config = self._file("mosquitto.conf")
            config.write_text(_CONFIG.format(port=port, host=HOST), encoding="utf-8")
            return [mosquitto, "-c", str(config)]
        if self.kind in ("", "amqtt") and importlib.util.find_spec("amqtt"):
            self.kind = "amqtt"
            return [sys.executable, str(Path(__file__).with_name("amqtt_process.py")), str(port)]
        raise LinkError(f"No broker is installed here ({self.kind or 'mosquitto or amqtt'}).",
                        hint="Install mosquitto (https://mosquitto.org/download), or `pip install factory-twin[broker]`, "
                             "or give the address of a broker.")  # fmt: skip

    def _file(self, name: str) -> Path:
        if self._folder is None:
            raise LinkError("The broker was not started.")
        return Path(self._folder.name, name)

    def _said(self) -> str:
        """What the process wrote last."""
        text = self._file("broker.log").read_text(encoding="utf-8", errors="replace").strip()
        return text[-300:] or "it said nothing"


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as s:
        s.bind((HOST, 0))
        return int(s.getsockname()[1])


def is_free(port: int) -> bool:
    """Return whether a loopback port can be bound now."""
    with socket.socket() as s:
        if os.name != "nt":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((HOST, port))
        except OSError:
            return False
    return True


def listens(port: int) -> bool:
    """Return whether something accepts connections at a loopback port."""
    try:
        socket.create_connection((HOST, port), timeout=0.5).close()
    except OSError:
        return False
    return True
