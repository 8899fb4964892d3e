# SPDX-License-Identifier: Apache-2.0
"""Set up `.venv` at the root of the checkout and run the calling tool inside it.

Every tool begins with `from bootstrap import enter` and calls `enter()` before it imports anything of the product.

Plain standard library and old syntax (Python 3.8), so that an old Python can run it and say what is missing. All words go to
stderr: a tool's stdout stays its own. Your own pip configuration (index, proxy, certificates) is used as it is.

FACTORY_TWIN_NO_VENV=1 uses the running Python as it is: nothing is made or installed.
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
from typing import Iterator

import interpreters

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "factory_twin.json")
EXTRAS = "dev,desk,broker,cad"
AGAIN = "FACTORY_TWIN_ENTERED"


def enter() -> None:
    """Return inside a `.venv` that holds what pyproject.toml asks for; make, mend or complete it first when needed."""
    if os.environ.get("FACTORY_TWIN_NO_VENV"):
        _use_running()
        return
    inside = os.path.isdir(VENV) and os.path.realpath(sys.prefix) == os.path.realpath(VENV)
    if inside and state() == "broken":
        _run_again(getattr(sys, "_base_executable", None) or interpreters.find()[0].path)
    if state() != "ready":
        with _lock():
            if state() == "broken":
                _make()
            if state() != "ready":
                _install()
    if not inside:
        _run_again(PYTHON)
    os.environ.pop(AGAIN, None)


def state() -> str:
    """Return "ready", "stale" (something to install) or "broken" (missing, moved, or its Python is gone or too old)."""
    if not _starts():
        return "broken"
    stamp = _stamp()
    if stamp is None:
        return "stale"
    if stamp.get("root") != ROOT:
        return "broken"
    if stamp.get("asked") != _asked() or not stamp.get("packages"):
        return "stale"
    site = _site()
    return "ready" if site and all(os.path.isdir(os.path.join(site, name)) for name in stamp["packages"]) else "stale"


def _starts() -> bool:
    """Tell from pyvenv.cfg whether the Python of `.venv` is one of ours and still there."""
    try:
        with open(os.path.join(VENV, "pyvenv.cfg"), encoding="utf-8") as file:
            lines = (line.split("=", 1) for line in file if "=" in line)
            facts = {key.strip(): value.strip() for key, value in lines}
    except OSError:
        return False
    version = tuple(int(n) if n.isdigit() else 0 for n in facts.get("version", "0.0").split(".")[:2])
    if version not in interpreters.WANTED or not os.path.isfile(PYTHON) or not _site():
        return False
    return os.name != "nt" or os.path.isfile(os.path.join(facts.get("home", ""), "python.exe"))


def _site() -> str:
    if os.name == "nt":
        folders = [os.path.join(VENV, "Lib", "site-packages")]
    else:
        lib = os.path.join(VENV, "lib")
        names = ["python%d.%d" % version for version in interpreters.WANTED]
        folders = [os.path.join(lib, name, "site-packages") for name in names]
    return next((folder for folder in folders if os.path.isdir(folder)), "")


def _stamp() -> dict | None:
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def _asked() -> str:
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        return hashlib.sha256(file.read().replace(b"\r\n", b"\n") + EXTRAS.encode()).hexdigest()


def _make() -> None:
    found, notes = interpreters.find()
    if found is None:
        _fail(
            "Factory Twin needs CPython 3.12 (3.11 and 3.13 do for all but the desk). This is %s." % sys.version.split()[0],
            "Install it (python.org, system packages, `pyenv install 3.12` or `uv python install 3.12`) and start again.",
            notes,
        )
    again = "again (the one there is broken, moved or of another Python) " if os.path.isdir(VENV) else ""
    _say("Making .venv %swith Python %s" % (again, found))
    if found.version[:2] != interpreters.DESK:
        _say("No CPython 3.12 found: all but the desk (the app and its screenshots) will work.", *notes)
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.call([found.path, "-m", "venv", VENV], stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno()) or not _starts():
        _fail("%s could not be made." % VENV, "Delete that folder, close programs that use it, and start again.", [])


def _install() -> None:
    _say("Installing Factory Twin and its libraries into .venv (the first time: about 500 MB on disk)")
    with contextlib.suppress(FileNotFoundError):
        os.remove(STAMP)
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-user", "--editable", ".[%s]" % EXTRAS]
    started = time.time()
    code = subprocess.call(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno())
    if code:
        _fail(
            "The libraries could not be installed: pip ended with code %d; its last lines above say why." % code,
            "Without a network: put the wheels in a folder and set PIP_FIND_LINKS=<folder> and PIP_NO_INDEX=1. Behind a proxy: "
            "set HTTPS_PROXY or your pip configuration. Then start again; what is there is kept.",
            [],
        )
    packages = sorted(name for name in os.listdir(_site()) if name.endswith(".dist-info"))
    with open(STAMP + ".new", "w", encoding="utf-8") as file:
        json.dump({"root": ROOT, "asked": _asked(), "packages": packages}, file, indent=1)
    os.replace(STAMP + ".new", STAMP)
    _say("Ready after %.0f s." % (time.time() - started))


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    """Hold the set-up to one tool at a time; the system frees the lock when its holder dies."""
    folder = os.path.join(ROOT, "_out")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "bootstrap.lock"), "a+b") as file:
        told = False
        while not _locked(file):
            if not told:
                _say("Another tool is setting up .venv; waiting for it.")
                told = True
            time.sleep(0.5)
        yield


def _locked(file: object) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _run_again(python: str) -> None:
    if os.environ.get(AGAIN) == python:
        _fail("%s starts, but not inside %s." % (python, VENV), "Unset PYTHONHOME; delete .venv and start again.", [])
    command = [python] + sys.argv
    environ = dict(os.environ, **{AGAIN: python})
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(python, command, environ)
    child = subprocess.Popen(command, env=environ)  # on Windows exec gives the console back too early
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # the child gets Ctrl-C too and ends by itself
            raise SystemExit(child.wait())


def _use_running() -> None:
    if sys.version_info < (3, 11):
        _fail("FACTORY_TWIN_NO_VENV is set, and this is Python %s." % sys.version.split()[0], "Use Python 3.11 to 3.13.", [])
    folders = [entry.path for entry in os.scandir(os.path.join(ROOT, "exts")) if entry.is_dir()]
    sys.path[1:1] = [folder for folder in sorted(folders) if folder not in sys.path]
    old = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(sorted(folders) + ([old] if old else []))


def _say(*lines: str) -> None:
    for line in lines:
        sys.stderr.write("[setup] %s\n" % line)
    sys.stderr.flush()


def _fail(what: str, hint: str, notes: list) -> None:
    _say(what, *["  passed over: " + note for note in notes])
    _say("Hint: " + hint)
    raise SystemExit(3)
