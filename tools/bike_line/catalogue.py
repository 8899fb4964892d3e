# SPDX-License-Identifier: Apache-2.0
"""All equipment of the sample factory by name."""

from __future__ import annotations

from .asset import Asset
from .bicycle import bicycle
from .hall import column, fence, hall_floor, hall_walls
from .people import operator
from .stations import assembly_station, brake_station, check_station, frame_prep_station, wheel_station
from .storage import floor_zone, flow_rack, frame_rack, parts_shelf, shipping_dock, wheel_rack
from .transport import agv, conveyor_corner, conveyor_straight, truck


def catalogue() -> dict[str, Asset]:
    """Return every asset, by name."""
    assets = [
        bicycle(), operator(), assembly_station(), frame_prep_station(), wheel_station(), brake_station(), check_station(),
        flow_rack(4), flow_rack(5), floor_zone(), frame_rack(), parts_shelf(), wheel_rack(), shipping_dock(),
        agv(), conveyor_straight(), conveyor_corner(), truck(), column(), fence(), hall_floor(), hall_walls(),
    ]  # fmt: skip
    return {asset.name: asset for asset in assets}
