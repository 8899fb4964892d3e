# SPDX-License-Identifier: Apache-2.0
"""The process that runs OpenCASCADE: `python kernel_process.py JOB.json`. It may crash or hang; who started it stands that.

It imports nothing of ours, so it starts at once. Exit code 0: the mesh is written; 3: OpenCASCADE can't read the file;
4: out of memory; 5: cascadio can't be loaded.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any


def main() -> int:
    """Convert; return the exit code."""
    with open(sys.argv[1], encoding="utf-8") as file:
        job: dict[str, Any] = json.load(file)
    _confine(job)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.path += [path for path in job["path"] if path not in sys.path]
    try:
        import cascadio
    except ImportError as error:
        os.write(2, f"{error}\n".encode())
        return 5
    with open(job["source"], "rb") as source:
        data = source.read()
    kind = {"step": cascadio.FileType.STEP, "iges": cascadio.FileType.IGES}[job["kind"]]
    try:
        mesh = cascadio.to_glb_bytes(data, kind, job["tolerance"], job["angle"], False, True, job["parallel"])
    except MemoryError:
        return 4
    except (RuntimeError, ValueError) as error:
        os.write(2, f"{error}\n".encode())
        return 3
    if not mesh:
        return 3
    with open(job["target"], "wb") as target:
        target.write(mesh)
    return 0


def _end_with_parent() -> None:
    """End when the pipe from the parent ends, so that no process is left behind; between two steps of OpenCASCADE only."""
    while os.read(0, 1024):
        pass
    os._exit(6)


def _confine(job: dict[str, Any]) -> None:
    """Take away what a damaged file could misuse: memory, disk, time, core dumps, crash windows."""
    if os.name == "nt":
        import ctypes

        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002 | 0x8000)  # type: ignore[attr-defined,unused-ignore]
        return
    import resource

    if sys.platform == "linux":  # at once, also in the middle of a step
        import ctypes

        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
        if os.getppid() != job["parent"]:
            os._exit(6)
    bounds = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": job["mesh"], "RLIMIT_CPU": job["cpu"], "RLIMIT_AS": job["memory"]}
    for name, value in bounds.items():
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        try:
            resource.setrlimit(number, (value, hard))
        except (OSError, ValueError):  # macOS refuses some
            continue


if __name__ == "__main__":
    sys.exit(main())
