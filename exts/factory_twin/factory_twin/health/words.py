# SPDX-License-Identifier: Apache-2.0
"""What alarms say, in plain words: what is so, from where on that is too much, and where to look."""

from __future__ import annotations

from ..quantity import QUANTITIES
from ..units import duration_text
from .tag import Tag

_UNITS: dict[str, tuple[float, str]] = {
    "vibration": (1e3, "mm/s"), "temperature": (1.0, "degC"), "power": (1e-3, "kW"), "current": (1.0, "A"),
    "pressure": (1e-5, "bar"), "torque": (1.0, "N m"), "force": (1.0, "N"), "diameter": (1e3, "mm"), "length": (1e3, "mm"),
    "width": (1e3, "mm"), "height": (1e3, "mm"), "thickness": (1e3, "mm"), "depth": (1e3, "mm"),
}  # fmt: skip
_LOOK = {
    "vibration": "look at the spindle bearing",
    "temperature": "look at the cooling, the filters and the bearing",
    "power": "look at the tool and the drive",
    "current": "look at the tool and the drive",
    "torque": "look at the tool and the drive",
    "pressure": "look for a leak or a blocked filter",
}
_ZONES = {1: "C", 2: "D"}


def noun(quantity: str) -> str:
    """Return a quantity's name for people."""
    known = QUANTITIES.get(quantity)
    label = {"vibration": "Vibration"}.get(quantity) or (known.label if known else quantity)
    return label[:1].upper() + label[1:]


def number(quantity: str, value: float) -> str:
    """Return a value with its unit, 58.3 degC for example."""
    return f"{bare(quantity, value)} {_UNITS.get(quantity, (1.0, ''))[1]}".rstrip()


def bare(quantity: str, value: float) -> str:
    """Return a value in the unit for people, without the unit."""
    scaled = value * _UNITS.get(quantity, (1.0, ""))[0]
    return f"{scaled:.4f}" if quantity in _UNITS and _UNITS[quantity] == (1e3, "mm") else f"{scaled:.3g}"


def text(tag: Tag, detector: str, level: int, name: str) -> str:
    """Return what an alarm of a detector says.

    Args:
        tag: The quantity.
        detector: Who found it.
        level: 1 or 2.
        name: Of the place, for people.
    """
    quantity, what = tag.quantity, f"{noun(tag.quantity)} of {name}"
    look = _LOOK.get(quantity, "look at the machine and the sensor")
    if detector == "zone" and tag.zones is not None:
        shown, limit = number(quantity, tag.zones.value), bare(quantity, tag.zones.limit())
        return f"{what} is {shown}, zone {_ZONES[max(1, level)]} begins at {limit}: {look}."
    if detector == "limit" and tag.limits is not None:
        kind = "alarm" if level == 2 else "warning"
        shown, limit = number(quantity, tag.limits.value), bare(quantity, tag.limits.limit())
        return f"{what} is {shown}, the {kind} limit is {limit}: {look}."
    if detector == "stuck":
        shown = number(quantity, tag.stuck.value if tag.stuck else tag.value)
        return f"{what} has shown the very same value, {shown}, for long at work: the sensor may be stuck."
    if detector == "spikes":
        return f"{what} shows single wild values: look at the sensor and its cable."
    if detector == "chart" and tag.chart is not None and tag.chart.lines is not None:
        lines, reason = tag.chart.lines, tag.chart.reason
        if reason == "range":
            return f"{what} scatters more than usual from part to part: look at clamping and tool."
        if reason.startswith("rule"):
            return f"{what} makes a pattern that chance rarely makes (Nelson's {reason}): look at the tool."
        mean, centre = number(quantity, tag.chart.value), bare(quantity, lines.centre)
        return f"{what} has moved: the mean is {mean}, usual is {centre}: look at the tool and its offset."
    if detector == "target" and tag.off_target is not None:
        shown, limit = number(quantity, tag.off_target.value), bare(quantity, tag.off_target.limit())
        return f"{what} nears its tolerance: the mean is {shown}, the limit is {limit}: correct the tool."
    if tag.drift is not None:
        value, normal = tag.drift.value, tag.drift.normal
        way = "higher" if value > normal else "lower"
        return f"{what} is {number(quantity, value)} at work, {way} than usual ({bare(quantity, normal)}): {look}."
    return f"{what} is not as usual: {look}."


def silent(name: str, seconds: float, quantity: str = "") -> str:
    """Return what an alarm of silence says."""
    what = f"{noun(quantity)} of {name}" if quantity else name
    return f"Nothing new of {what} for {duration_text(round(seconds))}: look at the sensor, the network and the gateway."


def all_silent(places: int, known: int, seconds: float) -> str:
    """Return what the one alarm says when many places are silent at once."""
    time = duration_text(round(seconds))
    return f"Nothing new of {places} of {known} places for {time}: look at the network, the gateway and the broker."


def scrap(name: str, share: float, normal: float) -> str:
    """Return what an alarm of the p chart says."""
    return f"{share:.0%} of the last parts of {name} are scrap, usual is {normal:.1%}: look at the tool and the material."
