# SPDX-License-Identifier: Apache-2.0
"""Sparkplug B 3.0: a host application that reads edge nodes, and an edge node to send."""

from __future__ import annotations

from .datatype import DataType, Typed
from .edge_node import EdgeNode
from .host import host_birth, host_will, rebirth
from .sparkplug_format import SparkplugFormat
from .table import Limits

__all__ = ["DataType", "EdgeNode", "Limits", "SparkplugFormat", "Typed", "host_birth", "host_will", "rebirth"]
