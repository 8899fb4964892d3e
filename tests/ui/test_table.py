# SPDX-License-Identifier: Apache-2.0
"""A table on the real omni.ui: an item of which only omni.ui's half is left draws nothing."""

from __future__ import annotations

from typing import Any

import omni.ui as ui
import pytest

pytestmark = pytest.mark.ui


def test_a_row_outlives_its_table_by_a_frame(ui_backend: Any) -> None:
    from factory_twin_ui.table import Column, Table

    window = ui.Window("table", width=300, height=200)
    built = []
    with window.frame:
        table = Table([Column("Name", str), Column("Twice", str, build=built.append)], str)
    table.set_rows(["a"])
    for _ in range(3):
        ui_backend.frame()
    assert built and set(built) == {"a"}
    count = len(built)
    for column in (0, 1):
        table._delegate.build_widget(table._model, ui.AbstractItem(), column)
    assert len(built) == count
