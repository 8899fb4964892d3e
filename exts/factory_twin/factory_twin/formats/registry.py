# SPDX-License-Identifier: Apache-2.0
"""Which formats there are: the built-in ones, and those of others behind entry points of the group `factory_twin.formats`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from ..errors import FactoryTwinError
from .format import Format
from .guard import Guard
from .json_format import JsonFormat
from .sparkplug import SparkplugFormat
from .vda5050 import VdaFormat

GROUP = "factory_twin.formats"
BUILT_IN: Mapping[str, Callable[..., Format]] = {"sparkplug": SparkplugFormat, "vda5050": VdaFormat, "json": JsonFormat}
LAST = "json"
"""Claims every topic, so it is asked last."""
_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Broken:
    """A format of others that can't be used: its name, and why."""

    name: str
    reason: str


class Formats(list[Format]):
    """The formats in use, in the order in which they are asked.

    Args:
        formats: The formats.
        broken: What could not be loaded.

    Attributes:
        broken: What could not be loaded, to be shown.
    """

    def __init__(self, formats: Iterable[Format], broken: Sequence[Broken] = ()) -> None:
        super().__init__(formats)
        self.broken = tuple(broken)
        self._known: dict[str, Format | None] = {}

    def which(self, topic: str) -> Format | None:
        """Return the format that reads the messages of a topic; None: none does. Safe on any thread."""
        try:
            return self._known[topic]
        except KeyError:
            found = next((f for f in self if f.claims(topic)), None)
        if len(self._known) >= _KEPT:  # someone invents topics
            self._known.clear()
        self._known[topic] = found
        return found

    def is_event(self, topic: str) -> bool:
        """Return whether each message of a topic counts. Safe on any thread."""
        found = self.which(topic)
        return found is not None and found.is_event(topic)

    def filters(self) -> tuple[str, ...]:
        """Return all topic filters to subscribe to, each once."""
        return tuple(dict.fromkeys(f for format in self for f in format.filters()))


def formats(names: Sequence[str] | None = None, **options: Mapping[str, Any]) -> Formats:
    """Return formats by name.

    Those of others that can't be loaded are left out and told in `broken`.

    Args:
        names: Which; None: all there are.
        options: Arguments of built-in formats by name, such as `json={"filters": ("site/#",)}`.

    Raises:
        FactoryTwinError: There is no format of a name.
    """
    others = {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value))}
    wanted = list(dict.fromkeys(names)) if names is not None else [*BUILT_IN, *others]
    unknown = [n for n in wanted if n not in BUILT_IN and n not in others] + [n for n in options if n not in BUILT_IN]
    if unknown:
        known = ", ".join(sorted({*BUILT_IN, *others}))
        raise FactoryTwinError(f"There is no format {', '.join(map(repr, unknown))}.", hint=f"Formats: {known}.")
    found: list[Format] = []
    broken: list[Broken] = []
    for name in sorted(dict.fromkeys(wanted), key=lambda n: (n == LAST, wanted.index(n))):
        if name in BUILT_IN:
            found.append(BUILT_IN[name](**options.get(name, {})))
        else:
            _load(others[name], found, broken)
    broken += [Broken(n, "a built-in format has this name; give it another") for n in others if n in BUILT_IN]
    return Formats(found, broken)


def _load(point: EntryPoint, found: list[Format], broken: list[Broken]) -> None:
    """Append the format behind an entry point to `found`, or the reason why not to `broken`."""
    try:
        made = Guard(point.load()())
    except Exception as error:  # the border to the code of others
        broken.append(Broken(point.name, f"{point.value} can't be loaded: {type(error).__name__}: {error}"[:300]))
        return
    if made.name != point.name:
        broken.append(Broken(point.name, f"{point.value} calls itself {made.name!r}; both names have to be the same"))
        return
    found.append(made)
