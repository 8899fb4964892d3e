# SPDX-License-Identifier: Apache-2.0
"""Colours, sizes and the style sheet that all panels share. Grey is normal; colour is for what needs attention."""

from __future__ import annotations

from typing import Any

import omni.ui as ui
from factory_twin import palette
from factory_twin.event import State

ACCENT = "#F2C230"
TEXT, DIM, FAINT = "#E4E6E8", "#A3AAB0", "#7B838A"
PANEL, CARD, FIELD, LINE = "#2B2F33", "#34393E", "#1F2326", "#454B51"
ERROR, WARNING, GOOD = "#F07A68", "#F0B429", "#5CC596"
SERIES = ("#6FB1F0", "#F0A35E")


def rgba(text: str, alpha: float = 1.0) -> list[float]:
    """Return "#RRGGBB" as four numbers 0..1, as scene colours want them."""
    return [int(text[k : k + 2], 16) / 255 for k in (1, 3, 5)] + [alpha]


def state_color(state: State) -> str:
    """Return the colour of a state as "#RRGGBB"."""
    return palette.HEX[state]


def state_letter(state: State) -> str:
    """Return the letter that names a state where there is no room for the word."""
    return palette.LETTER[state]


def ink(state: State) -> str:
    """Return the colour of letters on a state's colour as "#RRGGBB": dark on a light one, else white."""
    r, g, b = palette.linear(state)
    return "#17191B" if 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.2 else "#FFFFFF"


def sheet() -> dict[str, Any]:
    """Return the style sheet for a panel's frame."""
    color = ui.color
    return {
        "Label": {"color": color(TEXT), "font_size": 14},
        "Label::dim": {"color": color(DIM), "font_size": 14},
        "Label::small": {"color": color(DIM), "font_size": 13},
        "Label::error": {"color": color(ERROR), "font_size": 14},
        "Label::warning": {"color": color(WARNING), "font_size": 14},
        "Label::good": {"color": color(GOOD), "font_size": 13},
        "Label::title": {"color": color(TEXT), "font_size": 16},
        "Label::sentence": {"color": color(TEXT), "font_size": 17},
        "Label::value": {"color": color(TEXT), "font_size": 22},
        "Rectangle::panel": {"background_color": color(PANEL)},
        "Rectangle::card": {"background_color": color(CARD), "border_radius": 4},
        "Rectangle::line": {"background_color": color(LINE)},
        "Rectangle::chart": {"background_color": color(FIELD), "border_radius": 3},
        "Button": {"background_color": color("#454C53"), "border_radius": 3, "padding": 4, "margin": 0},
        "Button:hovered": {"background_color": color("#555D66")},
        "Button:disabled": {"background_color": color("#33383D")},
        "Button.Label": {"color": color(TEXT), "font_size": 14},
        "Button.Label:disabled": {"color": color("#6A7178")},
        "Button::primary": {"background_color": color("#2E7D57")},
        "Button::primary:hovered": {"background_color": color("#37966A")},
        "Button::primary:disabled": {"background_color": color("#33443C")},
        "Field": {"background_color": color(FIELD), "border_radius": 3, "color": color(TEXT), "padding": 3, "font_size": 14},
        "Field::wrong": {"background_color": color(FIELD), "border_radius": 3, "border_width": 1, "border_color": color(ERROR),
                         "color": color(TEXT), "padding": 3, "font_size": 14},
        "ComboBox": {"background_color": color(FIELD), "border_radius": 3, "color": color(TEXT),
                     "secondary_color": color(FIELD)},
        "TreeView": {"background_color": color(PANEL), "background_selected_color": color("#3F5566"),
                     "secondary_color": color(LINE), "secondary_selected_color": color(LINE)},
        "TreeView:selected": {"background_color": color("#3F5566")},
        "TreeView.Header": {"background_color": color(CARD), "color": color(DIM), "font_size": 13},
        "ScrollingFrame": {"background_color": color(PANEL), "secondary_color": color("#565D64"), "scrollbar_size": 9},
        "ProgressBar": {"color": color("#2E7D57"), "background_color": color(FIELD), "secondary_color": color(TEXT),
                        "border_radius": 3, "font_size": 13},
        "CollapsableFrame": {"background_color": color(CARD), "secondary_color": color(CARD), "border_radius": 3},
        "Tooltip": {"color": color(TEXT), "background_color": color("#15181A"), "padding": 6, "border_radius": 3},
    }  # fmt: skip


def state_chip(state: State, *, size: int = 16) -> None:
    """Build a small square in the state's colour with its letter: colour is never the only sign."""
    color = state_color(state)
    fill = {"background_color": ui.color(color), "border_radius": 3}
    if state is State.UNKNOWN:
        fill = {"background_color": ui.color(FIELD), "border_color": ui.color(FAINT), "border_width": 1, "border_radius": 3}
    with ui.VStack(width=size):
        ui.Spacer()
        with ui.ZStack(height=size):
            ui.Rectangle(style=fill)
            letter = {"color": ui.color(ink(state)), "font_size": 12}
            ui.Label(state_letter(state), alignment=ui.Alignment.CENTER, style=letter)
        ui.Spacer()
