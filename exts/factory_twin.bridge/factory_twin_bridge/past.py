# SPDX-License-Identifier: Apache-2.0
"""A recorded moment shown on the stage in place of the live values. No UI."""

from __future__ import annotations

from collections.abc import Iterable

from factory_twin.binding import Router
from factory_twin.event import State
from factory_twin.feed import Feed
from factory_twin.history import History
from factory_twin.live import LiveLayer, LiveState
from factory_twin.live.state import Row
from factory_twin.quantity import STATE
from factory_twin.sample import Sample
from pxr import Sdf, Usd

HELD = 30.0
"""A value is shown for this long, s; later it was no longer known."""


class Past:
    """Shows moments of a record; meanwhile the feed goes on reading and recording, but shows nothing.

    Args:
        stage: The stage.
        feed: What shows live values.
        history: The record.

    Attributes:
        moment: Unix time shown, s.
        live: Values of that moment; its clock is Unix time.
    """

    def __init__(self, stage: Usd.Stage, feed: Feed, history: History) -> None:
        self._feed, self._history = feed, history
        self._hidden = feed.layer
        self._hidden.clear()
        feed.layer = LiveLayer(stage, LiveState(()))  # writes nothing
        router: Router = feed.intake.router
        self.moment = 0.0
        self.live = LiveState(router.prims, stale_after=HELD)
        board = self._hidden.board
        self._layer = LiveLayer(stage, self.live, board=() if board is None else board.places)
        self._layer.mover = self._hidden.mover
        self._shown: set[tuple[str, str]] = set()

    @property
    def feed(self) -> Feed:
        """Whose live values are hidden."""
        return self._feed

    def show(self, moment: float) -> None:
        """Show the stage as it was at a Unix time, s.

        Raises:
            HistoryError: The record can't be read.
            StageError: The session layer may not be edited.
        """
        found = self._history.last_values(moment)
        feed = self.live.feed
        for key in self._shown - found.keys():
            feed(Sample(*key, None, moment, good=False, told=False), moment)
        for (place, name), (time, value) in found.items():
            known: float | State = value
            if name == STATE:
                known = State(int(value))
            elif name.startswith(f"{STATE}:"):
                continue  # of a further server
            feed(Sample(place, name, known, time, told=False, stale_after=HELD), time)
        self._shown = set(found)
        self.moment = moment
        self._layer.flush(moment)

    def change(self, resynced: Iterable[Sdf.Path], values: Iterable[Sdf.Path]) -> None:
        """Follow an edit of the stage."""
        for layer in (self._layer, self._hidden):
            layer.change(resynced, values)

    def row(self, place: str) -> Row:
        """Return what was known of a place at the moment shown."""
        return self.live.row(place, self.moment)

    def end(self) -> None:
        """Go back to the live values."""
        self._layer.clear()
        self._feed.layer = self._hidden
        self._feed.live.change_all()
