# SPDX-License-Identifier: Apache-2.0
"""Follow a small plant by hand: run it and tell which part came where when, and which state a server was in from when."""

from __future__ import annotations

import dataclasses
from typing import Any

from factory_twin.event import Kind, State
from factory_twin.log import Log
from factory_twin.plant import Node, Plant, Sink
from factory_twin.sim import Simulation

BUSY, SETUP, STARVED, BLOCKED = State.BUSY, State.SETUP, State.STARVED, State.BLOCKED
DOWN, MAINTENANCE, OFF, WAITING, IDLE = State.DOWN, State.MAINTENANCE, State.OFF, State.WAITING, State.IDLE


def made(*nodes: Node, **parts: Any) -> Plant:
    """Return a plant with the sink /K."""
    return Plant(nodes=(*nodes, Sink(path="/K")), **parts)


class Followed:
    """A plant that has run up to `until`, or, without that, until all parts had left."""

    def __init__(self, plant: Plant, until: float | None = None, *, seed: int = 1) -> None:
        self.log = Log()
        self.model = Simulation(plant, seed=seed, log=self.log)
        if until is None:
            self.end = self.model.run_until_empty()
        else:
            self.model.run(until)
        self.events = list(self.log.events())

    def came(self, to: str) -> list[tuple[float, int]]:
        """Return (time, part) of all that entered a place."""
        return [(e.time, e.number) for e in self.events if e.kind is Kind.MOVE and e.other == to]

    def left(self, place: str) -> list[tuple[float, int]]:
        """Return (time, part) of all that left a place."""
        return [(e.time, e.number) for e in self.events if e.kind is Kind.MOVE and e.place == place]

    def times(self, to: str) -> list[float]:
        """Return when parts entered a place."""
        return [time for time, _ in self.came(to)]

    def order(self, to: str) -> list[int]:
        """Return which parts entered a place, in order."""
        return [part for _, part in self.came(to)]

    def way(self, part: int) -> list[tuple[float, str]]:
        """Return (time, place) of all that a part entered."""
        return [(e.time, e.other) for e in self.events if e.kind is Kind.MOVE and e.number == part]

    def states(self, path: str, server: int = 0) -> list[tuple[float, State]]:
        """Return (from when, state) of a server, vehicle or member of a pool; what lasted no time is left out."""
        rows, place = self.log.states.array(), self.log.places.index(path)
        found: list[tuple[float, State]] = []
        for time, _, _, state in (r for r in rows.tolist() if (int(r[1]), int(r[2])) == (place, server)):
            if found and found[-1][0] == time:
                found.pop()
            if not found or found[-1][1] != state:
                found.append((time, State(int(state))))
        return found


def changed(plant: Plant, path: str, **values: Any) -> Plant:
    """Return the plant with other values at one of its places."""
    nodes = tuple(dataclasses.replace(n, **values) if n.path == path else n for n in plant.nodes)
    return dataclasses.replace(plant, nodes=nodes)
