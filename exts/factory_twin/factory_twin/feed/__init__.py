# SPDX-License-Identifier: Apache-2.0
"""The live feed: broker -> recorder -> readings -> places -> session layer, one small step per frame."""

from __future__ import annotations

from .feed import Feed
from .intake import Counts, Reject
from .status import FeedStatus

__all__ = ["Counts", "Feed", "FeedStatus", "Reject"]
