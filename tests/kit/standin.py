# SPDX-License-Identifier: Apache-2.0
"""Run the extensions' own Kit tests without Kit: real omni.ui (ovui) and OpenUSD, stand-ins for the rest of Kit.

`run_kit_tests()` enables each extension as Kit would (every IExt of its modules, in dependency order), runs the
`AsyncTestCase` classes that its tests package exports, and disables it again. It returns (tests run, tests failed).
Run it in a process of its own: modules named omni.kit and carb are importable while it runs.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import sys
import traceback
import unittest
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

EXTS = Path(__file__).resolve().parents[2] / "exts"
ORDER = (
    "factory_twin_schema",
    "factory_twin",
    "factory_twin_ui",
    "factory_twin_layout",
    "factory_twin_runner",
    "factory_twin_bridge",
)


class AsyncTestCase(unittest.TestCase):
    """What `omni.kit.test.AsyncTestCase` offers: setUp, tearDown and tests may be coroutines; none for the class."""

    async def wait_n_updates(self, n_frames: int = 3) -> None:
        from tests.kit.fakes import KIT

        for _ in range(n_frames):
            await KIT.app.next_update_async()

    async def retry_until_success(self, operation: Callable[[], Any], wait_frames: int = 2, max_retries: int = 50) -> Any:
        for attempt in range(max_retries):
            try:
                return operation()
            except Exception:
                if attempt == max_retries - 1:
                    raise
                await self.wait_n_updates(wait_frames)

    def run(self, result: unittest.TestResult | None = None) -> Any:
        """Run one test on a loop of its own."""
        assert result is not None
        result.startTest(self)
        try:
            asyncio.run(self._one())
        except unittest.SkipTest as skip:
            result.addSkip(self, str(skip))
        except AssertionError:
            result.addFailure(self, sys.exc_info())
        except Exception:
            result.addError(self, sys.exc_info())
        else:
            result.addSuccess(self)
        finally:
            result.stopTest(self)
        return result

    async def _one(self) -> None:
        await _maybe(self.setUp)
        try:
            await _maybe(getattr(self, self._testMethodName))
        finally:
            await _maybe(self.tearDown)


async def _maybe(function: Callable[[], Any]) -> None:
    outcome = function()
    if inspect.isawaitable(outcome):
        await outcome


def run_kit_tests(names: tuple[str, ...] = ORDER, *, size: tuple[int, int] = (800, 620)) -> tuple[int, int]:
    """Run all tests of these packages.

    Returns:
        Number of tests run and of tests failed (a package that leaves something behind counts as one more).
    """
    for folder in EXTS.iterdir():
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    importlib.import_module("factory_twin_schema").register()
    from factory_twin_ui.desk import backend

    backend.start("Kit tests", size, headless=True, max_fps=None)
    from tests.kit import fakes
    from tests.ui import uitest

    installed = install({"omni.kit.test": {"AsyncTestCase": AsyncTestCase}, "omni.kit.ui_test": vars(uitest)})
    fakes.KIT.draw = backend.frame
    uitest.before_frame = _frame_without_drawing
    try:
        return _run(names)
    finally:
        remove(installed)


def install(more: dict[str, dict[str, Any]] | None = None) -> list[str]:
    """Put all stand-ins where `import` finds them, and the Property window on the screen; return the names, for `remove`."""
    from tests.kit import fake_fabric, fake_windows, fakes

    fake_windows.reset()
    fake_fabric.reset()
    installed = fakes.install(fake_windows.WINDOWS | fake_fabric.FABRIC | (more or {}))
    fake_windows.PROPERTY._open()
    fakes.KIT.before_draw = fake_windows.follow_selection
    return installed


def remove(installed: list[str]) -> None:
    """Take all stand-ins away again, and what was imported on top of them."""
    from tests.kit import fake_windows, fakes

    for name in [n for n in sys.modules if n.startswith("factory_twin_") and _on_kit(n)]:
        package, _, last = name.rpartition(".")
        if hasattr(sys.modules.get(package), last):
            delattr(sys.modules[package], last)
        del sys.modules[name]
    fake_windows.reset()
    fakes.remove(installed)


def _on_kit(module: str) -> bool:
    words = module.split(".")
    return words[-1] == "extension" or "kit" in words


def _frame_without_drawing() -> None:
    """uitest draws by itself."""
    from tests.kit.fakes import KIT

    draw, KIT.draw = KIT.draw, lambda: None
    try:
        KIT.frame()
    finally:
        KIT.draw = draw


def _run(names: tuple[str, ...]) -> tuple[int, int]:
    from tests.kit.fakes import KIT

    count = failed = 0
    running = [e for name in names if (e := _start(name)) is not None]
    for name in names:
        result = _test(name)
        problems = result.failures + result.errors
        for case, text in problems:
            sys.stderr.write(f"{name} {case.id()}\n{text}\n")
        count, failed = count + result.testsRun, failed + len(problems)
    for extension in reversed(running):
        failed += _stop(extension)
    running.clear()
    if KIT.errors:  # a line that Kit's runner would take as a failure
        sys.stderr.write("logged as errors: " + "\n".join(KIT.errors) + "\n")
        failed += 1
    return count, failed


def _start(name: str) -> Any:
    """Enable an extension: make and start every IExt in its extension module."""
    import omni.ext

    try:
        module = importlib.import_module(f"{name}.extension")
    except ModuleNotFoundError as error:
        if error.name == f"{name}.extension":
            return None
        raise
    kinds = [
        v for v in vars(module).values() if isinstance(v, type) and issubclass(v, omni.ext.IExt) and v is not omni.ext.IExt
    ]
    extension = kinds[0]()
    extension.on_startup(f"{name.replace('_', '.')}-0.0.0")
    return [extension]


def _stop(holder: Any) -> int:
    """Disable an extension as Kit does; return 1 when it stays alive."""
    extension = holder.pop()
    alive = weakref.ref(extension)
    try:
        extension.on_shutdown()
    except Exception:
        traceback.print_exc()
        return 1
    extension.__dict__.clear()
    name = type(extension).__name__
    del extension
    if alive() is not None:
        sys.stderr.write(f"{name} is still alive after shutdown\n")
        return 1
    return 0


def _test(name: str) -> unittest.TestResult:
    module = importlib.import_module(f"{name}.tests")
    kinds = [
        v for v in vars(module).values() if isinstance(v, type) and issubclass(v, AsyncTestCase) and v is not AsyncTestCase
    ]
    result = unittest.TestResult()
    for kind in kinds:
        unittest.defaultTestLoader.loadTestsFromTestCase(kind).run(result)
    return result


if __name__ == "__main__":
    ran, wrong = run_kit_tests()
    sys.stdout.write(f"{ran} tests ran, {wrong} failed\n")
    raise SystemExit(wrong > 0 or ran == 0)
