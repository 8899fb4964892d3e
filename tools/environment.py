# SPDX-License-Identifier: Apache-2.0
"""A virtual environment beside the sources: `.venv`, or `.venv-kit107` and so on, whose versions are those of a Kit.

Plain standard library and old syntax (Python 3.8). All words go to stderr.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

import interpreters
from likes import Like

EXTRAS = "dev,desk,broker,cad"


class Environment:
    """Where the environment is, which Pythons may carry it, and which exact packages it wants beside pyproject.toml's."""

    def __init__(self, root: str, like: Like | None = None) -> None:
        self.root, self.like = root, like
        self.name = ".venv-" + like.name if like else ".venv"
        self.folder = os.path.join(root, self.name)
        inside = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
        self.python = os.path.join(self.folder, *inside)
        self.stamp = os.path.join(self.folder, "factory_twin.json")
        self.wanted = (like.python,) if like else interpreters.WANTED
        self.pins = like.pins if like else ()

    def state(self) -> str:
        """Return "ready", "stale" (something to install) or "broken" (missing, moved, or its Python is gone or another)."""
        if not self.starts():
            return "broken"
        stamp = self._stamp()
        if stamp is None:
            return "stale"
        if stamp.get("root") != self.root:
            return "broken"
        if stamp.get("asked") != self.asked() or not stamp.get("packages"):
            return "stale"
        site = self.site()
        return "ready" if site and all(os.path.isdir(os.path.join(site, name)) for name in stamp["packages"]) else "stale"

    def starts(self) -> bool:
        """Tell from pyvenv.cfg whether its Python is one of those wanted and still there."""
        try:
            with open(os.path.join(self.folder, "pyvenv.cfg"), encoding="utf-8") as file:
                lines = (line.split("=", 1) for line in file if "=" in line)
                facts = {key.strip(): value.strip() for key, value in lines}
        except OSError:
            return False
        version = tuple(int(n) if n.isdigit() else 0 for n in facts.get("version", "0.0").split(".")[:2])
        if version not in self.wanted or not os.path.isfile(self.python) or not self.site():
            return False
        return os.name != "nt" or os.path.isfile(os.path.join(facts.get("home", ""), "python.exe"))

    def site(self) -> str:
        """Return its site-packages; empty where there is none."""
        if os.name == "nt":
            folders = [os.path.join(self.folder, "Lib", "site-packages")]
        else:
            names = ["python%d.%d" % version for version in self.wanted]
            folders = [os.path.join(self.folder, "lib", name, "site-packages") for name in names]
        return next((folder for folder in folders if os.path.isdir(folder)), "")

    def asked(self) -> str:
        """Return a digest of what is to be installed: it changes when that does."""
        with open(os.path.join(self.root, "pyproject.toml"), "rb") as file:
            words = file.read().replace(b"\r\n", b"\n") + EXTRAS.encode() + "".join(self.pins).encode()
        return hashlib.sha256(words).hexdigest()

    def find(self) -> interpreters.Interpreter:
        """Return the Python that fits best; exit with words when there is none."""
        found, notes = interpreters.find(wanted=self.wanted)
        if found is not None:
            if not self.like and found.version[:2] != interpreters.DESK:
                say("No CPython 3.12 found: all but the desk (the app and its screenshots) will work.")
                say(*["  passed over: " + note for note in notes])
            return found
        running = "This is %s." % sys.version.split()[0]
        name = "%d.%d" % self.wanted[0]
        if self.like:
            what = "--like %s needs CPython %s, and none was found. %s" % (self.like.name, name, running)
        else:
            what = "Factory Twin needs CPython 3.12 (3.11 and 3.13 do for all but the desk). " + running
        ways = "Install it (python.org, system packages, `pyenv install %s` or `uv python install %s`) and start again."
        raise fail(what, ways % (name, name), notes)

    def make(self) -> None:
        """Make it anew, without packages."""
        found = self.find()
        again = "again (the one there is broken, moved or of another Python) " if os.path.isdir(self.folder) else ""
        say("Making %s %swith Python %s" % (self.name, again, found))
        shutil.rmtree(self.folder, ignore_errors=True)
        command = [found.path, "-m", "venv", self.folder]
        if subprocess.call(command, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno()) or not self.starts():
            hint = "Delete that folder, close programs that use it, and start again."
            raise fail("%s could not be made." % self.folder, hint)

    def install(self) -> None:
        """Install what pyproject.toml and the pins ask for; what is there already is kept."""
        say("Installing Factory Twin and its libraries into %s (the first time: about 500 MB on disk)" % self.name)
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.stamp)
        command = [self.python, "-m", "pip", "install", "--disable-pip-version-check", "--no-user"]
        command += ["--editable", ".[%s]" % EXTRAS] + list(self.pins)
        started = time.time()
        code = subprocess.call(command, cwd=self.root, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno())
        if code:
            raise fail(
                "The libraries could not be installed: pip ended with code %d; its last lines above say why." % code,
                "Without a network: put the wheels in a folder and set PIP_FIND_LINKS=<folder> and PIP_NO_INDEX=1. Behind a "
                "proxy: set HTTPS_PROXY or your pip configuration. Then start again; what is there is kept.",
            )
        packages = sorted(name for name in os.listdir(self.site()) if name.endswith(".dist-info"))
        with open(self.stamp + ".new", "w", encoding="utf-8") as file:
            json.dump({"root": self.root, "asked": self.asked(), "packages": packages}, file, indent=1)
        os.replace(self.stamp + ".new", self.stamp)
        say("Ready after %.0f s." % (time.time() - started))

    def _stamp(self) -> dict | None:
        try:
            with open(self.stamp, encoding="utf-8") as file:
                stamp = json.load(file)
        except (OSError, ValueError):
            return None
        return stamp if isinstance(stamp, dict) else None


def say(*lines: str) -> None:
    """Write lines to stderr."""
    for line in lines:
        sys.stderr.write("[setup] %s\n" % line)
    sys.stderr.flush()


def fail(what: str, hint: str, notes: list | None = None) -> SystemExit:
    """Say what is wrong and what to do; return the exception to raise (exit code 3)."""
    say(what, *["  passed over: " + note for note in notes or []])
    say("Hint: " + hint)
    return SystemExit(3)
