# SPDX-License-Identifier: Apache-2.0
"""A table: sorts by a click on its header, keeps its selection, copies as tab-separated text, redraws only what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import omni.ui as ui

from .signal import weak

ROW = 22


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        title: Header.
        text: Gives a row's text.
        width: Pixels, or a share of the rest when it is a `ui.Fraction`.
        key: Gives what to sort by; None: the text.
        build: Builds the cell in the present frame; None: a label with the text.
        right: Whether numbers stand at the right.
        tooltip: What the column means.
    """

    title: str
    text: Callable[[Any], str]
    width: Any = 80
    key: Callable[[Any], Any] | None = None
    build: Callable[[Any], None] | None = None
    right: bool = False
    tooltip: str = ""


class _Item(ui.AbstractItem):
    def __init__(self, key: str, row: Any) -> None:
        super().__init__()
        self.key, self.row = key, row


class _Model(ui.AbstractItemModel):
    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = columns
        self.items: list[_Item] = []

    def get_item_children(self, item: Any = None) -> list[_Item]:
        return self.items if item is None else []

    def get_item_value_model_count(self, item: Any = None) -> int:
        return len(self.columns)

    def get_item_value_model(self, item: Any = None, column_id: int = 0) -> Any:
        return None


class _Delegate(ui.AbstractItemDelegate):
    def __init__(self, model: _Model, sort: Callable[[int], None], mark: Callable[[int], str]) -> None:
        super().__init__()
        self._model = model  # its rows are drawn as long as the widget is there, which may be a frame longer than the table
        self._columns, self._sort, self._mark = model.columns, sort, mark

    def build_branch(self, model: Any, item: Any = None, column_id: int = 0, level: int = 0, expanded: bool = False) -> None:
        pass

    def build_widget(self, model: Any, item: Any = None, column_id: int = 0, level: int = 0, expanded: bool = False) -> None:
        if not isinstance(item, _Item):
            return  # of a table that is gone: only omni.ui's half of the item lives on for a frame
        column = self._columns[column_id]
        if column.build is not None:
            column.build(item.row)
            return
        text = column.text(item.row)
        with ui.HStack(height=ROW):
            ui.Spacer(width=6)
            side = ui.Alignment.RIGHT_CENTER if column.right else ui.Alignment.LEFT_CENTER
            ui.Label(text, alignment=side, elided_text=True, tooltip=text, identifier=f"cell_{item.key}_{column.title}")
            ui.Spacer(width=6)

    def build_header(self, column_id: int = 0) -> None:
        column = self._columns[column_id]
        with ui.HStack(height=ROW):
            ui.Spacer(width=6)
            side = ui.Alignment.RIGHT_CENTER if column.right else ui.Alignment.LEFT_CENTER
            ui.Label(
                f"{column.title}{self._mark(column_id) or ''}", name="small", alignment=side, elided_text=True,
                tooltip=column.tooltip or column.title, identifier=f"header_{column.title}",
                mouse_pressed_fn=lambda x, y, button, modifiers: self._sort(column_id),
            )  # fmt: skip
            ui.Spacer(width=6)


class Table:
    """Shows rows.

    Args:
        columns: What to show.
        key: Gives a row's key: stable, unique, used for selection.
        selected: Called with the keys the user selected.
        identifier: Name for tests.
    """

    def __init__(
        self, columns: Sequence[Column], key: Callable[[Any], str], *,
        selected: Callable[[tuple[str, ...]], None] | None = None, identifier: str = "",
    ) -> None:  # fmt: skip
        self.columns, self._key, self._selected = tuple(columns), key, selected
        self._order: tuple[int, bool] | None = None
        self._quiet = False
        self._texts: dict[str, tuple[str, ...]] = {}
        self._model = _Model(self.columns)
        self._delegate = _Delegate(self._model, weak(self.sort), weak(self._mark))
        self._tree = ui.TreeView(
            self._model, delegate=self._delegate, root_visible=False, header_visible=True, columns_resizable=True,
            column_widths=[c.width if isinstance(c.width, ui.Length) else ui.Pixel(c.width) for c in columns],
            selection_changed_fn=weak(self._pick), identifier=identifier,
        )  # fmt: skip

    @property
    def rows(self) -> list[Any]:
        """Rows in the order shown."""
        return [i.row for i in self._model.items]

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows; those whose texts are as before are not drawn anew."""
        known = {i.key: i for i in self._model.items}
        items, dirty = [], []
        for row in rows:
            key = self._key(row)
            texts = tuple(c.text(row) for c in self.columns)
            item = known.get(key)
            if item is None:
                item = _Item(key, row)
            elif self._texts.get(key) != texts:
                dirty.append(item)
            item.row = row
            self._texts[key] = texts
            items.append(item)
        before = [i.key for i in self._model.items]
        self._model.items = self._sorted(items)
        if before != [i.key for i in self._model.items]:
            self._redraw()
        for item in dirty:
            self._model._item_changed(item)

    def sort(self, column: int) -> None:
        """Sort by a column; again: the other way round."""
        down = self._order == (column, False)
        self._order = (column, down)
        self._model.items = self._sorted(self._model.items)
        self._redraw()

    def _redraw(self) -> None:
        self._quiet = True  # building anew tells an empty selection
        try:
            chosen = [i for i in self._tree.selection if i in self._model.items]
            self._model._item_changed(None)
            self._tree.dirty_widgets()
            self._tree.selection = chosen
        finally:
            self._quiet = False

    def _sorted(self, items: list[_Item]) -> list[_Item]:
        if self._order is None:
            return list(items)
        column = self.columns[self._order[0]]
        return sorted(items, key=lambda i: (column.key or column.text)(i.row), reverse=self._order[1])

    def _mark(self, column: int) -> str:
        if self._order is None or self._order[0] != column:
            return ""
        return " v" if self._order[1] else " ^"

    def select(self, keys: Sequence[str]) -> None:
        """Mark rows as selected, without telling `selected`."""
        wanted = [i for i in self._model.items if i.key in keys]
        if wanted != list(self._tree.selection):
            self._quiet = True
            try:
                self._tree.selection = wanted
            finally:
                self._quiet = False

    def _pick(self, items: Sequence[Any]) -> None:
        if not self._quiet and self._selected is not None:
            self._selected(tuple(i.key for i in items if isinstance(i, _Item)))

    def as_text(self) -> str:
        """Return the table as tab-separated text with a header line."""
        lines = [[c.title for c in self.columns], *([c.text(r) for c in self.columns] for r in self.rows)]
        return "\n".join("\t".join(line) for line in lines)
