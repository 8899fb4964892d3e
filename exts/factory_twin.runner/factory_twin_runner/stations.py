# SPDX-License-Identifier: Apache-2.0
"""The columns of the station table: name, state shares as a coloured bar with letters, and the numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import omni.ui as ui
from factory_twin.event import State
from factory_twin_ui import style
from factory_twin_ui.table import ROW, Column

from .model import StationRow

_SHARES = (
    (State.BUSY, "busy"), (State.SETUP, "setup"), (State.BLOCKED, "blocked"), (State.STARVED, "starved"),
    (State.WAITING, "waiting"), (State.DOWN, "down"), (State.MAINTENANCE, "maintenance"), (State.OFF, "off"),
)  # fmt: skip
_LETTER_FROM = 0.08


def columns(*, narrow: bool = False) -> list[Column]:
    """Return the columns; rows are `StationRow`s. In a narrow window the bar alone tells the shares that are not work."""
    return [c for c in _columns() if not narrow or c.title not in ("Blocked", "Starved", "Down")]


def _columns() -> list[Column]:
    return [
        Column("Station", lambda r: r.name, ui.Fraction(9), build=_name),
        Column("States", bar_text, ui.Fraction(7), key=lambda r: r.kpi.busy, build=_bar, tooltip=_legend()),
        _share("Busy", "busy", "Share of time working (ISO 22400: actual production time)."),
        _share("Blocked", "blocked", "Share of time with a finished part that can't leave."),
        _share("Starved", "starved", "Share of time without a part to work on."),
        _share("Down", "down", "Share of time under repair."),
        Column(
            "Parts", lambda r: f"{r.kpi.parts:.0f}", 52, key=lambda r: r.kpi.parts, right=True, tooltip="Parts that left it."
        ),
    ]


def bar_text(row: StationRow) -> str:
    """Return the state shares in words."""
    return ", ".join(f"{name} {getattr(row.kpi, name):.0%}" for _, name in _SHARES if getattr(row.kpi, name) >= 0.005)


def _share(title: str, name: str, tip: str) -> Column:
    def value(row: Any) -> float:
        return float(getattr(row.kpi, name))

    text: Callable[[Any], str] = lambda row: f"{value(row):.0%}"  # noqa: E731
    return Column(title, text, 60, key=value, right=True, tooltip=tip)


def _legend() -> str:
    return "\n".join(f"{style.state_letter(state)}  {name}" for state, name in _SHARES)


def _name(row: StationRow) -> None:
    with ui.HStack(height=ROW, spacing=5):
        ui.Spacer(width=1)
        if row.is_bottleneck:
            ui.Label("!", width=8, name="warning", tooltip="This station limits the output.")
        else:
            ui.Spacer(width=8)
        ui.Label(row.name, elided_text=True, tooltip=row.name, identifier=f"station_{row.path}")


def _bar(row: StationRow) -> None:
    """Build the shares as one bar."""
    with ui.VStack(tooltip=bar_text(row)):
        ui.Spacer(height=4)
        with ui.HStack(height=ROW - 8):
            ui.Spacer(width=4)
            for state, name in _SHARES:
                share = float(getattr(row.kpi, name))
                if share > 0.001:
                    _segment(state, share)
            ui.Spacer(width=4)
        ui.Spacer(height=4)


def _segment(state: State, share: float) -> None:
    with ui.ZStack(width=ui.Fraction(share)):
        ui.Rectangle(style={"background_color": ui.color(style.state_color(state))})
        if share >= _LETTER_FROM:
            ink = {"color": ui.color(style.ink(state)), "font_size": 12}
            ui.Label(style.state_letter(state), alignment=ui.Alignment.CENTER, style=ink)
