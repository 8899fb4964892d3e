# SPDX-License-Identifier: Apache-2.0
"""Play a log on the open stage, at the timeline's time: a layer in memory below the session layer, gone again when hidden."""

from __future__ import annotations

from factory_twin.log import Log
from factory_twin.motion import Player
from factory_twin.plant import Plant
from factory_twin_ui.host import Host
from factory_twin_ui.signal import Handle


class MotionShow:
    """Puts the motion of a log on the host's stage and its timeline.

    Args:
        host: The application around.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._player: Player | None = None
        self._times: Handle | None = None
        self._speed = 1.0
        self._before = (0.0, 0.0)

    @property
    def shown(self) -> bool:
        """Whether a motion is on the stage."""
        return self._player is not None

    @property
    def plant_time(self) -> float:
        """Simulated time at the timeline's position, s."""
        return self._host.time * self._speed

    def show(self, log: Log, plant: Plant) -> None:
        """Show a log from its begin; nothing when no stage is open.

        Raises:
            StageError: The stage is empty, or its session layer may not be edited.
        """
        stage = self._host.stage
        if stage is None:
            return
        self.hide()
        self._player = Player(stage, log, plant)
        self._speed = stage.GetTimeCodesPerSecond()  # a time code is a simulated second
        self._before = self._host.range
        self._host.set_range(0.0, log.end / self._speed)
        self._host.set_clock_scale(self._speed)
        self._host.stop()
        self._times = self._host.on_time(self._follow)
        self._follow()

    def _follow(self) -> None:
        if self._player is not None:
            self._player.show(self.plant_time)

    def go(self, plant_time: float) -> None:
        """Move the timeline to a simulated time, s."""
        self._host.set_time(plant_time / self._speed)

    def hide(self) -> None:
        """Take the motion off the stage."""
        player, self._player = self._player, None
        if player is not None:
            if self._times is not None:
                self._times.close()
            self._times = None
            player.detach()
            self._host.pause()
            self._host.set_clock_scale(1.0)
            self._host.set_range(*self._before)
