# SPDX-License-Identifier: Apache-2.0
"""A question with a few answers, in a modal window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import omni.ui as ui

from .. import style


class Question:
    """Asks the user once; every answer closes the window.

    Args:
        title: Window title.
        text: The question.
        answers: (label, what to do); the first is the one that is meant to be taken.
    """

    def __init__(self, title: str, text: str, answers: Sequence[tuple[str, Callable[[], None]]]) -> None:
        flags = ui.WINDOW_FLAGS_MODAL | ui.WINDOW_FLAGS_NO_COLLAPSE | ui.WINDOW_FLAGS_NO_RESIZE
        self._window = ui.Window(title, width=460, height=130, flags=flags)
        self._window.frame.style = style.sheet()
        with self._window.frame:
            with ui.VStack(spacing=8):
                ui.Label(text, word_wrap=True, identifier="text")
                with ui.HStack(height=28, spacing=8):
                    ui.Spacer()
                    for number, (label, act) in enumerate(answers):
                        self._button(label, act, first=number == 0)

    def _button(self, label: str, act: Callable[[], None], *, first: bool) -> None:
        def answer() -> None:
            self._window.visible = False
            act()

        name = "primary" if first else ""
        ui.Button(label, name=name, width=100, clicked_fn=answer, identifier=f"answer_{label.lower()}")

    def close(self) -> None:
        """Destroy the window."""
        self._window.visible = False
        self._window.frame.clear()
        self._window.destroy()
        self.__dict__.clear()
