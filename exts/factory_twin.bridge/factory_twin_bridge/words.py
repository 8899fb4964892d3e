# SPDX-License-Identifier: Apache-2.0
"""What the panel says in words and numbers: values with units, ages, sizes, the state of the connection."""

from __future__ import annotations

import math
import time

from factory_twin.event import State
from factory_twin.feed import FeedStatus
from factory_twin.live.state import Quality
from factory_twin.mqtt import LinkState
from factory_twin.quantity import QUANTITIES

SCALES: dict[str, tuple[float, str, int]] = {
    "temperature": (1.0, "°C", 1), "vibration": (1e3, "mm/s", 2), "power": (1e-3, "kW", 2), "energy": (1 / 3.6e6, "kWh", 2),
    "battery": (100.0, "%", 0), "diameter": (1e3, "mm", 3), "heading": (180 / math.pi, "°", 0), "pressure": (1e-5, "bar", 2),
    "x": (1.0, "m", 2), "y": (1.0, "m", 2), "z": (1.0, "m", 2),
}  # fmt: skip
"""Quantity -> factor from SI, unit and digits for people."""
_FEW = 4  # told one by one
_TOLD = (State.DOWN, State.MAINTENANCE, State.WAITING, State.BLOCKED, State.STARVED, State.SETUP, State.BUSY)


def scale(name: str) -> tuple[float, str]:
    """Return the factor that turns SI values of a quantity into those shown, and their unit."""
    if name in SCALES:
        return SCALES[name][:2]
    known = QUANTITIES.get(name)
    return 1.0, "" if known is None else known.unit


def number(name: str, value: float | None) -> str:
    """Return an SI value as shown, without its unit; empty when there is none."""
    if value is None or not math.isfinite(value):
        return ""
    if name in SCALES:
        factor, _, digits = SCALES[name]
        return f"{value * factor:.{digits}f}"
    return f"{value:.0f}" if value == int(value) and abs(value) < 1e9 else f"{value:.4g}"


def age_text(seconds: float) -> str:
    """Return an age in words; empty when it is not known."""
    if math.isinf(seconds) or math.isnan(seconds):
        return ""
    if seconds < 1.5:
        return "now"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def clock(unix: float, *, date: bool = False) -> str:
    """Return a Unix time (s) as local time of day; with `date` with its day."""
    if not math.isfinite(unix):
        return "-"
    return time.strftime("%Y-%m-%d %H:%M:%S" if date else "%H:%M:%S", time.localtime(unix))


def size_text(size: float) -> str:
    """Return bytes in words."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def sentence(status: FeedStatus | None, rows: list) -> str:  # type: ignore[type-arg]
    """Return whether the plant is connected and what it says; `rows` are `PlaceRow`s."""
    if status is None:
        return "Not connected."
    if status.link.state is not LinkState.CONNECTED:
        return f"{_LINK.get(status.link.state, '')} {status.link.reason}".strip()
    stations = [r for r in rows if r.kind == "station"]
    heard = [r for r in stations if r.row.quality in (Quality.GOOD, Quality.UNCERTAIN)]
    text = f"{len(heard)} of {len(stations)} stations report"
    for state in _TOLD:
        names = [r.name for r in heard if r.row.state is state]
        if names:
            text += f", {len(names)} {state.token}" + (f" ({', '.join(names)})" if state is State.DOWN else "")
    return f"{text}."


def silence(rows: list, *, of: int) -> list[str]:  # type: ignore[type-arg]
    """Return which places are silent, each in a line, many in one; `rows` are their `PlaceRow`s, `of` how many there are."""
    if len(rows) <= _FEW:
        return [f"{r.name} has been silent for {age_text(r.row.age)}." for r in rows]
    ages = sorted(r.row.age for r in rows)
    who = "All places" if len(rows) == of else f"{len(rows)} of {of} places"
    return [f"{who} have been silent for {age_text(ages[0])} or more: what they last said is no longer sure."]


def counts(s: FeedStatus | None) -> list[tuple[str, str, str]]:
    """Return what was counted: name, number, and what it means."""
    if s is None:
        return []
    found = [
        ("Rate", f"{s.rate:,.0f} /s", "Messages per second."),
        ("Received", f"{s.link.received:,}", "Messages taken from the broker."),
        ("Understood", f"{s.accepted:,}", "Messages that told something of the plant."),
        ("Rejected", f"{s.rejected + s.unknown:,}", reasons(s) or "Messages that could not be understood, or of nothing here."),
        ("Waiting", f"{s.waiting + s.link.held:,}", "Messages in the inbox, not read yet."),
        ("Lag", f"{s.lag * 1e3:,.0f} ms", "How long the last message waited for its turn."),
        ("Late", f"{s.late:,}", "Values older than the one shown; the recorder has them."),
        ("Duplicates", f"{s.duplicates:,}", "Values that were there already."),
        ("Skipped", f"{s.coalesced:,}", "Not shown, since a newer value of the same topic had come; the recorder has them."),
        ("Dropped", f"{s.link.dropped:,}", "Given up, since there was no room."),
        ("Written to stage", f"{s.writes:,}", "Attribute values in the session layer."),
        ("Reconnects", f"{s.link.reconnects:,}", "Connections after the first."),
    ]
    if s.history is not None:
        found += [
            ("Recorded", f"{s.history.values:,}", "Values in the recorder."),
            ("Record size", size_text(s.history.size), f"In {s.history.folder}."),
            ("Recorder behind", f"{s.behind:,}", "Messages that are kept, but whose values are not stored yet."),
        ]
    return found


def reasons(s: FeedStatus, most: int = 3) -> str:
    """Return why messages were not taken, most often first."""
    return "\n".join(f"{count:,} x {reason}" for reason, count in s.reasons[:most])


_LINK = {
    LinkState.OFF: "Not connected.",
    LinkState.CONNECTING: "Connecting...",
    LinkState.WAITING: "Not connected, trying again.",
}
