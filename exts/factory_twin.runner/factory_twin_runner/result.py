# SPDX-License-Identifier: Apache-2.0
"""The right side of the Factory Run panel: the answer in a sentence, warnings, key figures, station table, curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import omni.ui as ui
from factory_twin_ui import style
from factory_twin_ui.chart import Chart
from factory_twin_ui.table import Table

from .model import Card, RunModel
from .stations import columns

_CURVES = (("throughput", "Throughput [parts/h]", style.SERIES[0]), ("wip", "Work in process [parts]", style.SERIES[1]))


class ResultView:
    """Builds a result inside the present frame.

    Args:
        model: Has a result.
        narrow: Whether there is little room.
        selected: Called with the prim paths of the stations the user selected.
        clicked: Called with the simulated time (s) the user clicked in a chart.
    """

    def __init__(
        self, model: RunModel, *, narrow: bool, selected: Callable[[tuple[str, ...]], None], clicked: Callable[[float], None]
    ) -> None:
        with ui.VStack(spacing=7):
            ui.Spacer(height=2)
            sentence = model.result.sentence() if model.result is not None else ""
            ui.Label(sentence, name="sentence", height=0, word_wrap=True, identifier="sentence")
            for number, text in enumerate(model.warnings()):
                _warning(number, text)
            with ui.HStack(height=62, spacing=8):
                for card in model.cards():
                    _card(card)
            with ui.HStack(spacing=12):
                off = ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF
                with ui.ScrollingFrame(width=ui.Fraction(9), horizontal_scrollbar_policy=off):
                    self.table = Table(columns(narrow=narrow), lambda r: r.path, selected=selected, identifier="stations")
                with ui.VStack(width=ui.Fraction(5), spacing=4):
                    self._charts = [_chart(model, *curve, clicked) for curve in _CURVES]
            ui.Spacer(height=4)
        self.table.set_rows(model.stations())

    def select(self, paths: Sequence[str]) -> None:
        """Mark stations as selected."""
        self.table.select(paths)

    def mark(self, time: float | None) -> None:
        """Mark a simulated time (s) in the charts; None: none."""
        for chart in self._charts:
            chart.mark(time)


def _chart(model: RunModel, name: str, title: str, color: str, clicked: Callable[[float], None]) -> Chart:
    chart = Chart(title, color=color, clicked=clicked, identifier=f"chart_{name}")
    chart.show(*model.curve(name))
    return chart


def _warning(number: int, text: str) -> None:
    with ui.HStack(height=0, spacing=6):
        ui.Label("!", width=8, height=0, name="warning")
        ui.Label(text, name="warning", word_wrap=True, height=0, tooltip=text, identifier=f"warning_{number}")


def _card(card: Card) -> None:
    with ui.ZStack():
        ui.Rectangle(name="card")
        with ui.HStack():
            ui.Spacer(width=10)
            with ui.VStack(spacing=1):
                ui.Spacer(height=5)
                ui.Label(card.title, name="small", height=15, elided_text=True)
                name = f"card_{card.title}"
                ui.Label(card.value, name="value", height=25, elided_text=True, tooltip=card.value, identifier=name)
                ui.Label(card.remark, name="small", height=14, elided_text=True, tooltip=card.remark)
            ui.Spacer(width=6)
