# SPDX-License-Identifier: Apache-2.0
"""Fields of a form: label left, field right, what is wrong in words below. Enter commits, Esc restores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import omni.ui as ui
from factory_twin.errors import FactoryTwinError

from .signal import weak

LABEL_WIDTH = 132
_HEIGHT = 24


def words(error: FactoryTwinError) -> str:
    """Return an error as one line for people: what and hint, without the place, which the form shows already."""
    return f"{error.what} {error.hint}".strip()


class Field:
    """A labelled text field; it listens as long as somebody holds it.

    Args:
        label: What it is; a unit is added in brackets.
        value: Text shown.
        commit: Called with the text when the user ends an edit that changed it; a `FactoryTwinError` it raises is shown below.
        unit: Unit of the number; empty: none.
        tooltip: Words and range.
        identifier: Name for tests.
        label_width: Pixels.
    """

    def __init__(
        self, label: str, value: str, commit: Callable[[str], Any], *, unit: str = "", tooltip: str = "", identifier: str = "",
        label_width: int = LABEL_WIDTH,
    ) -> None:  # fmt: skip
        self._value, self._commit = value, commit
        with ui.VStack(height=0, spacing=1):
            with ui.HStack(height=_HEIGHT, spacing=6):
                text = f"{label} [{unit}]" if unit else label
                ui.Label(text, width=label_width, name="dim", elided_text=True, tooltip=tooltip or text)
                self._field = ui.StringField(identifier=identifier, tooltip=tooltip or text, height=_HEIGHT)
                self._field.model.set_value(value)
                self._ended = self._field.model.subscribe_end_edit_fn(weak(self._end))
            self._problem = ui.Label(
                "", name="error", height=0, word_wrap=True, visible=False, identifier=f"{identifier}_error"
            )

    @property
    def text(self) -> str:
        """What the field shows."""
        return str(self._field.model.as_string)

    @property
    def problem(self) -> str:
        """What is wrong with the last edit; empty when nothing."""
        return str(self._problem.text) if self._problem.visible else ""

    def show(self, value: str) -> None:
        """Show another value, without a commit."""
        self._value = value
        self._field.model.set_value(value)
        self._tell("")

    def enable(self, enabled: bool) -> None:
        """Let the user edit, or not."""
        self._field.enabled = enabled
        self._field.read_only = not enabled

    def _end(self, model: ui.AbstractValueModel) -> None:
        text = model.as_string
        if text == self._value:
            self._tell("")
            return
        try:
            self._commit(text)
        except FactoryTwinError as error:
            self._tell(words(error))
            return
        self._value = text
        self._tell("")

    def _tell(self, text: str) -> None:
        self._problem.text = text
        self._problem.visible = bool(text)
        self._field.name = "wrong" if text else ""


def choice(
    label: str, options: Sequence[str], value: str, commit: Callable[[str], Any], *, tooltip: str = "", identifier: str = "",
    label_width: int = LABEL_WIDTH,
) -> ui.ComboBox:  # fmt: skip
    """Build a labelled choice between words; `commit` is called with the new one."""
    index = list(options).index(value) if value in options else 0
    with ui.HStack(height=_HEIGHT, spacing=6):
        ui.Label(label, width=label_width, name="dim", elided_text=True, tooltip=tooltip or label)
        box = ui.ComboBox(index, *options, identifier=identifier, height=_HEIGHT)
    box.model.add_item_changed_fn(lambda model, item: commit(options[model.get_item_value_model().as_int]))
    return box


def reading(label: str, text: str, *, tooltip: str = "", identifier: str = "", label_width: int = LABEL_WIDTH) -> ui.Label:
    """Build a labelled text that can't be edited."""
    with ui.HStack(height=_HEIGHT, spacing=6):
        ui.Label(label, width=label_width, name="dim", elided_text=True)
        return ui.Label(text, elided_text=True, tooltip=tooltip or text, identifier=identifier)


def heading(text: str) -> None:
    """Build a heading with a line below."""
    with ui.VStack(height=0, spacing=3):
        ui.Spacer(height=4)
        ui.Label(text, height=18, elided_text=True, tooltip=text)
        ui.Rectangle(name="line", height=1)
