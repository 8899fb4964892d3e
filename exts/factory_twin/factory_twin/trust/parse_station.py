# SPDX-License-Identifier: Apache-2.0
"""A station of the neutral format: process time, branches, batches, set-up, failures, shifts."""

from __future__ import annotations

from typing import Any

from .fields import CaseError, Fields, NotBuilt, count, items, number
from .model import ROUTE, Failure, Station
from .times import time_text


def parse_station(name: str, f: Fields) -> Station:
    """Return the station.

    Raises:
        CaseError: Something is missing or wrong.
        NotBuilt: A key or word is not known.
    """
    assembly = f.flag("assembly", False)
    process, by_type = _process(f)
    batch = f.fields("batch", {})
    setup, first_free = _setup(f)
    shift, finish, within = _shift(f)
    f.flag("advances_route", True)  # a route goes on with every step done, whatever leads there
    least = batch.count("min", 1, least=1)
    station = Station(
        name=name,
        inputs=_inputs(f, assembly),
        assembly=assembly,
        process=process,
        by_type=by_type,
        to=_branches(f),
        servers=f.count("servers", 1, least=1),
        batch=(least, batch.count("max", least, least=least)),
        setup=setup,
        first_free=first_free,
        failures=tuple(_failure(raw, f"{f.at('failures')}[{i}]") for i, raw in enumerate(f.items("failures", []))),
        shift=shift,
        finish_current=finish,
        no_start_within=within,
        release_when_down=f.flag("release_when_down", True),
        output_type=str(f.take("output_type", "") or ""),
    )
    batch.done()
    return station


def _inputs(f: Fields, assembly: bool) -> tuple[tuple[str, int], ...]:
    raw = f.take("from")
    if assembly:
        data = Fields(raw, f.at("from")).data
        inputs = tuple((name, count(n, f"{f.at('from')}.{name}", least=1)) for name, n in data.items())
    else:
        names = items(raw, f.at("from"))
        if not all(isinstance(n, str) for n in names) or len(set(names)) < len(names):
            raise CaseError("These are no names of buffers.", where=f.at("from"), hint='Write ["B1", "B2"].')
        inputs = tuple((name, 1) for name in names)
    if assembly and not inputs:
        raise CaseError("There is nothing to assemble.", where=f.at("from"), hint="Name a buffer.")
    return inputs


def _process(f: Fields) -> tuple[str, tuple[tuple[str, str], ...]]:
    raw = f.take("process")
    if raw == ROUTE:
        return "", ()
    if isinstance(raw, dict) and "by_type" in raw:
        inner = f.fields("process")
        times = inner.fields("by_type")
        inner.done()
        return "", tuple((name, time_text(t, times.at(name))) for name, t in times.data.items())
    return time_text(raw, f.at("process")), ()


def _branches(f: Fields) -> tuple[tuple[str, float], ...]:
    raw = f.take("to")
    if isinstance(raw, str):
        return ((raw, 1.0),)
    branches = []
    for i, entry in enumerate(items(raw, f.at("to"))):
        b = Fields(entry, f"{f.at('to')}[{i}]")
        branches.append((b.text("to"), b.number("p", least=0.0)))
        b.done()
    if abs(sum(p for _, p in branches) - 1) > 1e-6:
        raise CaseError("The shares p don't sum to 1.", where=f.at("to"), hint="Correct them.")
    if any(to == ROUTE for to, _ in branches):
        raise NotBuilt("A route among branches is not known.", where=f.at("to"))
    return tuple(branches)


def _setup(f: Fields) -> tuple[str, bool]:
    if f.take("setup", None) is None:
        return "", True
    setup = f.fields("setup")
    found = time_text(setup.take("time"), setup.at("time")), setup.flag("first_free", True)
    setup.done()
    return found


def _shift(f: Fields) -> tuple[tuple[tuple[float, float], ...] | None, bool, float]:
    if f.take("shift", None) is None:
        return None, False, 0.0
    shift = f.fields("shift")
    windows = tuple(_window(raw, f"{shift.at('on')}[{i}]") for i, raw in enumerate(shift.items("on")))
    if any(a[1] > b[0] for a, b in zip(windows, windows[1:])):
        raise CaseError("The windows overlap or are out of order.", where=shift.at("on"), hint="Sort them.")
    found = windows, shift.flag("finish_current", False), shift.number("no_start_within", 0.0, least=0.0)
    shift.done()
    return found


def _window(raw: Any, where: str) -> tuple[float, float]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise CaseError("This is no window.", where=where, hint="Write [begin, end] in s.")
    begin, end = (number(x, where, least=0.0) for x in raw)
    if end <= begin:
        raise CaseError("The window ends before it begins.", where=where, hint="Write [begin, end] in s.")
    return begin, end


def _failure(raw: Any, where: str) -> Failure:
    f = Fields(raw, where)
    group, renews = f.take("group", None), f.take("renews", None)
    for word, value in (("group", group), ("renews", renews)):
        if value is not None and not (isinstance(value, str) and value):
            raise CaseError("This is no name of a group.", where=f.at(word), hint="Write a text.")
    if renews == "group" and group:
        renews = group
    if renews and group and renews != group:
        raise NotBuilt("A stop that renews another group than its own is not known.", where=f.at("renews"))
    mode = f.text("mode", "operation", among=("operation", "calendar"))
    failure = Failure(
        clock="operating" if mode == "operation" else mode,
        time_to_failure=time_text(f.take("ttf"), f.at("ttf")),
        time_to_repair=time_text(f.take("ttr"), f.at("ttr")),
        crew=str(f.take("crew", None) or ""),
        on_failure=f.text("on_failure", "resume", among=("resume", "restart")),
        group=str(group or renews or ""),
        renews=bool(renews),
    )
    f.done()
    return failure
