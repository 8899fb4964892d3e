# SPDX-License-Identifier: Apache-2.0
"""The plant's tree as a widget: names, kinds, and the state as colour, letter and word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import omni.ui as ui
from factory_twin.errors import Severity
from factory_twin.event import State
from factory_twin_ui import style
from factory_twin_ui.drop import Target
from factory_twin_ui.signal import weak

from .outline import Entry

_ROW = 22


class _Item(ui.AbstractItem):
    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        self.children = [_Item(child) for child in entry.children]


class _Model(ui.AbstractItemModel):
    def __init__(self, target: Target) -> None:
        super().__init__()
        self.roots: list[_Item] = []
        self._target = target

    def drop_accepted(self, item_tagget: Any = None, item_source: Any = None, drop_location: int = -1) -> bool:
        return isinstance(item_source, str) and self._target.takes(item_source)

    def drop(self, item_tagget: Any = None, item_source: Any = None, drop_location: int = -1) -> None:
        self._target.take(item_source)

    def get_item_children(self, item: Any = None) -> list[_Item]:
        return self.roots if item is None else item.children

    def get_item_value_model_count(self, item: Any = None) -> int:
        return 3

    def get_item_value_model(self, item: Any = None, column_id: int = 0) -> Any:
        return None


class _Delegate(ui.AbstractItemDelegate):
    def __init__(self, model: _Model, pressed: Callable[[Any, int], None]) -> None:
        super().__init__()
        self._model = model  # its lines are drawn as long as the widget is there, which may be a frame longer than the tree
        self._pressed = pressed

    def build_branch(self, model: Any, item: Any = None, column_id: int = 0, level: int = 0, expanded: bool = False) -> None:
        if column_id != 0 or item is None:
            return
        with ui.HStack(width=14 * level + 4, height=_ROW):
            ui.Spacer()
            if item.children:
                side = ui.Alignment.CENTER_BOTTOM if expanded else ui.Alignment.RIGHT_CENTER
                with ui.VStack(width=14):
                    ui.Spacer()
                    ui.Triangle(width=8, height=8, alignment=side, style={"background_color": ui.color(style.DIM)})
                    ui.Spacer()

    def build_widget(self, model: Any, item: Any = None, column_id: int = 0, level: int = 0, expanded: bool = False) -> None:
        if item is None:
            return
        entry = item.entry
        if column_id == 0:
            name = {Severity.ERROR: "error", Severity.WARNING: "warning", None: ""}[entry.severity]
            with ui.HStack(height=_ROW, mouse_pressed_fn=lambda x, y, button, modifiers: self._pressed(item, button)):
                ui.Spacer(width=2)
                ui.Label(entry.name, name=name, elided_text=True, tooltip=entry.path, identifier=f"row_{entry.path}")
        elif column_id == 1:
            with ui.HStack(height=_ROW):
                ui.Spacer(width=6)
                ui.Label(entry.kind, name="dim", elided_text=True)
        elif entry.state is not State.UNKNOWN:
            state_cell(entry.state)

    def build_header(self, column_id: int = 0) -> None:
        with ui.HStack(height=_ROW):
            ui.Spacer(width=6)
            ui.Label(("Name", "Kind", "State")[column_id], name="small")


def state_cell(state: State) -> None:
    """Build a state's colour with its letter, and its word."""
    with ui.HStack(height=_ROW, spacing=5, tooltip=state.token):
        ui.Spacer(width=1)
        style.state_chip(state)
        ui.Label(state.token, elided_text=True)


class PlantTree:
    """Shows the outline.

    Args:
        selected: Called with the prim paths the user selected.
        frame: The frame that scrolls it.
        menu: Shows the menu for these prim paths at the mouse.
        target: Takes files dropped on it.
    """

    def __init__(
        self, selected: Callable[[tuple[str, ...]], None], frame: ui.ScrollingFrame, menu: Callable[[tuple[str, ...]], None],
        target: Target,
    ) -> None:  # fmt: skip
        self._selected, self._frame, self._menu, self._quiet = selected, frame, menu, False
        self._unfold: set[str] | None = None
        self._drawn = 0
        self._chosen: tuple[str, ...] = ()
        self._reveal: _Item | None = None
        self._revealed = ""  # line that was brought into view last: what the user folds after that stays folded
        self._items: dict[str, _Item] = {}
        self._model = _Model(target)
        self._delegate = _Delegate(self._model, weak(self._press))
        self.view = ui.TreeView(
            self._model, delegate=self._delegate, root_visible=False, header_visible=True, columns_resizable=True,
            column_widths=[ui.Fraction(1), ui.Pixel(72), ui.Pixel(88)], identifier="plant",
            selection_changed_fn=weak(self._pick),
        )  # fmt: skip

    def show(self, roots: Sequence[Entry]) -> None:
        """Show other lines; what was folded stays folded as far as it is still there."""
        folded = self._unfold  # not yet unfolded since it was shown last
        if folded is None:
            folded = {p for p, i in self._items.items() if i.children and not self.view.is_expanded(i)}
        known = set(self._items)
        self._model.roots = [_Item(e) for e in roots]
        self._items = {}
        self._quiet = True
        try:
            self._model._item_changed(None)
            for root in self._model.roots:
                self._register(root)
        finally:
            self._quiet = False
        self._unfold = folded | {p for p, i in self._items.items() if i.entry.folded and p not in known}

    def frame(self) -> None:
        """Unfold the lines after they were drawn once; omni.ui knows them only from then on."""
        if self._unfold is None:
            self._scroll()
            return
        if self._drawn < 2:
            self._drawn += 1
            return
        for path, item in self._items.items():
            if item.children and path not in self._unfold:
                self.view.set_expanded(item, True, False)
        self._unfold, self._drawn = None, 0
        self.select(self._chosen)  # a line that was not drawn yet could not be marked

    def _scroll(self) -> None:
        """Bring the line that was selected last into view."""
        item, self._reveal = self._reveal, None
        if item is None:
            return
        hidden = next(self._folded_above(item), None) if item.entry.path != self._revealed else None
        if hidden is not None:
            self.view.set_expanded(hidden, True, False)
            self._reveal = item  # what is below is known from the next frame on
            return
        self._revealed = item.entry.path
        rows = list(self._rows(self._model.roots))
        if item not in rows:
            return
        top, height = float(_ROW * (rows.index(item) + 1)), self._frame.computed_height  # the header counts as a row
        if top < self._frame.scroll_y + _ROW:
            self._frame.scroll_y = top - _ROW
        elif top + _ROW > self._frame.scroll_y + height:
            self._frame.scroll_y = top + 2 * _ROW - height

    def _folded_above(self, item: _Item) -> Iterator[_Item]:
        """Yield the folded lines that hide a line, from the top."""
        for path, above in self._items.items():
            if above.children and item.entry.path.startswith(f"{path}/") and not self.view.is_expanded(above):
                yield above

    def _rows(self, items: list[_Item]) -> Iterator[_Item]:
        for item in items:
            yield item
            if item.children and self.view.is_expanded(item):
                yield from self._rows(item.children)

    def _register(self, item: _Item) -> None:
        self._items[item.entry.path] = item
        for child in item.children:
            self._register(child)

    def refresh(self, entries: Sequence[Entry]) -> None:
        """Draw these lines anew."""
        for entry in entries:
            item = self._items.get(entry.path)
            if item is not None:
                item.entry = entry
                self._model._item_changed(item)

    def select(self, paths: Sequence[str]) -> None:
        """Mark lines as selected, without telling `selected`."""
        self._chosen = tuple(paths)
        wanted = [self._items[p] for p in paths if p in self._items]
        self._reveal = wanted[0] if wanted else None
        if wanted != list(self.view.selection):
            self._quiet = True
            try:
                self.view.selection = wanted
            finally:
                self._quiet = False

    def _press(self, item: _Item, button: int) -> None:
        """Show the menu at a press of the right button: for the lines selected, if this is one of them, else for this one."""
        if button != 1:
            return
        chosen = tuple(i.entry.path for i in self.view.selection if isinstance(i, _Item))
        if item.entry.path not in chosen:
            chosen = (item.entry.path,)
            self._selected(chosen)
        self._menu(chosen)

    def _pick(self, items: Sequence[Any]) -> None:
        if not self._quiet:
            self._selected(tuple(i.entry.path for i in items if isinstance(i, _Item)))
