# SPDX-License-Identifier: Apache-2.0
"""Write the catalogue's own equipment: `python tools/make_catalogue.py [DATA_FOLDER]` (default: `data`).

Those that the sample factory shows, too, come from make_bike_line.py; previews from previews.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bike_line.asset import write_asset  # noqa: E402
from equipment.all import equipment  # noqa: E402


def make(data: Path) -> list[Path]:
    """Write all assets below `data` and return their interface layers."""
    return [write_asset(asset, data / "assets") for asset in equipment().values()]


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "data")
