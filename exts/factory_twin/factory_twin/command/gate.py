# SPDX-License-Identifier: Apache-2.0
"""The only way out for commands: armed, ready, journalled, one at a time for each place, sent again until answered or void."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from ..errors import FactoryTwinError
from ..message import Outgoing
from .arm import DEFAULT, Arm, Armed
from .journal import Journal
from .order import Command, read_reply

AGAIN = 2.0
"""Wall time between two sendings of the same command, s."""


class Sender(Protocol):
    """A connection to the shop floor that exists only while armed."""

    live: bool
    """Whether it leads to the real shop floor; a replay or simulation says False and is never armed."""

    def send(self, message: Outgoing) -> bool:
        """Send a message; return whether it was taken."""

    def close(self) -> None:
        """End the connection."""


class Gate:
    """Sends commands, and keeps the rules.

    Nothing is connected before `arm`, nothing stays connected after `disarm` or when the time has run out. Call `step` about
    once per second.

    Args:
        connect: Makes the sender when armed; use a broker account that may write below `<prefix>/cmd/` alone.
        journal: Where everything is written first.
        prefix: First levels of the topics: `<prefix>/cmd/<place>` and, for answers, `<prefix>/rsp/<place>`.
        ready: Says why a place can't take a command now ("its state is not known"); empty: it can.
        rate: Commands per minute at most, all places together.
        clock: Monotonic clock, s.
        wall: Unix time, s.

    Attributes:
        arm_switch: The switch; read its state for the banner.
        texts: What happened last, for people, oldest first (200 at most).
    """

    def __init__(self, connect: Callable[[], Sender], journal: Journal, *, prefix: str = "factorytwin",
                 ready: Callable[[str], str] = lambda place: "", rate: int = 60,
                 clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:  # fmt: skip
        self._connect, self._journal, self._prefix, self._ready = connect, journal, prefix, ready
        self._rate, self._clock, self._wall = rate, clock, wall
        self.texts: list[str] = []
        self.arm_switch = Arm(self._note, clock=clock)
        self._sender: Sender | None = None
        self._open: dict[str, tuple[Command, float]] = {}  # place -> command under way, when it was sent last
        self._sent: list[float] = []

    def arm(self, user: str, places: Iterable[str], seconds: float = DEFAULT) -> Armed:
        """Connect and switch on.

        Raises:
            FactoryTwinError: The connection is no live one, or the switch refuses.
        """
        self.disarm("armed anew.")
        sender = self._connect()
        try:
            if not sender.live:
                raise FactoryTwinError("A replay or simulation can't be armed.", hint="Connect to the live shop floor first.")
            armed = self.arm_switch.on(user, places, seconds)
            self._journal.add(self._wall(), "armed", user=armed.user, places=sorted(armed.places), seconds=seconds)
        except BaseException:
            self.arm_switch.off("arming failed.")
            sender.close()
            raise
        self._sender = sender
        return armed

    def disarm(self, reason: str = "switched off.") -> None:
        """Switch off and disconnect; commands under way are given up. Call it on a change of stage, lost session, or doubt."""
        if self._sender is not None:
            self.arm_switch.off(reason)
            self._cut(reason)

    def send(self, command: Command) -> str:
        """Send a command; return why it was refused, empty when it is on its way. Both are journalled.

        Raises:
            FactoryTwinError: The journal can't be written: nothing was sent.
        """
        command = replace(command, issued=self._wall())
        refusal = self._refusal(command)
        what = "refused" if refusal else "sending"
        self._journal.add(command.issued, what, id=command.id, place=command.place, user=command.user, action=command.action,
                          values=command.values, reason=refusal)  # fmt: skip
        if refusal:
            self._note(f"{command.action} to {command.place} refused: {refusal}")
            return refusal
        self._sent.append(self._clock())
        self._transmit(command)
        return ""

    def receive(self, topic: str, payload: bytes) -> bool:
        """Take a message that may be an answer (untrusted); return whether it settled a command under way."""
        place, reply = self._place(topic), read_reply(payload)
        under_way = self._open.get(place)
        if reply is None or under_way is None or under_way[0].id != reply.id or not reply.settles:
            return False
        del self._open[place]
        command = under_way[0]
        self._journal.add(
            self._wall(), "replied", id=command.id, place=place, user=command.user, word=reply.word, reason=reply.reason
        )
        self._note(f"{command.action} to {place}: {reply.word}{f' ({reply.reason})' if reply.reason else ''}.")
        return True

    def step(self) -> None:
        """Send again what was not answered, give up what is void, switch off when the time has run out."""
        if self.arm_switch.state is None:
            self._cut("the time has run out.")
            return
        now = self._clock()
        for place, (command, sent) in list(self._open.items()):
            if self._wall() > command.not_after:
                self._drop(place, "void", "No answer came in time; whether it was carried out is not known.")
            elif now - sent >= AGAIN:
                self._transmit(command)

    @property
    def under_way(self) -> tuple[Command, ...]:
        """Commands sent and not answered."""
        return tuple(c for c, _ in self._open.values())

    def topic(self, place: str) -> str:
        """Return the topic that commands of a place go to."""
        return f"{self._prefix}/cmd/{place.lstrip('/')}"

    @property
    def replies(self) -> str:
        """The topic filter of answers."""
        return f"{self._prefix}/rsp/#"

    # ---- within

    def _refusal(self, command: Command) -> str:
        wrong = self.arm_switch.refusal(command.place)
        if wrong:
            return wrong
        if self._sender is None:
            return "There is no connection for commands."
        if command.not_after <= command.issued:
            return "The command is void already."
        if command.place in self._open:
            return "A command to this place has not been answered yet."
        self._sent = [t for t in self._sent if self._clock() - t < 60.0]
        if len(self._sent) >= self._rate:
            return f"More than {self._rate} commands within a minute."
        return self._ready(command.place)

    def _transmit(self, command: Command) -> None:
        if self._sender is None:
            return
        body = command.encode(f"{self._prefix}/rsp/{command.place.lstrip('/')}")
        self._open[command.place] = (command, self._clock())
        if not self._sender.send(Outgoing(self.topic(command.place), body, 1, False)):
            self._note(f"{command.action} to {command.place} waits: the connection takes nothing now.")

    def _place(self, topic: str) -> str:
        head = f"{self._prefix}/rsp/"
        return "/" + topic[len(head) :] if topic.startswith(head) else ""

    def _drop(self, place: str, what: str, why: str) -> None:
        command, _ = self._open.pop(place)
        self._journal.add(self._wall(), what, id=command.id, place=place, user=command.user, reason=why)
        self._note(f"{command.action} to {place}: {why}")

    def _cut(self, reason: str) -> None:
        sender, self._sender = self._sender, None
        if sender is None:
            return
        sender.close()
        for place in list(self._open):
            self._drop(place, "given up", f"Given up: {reason}")
        self._journal.add(self._wall(), "disarmed", reason=reason)

    def _note(self, text: str) -> None:
        self.texts.append(text)
        del self.texts[:-200]
