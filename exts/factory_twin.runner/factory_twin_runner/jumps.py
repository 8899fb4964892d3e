# SPDX-License-Identifier: Apache-2.0
"""From one breakdown, blockage, or finished part or order to the next, on the timeline. No UI."""

from __future__ import annotations

from factory_twin.log import Log
from factory_twin.moments import KINDS, Moments, moments
from factory_twin.plant import Plant

from .show import MotionShow

NAMES = {kind.capitalize(): kind for kind in KINDS}
_AFTER = 0.05
"""How far behind a moment the timeline goes, s, so that what has just begun shows."""


class Jumps:
    """Goes through the moments of a log.

    Args:
        motion: What is on the timeline.
    """

    def __init__(self, motion: MotionShow) -> None:
        self._motion = motion
        self._log: Log | None = None
        self._known: dict[str, Moments] = {}

    def go(self, log: Log, plant: Plant, name: str, step: int) -> tuple[str, str]:
        """Go to the next moment, or the one before.

        Args:
            log: What is shown.
            plant: Its places.
            name: One of `NAMES`.
            step: 1: the next one; -1: the one before.

        Returns:
            What is there, for people, and the prim path of its place (empty: there is none).
        """
        if log is not self._log:
            self._log, self._known = log, {}
        kind = NAMES[name]
        if kind not in self._known:
            self._known[kind] = moments(log, plant, kind)
        found, now = self._known[kind], self._motion.plant_time
        number = found.next(now) if step > 0 else found.before(now - 1.5 * _AFTER)
        if number is None:
            where = "after" if step > 0 else "before"
            return (f"No {kind} {where} this." if len(found.times) else f"There was no {kind} in this shift."), ""
        path = log.places[int(found.places[number])]
        self._motion.go(float(found.times[number]) + _AFTER)
        place = next((n.name or n.id for n in plant.nodes if n.path == path), path)
        return f"{name}: {place} ({number + 1} of {len(found.times)})", path
