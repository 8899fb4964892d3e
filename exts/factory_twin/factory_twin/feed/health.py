# SPDX-License-Identifier: Apache-2.0
"""Machine health in the live feed: every value goes to the monitor and to the live OEE, what they find becomes values."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pxr import Usd

from ..errors import HistoryError
from ..event import Event
from ..health import Alarms, Monitor
from ..health.oee import LiveOee
from ..plant import Plant
from ..sample import Sample
from ..survey import survey

NAME = "normal.json"
SAVE = 3600.0
"""Time between two savings of what is normal, s."""


class Health:
    """Watches the machines of a plant.

    Args:
        stage: Its prims say what is to be watched, and how.
        plant: The plant.
        folder: Where alarms and what is normal are kept; None: nowhere.

    Attributes:
        monitor: Health of the places.
        oee: Overall equipment effectiveness of the stations.
    """

    def __init__(self, stage: Usd.Stage, plant: Plant, folder: str | os.PathLike[str] | None) -> None:
        self.monitor = Monitor(plant, watches=survey(stage).watches, folder=folder)
        self.oee = LiveOee(plant)
        self._file = None if folder is None else Path(folder, NAME)
        self._saved: float | None = None
        if self._file is not None and self._file.is_file():
            try:
                self.monitor.load(self._file.read_bytes())
            except (OSError, ValueError) as error:
                raise HistoryError(f"What is normal can't be read: {error}.", where=str(self._file),
                                   hint="Move the file away; it is learnt anew.") from error  # fmt: skip

    @property
    def alarms(self) -> Alarms:
        """The list of alarms."""
        return self.monitor.alarms

    def feed(self, event: Event) -> None:
        """Take an event at its Unix time."""
        self.monitor.feed(event)
        self.oee.feed(event)

    def hear(self, sample: Sample) -> None:
        """Take it that a place is alive though nothing of it has changed."""
        self.monitor.hear(sample.place, sample.time)

    def step(self, now: float) -> Iterator[Sample]:
        """Yield what was found since the last call, at Unix time `now` (s).

        Raises:
            HistoryError: What is normal can't be kept.
        """
        self.monitor.tick(now)
        if self._saved is None:
            self._saved = now
        elif now - self._saved > SAVE:
            self._saved = now
            self.save()
        for place, health, alarm in self.monitor.changes(now):
            yield Sample(place, "health", health, now, told=False, stale_after=float("inf"))
            yield Sample(place, "alarm", alarm, now, told=False, stale_after=float("inf"))

    def save(self) -> None:
        """Keep what is normal.

        Raises:
            HistoryError: It can't be written.
        """
        if self._file is None:
            return
        temporary = self._file.with_suffix(".tmp")
        try:
            temporary.write_bytes(self.monitor.save())
            os.replace(temporary, self._file)
        except OSError as error:
            raise HistoryError(f"What is normal can't be kept: {error.strerror}.", where=str(self._file),
                               hint="Choose a folder that you may write to.") from error  # fmt: skip
