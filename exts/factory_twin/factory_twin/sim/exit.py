# SPDX-License-Identifier: Apache-2.0
"""A finished part that stands on its server until the next place takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .place import Offer

if TYPE_CHECKING:
    from .machine import Machine
    from .place import Place
    from .workplace import WorkPlace


class Exit(Offer):
    """A way out for one finished part.

    Attributes:
        machine: The server it stands on.
        part: Its number.
        targets: Places it may go to, drawn once; empty before.
    """

    __slots__ = ("machine", "part", "targets")

    home: WorkPlace

    def __init__(self, machine: Machine, part: int, targets: tuple[Place, ...] = ()) -> None:
        super().__init__(machine.home, machine.number)
        self.machine, self.part, self.targets = machine, part, targets

    def peek(self, now: float) -> int:
        """Return the part."""
        return self.part

    def give(self, now: float) -> int:
        """Hand over the part."""
        self.withdraw()
        self.gone(now)
        return self.part

    def gone(self, now: float) -> None:
        """The part has left."""
        self.home.sent(self.part, now)
        exits = self.machine.exits
        exits.remove(self)
        if not exits:
            self.machine.emptied(now)

    def state(self) -> Any:
        """Return plain data for `from_state`."""
        return self.part, tuple(p.index for p in self.targets), self.offer_state()

    @classmethod
    def from_state(cls, machine: Machine, state: Any) -> Exit:
        """Return the exit whose `state` this is, registered again."""
        part, targets, offer = state
        places = machine.home.sim.places
        out = cls(machine, part, tuple(places[i] for i in targets))
        out.load_offer(offer)
        return out
