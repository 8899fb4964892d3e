# SPDX-License-Identifier: Apache-2.0
"""Write the stage of a factory: places in their order, products, orders, crews, calendars, vehicles, run settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pxr import Usd

from ..fields import CaseError, NotBuilt
from ..model import Buffer, Fleet, Model, Sink, Source, Station
from .author import ROOT, Author
from .fleet import Stands, write_fleet
from .flow import Flow, check_orders
from .layout import spread
from .products import Products
from .station import Stations


@dataclass(frozen=True, slots=True)
class Built:
    """A stage and what its prims stand for.

    Attributes:
        stage: The stage, in memory.
        paths: Name of a node -> its prims; none for a buffer without room, the transports of a fleet.
        crews: Name of a crew -> its prim.
        types: Prim of a product -> its type.
    """

    stage: Usd.Stage
    paths: Mapping[str, tuple[str, ...]]
    crews: Mapping[str, str]
    types: Mapping[str, str]


def build(model: Model, run: Mapping[str, Any], *, power: Mapping[str, float]) -> Built:
    """Return the stage of a factory.

    Args:
        model: The factory.
        run: horizon and warmup in s, replications; what is missing stays at its default.
        power: State -> W of every server.

    Raises:
        CaseError: The model makes no sense.
        NotBuilt: Our schema can't say it.
    """
    check_orders(model)
    return _Builder(model, run, power).built()


class _Builder:
    def __init__(self, model: Model, run: Mapping[str, Any], power: Mapping[str, float]) -> None:
        self._model, self._power = model, power
        self._author = Author()
        self._stands = Stands(model)
        self._spread = spread(model)
        author = self._author
        author.apply(ROOT, "Scenario", **run)
        self._paths = {name: self._names(node) for name, node in model.nodes.items()}
        self._moves = {
            (n.name, i): author.name("", f"{n.name}_{m.source}_{m.to}")
            for n in model.nodes.values()
            if isinstance(n, Fleet)
            for i, m in enumerate(n.moves)
        }
        self._docks = {move: author.name("", f"Dock_{move[0]}_{move[1] + 1}") for move in self._stands.docks}
        fetched: dict[str, tuple[str, ...]] = {}
        for (name, i), path in self._moves.items():
            source = _fleet(model, name).moves[i].source
            fetched[source] = (*fetched.get(source, ()), path)
        self._flow = Flow(model, self._paths, fetched)
        self._products = Products(author, model, self._paths)
        self._crews = {name: self._crew(name, size) for name, size in model.crews.items()}

    def built(self) -> Built:
        model, author = self._model, self._author
        sources = [n for n in model.nodes.values() if isinstance(n, Source)]
        made = {n.name: (self._products.mix(n), self._products.orders(n)) for n in sources}
        for station in (n for n in model.nodes.values() if isinstance(n, Station) and n.output_type):
            self._products.of_type(station.output_type)
        stations = Stations(author, model, products=self._products, crews=self._crews, power=self._power)
        for node in model.nodes.values():
            if isinstance(node, Source):
                self._source(node, *made[node.name])
            elif isinstance(node, Buffer):
                self._buffer(node)
            elif isinstance(node, Station):
                for path in self._paths[node.name]:
                    self._place(path, node.name, "Cube")
                    successors, weights = self._flow.of(node)
                    servers = node.servers if len(self._paths[node.name]) == 1 else 1
                    common = self._common(path, node.name, successors) | {"successorWeights": weights}
                    stations.write(node, path, servers=servers, buffers=self._paths, **common)
            elif isinstance(node, Sink):
                for path in self._paths[node.name]:
                    self._place(path, node.name, "Sphere")
                    author.apply(path, "Sink", **self._common(path, node.name, []))
            else:
                self._fleet(node)
        self._cards()
        return Built(author.stage, self._paths | _transports(self._moves), self._crews, self._products.types)

    # ---- names
    def _names(self, node: Any) -> tuple[str, ...]:
        """Return the prims of a node; several where one can't do it."""
        if isinstance(node, Fleet) or (isinstance(node, Buffer) and node.capacity == 0):
            return ()
        several = node.servers if isinstance(node, Station) and (node.assembly or node.output_type) else 1
        if isinstance(node, Station) and several > 1 and node.setup:
            raise NotBuilt("Set-up at a station of several servers that assembles is not known.", where=node.name)
        return tuple(self._author.name("", node.name) for _ in range(several))

    def _common(self, path: str, name: str, successors: list[str]) -> dict[str, Any]:
        return {"successors": successors} | ({} if path == f"{ROOT}/{name}" else {"id": _id(path, name, self._paths)})

    def _place(self, path: str, name: str, look: str, point: tuple[float, float] | None = None) -> None:
        self._author.define(path, look)
        self._author.show(path, name)
        x, y = point or self._stands.at.get(name) or self._spread[name]
        self._author.place(path, x, y)

    # ---- kinds of place
    def _source(self, node: Source, products: list[str], orders: list[str]) -> None:
        (path,) = self._paths[node.name]
        self._place(path, node.name, "Cone")
        successors, _ = self._flow.of(node)
        shares = [share for _, share in node.types]
        self._author.apply(
            path,
            "Source",
            **self._common(path, node.name, successors),
            interarrival=node.interarrival,
            limit=node.limit,
            first="0" if node.at_zero and node.interarrival else "",
            batch=node.batch,
            onFull="lose" if node.lose else "wait",
            products=products,
            productWeights=[] if node.cyclic or len(shares) < 2 else shares,
            productOrder="cyclic" if node.cyclic else "random",
            orders=orders,
        )

    def _buffer(self, node: Buffer) -> None:
        if node.capacity == 0:
            return
        (path,) = self._paths[node.name]
        self._place(path, node.name, "Cylinder")
        self._author.apply(
            path,
            "Buffer",
            **self._common(path, node.name, self._flow.takers(node.name)),
            capacity=node.capacity,
            discipline="SEQUENCE" if node.order == "JOBLIST" else node.order,
            sequence=self._numbers(node.sequence) if node.order == "JOBLIST" else [],
            initial=node.initial,
        )

    def _numbers(self, jobs: tuple[int, ...]) -> list[int]:
        """Return part numbers, from 1, of job numbers: parts are numbered as they are released."""
        source = next(n for n in self._model.nodes.values() if isinstance(n, Source))
        released = sorted(range(len(source.jobs)), key=lambda i: source.jobs[i].release)
        number = {job + 1: i + 1 for i, job in enumerate(released)}
        return [number.get(job, job) for job in jobs]

    def _fleet(self, fleet: Fleet) -> None:
        author = self._author
        vehicles = write_fleet(author, fleet)
        for i, move in enumerate(fleet.moves):
            path, target = self._moves[fleet.name, i], self._stands.served(move.to).name
            successor = self._paths[target][0]
            dock = self._docks.get((fleet.name, i))
            if dock is not None:
                point = self._stands.docks[fleet.name, i]
                self._place(dock, move.to, "Cube", point)
                author.apply(dock, "Station", successors=[successor], processTime="0")
                successor = dock
            author.define(path)
            author.apply(path, "Transport", successors=[successor], vehicles=vehicles)

    # ---- people and control
    def _crew(self, name: str, size: int) -> str:
        path = self._author.name("Crews", name)
        self._author.define(path, "Scope")
        self._author.apply(path, "WorkerPool", size=size)
        self._author.show(path, name)
        return path

    def _cards(self) -> None:
        model = self._model
        if model.cards < 0:
            return
        nodes = model.nodes.values()
        begin = [p for n in nodes if isinstance(n, Source) and not n.interarrival for p in self._paths[n.name]]
        end = [p for n in nodes if isinstance(n, Sink) for p in self._paths[n.name]]
        if not begin or not end:
            raise CaseError("Cards need a saturated source and a sink.", where="conwip", hint="Add them.")
        path = self._author.name("", "Cards")
        self._author.define(path, "Scope")
        self._author.apply(path, "CardLoop", number=model.cards, begin=begin, end=end)


def _fleet(model: Model, name: str) -> Fleet:
    node = model.nodes[name]
    assert isinstance(node, Fleet)
    return node


def _id(path: str, name: str, paths: Mapping[str, tuple[str, ...]]) -> str:
    several = paths[name]
    return name if len(several) < 2 else f"{name}.{several.index(path) + 1}"


def _transports(moves: Mapping[tuple[str, int], str]) -> dict[str, tuple[str, ...]]:
    """Return name of a fleet -> its transports."""
    found: dict[str, tuple[str, ...]] = {}
    for (name, _), path in moves.items():
        found[name] = (*found.get(name, ()), path)
    return found
