# SPDX-License-Identifier: Apache-2.0
"""VDA 5050 (2.0, 2.1, 3.0): what vehicles tell, a validator, and a vehicle and an order to send."""

from __future__ import annotations

from .order import Action, Order, Stop
from .schema import check
from .topic import Address, split
from .vda_format import VdaFormat
from .vehicle import VdaVehicle

__all__ = ["Action", "Address", "Order", "Stop", "VdaFormat", "VdaVehicle", "check", "split"]
