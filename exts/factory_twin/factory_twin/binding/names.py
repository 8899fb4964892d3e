# SPDX-License-Identifier: Apache-2.0
"""The names by which a topic may call the places of a plant. Look-ups only: a topic leads to a known prim or nowhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from ..plant import Plant, VehiclePath

_NO_WORD = re.compile(r"\W")


def prims(plant: Plant) -> tuple[str, ...]:
    """Return the prim paths that can tell something without a binding: places, then vehicles."""
    own = (v.path for n in plant.of(VehiclePath) if isinstance(n, VehiclePath) for v in n.vehicles)
    return tuple(dict.fromkeys((*(n.path for n in plant.nodes), *(v.path for v in plant.vehicles), *own)))


class Names:
    """Prim paths by name: the path without its first slash, an id, or the end of a path; an ambiguous name names nothing.

    Args:
        plant: The plant.
        more: Further prim paths.
    """

    def __init__(self, plant: Plant, more: Iterable[str] = ()) -> None:
        paths = tuple(dict.fromkeys((*prims(plant), *more)))
        ends: dict[str, str | None] = {}
        for path in paths:
            words = path.lstrip("/").split("/")
            for i in range(len(words)):
                end = "/".join(words[i:])
                ends[end] = path if end not in ends else None
        ids = Counter(n.id for n in plant.nodes if n.id)
        for node in plant.nodes:
            if node.id and (node.id not in ends or ends[node.id] != node.path):
                ends[node.id] = node.path if ids[node.id] == 1 else None
        for path in paths:
            ends[path.lstrip("/")] = path
        self._names = ends
        self._alike: dict[str, str | None] = {}
        for name, found in ends.items():
            key = _NO_WORD.sub("_", name)
            self._alike[key] = found if self._alike.get(key, found) == found else None

    def __contains__(self, name: str) -> bool:
        return self._names.get(name) is not None

    def find(self, levels: list[str]) -> str | None:
        """Return the prim whose name the last of some topic levels make up, the longest name first; None when none does.

        Raises:
            KeyError: Several prims have that name; it is the error's argument.
        """
        for i in range(len(levels)):
            name = "/".join(levels[i:])
            if name in self._names:
                found = self._names[name]
                if found is None:
                    raise KeyError(name)
                return found
        return None

    def device(self, name: str) -> str | None:
        """Return the prim that a device's name means, with _ for what a prim's name can't hold; None when none is meant."""
        return self._names.get(name) or self._alike.get(_NO_WORD.sub("_", name))
