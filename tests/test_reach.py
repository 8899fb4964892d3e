# SPDX-License-Identifier: Apache-2.0
"""Where parts get to, found once per circle of places, is what following every successor finds."""

from __future__ import annotations

from factory_twin.plant import Buffer, Node, Sink
from factory_twin.survey.flow import Flow
from factory_twin.survey.reach import Reach
from hypothesis import given
from hypothesis import strategies as st

EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 8)), max_size=20)


def brute(edges: dict[str, tuple[str, ...]], start: str) -> set[str]:
    found: set[str] = set()
    while (new := {t for s in {start, *found} for t in edges.get(s, ())} - found) != set():
        found |= new
    return found


@given(EDGES, st.permutations(range(8)))
def test_reach_is_what_following_every_successor_finds(pairs: list[tuple[int, int]], order: list[int]) -> None:
    edges = {f"/{i}": tuple(f"/{b}" for a, b in dict.fromkeys(pairs) if a == i) for i in range(8)}
    nodes: list[Node] = [Buffer(path=path, successors=targets) for path, targets in edges.items()]
    reach = Reach(Flow([*nodes, Sink(path="/8", successors=("/0",))]))
    for i in order:  # what is known from one place must not spoil the next
        assert reach.of(f"/{i}") == brute(edges, f"/{i}")
