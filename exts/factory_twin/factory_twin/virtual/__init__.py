# SPDX-License-Identifier: Apache-2.0
"""The virtual plant: any simulated or recorded shift as a publishing plant, with sensors, noise and faults."""

from __future__ import annotations

from .links import OUTBOX, Links
from .plant import FORMATS, STYLES, VirtualPlant
from .resolve import places, resolve
from .shift import recorded, shift
from .wire import Channel, Wire

__all__ = ["FORMATS", "OUTBOX", "STYLES", "Channel", "Links", "VirtualPlant", "Wire", "places", "recorded", "resolve", "shift"]
