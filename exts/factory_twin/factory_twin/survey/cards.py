# SPDX-License-Identifier: Apache-2.0
"""Card loops."""

from __future__ import annotations

from ..plant import CardLoop
from .applied import Index
from .names import CARD_LOOP, ENTERED, SOURCE, STATION


def loops(index: Index) -> tuple[CardLoop, ...]:
    """Return all card loops."""
    result = []
    for one in index.of(CARD_LOOP):
        begin = one.targets("begin", (SOURCE, STATION), "source or station")
        end = one.targets("end", ENTERED, "place that parts can enter",
                          hint="Point it to a station, buffer, path or sink.")  # fmt: skip
        for word, what in (("begin", "takes"), ("end", "gives back")):
            if not one[word]:
                hint = "Point it to the places where the loop begins (sources, stations) or ends (buffers, sinks)."
                one.error(word, "missing", f"No place {what} cards.", hint=hint)
        result.append(CardLoop(path=one.path, name=one.name, cards=one["number"], begin=begin, end=end))
    return tuple(result)
