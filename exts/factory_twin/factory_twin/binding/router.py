# SPDX-License-Identifier: Apache-2.0
"""Readings to samples: where a value belongs, by the bindings on the stage or by its topic, in SI units.

What was found out about a (source, name) is kept, so that a value costs a look-up and a multiplication. What is kept is
bounded; topics are untrusted and name a prim only by a look-up among the known ones.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from time import time as unix_time
from typing import NamedTuple

from ..errors import LinkError
from ..event import State
from ..formats.format import Reading, Refused, Unknown
from ..plant import Binding, Plant
from ..quantity import QUANTITIES, RESERVED
from ..sample import Sample
from ..topic import PREFIX, FilterTree, fault, prefix_fault
from .clock import AHEAD, EARLIEST, Clock, Skews, Span
from .names import Names, prims
from .tag import Tag

MISSES, SPARE = 8192, 8192
"""Unknown (source, name) remembered, and known ones beside those that the plant is expected to have."""
_LISTED = 1000
_FREE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_ALIASES = {"theta": "heading", "batterycharge": "battery", "stateofcharge": "battery"}
FREE = 64
"""Quantities of names of their own that a prim may get without a binding."""
SPARKPLUG = "spBv1.0/"
DEVICES = (SPARKPLUG, "vda5050/", "uagv/")
"""How sources begin that are devices, not topics."""


class Skew(NamedTuple):
    """The clock of a source: how far it is ahead of ours, s, and whether its times are set right."""

    source: str
    offset: float
    skewed: bool


class Router:
    """Says of each reading which quantity of which prim it is.

    Args:
        plant: The plant: its places and vehicles can be named by topics.
        bindings: Bindings of the stage.
        prefix: First levels of the default topics.
        stale_after: Silence after which a value without a binding is no longer known, s.

    Attributes:
        prims: Prim paths that can get a value.
        refused: Values not taken although another binding took the same reading.

    Raises:
        LinkError: The prefix is no valid topic.
    """

    def __init__(self, plant: Plant, bindings: Iterable[Binding] = (), prefix: str = PREFIX, *,
                 stale_after: float = 10.0) -> None:  # fmt: skip
        wrong = prefix_fault(prefix)
        if wrong:
            raise LinkError(wrong, where=prefix, hint=f'Use a prefix such as "{PREFIX}" or "site/line".')
        self.prefix, self.stale_after, self.refused = prefix, stale_after, 0
        bound = tuple(bindings)
        self.prims = tuple(dict.fromkeys((*prims(plant), *(b.path for b in bound))))
        self._names = Names(plant, (b.path for b in bound))
        self._tree: FilterTree[tuple[str, Tag]] = FilterTree()
        self._tags: dict[tuple[str, str], Tag | None] = {}  # of the default scheme; None: bound to a topic of its own
        self._free: Counter[str] = Counter()
        self._topics: dict[str, None] = {}  # filters of the bindings
        for binding in bound:
            self._bind(binding)
        self._most = SPARE + 4 * (len(bound) + len(self.prims))
        self._routes: dict[tuple[str, str], tuple[tuple[Tag, ...], _Source]] = {}
        self._misses: dict[tuple[str, str], tuple[type[Refused], str]] = {}
        self._sources: dict[str, _Source] = {}
        self._below: dict[str, set[_Source]] = {}
        self._skews = Skews()
        self._saved, self._saved_at = b"", 0

    def route(self, reading: Reading, wall: float | None = None, *, retained: bool = False) -> tuple[Sample, ...]:
        """Return the samples that a reading is.

        Args:
            reading: What a message tells.
            wall: Unix time it arrived, s; None: now.
            retained: Whether the broker had kept it.

        Raises:
            Unknown: It is about nothing that is known here.
            Refused: The value is of the wrong kind, unit or range.
        """
        source, name, value, time, unit, good = reading
        if wall is None:
            wall = unix_time()
        if value is None and not name:
            return self._died(source, wall if time is None else min(time, wall))
        known = self._routes.get((source, name))
        tags, origin = known if known is not None else self._learn(source, name)
        stamp = time
        if time is not None:
            if not retained:
                stamp = origin.clock.stamp(time, wall)
            elif not EARLIEST <= time <= wall + AHEAD:
                stamp = None
        told = stamp is not None
        if stamp is None:
            stamp = wall
        if len(tags) == 1:
            return (self._sample(tags[0], origin, value, unit, stamp, good, told),)
        return self._several(tags, origin, value, unit, stamp, good, told)

    def tags(self, source: str, name: str) -> tuple[tuple[str, str], ...]:
        """Return (prim path, quantity or attribute) of each thing that values of a source and name go to.

        Raises:
            Unknown: Nothing does.
            Refused: The source is no topic.
        """
        return tuple((tag.place, tag.target) for tag in self._look_up(source, name))

    def filters(self) -> tuple[str, ...]:
        """Return the topic filters to subscribe to, without those of formats that bring their own (Sparkplug, VDA 5050)."""
        return tuple(dict.fromkeys((f"{self.prefix}/#", *self._topics)))

    def clocks(self) -> list[Skew]:
        """Return the clocks of up to 1,000 sources that tell the time, skewed ones first, then by how far they are off."""
        rows = [Skew(s.name, s.clock.offset, s.clock.skewed) for s in self._sources.values() if s.clock.offset]
        return sorted(rows, key=lambda r: (not r.skewed, -abs(r.offset)))[:_LISTED]

    @property
    def learnt(self) -> int:
        """Number of (source, name) remembered, known and unknown."""
        return len(self._routes) + len(self._misses)

    def save(self) -> bytes:
        """Return which times are moved, so that messages read again get the same ones; the same object while it holds."""
        if self._skews.changes != self._saved_at:
            self._saved_at = self._skews.changes
            wrong = self._skews.wrong
            self._saved = json.dumps(wrong, sort_keys=True).encode() if wrong else b""
        return self._saved

    def load(self, saved: bytes) -> None:
        """Go on from what `save` returned."""
        found = json.loads(saved) if saved else {}
        if isinstance(found, dict):  # records of before 2026-11-26 have a list of names
            for name, spans in found.items():
                self._source(name).clock.resume([Span(*s) for s in spans])

    def _sample(self, tag: Tag, origin: _Source, value: float | str | bool | None, unit: str, stamp: float, good: bool,
                told: bool) -> Sample:  # fmt: skip
        read: float | State | str | None = None
        if value is not None:
            try:
                read = tag.read(value, unit)
            except Refused:
                if good:
                    raise
        if tag.owner is not origin.name:
            self._own(tag, origin)
        fresh = True
        if tag.band and read is not None:
            last = tag.last
            fresh = last is None or not good or abs(read - last) >= tag.band  # type: ignore[operator]
            if fresh:
                tag.last = read if good else None  # type: ignore[assignment]
        return Sample(tag.place, tag.target, read, stamp, good, told, fresh, tag.stale_after)

    def _several(self, tags: tuple[Tag, ...], origin: _Source, value: float | str | bool | None, unit: str, stamp: float,
                 good: bool, told: bool) -> tuple[Sample, ...]:  # fmt: skip
        made, wrong = [], None
        for tag in tags:
            try:
                made.append(self._sample(tag, origin, value, unit, stamp, good, told))
            except Refused as error:
                wrong = error
                self.refused += 1
        if wrong is not None and not made:
            self.refused -= len(tags)
            raise wrong
        return tuple(made)

    # ---- finding out

    def _bind(self, binding: Binding) -> None:
        tag = Tag(binding)
        key = (binding.path, binding.target)
        if binding.topic:
            self._tree.add(binding.topic, (binding.pointer, tag))
            self._tags[key] = None
        elif binding.pointer:
            self._tree.add(f"{self.prefix}/{binding.path.lstrip('/')}", (binding.pointer, tag))
            self._tags[key] = None
        elif binding.quantity:
            self._tags[key] = tag
        else:
            self._tree.add(f"{self.prefix}/{binding.path.lstrip('/')}/{binding.target}", ("", tag))
        if binding.topic and not binding.topic.startswith(DEVICES) and binding.format in ("", "json"):
            self._topics[binding.topic] = None

    def _learn(self, source: str, name: str) -> tuple[tuple[Tag, ...], _Source]:
        missed = self._misses.get((source, name))
        if missed is not None:
            raise missed[0](missed[1])
        try:
            tags = self._look_up(source, name)
        except Refused as error:
            if len(self._misses) >= MISSES:
                for old in list(self._misses)[: MISSES // 2]:
                    del self._misses[old]
            if len(source) + len(name) <= 2048:
                self._misses[source, name] = type(error), str(error)
            raise
        if len(self._routes) >= self._most:
            self._shrink()
        self._routes[source, name] = found = tags, self._source(source)
        return found

    def _look_up(self, source: str, name: str) -> tuple[Tag, ...]:
        wrong = fault(source)
        if wrong:
            raise Refused(wrong)
        tags = tuple(tag for pointer, tag in self._tree.find(source) if pointer == name)
        return tags or (self._default(source, name),)

    def _default(self, source: str, name: str) -> Tag:
        """Return the tag that a topic names by itself."""
        below = source.startswith(f"{self.prefix}/")
        if not below and not source.startswith(DEVICES):
            raise Unknown(f"Nothing is bound to this topic, and it is not below {self.prefix}/.")
        levels = source[len(self.prefix) + 1 :].split("/") if below else source.split("/")
        if "" in levels:
            raise Unknown("The topic has an empty level.")
        signal = name.rpartition("/")[2]
        if not below:
            signal = signal.lower()
            place, signal = self._names.device(levels[-1]), _ALIASES.get(signal, signal)
        elif name:
            place = self._place(levels)
        else:
            place, signal = self._place(levels[:-1]), levels[-1]
        if place is None:
            raise Unknown("The plant has no such place.")
        if (place, signal) in self._tags:
            tag = self._tags[place, signal]
            if tag is None:
                raise Unknown(f"{signal} of {place} is bound to a topic of its own.")
            return tag
        if signal not in QUANTITIES:
            if not (below or source.startswith(SPARKPLUG)) or signal in RESERVED or not _FREE.fullmatch(signal):
                raise Unknown(f"{signal[:40]!r} is no known quantity; bind it, or use one of {', '.join(QUANTITIES)}.")
            if self._free[place] >= FREE:
                raise Unknown(f"{place} has {FREE} quantities of free names already; bind this one, if it is meant.")
            self._free[place] += 1
        made = Tag(Binding(path=place, name="", quantity=signal, stale_after=self.stale_after), bound=False)
        self._tags[place, signal] = made  # bounded: known places times known quantities and FREE
        return made

    def _place(self, levels: list[str]) -> str | None:
        try:
            return self._names.find(levels)
        except KeyError as error:
            raise Unknown(f"Several places are called {error.args[0]}; use more of the path.") from None

    # ---- sources

    def _source(self, name: str) -> _Source:
        found = self._sources.get(name)
        if found is None:
            found = self._sources[name] = _Source(name, self._skews)
            for above in _above(name):
                self._below.setdefault(above, set()).add(found)
        return found

    def _own(self, tag: Tag, origin: _Source) -> None:
        before = self._sources.get(tag.owner)
        if before is not None:
            before.tags.discard(tag)
        origin.tags.add(tag)
        tag.owner = origin.name

    def _died(self, source: str, time: float) -> tuple[Sample, ...]:
        gone = [s for s in (self._sources.get(source),) if s is not None]
        gone += sorted(self._below.get(source, ()), key=lambda s: s.name)
        made = []
        for origin in gone:
            for tag in sorted(origin.tags, key=lambda t: (t.place, t.target)):
                tag.owner, tag.last = "", None
                made.append(Sample(tag.place, tag.target, None, time, stale_after=tag.stale_after))
            origin.tags.clear()
        return tuple(made)

    def _shrink(self) -> None:
        """Forget the quarter that was learnt first, but no source that owns a value."""
        for key in list(self._routes)[: self._most // 4]:
            del self._routes[key]
        used = {source for _, source in self._routes.values()}
        for name, source in list(self._sources.items()):
            if source not in used and not source.tags:
                del self._sources[name]
                self._skews.forget(name)
                for above in _above(name):
                    self._below[above].discard(source)
                    if not self._below[above]:
                        del self._below[above]


class _Source:
    """Who tells values: its clock, and the tags it told last."""

    __slots__ = ("clock", "name", "tags")

    def __init__(self, name: str, skews: Skews) -> None:
        self.name, self.clock, self.tags = name, Clock(name, skews), set[Tag]()


def _above(name: str) -> list[str]:
    words = name.split("/")
    return ["/".join(words[:i]) for i in range(1, len(words))]
