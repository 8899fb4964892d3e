# SPDX-License-Identifier: Apache-2.0
"""Names of metrics, such as `at500:caps:2:M1.busy` or `lead_time[hot]`: which change of the model, which time, what."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from .fields import LARGEST, CaseError, NotBuilt

SHARES = ("busy", "setup", "blocked", "starved", "down", "off")
_PLANT = ("wip", "lead_time", "lead_time_sd", "loss_fraction", "makespan")
_OF_NODE = {
    "source": ("count", "rate"),
    "buffer": ("mean",),
    "station": (*SHARES, "count", "rate", "wait"),
    "fleet": ("busy", "count", "rate", "wait"),
    "sink": ("count", "rate"),
    "crew": ("busy",),
}
_PREFIX = re.compile(r"(?:(at)([0-9.eE+-]+)|(caps|rule):([^:]+)|(variant_b)|(derived)):")
_BY_TYPE = re.compile(r"(lead_time|lead_time_sd)\[(.+)\]")


@dataclass(frozen=True, slots=True)
class Change:
    """What is changed in the model before it runs.

    Attributes:
        capacity: Capacity of the buffers behind the first station; empty: as they are, "inf": unlimited.
        rule: Order of all buffers; empty: as they are.
        variant: Name of a variant of the case; empty: none.
    """

    capacity: str = ""
    rule: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of a run.

    Attributes:
        change: What is changed in the model.
        at: End of the run, s; -1: the case's own.
        derived: Whether it is worked out from others.
        node: Node or crew; empty: the plant.
        word: What is measured.
        type: Part type; empty: all.
    """

    change: Change
    at: float
    derived: bool
    node: str
    word: str
    type: str = ""


def parse_metric(name: str, kinds: dict[str, str], types: Collection[str], *, where: str) -> Metric:
    """Return what a name means.

    Args:
        name: As it stands in expected.
        kinds: Name of a node or crew -> its kind.
        types: Part types there are.
        where: Name for messages.

    Raises:
        NotBuilt: The prefix or metric is not known.
        CaseError: A number is none, or there is no such part type.
    """
    change: dict[str, str] = {}
    at, derived, rest = -1.0, False, name
    while match := _PREFIX.match(rest):
        rest = rest[match.end() :]
        if match[1]:
            at = _time(match[2], where)
        elif match[3]:
            change["capacity" if match[3] == "caps" else "rule"] = match[4]
        elif match[5]:
            change["variant"] = match[5]
        else:
            derived = True
    if derived:
        return Metric(Change(**change), at, True, "", rest)
    by_type = _BY_TYPE.fullmatch(rest)
    if by_type:
        if by_type[2] not in types:
            raise CaseError(
                f"There is no part type {by_type[2]!r}.", where=where, hint=f"There are: {', '.join(types) or 'none'}."
            )
        return Metric(Change(**change), at, False, "", by_type[1], by_type[2])
    node, _, word = rest.rpartition(".")
    if (not node and word in _PLANT) or word in _OF_NODE.get(kinds.get(node, ""), ()):
        return Metric(Change(**change), at, False, node, word)
    raise NotBuilt("This metric is not known.", where=where)


def _time(text: str, where: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 < found <= LARGEST:
        raise CaseError(f"{text!r} is no time.", where=where, hint="Write at500: for example.")
    return found
