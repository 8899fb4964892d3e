# SPDX-License-Identifier: Apache-2.0
"""All of the catalogue's own equipment by name."""

from __future__ import annotations

from bike_line.asset import Asset

from .cells import assembly_cell, robot_cell
from .gate import goods_issue, goods_receipt
from .inspection import inspection
from .lathe import lathe_centre
from .mill import mill
from .oven import oven
from .storage import pallet, rack
from .transport import conveyor_curve, forklift


def equipment() -> dict[str, Asset]:
    """Return every asset, by name."""
    assets = [mill(), lathe_centre(), assembly_cell(), robot_cell(), inspection(), oven(), rack(), pallet(), conveyor_curve(),
              forklift(), goods_receipt(), goods_issue()]  # fmt: skip
    return {asset.name: asset for asset in assets}
