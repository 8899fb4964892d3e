# SPDX-License-Identifier: Apache-2.0
"""Shares of time and flows of the last result on the floor of the open stage. No UI."""

from __future__ import annotations

from factory_twin.heat import HeatMap, flows
from factory_twin_ui.host import Host

from .model import RunModel

NOTHING = "nothing"
HEATS = {NOTHING: "", "busy": "busy", "blocked": "blocked", "starved": "starved", "down": "down"}
"""Word of the choice -> name of the station's share."""


class Floor:
    """What is shown on the floor; nothing at first.

    Args:
        host: The application around.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._map: HeatMap | None = None

    @property
    def shown(self) -> bool:
        """Whether there is anything."""
        return self._map is not None

    def show(self, model: RunModel, word: str) -> None:
        """Show a share of the last result, one of `HEATS`; nothing without a stage or a result."""
        self.hide()
        stage, name = self._host.stage, HEATS[word]
        if stage is None or not name or model.result is None or model.log is None:
            return
        shares = {row.path: float(getattr(row.kpi, name)) for row in model.stations()}
        self._map = HeatMap(stage, shares, flows(model.log, model.result.warmup, model.log.end))

    def hide(self) -> None:
        """Take it off the stage."""
        if self._map is not None:
            self._map.detach()
            self._map = None
