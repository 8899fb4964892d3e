# SPDX-License-Identifier: Apache-2.0
"""Find a CPython that Factory Twin can live in: 3.12 first (the desk needs it), else 3.11 or 3.13.

Plain standard library and old syntax, so that an old Python can run it and say what is missing.
"""

from __future__ import annotations

import glob
import json
import os
import re
import shutil
import subprocess
import sys
from typing import Iterator, NamedTuple

WANTED = ((3, 12), (3, 11), (3, 13))
DESK = (3, 12)

_PROBE = """
import json, platform, sys, sysconfig
missing = []
for name in ("venv", "ensurepip"):
    try:
        __import__(name)
    except ImportError:
        missing.append(name)
print(json.dumps({"path": sys.executable, "version": list(sys.version_info[:3]), "kind": platform.python_implementation(),
                  "wide": sys.maxsize > 2**32, "free": bool(sysconfig.get_config_var("Py_GIL_DISABLED")), "missing": missing}))
"""


class Interpreter(NamedTuple):
    """A Python that answered: its path, its version (three numbers) and why it can't be used (empty when it can)."""

    path: str
    version: tuple
    trouble: str

    def __str__(self) -> str:
        return "%s (%s)" % (".".join(map(str, self.version)), self.path)


def probe(command: list) -> Interpreter | None:
    """Ask a Python who it is; None when the command is no Python or does not answer within 20 s."""
    try:
        answer = subprocess.run(
            command + ["-I", "-c", _PROBE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, timeout=20, check=True,
        )  # fmt: skip
        facts = json.loads(answer.stdout.decode("utf-8", "replace").strip().splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
    trouble = ""
    if facts["kind"] != "CPython":
        trouble = "it is %s, not CPython" % facts["kind"]
    elif not facts["wide"]:
        trouble = "it is a 32-bit Python; OpenUSD needs 64 bits"
    elif facts["free"]:
        trouble = "it is a free-threaded build; OpenUSD has no wheels for it"
    elif facts["missing"]:
        trouble = "it lacks the modules %s (on Debian and Ubuntu: install python%d.%d-venv)" % (
            " and ".join(facts["missing"]), facts["version"][0], facts["version"][1],
        )  # fmt: skip
    return Interpreter(facts["path"], tuple(facts["version"]), trouble)


def candidates(version: tuple, environ: dict | None = None) -> Iterator[list]:
    """Yield commands that may start a Python of that version (major, minor), likeliest first."""
    env = dict(os.environ if environ is None else environ)
    name = "%d.%d" % version
    if sys.version_info[:2] == version:
        yield [getattr(sys, "_base_executable", None) or sys.executable]
    for word in ("python" + name, "python3", "python"):
        found = shutil.which(word, path=env.get("PATH", ""))
        if found:
            yield [found]
    if os.name == "nt" and shutil.which("py", path=env.get("PATH", "")):
        yield ["py", "-" + name]
    for pattern in _trees(name, env):
        for found in sorted(glob.glob(pattern), key=_newest, reverse=True):
            yield [found]


def _trees(name: str, env: dict) -> list:
    home = env.get("USERPROFILE" if os.name == "nt" else "HOME") or os.path.expanduser("~")
    pyenv = [env.get("PYENV_ROOT"), env.get("PYENV"), os.path.join(home, ".pyenv"), os.path.join(home, ".pyenv", "pyenv-win")]
    uv = [env.get("UV_PYTHON_INSTALL_DIR"), os.path.join(home, ".local", "share", "uv", "python")]
    if env.get("APPDATA"):
        uv.append(os.path.join(env["APPDATA"], "uv", "python"))
    inside = ["python.exe"] if os.name == "nt" else [os.path.join("bin", "python3"), os.path.join("bin", "python")]
    folders = [os.path.join(root, "versions", name + "*") for root in pyenv if root]
    folders += [os.path.join(root, "cpython-" + name + "*") for root in uv if root]
    return [os.path.join(folder, tail) for folder in folders for tail in inside]


def _newest(path: str) -> list:
    return [int(n) for n in re.findall(r"\d+", path)]


def find(environ: dict | None = None, wanted: tuple = WANTED) -> tuple:
    """Return (the best interpreter of the versions wanted or None, lines that say why others were passed over)."""
    seen, notes = {}, []  # type: dict, list
    for version in wanted:
        for command in candidates(version, environ):
            key = tuple(command)
            if key not in seen:
                seen[key] = probe(command)
                if seen[key] is not None and seen[key].version[:2] in wanted and seen[key].trouble:
                    notes.append("%s: %s" % (seen[key], seen[key].trouble))
            found = seen[key]
            if found is not None and found.version[:2] == version and not found.trouble:
                return found, notes
    return None, notes
