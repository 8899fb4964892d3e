# SPDX-License-Identifier: Apache-2.0
"""The JSON of a factory in the neutral format as a `Model`. Every key is read or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .fields import CaseError, Fields, count, number
from .model import ROUTE, Buffer, Fleet, Job, Model, Node, Route, Sink, Source, Station, Transfer
from .parse_station import parse_station
from .times import time_text

ORDERS = ("FIFO", "LIFO", "PRIORITY", "SPT", "LPT", "EDD", "MWKR", "LWKR", "MOPNR", "FOPNR", "JOBLIST")


def parse_model(data: Any, where: str) -> Model:
    """Return the factory.

    Raises:
        CaseError: Something is missing, wrong, or points nowhere.
        NotBuilt: A key or word is not known.
    """
    f = Fields(data, where)
    f.text("blocking", "BAS", among=("BAS",))
    initial = f.fields("initial", {})
    raw = f.fields("nodes")
    routes = {name: _route(r, f"{where}.routes.{name}") for name, r in f.fields("routes", {}).data.items()}
    nodes = {name: _node(name, Fields(entry, raw.at(name)), initial, routes) for name, entry in raw.data.items()}
    lost = [name for name in initial.data if not isinstance(nodes.get(name), Buffer)]
    if lost:
        raise CaseError(f"{lost[0]!r} is no buffer.", where=initial.where, hint="Name a buffer.")
    model = Model(
        nodes=nodes,
        cards=_cards(f),
        crews={name: _crew(f, name) for name in f.fields("crews", {}).data},
        routes=routes,
        route_buffers={name: str(b) for name, b in f.fields("route_buffers", {}).data.items()},
        route_sink=str(f.take("route_sink", "")),
    )
    f.done()
    _check(model, where)
    return model


def _cards(f: Fields) -> int:
    if "conwip" not in f:
        return -1
    conwip = f.fields("conwip")
    cards = conwip.count("cards", least=1)
    conwip.done()
    return cards


def _crew(f: Fields, name: str) -> int:
    crew = f.fields("crews").fields(name)
    size = crew.count("capacity", least=1)
    crew.done()
    return size


def _node(name: str, f: Fields, initial: Fields, routes: Mapping[str, Route]) -> Node:
    makers: dict[str, Callable[[], Node]] = {
        "source": lambda: _source(name, f, routes),
        "buffer": lambda: _buffer(name, f, initial),
        "station": lambda: parse_station(name, f),
        "fleet": lambda: _fleet(name, f),
        "sink": lambda: Sink(name),
    }
    node = makers[f.text("type", among=makers)]()
    f.done()
    return node


def _source(name: str, f: Fields, routes: Mapping[str, Route]) -> Source:
    every, part = f.take("interarrival"), f.take("part_type", None)
    types, cyclic = _types(part, f.at("part_type"))
    jobs = f.items("jobs", [])
    if jobs and types:
        raise CaseError("There are jobs and a part type.", where=f.where, hint="Leave one out.")
    if "first" in f:
        f.text("first", among=("at_zero",))
    limit = f.take("limit", None)
    return Source(
        name=name,
        interarrival="" if every is None else time_text(every, f.at("interarrival")),
        to=f.text("to"),
        at_zero="first" in f,
        limit=-1 if limit is None else count(limit, f.at("limit")),
        batch=f.count("batch", 1, least=1),
        types=types,
        cyclic=cyclic,
        priority={key: count(n, f.at("priority"), least=1 - 2**31) for key, n in f.fields("priority", {}).data.items()},
        lose=f.text("on_full", "block", among=("block", "lose")) == "lose",
        jobs=tuple(_job(j, f"{f.at('jobs')}[{i}]", routes) for i, j in enumerate(jobs)),
    )


def _types(raw: Any, where: str) -> tuple[tuple[tuple[str, float], ...], bool]:
    """Return (type, share) of each and whether they come in turn."""
    if raw is None:
        return (), False
    if isinstance(raw, str) and raw:
        return ((raw, 1.0),), False
    if isinstance(raw, list) and raw and all(isinstance(t, str) and t for t in raw):
        return tuple((t, 1.0) for t in raw), True
    if not isinstance(raw, dict) or not raw:
        raise CaseError("This is no part type.", where=where, hint='Write "A", {"A": 0.3, "B": 0.7} or ["A", "B"].')
    shares = tuple((t, number(p, f"{where}.{t}", least=0.0)) for t, p in raw.items())
    if abs(sum(p for _, p in shares) - 1) > 1e-6:
        raise CaseError("The shares don't sum to 1.", where=where, hint="Correct them.")
    return shares, False


def _job(raw: Any, where: str, routes: Mapping[str, Route]) -> Job:
    f = Fields(raw, where)
    kind, route = f.text("type", "job"), f.take("route", None)
    due, release = f.take("due", None), f.take("release", None)
    if isinstance(route, str) or route is None:
        known = routes.get(kind if route is None else route)
        if known is None and isinstance(route, str):
            raise CaseError(f"There is no route {route!r}.", where=f.at("route"), hint="Name one of model.routes.")
        steps = known or ()
    else:
        steps = _route(route, f.at("route"))
    job = Job(
        kind,
        steps,
        0.0 if release is None else number(release, f.at("release"), least=0.0),
        -1.0 if due is None else number(due, f.at("due"), least=0.0),
        f.count("priority", 0, least=1 - 2**31),
    )
    f.done()
    return job


def _route(raw: Any, where: str) -> Route:
    if not isinstance(raw, list) or not all(isinstance(s, list) and len(s) == 2 and isinstance(s[0], str) for s in raw):
        raise CaseError("This is no route.", where=where, hint='Write [["M1", 3], ["M2", 5]].')
    return tuple((station, time_text(time, f"{where}[{i}]")) for i, (station, time) in enumerate(raw))


def _buffer(name: str, f: Fields, initial: Fields) -> Buffer:
    capacity = f.take("capacity", None)
    order = f.text("order", "FIFO", among=ORDERS)
    sequence = tuple(count(n, f.at("sequence"), least=1) for n in f.items("sequence", []))
    if order == "JOBLIST" and not sequence:
        raise CaseError("The sequence is missing.", where=f.where, hint='Write "sequence": [2, 1, 3].')
    return Buffer(
        name=name,
        capacity=-1 if capacity is None else count(capacity, f.at("capacity")),
        order=order,
        sequence=sequence,
        initial=initial.count(name, 0),
    )


def _fleet(name: str, f: Fields) -> Fleet:
    points = {p: _point(xy, f.fields("points").at(p)) for p, xy in f.fields("points").data.items()}
    moves = []
    for i, raw in enumerate(f.items("moves")):
        m = Fields(raw, f"{f.at('moves')}[{i}]")
        moves.append(Transfer(m.text("from"), m.text("pickup"), m.text("to"), m.text("drop")))
        m.done()
    speed = f.number("speed", least=0.0)
    if speed <= 0:
        raise CaseError("A speed of 0 moves nothing.", where=f.at("speed"), hint="Write a number > 0.")
    fleet = Fleet(
        name=name,
        vehicles=f.count("vehicles", 1, least=1),
        speed=speed,
        load=f.number("load", 0.0, least=0.0),
        unload=f.number("unload", 0.0, least=0.0),
        home=f.text("home"),
        points=points,
        manhattan=f.text("metric", "euclidean", among=("euclidean", "manhattan")) == "manhattan",
        moves=tuple(moves),
    )
    for point in (fleet.home, *(p for m in moves for p in (m.pickup, m.drop))):
        if point not in points:
            raise CaseError(f"There is no point {point!r}.", where=f.where, hint=f"There are: {', '.join(points)}.")
    return fleet


def _point(raw: Any, where: str) -> tuple[float, float]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise CaseError("This is no point.", where=where, hint="Write [x, y].")
    return number(raw[0], where), number(raw[1], where)


def _check(model: Model, where: str) -> None:
    """Raise when a name points nowhere."""
    nodes = model.nodes

    def need(name: str, at: str, *kinds: type) -> None:
        if not isinstance(nodes.get(name), kinds):
            what = " or ".join(k.__name__.lower() for k in kinds)
            raise CaseError(f"{name!r} is no {what}.", where=f"{where}.{at}", hint="Name a node of that kind.")

    entered = (Buffer, Sink, Station)
    routed = False
    for node in nodes.values():
        at = f"nodes.{node.name}"
        if isinstance(node, Source | Station):
            targets = [node.to] if isinstance(node, Source) else [to for to, _ in node.to]
            routed = routed or ROUTE in targets
            for to in targets:
                if to != ROUTE:
                    need(to, f"{at}.to", *entered)
        if isinstance(node, Station):
            for name, _ in node.inputs:
                need(name, f"{at}.from", Buffer)
            for crew in (f.crew for f in node.failures if f.crew):
                if crew not in model.crews:
                    raise CaseError(f"There is no crew {crew!r}.", where=f"{where}.{at}", hint="Add it to crews.")
        if isinstance(node, Fleet):
            for move in node.moves:
                need(move.source, f"{at}.moves", Buffer)
                need(move.to, f"{at}.moves", *entered)
        if isinstance(node, Source):
            for station in {s for job in node.jobs for s, _ in job.route}:
                need(station, f"{at}.jobs", Station)
    if routed:
        _check_routes(model, where)
        need(model.route_sink, "route_sink", Sink)
        for station, name in model.route_buffers.items():
            need(station, "route_buffers", Station)
            need(name, "route_buffers", Buffer)
    if not nodes:
        raise CaseError("There are no nodes.", where=where, hint="Add some.")


def _check_routes(model: Model, where: str) -> None:
    """Raise when a part has no route, or one to a station without a buffer: it would never know where to go."""
    for node in model.nodes.values():
        if not isinstance(node, Source):
            continue
        routes = [job.route for job in node.jobs] or [model.routes.get(kind, ()) for kind, _ in node.types] or [()]
        at = f"{where}.nodes.{node.name}"
        if not all(routes):
            raise CaseError("A part has no route.", where=at, hint="Give every job or type one.")
        for station in {station for route in routes for station, _ in route}:
            if station not in model.nodes:
                raise CaseError(f"There is no station {station!r}.", where=at, hint="Correct the route.")
