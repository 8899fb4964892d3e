# SPDX-License-Identifier: Apache-2.0
"""Run the tests: `python tools/test.py [--all] [pytest arguments]`; `--all` adds the slow ones. The last line is pytest's."""

from __future__ import annotations

import os
import sys

from bootstrap import ROOT, enter

if "-h" in sys.argv[1:] or "--help" in sys.argv[1:]:
    print(__doc__)
    raise SystemExit(0)

enter()


def main() -> int:
    """Run pytest in this process, from the root of the checkout.

    Returns:
        pytest's exit code.
    """
    import pytest

    os.chdir(ROOT)
    return int(pytest.main(sys.argv[1:]))


if __name__ == "__main__":
    raise SystemExit(main())
