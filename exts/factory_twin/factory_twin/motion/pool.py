# SPDX-License-Identifier: Apache-2.0
"""A pool of prims: a part takes a free prim when it appears, so a shift needs as many prims as parts at once."""

from __future__ import annotations

from heapq import heappop, heappush

from .track import Key


def assign(tracks: list[list[Key]], *, pause: float = 1.0) -> list[list[list[Key]]]:
    """Return the tracks by slot; two tracks of one slot are at least `pause` seconds apart."""
    slots: list[list[list[Key]]] = []
    free: list[int] = []
    busy: list[tuple[float, int]] = []
    for track in sorted((t for t in tracks if t), key=lambda t: t[0][0]):
        while busy and busy[0][0] + pause <= track[0][0]:
            heappush(free, heappop(busy)[1])
        if not free:
            heappush(free, len(slots))
            slots.append([])
        slot = heappop(free)
        slots[slot].append(track)
        heappush(busy, (track[-1][0], slot))
    return slots
