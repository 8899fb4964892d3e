# SPDX-License-Identifier: Apache-2.0
"""Numbers of all detectors, and what is usual for each quantity. They were tuned on made-up machines: see the docs."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..vibration import LIMITS

Zones = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for a quantity.

    Attributes:
        share: Least spread that is taken for normal, as a share of the level.
        spread: Least spread that is taken for normal, SI.
        slow: Whether it follows the work with a lag, and the time of day.
        pieces: Whether there is one value for each part.
        always: Whether its limits hold when the machine does not work, too.
    """

    share: float = 0.02
    spread: float = 0.0
    slow: bool = False
    pieces: bool = False
    always: bool = True


USUAL: dict[str, Usual] = {
    "temperature": Usual(0.0, 0.25, slow=True),
    "vibration": Usual(0.03, 2e-5, always=False),
    "power": Usual(0.01, 1.0, always=False),
    "current": Usual(0.01, always=False),
    "torque": Usual(0.02, always=False),
    "force": Usual(0.02, always=False),
    **{name: Usual(0.0, 0.0, pieces=True) for name in (
        "diameter", "length", "width", "height", "thickness", "depth", "weight", "mass", "roundness", "roughness")},
}  # fmt: skip
"""Quantities with habits of their own; all others are as `Usual()`."""

UNWATCHED = frozenset(
    {"state", "parts", "scrap", "wip", "energy", "x", "y", "z", "heading", "battery", "health", "alarm", "speed"}
)
"""Counters, positions and the like: only limits that a prim names hold for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Numbers of the detectors.

    Attributes:
        bin: Values at work are averaged over this long, s.
        least: Values an average needs.
        settle: After a change of state values don't count for this long, s.
        learn: How long what is normal is learnt, s.
        points: Averages needed for that, at least.
        weight: Of the newest average in the EWMA.
        ewma: EWMA: spreads of its own that make a warning; an alarm.
        cusum: CUSUM: spreads that are no drift (k), sum in spreads that makes a warning (h); an alarm at twice that.
        stuck: The same value for this long at work, s.
        stuck_count: And so many times.
        jump: A spike jumps by so many mean differences.
        spikes: So many within `spike_time` make a warning.
        spike_time: s.
        silence: Nothing at all from a place for this long, s.
        silence_factor: Or for so many times its longest usual silence.
        group: Parts in a subgroup of the X-bar/R chart.
        groups: Subgroups to learn its limits from.
        limit: Sigmas of a mean beyond which it warns; an alarm at 1.5 times that.
        range_limit: Range beyond which it warns, in sigmas of a part.
        rules: Nelson's rules beside the limits that count (for people most help; each has false alarms).
        lot: Parts in a lot of the p chart.
        chance: Of a false alarm of a lot.
        zone: Class of the vibration zones; empty: none.
        zones: Profile: upper limits of zones A, B, C by class, mm/s rms. Edit it to the standard or contract that holds.
        zone_delay: s.
        tags: Quantities watched at most.
    """

    bin: float = 600.0
    least: int = 5
    settle: float = 20.0
    learn: float = 3 * 86400.0
    points: int = 100
    weight: float = 0.1
    ewma: tuple[float, float] = (6.0, 9.0)
    cusum: tuple[float, float] = (3.5, 25.0)
    stuck: float = 600.0
    stuck_count: int = 8
    jump: float = 8.0
    spikes: int = 3
    spike_time: float = 3600.0
    silence: float = 60.0
    silence_factor: float = 5.0
    group: int = 5
    groups: int = 100
    limit: float = 5.0
    range_limit: float = 8.0
    rules: tuple[int, ...] = ()
    lot: int = 50
    chance: float = 1e-6
    zone: str = "group2_rigid"
    zones: dict[str, Zones] = field(default_factory=lambda: dict(LIMITS))
    zone_delay: float = 60.0
    tags: int = 20_000


def usual(quantity: str) -> Usual:
    """Return what is usual for a quantity."""
    return USUAL.get(quantity, _ANY)


_ANY = Usual()
