# SPDX-License-Identifier: Apache-2.0
"""Write the sample factory: `python tools/make_bike_line.py [DATA_FOLDER]` (default: `data`)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bike_line.asset import write_asset  # noqa: E402
from bike_line.building import write_building  # noqa: E402
from bike_line.catalogue import catalogue  # noqa: E402
from bike_line.entry import write_base, write_entry  # noqa: E402
from bike_line.layout import write_layout  # noqa: E402
from bike_line.logistics import write_logistics  # noqa: E402
from bike_line.products import write_products  # noqa: E402
from bike_line.simulation import write_simulation  # noqa: E402


def make(data: Path) -> Path:
    """Write all assets and layers below `data` and return the entry stage."""
    assets = catalogue()
    for asset in assets.values():
        write_asset(asset, data / "assets")
    layers = data / "plants" / "bike_line"
    write_building(layers / "building.usda", assets)
    write_layout(layers / "layout.usda", assets)
    write_logistics(layers / "logistics.usda", assets)
    write_products(layers / "products.usda")
    write_simulation(layers / "simulation.usda")
    write_base(layers / "base.usda")
    return write_entry(data / "plants" / "bike_line.usda", assets)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "data")
