# SPDX-License-Identifier: Apache-2.0
"""Load omni.ui (ovui) and run its frames: windowed, or headless on software Vulkan. Only here ovui itself is driven."""

from __future__ import annotations

import atexit
import importlib.metadata
import importlib.util
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from factory_twin.errors import FactoryTwinError

from . import cuda

VERSION = "0.3.0"
_log = logging.getLogger(__name__)


class DeskError(FactoryTwinError):
    """The desktop application can't start on this machine."""


def load(*, headless: bool) -> Any:
    """Import omni.ui and return it.

    Args:
        headless: Draw into memory with the software Vulkan driver; takes effect at the first call in a process.

    Raises:
        DeskError: ovui is not installed or can't be loaded here; says what to install.
    """
    if "omni.ui" not in sys.modules:
        _check_installed()
        if headless:
            os.environ.update(OMNIUI_HEADLESS="1", OMNIUI_BACKEND="vulkan", OMNIUI_LAVAPIPE="1")
        cuda.ensure()
    try:
        import omni.ui as ui
    except (ImportError, OSError) as error:
        raise DeskError(f"omni.ui can't be loaded: {error}", hint=_libraries()) from error
    return ui


def _check_installed() -> None:
    if importlib.util.find_spec("omni") is not None and importlib.util.find_spec("omni.ui") is not None:
        return
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    if sys.version_info[:2] != (3, 12):
        raise DeskError(
            f"The desktop app needs CPython 3.12; this is {python}.",
            hint="NVIDIA publishes ovui for CPython 3.12 only (Linux, Windows): run the app with that. "
            "The command line works with this one.",
        )
    raise DeskError("ovui (NVIDIA's omni.ui outside Kit) is not installed.", hint=f'Run: pip install "ovui=={VERSION}" pillow')


def _libraries() -> str:
    if sys.platform.startswith("linux"):
        return "Install the Vulkan loader and a driver, on Debian or Ubuntu: apt-get install libvulkan1 mesa-vulkan-drivers"
    return "Install a graphics driver with Vulkan or OpenGL."


def start(title: str, size: tuple[int, int], *, headless: bool = False, max_fps: float | None = 30.0) -> Any:
    """Open the application window (or the frame buffer) and return omni.ui.

    Args:
        title: Window title.
        size: Width and height, pixels.
        headless: Draw into memory.
        max_fps: Frames per second at most; None: no limit.

    Raises:
        DeskError: There is no usable graphics device.
    """
    ui = load(headless=headless)
    _leave_working_folder()
    try:
        ui.init(title, *size, max_fps=max_fps)
    except RuntimeError as error:
        raise DeskError("No window or graphics device could be opened.", hint=_libraries()) from error
    return ui


def _leave_working_folder() -> None:
    """ovui writes its window layout (imgui.ini) into the working folder: give it one that is removed at the end."""
    home = os.getcwd()
    folder = tempfile.mkdtemp(prefix="factory_twin_")
    os.chdir(folder)

    def back() -> None:
        os.chdir(home)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(back)  # runs after ovui's own end, which is registered later


def frame() -> bool:
    """Draw one frame.

    Returns:
        False when the user closed the window.
    """
    from omni.ui import _ui, standalone

    standalone._tick_one_frame()
    return not _ui._standalone_should_close()


def screenshot(path: str | os.PathLike[str]) -> None:
    """Write the picture of the next frame as PNG (through Pillow, so that it is small).

    Raises:
        DeskError: Nothing was drawn.
    """
    from omni.ui import _ui
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        raw = os.path.join(folder, "frame.bmp")
        cursor = _ui._is_software_cursor_enabled()
        _ui._set_software_cursor(False)
        try:
            frame()
            asked = _ui._schedule_screenshot(raw)
            frame()
            if not asked or not _ui._poll_screenshot_done():
                raise DeskError("The graphics backend gave no picture.", hint=_libraries())
        finally:
            _ui._set_software_cursor(cursor)
        image = Image.open(raw).convert("RGB")
        target = Path(path)
        temporary = target.with_suffix(".part.png")
        image.save(temporary, optimize=True)
        os.replace(temporary, target)


def version() -> str:
    """Return ovui's version, empty when it is not installed."""
    try:
        return importlib.metadata.version("ovui")
    except importlib.metadata.PackageNotFoundError:
        return ""
