# SPDX-License-Identifier: Apache-2.0
"""Strict stand-ins for the windows of Kit that we add to: Property, Preferences, menus, viewport. They draw for real."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from tests.kit.fakes import KIT, Ended

# ---- Property window


class SimplePropertyWidget:
    """Fills a section of the Property window."""

    def __init__(self, title: str, collapsed: bool = False, collapsable: bool = True) -> None:
        self._title, self._payload, self._frame = title, None, None

    def on_new_payload(self, payload: Any, ignore_large_selection: bool = False) -> bool:
        self._payload = payload
        return bool(payload is not None and len(payload))

    def build_impl(self) -> None:
        import omni.ui as ui

        self._frame = ui.CollapsableFrame(self._title, build_fn=self._build, height=0)

    def _build(self) -> None:
        import omni.ui as ui

        with ui.VStack(height=0, spacing=4):
            self.build_items()

    def build_items(self) -> None:
        raise NotImplementedError

    def request_rebuild(self) -> None:
        if self._frame is not None:
            self._frame.rebuild()

    def reset(self) -> None:
        self._frame = None

    def clean(self) -> None:
        self.reset()


class PropertyWindow:
    """Shows the sections that want the prims selected, a frame after the selection changed."""

    def __init__(self, window_kwargs: Any = None, properties_frame_kwargs: Any = None) -> None:
        self._widgets: dict[tuple[str, str], SimplePropertyWidget] = {}
        self._payload: tuple[str, list[Any]] = ("prim", [])
        self._window: Any = None
        self._frame: Any = None

    def register_widget(self, scheme: str, name: str, property_widget: Any, top_stack: bool = True) -> None:
        if (scheme, name) in self._widgets:
            raise Ended(f"{name} is registered already")
        self._widgets[scheme, name] = property_widget
        self.request_rebuild()

    def unregister_widget(self, scheme: str, name: str, top_stack: bool = True) -> None:
        self._widgets.pop((scheme, name)).clean()
        self.request_rebuild()

    def notify(self, scheme: str, payload: Any) -> None:
        self._payload = (scheme, payload)
        self.request_rebuild()

    def request_rebuild(self) -> None:
        if self._frame is not None:
            self._frame.rebuild()

    def _open(self) -> None:
        """Make the window."""
        import omni.ui as ui

        self._window = ui.Window("Property", width=420, height=380)
        with self._window.frame, ui.ScrollingFrame():
            self._frame = ui.Frame(build_fn=self._build, height=0)

    def _build(self) -> None:
        import omni.ui as ui

        scheme, payload = self._payload
        wanted = [w for (s, _), w in self._widgets.items() if s == scheme and w.on_new_payload(payload)]
        with ui.VStack(height=0):
            for widget in wanted:
                widget.build_impl()


PROPERTY = PropertyWindow()


def _get_window() -> PropertyWindow:
    return PROPERTY


# ---- Preferences window


class SettingType(enum.Enum):
    FLOAT, INT, BOOL, STRING = range(4)


class PreferenceBuilder:
    """A page; Kit calls its `build`."""

    def __init__(self, title: str) -> None:
        self._title = title
        self.lines: list[tuple[str, str, SettingType]] = []

    def get_title(self) -> str:
        return self._title

    def add_frame(self, name: str) -> Any:
        import omni.ui as ui

        return ui.CollapsableFrame(name, height=0)

    def create_setting_widget(self, label_name: str, setting_path: str, setting_type: SettingType, **kwargs: Any) -> Any:
        import omni.ui as ui

        if kwargs:
            raise TypeError(f"{sorted(kwargs)} would reach the widget")
        if KIT.settings.get(setting_path) is None:
            raise Ended(f"{setting_path} has no value to show")
        with ui.HStack(height=24):
            ui.Label(label_name, width=300, identifier=f"label_{setting_path}")
            field = ui.CheckBox if setting_type is SettingType.BOOL else ui.StringField
            widget = field(identifier=setting_path)
        widget.model.set_value(KIT.settings.get(setting_path))
        widget.model.add_value_changed_fn(lambda model: KIT.settings.set(setting_path, _read(model, setting_type)))
        return widget


def _read(model: Any, kind: SettingType) -> Any:
    return {
        SettingType.BOOL: lambda: model.as_bool, SettingType.INT: lambda: model.as_int,
        SettingType.FLOAT: lambda: model.as_float, SettingType.STRING: lambda: model.as_string,
    }[kind]()  # fmt: skip


PAGES: list[PreferenceBuilder] = []


def _register_page(page: PreferenceBuilder) -> PreferenceBuilder:
    PAGES.append(page)
    return page


def _unregister_page(page: PreferenceBuilder, rebuild: bool = True) -> None:
    PAGES.remove(page)


# ---- context menus


class MenuSubscription:
    """Ends when released or dropped."""

    def __init__(self, entry: tuple[str, str, dict[str, Any]]) -> None:
        self._entry = entry
        MENUS.append(entry)

    def release(self) -> None:
        if self._entry in MENUS:
            MENUS.remove(self._entry)

    def __del__(self) -> None:
        self.release()


MENUS: list[tuple[str, str, dict[str, Any]]] = []


def _add_menu(menu_dict: Any, index: str = "MENU", extension_id: str = "") -> MenuSubscription:
    return MenuSubscription((index, extension_id, menu_dict))


def context_menu(objects: dict[str, Any]) -> dict[str, Callable[[], None]]:
    """Open the context menu of the Stage window: "menu/line" -> what a click on it does."""
    found: dict[str, Callable[[], None]] = {}
    for _, _, menu in MENUS:
        if not menu.get("show_fn", lambda objects: True)(objects):
            continue
        ((title, lines),) = menu["name"].items()
        for line in lines:
            if line.get("show_fn", lambda objects: True)(objects):
                found[f"{title}/{line['name']}"] = lambda line=line: line["onclick_fn"](objects)
    return found


# ---- viewport


class RegisterScene:
    """Makes a layer in each viewport, inside its scene; ends when destroyed or dropped."""

    def __init__(self, factory: Callable[[dict[str, Any]], Any], factory_id: str) -> None:
        self._factory, self.factory_id = factory, factory_id
        self._layers = [VIEWPORT.add(factory)]
        SCENES.append(factory_id)

    def destroy(self) -> None:
        for layer in self._layers:
            if layer is not None:
                layer.destroy()
        if self._layers:
            SCENES.remove(self.factory_id)
        self._layers = []

    def __del__(self) -> None:
        self.destroy()


SCENES: list[str] = []


class _Viewport:
    """A window with a 3D view from the side: 40 m wide, 20 m high, looking along Y at the X-Z plane."""

    def __init__(self) -> None:
        self.window: Any = None
        self.view: Any = None

    def add(self, factory: Callable[[dict[str, Any]], Any]) -> Any:
        import omni.ui as ui
        from omni.ui import scene as sc

        if self.window is None:
            self.window = ui.Window("Viewport", width=640, height=400)
            flat = [0.05, 0, 0, 0, 0, 0, -0.001, 0, 0, 0.1, 0, 0, -0.5, 0, 0, 1]
            with self.window.frame:
                self.view = sc.SceneView(
                    sc.CameraModel(sc.Matrix44(*flat), sc.Matrix44()), aspect_ratio_policy=sc.AspectRatioPolicy.STRETCH
                )
        with self.view.scene:
            return factory({"viewport_api": None})

    def close(self) -> None:
        if self.window is not None:
            self.window.destroy()
        self.window = self.view = None


VIEWPORT = _Viewport()


def follow_selection() -> None:
    """Let the Property window show what is selected, as Kit does."""
    paths = KIT.context.get_selection().get_selected_prim_paths()
    if PROPERTY._payload[1] != paths:
        PROPERTY.notify("prim", paths)


def reset() -> None:
    """Begin anew."""
    PAGES.clear()
    MENUS.clear()
    SCENES.clear()
    VIEWPORT.close()
    if PROPERTY._window is not None:
        PROPERTY._window.destroy()
    PROPERTY.__init__()


WINDOWS: dict[str, dict[str, Any]] = {
    "omni.kit.window.property": {"get_window": _get_window, "PropertyWindow": PropertyWindow},
    "omni.kit.window.property.templates": {"SimplePropertyWidget": SimplePropertyWidget},
    "omni.kit.window.preferences": {
        "PreferenceBuilder": PreferenceBuilder, "SettingType": SettingType, "register_page": _register_page,
        "unregister_page": _unregister_page,
    },
    "omni.kit.context_menu": {"add_menu": _add_menu},
    "omni.kit.viewport.registry": {"RegisterScene": RegisterScene},
}  # fmt: skip
