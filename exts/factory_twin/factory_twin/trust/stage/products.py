# SPDX-License-Identifier: Apache-2.0
"""Part types as product prims with process plans, jobs as work orders."""

from __future__ import annotations

from collections.abc import Mapping

from ..fields import NotBuilt
from ..model import Model, Route, Source
from .author import Author

Key = tuple[str, int, Route, int]


class Products:
    """Product prims, one per type, priority and route; what is asked for twice is made once.

    Args:
        author: Writes the stage.
        model: The factory.
        stations: Name -> prim paths.

    Attributes:
        types: Prim path of a product -> its type.
        visited: Names of the stations on any route.
    """

    def __init__(self, author: Author, model: Model, stations: Mapping[str, tuple[str, ...]]) -> None:
        self._author, self._routes, self._stations = author, model.routes, stations
        self._paths: dict[Key, str] = {}
        self.types: dict[str, str] = {}
        self.visited: set[str] = set()

    def of_type(self, kind: str) -> list[str]:
        """Return all products of a type, made so far; one is made when there is none."""
        found = [path for path, word in self.types.items() if word == kind]
        return found or [self.get(kind)]

    def get(self, kind: str, *, priority: int = 0, route: Route | None = None, turn: int = 0) -> str:
        """Return the product of a type; `turn` tells apart those that come several times in a cycle."""
        steps = self._routes.get(kind, ()) if route is None else route
        key = kind, priority, steps, turn
        if key not in self._paths:
            self._paths[key] = self._make(kind, priority, steps)
        return self._paths[key]

    def _make(self, kind: str, priority: int, route: Route) -> str:
        author = self._author
        path = author.name("Products", kind)
        author.define(path)
        self.types[path] = kind
        plan = f"{path}/Plan"
        author.apply(path, "Product", sku=kind, priority=priority, process=[plan] if route else [])
        author.show(path, kind)
        if route:
            author.define(plan, "Scope")
        self.visited |= {station for station, _ in route}
        for i, (station, time) in enumerate(route):
            step = f"{plan}/Step_{i + 1}"
            author.define(step, "Scope")
            author.apply(step, "Operation", sequence=i + 1, duration=time, stations=self._stations[station])
        return path

    def mix(self, source: Source) -> list[str]:
        """Return the products of a source, in its order."""
        seen: dict[str, int] = {}
        paths = []
        for kind, _ in source.types:
            turn = seen.get(kind, 0)
            seen[kind] = turn + 1
            paths.append(self.get(kind, priority=source.priority.get(kind, 0), turn=turn))
        return paths

    def orders(self, source: Source) -> list[str]:
        """Return the work orders of a source's jobs, in their order.

        Raises:
            NotBuilt: Jobs have a release although arrivals are timed.
        """
        if source.interarrival and any(job.release for job in source.jobs):
            raise NotBuilt("Jobs with a release together with timed arrivals are not known.", where=source.name)
        author, paths = self._author, []
        for i, job in enumerate(source.jobs):
            path = author.name("Orders", f"{source.name}_{i + 1:04}")
            author.define(path, "Scope")
            product = self.get(job.type, priority=source.priority.get(job.type, 0), route=job.route)
            author.apply(path, "WorkOrder", product=[product], release=job.release, due=job.due, priority=job.priority)
            paths.append(path)
        return paths
