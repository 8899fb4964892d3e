# SPDX-License-Identifier: Apache-2.0
"""State colours and letters, shared by panels, motion and the live layer.

Colour is never the only sign: letter and word go with it. Meaning after IEC 60073; hues stay apart for colour-blind eyes.
"""

from __future__ import annotations

from .event import State

LAMP = "Andon"
"""Child prim of a place that motion and the live layer colour by its state."""

HEX: dict[State, str] = {
    State.UNKNOWN: "#3C4043",
    State.OFF: "#5F6368",
    State.IDLE: "#9AA0A6",
    State.STARVED: "#F0E442",
    State.BLOCKED: "#E69F00",
    State.SETUP: "#4A90D9",
    State.BUSY: "#2E9E6B",
    State.DOWN: "#D5402B",
    State.MAINTENANCE: "#B07AA1",
    State.WAITING: "#A6761D",
}
"""sRGB colours for screens; UNKNOWN is drawn as an outline where the place allows it."""

LETTER: dict[State, str] = {
    State.UNKNOWN: "?", State.OFF: "O", State.IDLE: "I", State.STARVED: "V", State.BLOCKED: "K",
    State.SETUP: "S", State.BUSY: "B", State.DOWN: "D", State.MAINTENANCE: "M",
    State.WAITING: "W",
}  # fmt: skip


def srgb(state: State) -> tuple[float, float, float]:
    """Return the colour as sRGB numbers 0..1."""
    text = HEX[state]
    return int(text[1:3], 16) / 255, int(text[3:5], 16) / 255, int(text[5:7], 16) / 255


def linear(state: State) -> tuple[float, float, float]:
    """Return the colour as linear Rec. 709 numbers 0..1, as USD's displayColor holds it."""
    r, g, b = srgb(state)
    return _linear(r), _linear(g), _linear(b)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
