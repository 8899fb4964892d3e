# SPDX-License-Identifier: Apache-2.0
"""The Factory Layout panel: issues on top, the plant's tree, and the fields of what is selected."""

from __future__ import annotations

from collections.abc import Callable

import omni.ui as ui
from factory_twin.catalogue import Asset, place
from factory_twin.edit import AddAsset, Edit, free_path
from factory_twin.edit.asset import SUFFIXES
from factory_twin.errors import FactoryTwinError, Issue, Severity
from factory_twin.plant import Plant, Point
from factory_twin.survey import survey
from factory_twin_ui import drop
from factory_twin_ui.change import Change
from factory_twin_ui.form import words
from factory_twin_ui.host import Host, Level
from factory_twin_ui.menu import ActionMenu
from factory_twin_ui.panel import empty_state
from factory_twin_ui.signal import Handles
from factory_twin_ui.states import read_states
from pxr import Usd

from .actions import actions
from .beside import beside
from .equipment import EquipmentStrip
from .form import PlaceForm
from .outline import Entry, outline
from .tree import PlantTree


class LayoutPanel:
    """Shows and changes what stands where.

    Args:
        host: The application around.
    """

    TITLE = "Factory Layout"

    def __init__(self, host: Host) -> None:
        self._host = host
        self.roots: list[Entry] = []
        self.issues: list[Issue] = []
        self._plant: Plant | None = None
        self._tree: PlantTree | None = None
        self._form: PlaceForm | None = None
        self._opened: set[str] = set()
        self._menu = ActionMenu(host, actions())
        self._target = drop.Target(SUFFIXES, self._add)
        self._added = ""
        self.equipment: EquipmentStrip | None = None
        self._handles = Handles(
            host.on_stage(self._open), host.on_change(self._change), host.on_selection(self._selected),
            host.on_history(self._history), host.on_time(self._states), host.on_frame(self._frame),
        )  # fmt: skip

    def build(self) -> None:
        """Build the widgets inside the present frame."""
        with ui.HStack():
            ui.Spacer(width=6)
            with ui.VStack(spacing=6):
                ui.Spacer(height=2)
                with ui.HStack(height=24, spacing=6):
                    self._summary = ui.Label("", elided_text=True, identifier="summary")
                    self._undo = ui.Button("Undo", width=56, clicked_fn=self._host.undo, identifier="undo")
                    self._redo = ui.Button("Redo", width=56, clicked_fn=self._host.redo, identifier="redo")
                self._body = ui.Frame(build_fn=self._build_body)
                drop.accept(self._body, self._target)
                ui.Spacer(height=2)
            ui.Spacer(width=6)
        self._open()

    def _build_body(self) -> None:
        if self._host.stage is None:
            empty_state("No stage is open.", "Open a stage to see what stands where.")
            return
        with ui.VStack(spacing=6):
            self._issues = ui.Frame(build_fn=self._build_issues, height=0)
            if not self.roots:
                hint = "Place equipment, drop a USD file here, or make a prim of the stage a station (right mouse button)."
                empty_state("No places yet.", hint)
                self.equipment = EquipmentStrip(self.place, is_open=True)
                return
            with ui.ScrollingFrame(
                height=ui.Fraction(5), horizontal_scrollbar_policy=ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF
            ) as scroll:
                self._tree = PlantTree(self._host.select, scroll, self._menu.show, self._target)
            with ui.ScrollingFrame(height=ui.Fraction(4), horizontal_scrollbar_policy=ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF):
                self._form = PlaceForm(self._host, self._opened)
            self.equipment = EquipmentStrip(self.place, is_open=self.equipment is not None and self.equipment.is_open)
        self._form.show(self._plant)
        self._tree.show(self.roots)
        self._tree.select(self._host.selection)

    def _build_issues(self) -> None:
        with ui.VStack(height=0, spacing=2):
            for number, issue in enumerate(self.issues[:4]):
                self._issue(number, issue)
            if len(self.issues) > 4:
                ui.Label(f"... and {len(self.issues) - 4} more", name="small", height=16)

    def _issue(self, number: int, issue: Issue) -> None:
        name = "error" if issue.severity is Severity.ERROR else "warning"
        where = issue.path.rpartition("/")[2]
        text = f"{where}: {issue.message}" if where else issue.message
        with ui.VStack(
            height=0, tooltip=str(issue), identifier=f"issue_{number}",
            mouse_pressed_fn=lambda x, y, button, modifiers: self._host.select((issue.path,) if issue.path else ()),
        ):  # fmt: skip
            ui.Label(text, name=name, word_wrap=True, height=0)
            ui.Label(issue.hint, name="small", word_wrap=True, height=0)

    def _add(self, asset: str) -> None:
        """Bring a dropped file in, beside what is selected."""
        self._bring(asset, lambda path, at: AddAsset(path, asset, at), 2.0)

    def place(self, asset: Asset) -> None:
        """Place a piece of equipment beside what is selected."""
        self._bring(asset.file, lambda path, at: place(asset, path, at), asset.size[0])

    def _bring(self, file: str, edit: Callable[[str, Point], Edit], width: float) -> None:
        """Bring a file in, so wide along x (m), beside what is selected, and select it."""
        stage = self._host.stage
        if stage is None:
            self._host.notify("No stage is open.", Level.WARNING)
            return
        root = stage.GetDefaultPrim() or stage.GetPseudoRoot()
        path = free_path(stage, str(root.GetPath()), file)
        try:
            self._host.do(edit(path, beside(stage, self._host.selection, width)))
        except FactoryTwinError as error:
            self._host.notify(f"{file}: {words(error)}", Level.ERROR)
            return
        self._added = path  # selected in the next frame: the tree takes the end of the drag for a click beside its lines

    # ---- following the host

    def _open(self) -> None:
        self._read()
        if hasattr(self, "_body"):
            self._tree = self._form = None
            self._body.rebuild()
            self._history()

    def _read(self) -> None:
        stage = self._host.stage
        if stage is None:
            self.roots, self.issues, self._plant = [], [], None
        else:
            found = survey(stage)
            self._plant, self.issues = found.plant, found.issues
            self.roots = outline(stage, found.plant, found.issues)
            read_states(self._entries(), stage, self._time(stage))
        if hasattr(self, "_summary"):
            self._summary.text = self._sentence()
            self._summary.tooltip = self._summary.text

    def _sentence(self) -> str:
        if self._plant is None:
            return "No stage"
        count: dict[str, int] = {}
        for node in self._plant.nodes:
            count[node.kind] = count.get(node.kind, 0) + 1
        kinds = ((k, count.get(k, 0)) for k in ("station", "buffer"))
        parts = [f"{n} {k}{'s' if n != 1 else ''}" for k, n in kinds]
        errors = sum(i.severity is Severity.ERROR for i in self.issues)
        parts.append(f"{errors} error{'s' if errors != 1 else ''}" if errors else "no errors")
        warnings = len(self.issues) - errors
        return ", ".join(parts) + (f", {warnings} warning{'s' if warnings != 1 else ''}" if warnings else "")

    def _entries(self) -> list[Entry]:
        return [e for root in self.roots for e in root.walk()]

    def _time(self, stage: Usd.Stage) -> Usd.TimeCode:
        return Usd.TimeCode(self._host.time * stage.GetTimeCodesPerSecond())

    def _change(self, change: Change) -> None:
        if change.touches_model:
            before, known = self._entries(), self.issues
            self._read()
            self._follow(before)
            if known != self.issues and hasattr(self, "_issues"):
                self._issues.rebuild()
            if self._form is not None:
                self._form.show(self._plant)
        elif change.touches_state:
            self._states()

    def _follow(self, before: list[Entry]) -> None:
        """Bring the tree up to date: anew when places came or went, else only the lines that changed."""
        after = self._entries()
        if self._tree is None or not after:
            self._body.rebuild()
        elif [(e.path, e.kind) for e in before] != [(e.path, e.kind) for e in after]:
            self._tree.show(self.roots)
            self._tree.select(self._host.selection)
        else:
            self._tree.refresh(
                [b for a, b in zip(before, after) if (a.name, a.severity, a.state) != (b.name, b.severity, b.state)]
            )

    def _states(self) -> None:
        stage = self._host.stage
        if stage is not None and self._tree is not None:
            self._tree.refresh(read_states(self._entries(), stage, self._time(stage)))

    def _frame(self, dt: float) -> None:
        if self._added:
            self._host.select((self._added,))
            self._added = ""
        if self._tree is not None:
            self._tree.frame()

    def _selected(self) -> None:
        if self._tree is not None and self._form is not None:
            self._tree.select(self._host.selection)
            self._form.rebuild()

    def _history(self) -> None:
        for button, word, text in ((self._undo, "Undo", self._host.undo_text), (self._redo, "Redo", self._host.redo_text)):
            button.enabled = bool(text)
            button.tooltip = f"{word}: {text}" if text else f"Nothing to {word.lower()}"

    def close(self) -> None:
        """End all connections."""
        self._handles.close()
        self.__dict__.clear()
