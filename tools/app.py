# SPDX-License-Identifier: Apache-2.0
"""Open the desktop app: `python tools/app.py [STAGE] [--screenshot FILE] ...` (`--help` shows all). Needs CPython 3.12."""

from __future__ import annotations

import sys

from bootstrap import enter

enter()


def main() -> int:
    """Hand the arguments to the app.

    Returns:
        The app's exit code.
    """
    from factory_twin_ui.app import main as run

    return int(run(sys.argv[1:]) or 0)


if __name__ == "__main__":
    raise SystemExit(main())
