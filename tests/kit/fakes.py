# SPDX-License-Identifier: Apache-2.0
"""Strict stand-ins for the parts of Kit that `factory_twin_ui.kit` uses, with Kit's documented delays.

- The timeline lands one frame late, unless `commit()` is called.
- Stage and selection events are queued and come with the next frame.
- A command that raises is logged as an error and gives (False, None).
- A menu is removed only by the very list it was added with.
- `carb.log_error` is kept: a line on it would fail Kit's own test runner.

What is not in Kit's API is not here, so using it fails; `tests/kit/test_fakes.py` holds every signature against the manifest.
"""

from __future__ import annotations

import asyncio
import enum
import importlib.machinery
import sys
import types
from collections import deque
from collections.abc import Callable
from typing import Any

from pxr import Usd


class Ended(Exception):
    """Something was used after it had ended."""


# ---- events


class ObserverGuard:
    """Events 2.0: ends when reset or dropped."""

    def __init__(self, observers: dict[int, Any], key: int) -> None:
        self._observers, self._key = observers, key

    def reset(self) -> None:
        self._observers.pop(self._key, None)

    def __del__(self) -> None:
        self.reset()


class Event:
    """Events 2.0."""

    def __init__(self, event_name: str, payload: dict[str, Any]) -> None:
        self.event_name, self.payload = event_name, payload

    def __getitem__(self, key_name: str) -> Any:
        return self.payload[key_name]


class IEventDispatcher:
    """Events 2.0."""

    def __init__(self) -> None:
        self._observers: dict[int, tuple[str, int, Callable[[Event], None]]] = {}
        self._next = 0

    def observe_event(
        self, order: int = 0, event_name: str = "", on_event: Any = None, filter: Any = None, observer_name: str = "<python>"
    ) -> ObserverGuard:
        self._next += 1
        self._observers[self._next] = (event_name, order, on_event)
        return ObserverGuard(self._observers, self._next)

    def dispatch_event(self, event_name: str, payload: Any = None) -> int:
        hit = sorted((o, k) for k, (n, o, _) in self._observers.items() if n == event_name)
        for _, key in hit:
            if key in self._observers:
                self._observers[key][2](Event(event_name, payload or {}))
        return len(hit)


class IEvent:
    """The older form."""

    def __init__(self, type: int, payload: dict[str, Any]) -> None:
        self.type, self.payload = type, payload


class ISubscription:
    """The older form: ends when unsubscribed or dropped."""

    def __init__(self, subscribers: dict[int, Any], key: int) -> None:
        self._subscribers, self._key = subscribers, key

    def unsubscribe(self) -> None:
        self._subscribers.pop(self._key, None)

    def __del__(self) -> None:
        self.unsubscribe()


class IEventStream:
    """The older form."""

    def __init__(self) -> None:
        self._subscribers: dict[int, Callable[[IEvent], None]] = {}
        self._next = 0

    def create_subscription_to_pop(
        self, fn: Callable[[IEvent], None], order: int = 0, name: str | None = None
    ) -> ISubscription:
        self._next += 1
        self._subscribers[self._next] = fn
        return ISubscription(self._subscribers, self._next)

    def dispatch(self, event_type: int = 0, sender: int = 0, payload: Any = None) -> None:
        for fn in list(self._subscribers.values()):
            fn(IEvent(event_type, payload or {}))


# ---- stage


class StageEventType(enum.IntEnum):
    SAVED = 0
    OPENED = 3
    CLOSING = 5
    CLOSED = 6
    SELECTION_CHANGED = 7


class Selection:
    def __init__(self, changed: Callable[[], None]) -> None:
        self._paths: list[str] = []
        self._changed = changed

    def get_selected_prim_paths(self, source: Any = None) -> list[str]:
        return list(self._paths)

    def set_selected_prim_paths(self, paths: list[str], expandInStage: bool = True, source: Any = None) -> bool:
        if not isinstance(paths, list):
            raise TypeError("paths must be a list")
        if paths != self._paths:
            self._paths = list(paths)
            self._changed()
        return True

    def clear_selected_prim_paths(self, source: Any = None) -> bool:
        return self.set_selected_prim_paths([])


class UsdContext:
    def __init__(self, world: Kit) -> None:
        self._world = world
        self._stage: Usd.Stage | None = None
        self._id = 0
        self._stream = IEventStream()
        self._selection = Selection(lambda: world.queue_stage_event(StageEventType.SELECTION_CHANGED))

    def get_stage(self) -> Usd.Stage | None:
        return self._stage

    def get_stage_id(self) -> int:
        return self._id

    def get_selection(self) -> Selection:
        return self._selection

    def stage_event_name(self, event: StageEventType) -> str:
        return f"omni.usd.{event.name}"

    def get_stage_event_stream(self) -> IEventStream:
        return self._stream

    async def new_stage_async(self, load_set: Any = None) -> tuple[bool, str]:
        return await self.attach_stage_async(Usd.Stage.CreateInMemory())

    async def open_stage_async(self, url: str, load_set: Any = None, session_layer_url: Any = None) -> tuple[bool, str]:
        return await self.attach_stage_async(Usd.Stage.Open(url))

    async def attach_stage_async(self, stage: Usd.Stage) -> tuple[bool, str]:
        if self._stage is not None:
            await self.close_stage_async()
        self._stage, self._id = stage, self._id + 1
        self._world.queue_stage_event(StageEventType.OPENED)
        await self._world.app.next_update_async()
        return True, ""

    async def close_stage_async(self) -> tuple[bool, str]:
        self._world.tell_stage_event(StageEventType.CLOSING)
        self._stage = None
        self._selection._paths = []
        self._world.undo_stack.clear()
        self._world.redo_stack.clear()
        self._world.queue_stage_event(StageEventType.CLOSED)
        await self._world.app.next_update_async()
        return True, ""


# ---- time and frames


class Timeline:
    """Changes land one frame late, unless committed."""

    def __init__(self) -> None:
        self._now = {"time": 0.0, "start": 0.0, "end": 100.0, "playing": False}
        self._asked: dict[str, Any] = {}

    def get_current_time(self) -> float:
        return float(self._now["time"])

    def get_start_time(self) -> float:
        return float(self._now["start"])

    def get_end_time(self) -> float:
        return float(self._now["end"])

    def is_playing(self) -> bool:
        return bool(self._now["playing"])

    def set_current_time(self, time_in_seconds: float) -> None:
        self._asked["time"] = time_in_seconds

    def set_start_time(self, start_time: float) -> None:
        self._asked["start"] = start_time

    def set_end_time(self, end_time: float) -> None:
        self._asked["end"] = end_time

    def play(self, start_timecode: float = 0, end_timecode: float = 0, looping: bool = True) -> None:
        self._asked["playing"] = True

    def pause(self) -> None:
        self._asked["playing"] = False

    def stop(self) -> None:
        self._asked.update(playing=False, time=self._asked.get("start", self._now["start"]))

    def commit(self) -> None:
        """The range becomes metadata of the stage, at its edit target, as Kit does."""
        stage = KIT.context.get_stage()
        if stage is not None and {"start", "end"} & set(self._asked):
            rate = stage.GetTimeCodesPerSecond()
            if "start" in self._asked:
                stage.SetStartTimeCode(self._asked["start"] * rate)
            if "end" in self._asked:
                stage.SetEndTimeCode(self._asked["end"] * rate)
        self._now.update(self._asked)
        self._asked.clear()

    def _frame(self, dt: float) -> None:
        asked = dict(self._asked)
        self.commit()
        if self._now["playing"] and "playing" not in asked:
            self._now["time"] = min(self._now["time"] + dt, self._now["end"])


class IApp:
    def __init__(self, world: Kit) -> None:
        self._world = world
        self._stream = IEventStream()

    def get_update_event_stream(self, runloop_name: str = "main") -> IEventStream:
        return self._stream

    def get_extension_manager(self) -> ExtensionManager:
        return self._world.manager

    async def next_update_async(self, name: str = "omni.kit.app.next_update_async", order: int = 50) -> float:
        self._world.frame()
        await asyncio.sleep(0)
        return self._world.dt


# ---- commands


class Command:
    def do(self) -> Any:
        raise NotImplementedError


class _Entry:
    def __init__(self, command: Any, name: str) -> None:
        self.command, self.name = command, name


class NotificationStatus:
    INFO, WARNING = 1, 0


class MenuItemDescription:
    def __init__(
        self, name: str = "", glyph: str = "", header: str | None = None, appear_after: Any = "", enabled: bool = True,
        ticked: bool = False, ticked_value: bool | None = None, radio_group: str | None = "", sub_menu: Any = None,
        hotkey: Any = None, name_fn: Any = None, show_fn: Any = None, enable_fn: Any = None, ticked_fn: Any = None,
        onclick_action: Any = None, unclick_action: Any = None, onclick_fn: Any = None, unclick_fn: Any = None,
        onclick_right_fn: Any = None, original_svg_color: bool = False, original_menu_item: Any = None, user: Any = None,
        hotkey_window: str | None = None,
    ) -> None:  # fmt: skip
        self.name, self.sub_menu, self.ticked_fn, self.onclick_fn = name, sub_menu, ticked_fn, onclick_fn


class FileImporterExtension:
    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def show_window(
        self, title: Any = None, width: int = 1080, height: int = 450, show_only_collections: Any = None,
        show_only_folders: bool = False, file_postfix_options: Any = None, file_extension_types: Any = None,
        file_filter_handler: Any = None, import_button_label: str = "Import", import_handler: Any = None,
        filename_url: Any = None, file_postfix: Any = None, file_extension: Any = None, hide_window_on_import: bool = True,
        should_validate: bool = False, focus_filename_input: bool = True, allow_multi_files_selection: bool = False,
    ) -> None:  # fmt: skip
        self.asked = {"title": title, "types": file_extension_types, "handler": import_handler}


class FileExporterExtension:
    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def show_window(
        self, title: Any = None, width: int = 1080, height: int = 450, show_only_collections: Any = None,
        show_only_folders: bool = False, file_postfix_options: Any = None, file_extension_types: Any = None,
        export_button_label: str = "Export", export_handler: Any = None, filename_url: Any = None, file_postfix: Any = None,
        file_extension: Any = None, should_validate: bool = False, enable_filename_input: bool = True,
        focus_filename_input: bool = True, click_cancel_handler: Any = None,
    ) -> None:  # fmt: skip
        self.asked = {"title": title, "types": file_extension_types, "handler": export_handler}


class ISettings:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.watchers: list[tuple[str, Callable[..., None]]] = []

    def get(self, path: str) -> Any:
        return self.values.get(path)

    def set(self, path: str, value: Any) -> None:
        self.values[path] = value
        for watched, tell in list(self.watchers):
            if watched == path:
                tell(None, 0)

    def set_default(self, path: str, value: Any) -> None:
        self.values.setdefault(path, value)


# ---- extensions, settings that are watched


class ExtensionManager:
    """Knows which of Kit's own extensions are enabled."""

    def __init__(self, world: Kit) -> None:
        self._world = world
        self._hooks: dict[int, tuple[str, Any, Any]] = {}

    def is_extension_enabled(self, ext_name: str) -> bool:
        return ext_name in self._world.enabled

    def subscribe_to_extension_enable(
        self, on_enable_fn: Any = None, on_disable_fn: Any = None, ext_name: str = "", hook_name: str = ""
    ) -> list[Hook]:
        key = len(self._hooks)
        self._hooks[key] = (ext_name, on_enable_fn, on_disable_fn)
        if self.is_extension_enabled(ext_name):
            on_enable_fn(f"{ext_name}-1.0.0")
        return [Hook(self._hooks, key)]

    def set_extension_enabled_immediate(self, ext_id: str, enabled: bool) -> bool:
        (self._world.enabled.add if enabled else self._world.enabled.discard)(ext_id)
        for name, enter, leave in list(self._hooks.values()):
            if name == ext_id:
                (enter if enabled else leave)(f"{ext_id}-1.0.0")
        return True


class Hook:
    """Ends when dropped."""

    def __init__(self, hooks: dict[int, Any], key: int) -> None:
        self._hooks, self._key = hooks, key

    def __del__(self) -> None:
        self._hooks.pop(self._key, None)


class SettingChangeSubscription:
    """Ends when dropped."""

    def __init__(self, path: str, on_change: Callable[..., None]) -> None:
        self._watchers = KIT.settings.watchers
        self._entry = (path, on_change)
        self._watchers.append(self._entry)

    def __del__(self) -> None:
        if self._entry in self._watchers:
            self._watchers.remove(self._entry)


class IExt:
    def on_startup(self, ext_id: str) -> None:
        """Called when the extension is enabled."""

    def on_shutdown(self) -> None:
        """Called when it is disabled; its `__dict__` is cleared afterwards."""


class Kit:
    """The whole pretended application.

    Attributes:
        draw: Draws a frame; set by whoever has a window.
        errors: What was logged as an error.
        dt: Seconds per frame.
    """

    dt = 0.05

    def __init__(self) -> None:
        self.draw: Callable[[], None] = lambda: None
        self.before_draw: Callable[[], None] = lambda: None
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        self.dispatcher, self.settings, self.timeline = IEventDispatcher(), ISettings(), Timeline()
        self.app = IApp(self)
        self.context = UsdContext(self)
        self.enabled = {
            "omni.kit.window.property", "omni.kit.context_menu", "omni.kit.window.preferences", "omni.kit.viewport.registry",
        }  # fmt: skip
        self.manager = ExtensionManager(self)
        self.commands: dict[str, type] = {}
        self.undo_stack: deque[_Entry] = deque()
        self.redo_stack: deque[_Entry] = deque()
        self.undo_listeners: list[Callable[[list[str]], None]] = []
        self.menus: dict[str, list[list[MenuItemDescription]]] = {}
        self.refreshed = 0
        self.notices: list[tuple[str, int]] = []
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.importer, self.exporter = FileImporterExtension(), FileExporterExtension()
        self._queue: list[StageEventType] = []

    def queue_stage_event(self, kind: StageEventType) -> None:
        self._queue.append(kind)

    def tell_stage_event(self, kind: StageEventType) -> None:
        self.dispatcher.dispatch_event(self.context.stage_event_name(kind))
        self.context.get_stage_event_stream().dispatch(int(kind))

    def frame(self) -> None:
        """Let a frame pass, in Kit's order: stage events, timeline, update callbacks, drawing."""
        queue, self._queue = self._queue, []
        for kind in queue:
            self.tell_stage_event(kind)
        self.timeline._frame(self.dt)
        self.dispatcher.dispatch_event("update", {"dt": self.dt})
        self.app.get_update_event_stream().dispatch(payload={"dt": self.dt})
        self.before_draw()
        self.draw()

    def execute(self, name: str, **kwargs: Any) -> tuple[bool, Any]:
        kind = self.commands.get(name) or self.commands.get(f"{name}Command")
        if kind is None:
            self.errors.append(f"Can't execute command: {name!r}, it wasn't registered.")
            return False, None
        command = kind(**kwargs)
        try:
            result = command.do()
        except Exception as error:
            self.errors.append(f"{name}: {error}")
            return False, None
        self.undo_stack.append(_Entry(command, name))
        self.redo_stack.clear()
        self._tell_undo(name)
        return True, result

    def step(self, source: deque[_Entry], target: deque[_Entry], act: str) -> bool:
        if not source:
            return False
        entry = source.pop()
        getattr(entry.command, act)()
        target.append(entry)
        self._tell_undo(entry.name)
        return True

    def _tell_undo(self, name: str) -> None:
        for listener in list(self.undo_listeners):
            listener([name])

    def remove_menu(self, menu: list[MenuItemDescription], name: str) -> None:
        lists = self.menus.get(name, [])
        if not any(known is menu for known in lists):
            raise Ended("this list was never added")
        self.menus[name] = [known for known in lists if known is not menu]

    def count_refresh(self) -> None:
        self.refreshed += 1

    def observers(self) -> int:
        """How many subscriptions there are, of both forms."""
        streams = (self.app.get_update_event_stream(), self.context.get_stage_event_stream())
        return len(self.dispatcher._observers) + sum(len(s._subscribers) for s in streams)


KIT = Kit()


def _get_context(name: str = "") -> UsdContext:
    return KIT.context


def _get_timeline_interface(timeline_name: str = "") -> Timeline:
    return KIT.timeline


def _get_app() -> IApp:
    return KIT.app


def _get_eventdispatcher() -> IEventDispatcher:
    return KIT.dispatcher


def _get_settings() -> ISettings:
    return KIT.settings


def _register(command_class: type) -> None:
    if command_class.__name__ in KIT.commands:
        raise Ended(f"{command_class.__name__} is registered already")
    KIT.commands[command_class.__name__] = command_class


def _unregister(command_class: type) -> None:
    del KIT.commands[command_class.__name__]


def _execute(name: str, **kwargs: Any) -> tuple[bool, Any]:
    return KIT.execute(name, **kwargs)


def _undo() -> bool:
    return KIT.step(KIT.undo_stack, KIT.redo_stack, "undo")


def _redo() -> bool:
    return KIT.step(KIT.redo_stack, KIT.undo_stack, "do")


def _can_undo() -> bool:
    return bool(KIT.undo_stack)


def _can_redo() -> bool:
    return bool(KIT.redo_stack)


def _get_undo_stack() -> deque[_Entry]:
    return KIT.undo_stack


def _get_redo_stack() -> deque[_Entry]:
    return KIT.redo_stack


def _subscribe_on_change(on_change: Callable[[list[str]], None]) -> None:
    KIT.undo_listeners.append(on_change)


def _unsubscribe_on_change(on_change: Callable[[list[str]], None]) -> None:
    KIT.undo_listeners.remove(on_change)


def _add_menu_items(
    menu: list[MenuItemDescription], name: str, menu_index: int = 0, can_rebuild_menus: bool = True, delegate: Any = None
) -> list[MenuItemDescription]:
    KIT.menus.setdefault(name, []).append(menu)
    return menu


def _remove_menu_items(menu: list[MenuItemDescription], name: str, can_rebuild_menus: bool = True) -> None:
    KIT.remove_menu(menu, name)


def _refresh_menu_items(name: str, immediately: Any = None) -> None:
    KIT.count_refresh()


def _post_notification(
    text: str, hide_after_timeout: bool = True, duration: int = 3, status: int = 1, button_infos: Any = ()
) -> None:
    KIT.notices.append((text, status))


def _get_file_importer() -> FileImporterExtension:
    return KIT.importer


def _get_file_exporter() -> FileExporterExtension:
    return KIT.exporter


def _log_error(msg: str) -> None:
    KIT.errors.append(msg)


def _log_warn(msg: str) -> None:
    KIT.warnings.append(msg)


def _log_info(msg: str) -> None:
    pass


SURFACE: dict[str, dict[str, Any]] = {
    "carb": {"log_error": _log_error, "log_warn": _log_warn, "log_info": _log_info},
    "carb.settings": {"get_settings": _get_settings, "ISettings": ISettings},
    "carb.eventdispatcher": {
        "get_eventdispatcher": _get_eventdispatcher, "IEventDispatcher": IEventDispatcher, "ObserverGuard": ObserverGuard,
        "Event": Event,
    },
    "carb.events": {"IEvent": IEvent, "IEventStream": IEventStream, "ISubscription": ISubscription},
    "omni.ext": {"IExt": IExt, "ExtensionManager": ExtensionManager},
    "omni.kit.app": {
        "get_app": _get_app, "IApp": IApp, "GLOBAL_EVENT_UPDATE": "update",
        "SettingChangeSubscription": SettingChangeSubscription,
    },
    "omni.kit.commands": {"Command": Command, "register": _register, "unregister": _unregister, "execute": _execute},
    "omni.kit.undo": {
        "undo": _undo, "redo": _redo, "can_undo": _can_undo, "can_redo": _can_redo, "get_undo_stack": _get_undo_stack,
        "get_redo_stack": _get_redo_stack, "subscribe_on_change": _subscribe_on_change,
        "unsubscribe_on_change": _unsubscribe_on_change,
    },
    "omni.kit.menu.utils": {
        "MenuItemDescription": MenuItemDescription, "add_menu_items": _add_menu_items, "remove_menu_items": _remove_menu_items,
        "refresh_menu_items": _refresh_menu_items,
    },
    "omni.kit.notification_manager": {"NotificationStatus": NotificationStatus, "post_notification": _post_notification},
    "omni.kit.window.file_importer": {"get_file_importer": _get_file_importer, "FileImporterExtension": FileImporterExtension},
    "omni.kit.window.file_exporter": {"get_file_exporter": _get_file_exporter, "FileExporterExtension": FileExporterExtension},
    "omni.timeline": {"get_timeline_interface": _get_timeline_interface, "ITimeline": Timeline},
    "omni.usd": {
        "get_context": _get_context, "UsdContext": UsdContext, "Selection": Selection, "StageEventType": StageEventType,
    },
}  # fmt: skip


def install(more: dict[str, dict[str, Any]] | None = None) -> list[str]:
    """Put the stand-ins where `import` finds them. omni.ui must have been imported before: it asks for Kit when it is loaded.

    Returns:
        The module names, for `remove`.
    """
    if "omni.ui" not in sys.modules:
        raise Ended("import omni.ui first")
    names: list[str] = []
    for name, content in (SURFACE | (more or {})).items():
        for part in _prefixes(name):
            if part not in sys.modules:
                sys.modules[part] = module = types.ModuleType(part)
                module.__spec__ = importlib.machinery.ModuleSpec(part, None, is_package=True)
                module.__path__ = []
                names.append(part)
                above, _, last = part.rpartition(".")
                if above:
                    setattr(sys.modules[above], last, module)
        sys.modules[name].__dict__.update(content)
    return names


def remove(names: list[str]) -> None:
    """Take the stand-ins away again."""
    for name in reversed(names):
        above, _, last = name.rpartition(".")
        if above in sys.modules:
            delattr(sys.modules[above], last)
        del sys.modules[name]


def _prefixes(name: str) -> list[str]:
    words = name.split(".")
    return [".".join(words[: i + 1]) for i in range(len(words))]
