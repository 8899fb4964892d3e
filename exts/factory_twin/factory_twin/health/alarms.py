# SPDX-License-Identifier: Apache-2.0
"""The list of alarms: raise, acknowledge, return, clear, shelve; history; those that chatter are held."""

from __future__ import annotations

import copy
from collections import deque
from dataclasses import replace

from ..errors import FactoryTwinError
from .alarm import Alarm, Condition, Key, Priority
from .journal import Journal

HISTORY = 2000
OPEN = 5000
CHATTER, CHATTER_TIME = 4, 600.0
LONGEST_SHELF = 7 * 86400.0


class Alarms:
    """Alarms of a plant.

    Args:
        journal: Keeps them over a restart; None: nobody does.

    Attributes:
        history: What happened to alarms, newest last: copies of the alarm as it was then.
        refused: Alarms that had no room.
    """

    def __init__(self, journal: Journal | None = None) -> None:
        self._open: dict[Key, Alarm] = {}
        self._raises: dict[Key, deque[float]] = {}
        self._quiet: dict[Key, float] = {}
        self._journal = journal
        self.history: deque[tuple[float, Alarm]] = deque(maxlen=HISTORY)
        self.refused = 0
        self._next = 1
        self.version = 0
        for time, alarm in journal.read() if journal else ():
            self._next = max(self._next, alarm.id + 1)
            if time == time:
                self.history.append((time, alarm))
            if alarm.condition is Condition.CLEARED:
                self._open.pop(alarm.key, None)
            else:
                self._open[alarm.key] = replace(alarm)

    def __len__(self) -> int:
        return len(self._open)

    def list(self, now: float | None = None) -> list[Alarm]:
        """Return the alarms that are not cleared, the most urgent first; with `now` without those that are shelved then."""
        shown = [a for a in self._open.values() if now is None or a.shelved <= now]
        return sorted(shown, key=lambda a: (a.condition is not Condition.RAISED, not a.active, -a.priority, -a.since))

    def get(self, key: Key) -> Alarm | None:
        """Return the alarm about something that is not cleared; None when there is none."""
        return self._open.get(key)

    def raise_(self, time: float, key: Key, priority: Priority, text: str) -> Alarm | None:
        """Raise an alarm, or tell the news of one that is active; None when there are too many."""
        alarm = self._open.get(key)
        if alarm is None:
            if len(self._open) >= OPEN:
                self.refused += 1
                return None
            alarm = self._open[key] = Alarm(self._next, key, priority, text, since=time)
            self._next += 1
            self._note_raise(time, alarm)
            self._write(time, alarm)
            return alarm
        self._quiet.pop(key, None)
        if alarm.active:
            if alarm.priority != priority:
                worse = priority > alarm.priority
                alarm.priority, alarm.text = priority, text
                if worse:
                    alarm.condition, alarm.who = Condition.RAISED, ""
                self._write(time, alarm)
            return alarm
        alarm.condition, alarm.priority, alarm.text, alarm.who = Condition.RAISED, priority, text, ""
        alarm.since, alarm.returned = time, float("nan")
        alarm.count += 1
        self._note_raise(time, alarm)
        self._write(time, alarm)
        return alarm

    def _note_raise(self, time: float, alarm: Alarm) -> None:
        seen = self._raises.setdefault(alarm.key, deque(maxlen=CHATTER))
        seen.append(time)
        alarm.chattering = len(seen) == CHATTER and time - seen[0] <= CHATTER_TIME
        if len(self._raises) > OPEN:
            del self._raises[next(iter(self._raises))]

    def clear(self, time: float, key: Key) -> None:
        """Say that what an alarm is about is no longer so."""
        alarm = self._open.get(key)
        if alarm is None or not alarm.active:
            return
        if alarm.chattering:
            self._quiet.setdefault(key, time)
            return
        self._return(time, alarm)

    def _return(self, time: float, alarm: Alarm) -> None:
        alarm.returned = time
        if alarm.condition is Condition.ACKNOWLEDGED:
            self._clear(time, alarm)
        else:
            alarm.condition = Condition.RETURNED
            self._write(time, alarm)

    def _clear(self, time: float, alarm: Alarm) -> None:
        alarm.condition = Condition.CLEARED
        del self._open[alarm.key]
        self._write(time, alarm)

    def acknowledge(self, number: int, who: str, time: float) -> None:
        """Note that someone has seen an alarm.

        Raises:
            FactoryTwinError: There is no such alarm.
        """
        alarm = self._find(number)
        if alarm.condition is Condition.RAISED:
            alarm.condition, alarm.who = Condition.ACKNOWLEDGED, who[:100]
            self._write(time, alarm)
        elif alarm.condition is Condition.RETURNED:
            alarm.who = who[:100]
            self._clear(time, alarm)

    def shelve(self, number: int, who: str, time: float, *, duration: float) -> None:
        """Hide an alarm for a time (s, 7 days at most).

        Raises:
            FactoryTwinError: There is no such alarm, or the time makes no sense.
        """
        if not 0 < duration <= LONGEST_SHELF:
            raise FactoryTwinError(f"An alarm can't be shelved for {duration:g} s.", hint="Give up to 7 days.")
        alarm = self._find(number)
        alarm.shelved, alarm.who = time + duration, who[:100]
        self._write(time, alarm)

    def tick(self, now: float) -> None:
        """Let alarms return that chattered and have been quiet for long enough."""
        for key, since in list(self._quiet.items()):
            if now - since >= CHATTER_TIME:
                del self._quiet[key]
                alarm = self._open.get(key)
                if alarm is not None and alarm.active:
                    alarm.chattering = False
                    self._return(now, alarm)

    def _find(self, number: int) -> Alarm:
        for alarm in self._open.values():
            if alarm.id == number:
                return alarm
        raise FactoryTwinError(f"There is no open alarm {number}.", hint="It may have been cleared; look at the history.")

    def _write(self, time: float, alarm: Alarm) -> None:
        self.version += 1
        kept = copy.copy(alarm)
        self.history.append((time, kept))
        if self._journal is not None and self._journal.write(time, kept):
            for other in self._open.values():
                if other is not alarm:
                    self._journal.write(float("nan"), other)
