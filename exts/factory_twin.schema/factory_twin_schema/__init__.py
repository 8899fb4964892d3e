# SPDX-License-Identifier: Apache-2.0
"""Codeless applied USD schemas of Factory Twin: register them with USD, and one table of their attributes.

Everything works whether or not USD took the registration: it counts only before the first stage is opened.
"""

from __future__ import annotations

import logging
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "usd"

_log = logging.getLogger(__name__)


def register() -> bool:
    """Tell USD of the schemas, as often as you like; it has an effect only before the first stage is opened.

    Returns:
        False when there is no USD here, or USD doesn't take the plugin.
    """
    try:
        from pxr import Plug
    except ImportError:
        return False
    registry = Plug.Registry()
    try:
        registry.RegisterPlugins(str(FOLDER))
    except Exception as error:  # Tf turns many kinds into Python errors; a schema that is not registered is no harm
        _log.warning("USD does not take the schema plugin in %s: %s", FOLDER, error)
    return bool(registry.GetPluginWithName("factoryTwin"))
