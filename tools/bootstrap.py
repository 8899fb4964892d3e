# SPDX-License-Identifier: Apache-2.0
"""Set up `.venv` at the root of the checkout (or one like a Kit's) and run the calling tool inside it.

Every tool begins with `from bootstrap import enter` and calls `enter()` before it imports anything of the product.

Plain standard library and old syntax (Python 3.8), so that an old Python can run it and say what is missing. All words go to
stderr: a tool's stdout stays its own. Your own pip configuration (index, proxy, certificates) is used as it is.

FACTORY_TWIN_NO_VENV=1 uses the running Python as it is: nothing is made or installed.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from typing import Iterator

from environment import Environment, fail, say
from likes import Like

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
AGAIN = "FACTORY_TWIN_ENTERED"


def enter(like: Like | None = None) -> None:
    """Return inside an environment that holds what pyproject.toml asks for; make, mend or complete it first when needed.

    Args:
        like: The Kit whose Python, OpenUSD and numpy it shall have; None: `.venv` with the newest.
    """
    if os.environ.get("FACTORY_TWIN_NO_VENV"):
        if like:
            raise fail("FACTORY_TWIN_NO_VENV and --like %s exclude each other." % like.name, "Unset the variable.")
        _use_running()
        return
    place = Environment(ROOT, like)
    inside = os.path.isdir(place.folder) and os.path.realpath(sys.prefix) == os.path.realpath(place.folder)
    if inside and place.state() == "broken":
        _run_again(getattr(sys, "_base_executable", None) or place.find().path, place)
    if place.state() != "ready":
        with _lock(place.name):
            if place.state() == "broken":
                place.make()
            if place.state() != "ready":
                place.install()
    if not inside:
        _run_again(place.python, place)
    os.environ.pop(AGAIN, None)


@contextlib.contextmanager
def _lock(name: str) -> Iterator[None]:
    """Hold the set-up to one tool at a time; the system frees the lock when its holder dies."""
    folder = os.path.join(ROOT, "_out")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "bootstrap.lock"), "a+b") as file:
        told = False
        while not _locked(file):
            if not told:
                say("Another tool is setting up %s; waiting for it." % name)
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


def _run_again(python: str, place: Environment) -> None:
    if os.environ.get(AGAIN) == python:
        hint = "Unset PYTHONHOME; delete %s and start again." % place.name
        raise fail("%s starts, but not inside %s." % (python, place.folder), hint)
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
        raise fail("FACTORY_TWIN_NO_VENV is set, and this is Python %s." % sys.version.split()[0], "Use Python 3.11 to 3.13.")
    folders = [entry.path for entry in os.scandir(os.path.join(ROOT, "exts")) if entry.is_dir()]
    sys.path[1:1] = [folder for folder in sorted(folders) if folder not in sys.path]
    old = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(sorted(folders) + ([old] if old else []))
