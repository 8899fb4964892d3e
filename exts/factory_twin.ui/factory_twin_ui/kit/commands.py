# SPDX-License-Identifier: Apache-2.0
"""Edits as commands on Kit's undo stack, one command per kind of edit so that Kit's lists show what was done."""

from __future__ import annotations

from typing import Any

import omni.kit.commands
import omni.usd
from factory_twin import edit as edits
from factory_twin.edit import Edit
from pxr import Usd


class EditCommand(omni.kit.commands.Command):
    """An edit on Kit's undo stack.

    Args:
        edit: What to do.
        done: Whether it was done already, so that the first `do` is only a note on the stack.
    """

    def __init__(self, edit: Edit, done: bool = False) -> None:
        self._edit, self._done = edit, done
        self._stage = omni.usd.get_context().get_stage_id()

    @property
    def label(self) -> str:
        """What it does, in words."""
        return self._edit.label

    def do(self) -> None:
        """Do it, or do it again."""
        if self._done:
            self._done = False
            return
        stage = self._same_stage()
        if stage is not None:
            self._edit.do(stage)

    def undo(self) -> None:
        """Put everything back."""
        stage = self._same_stage()
        if stage is not None:
            self._edit.undo(stage)

    def _same_stage(self) -> Usd.Stage | None:
        context = omni.usd.get_context()
        return context.get_stage() if context.get_stage_id() == self._stage else None


def name(kind: type[Edit]) -> str:
    """Return the name under which Kit knows the command of a kind of edit."""
    return f"FactoryTwin{kind.__name__}"


def register() -> dict[str, type[EditCommand]]:
    """Register one command per kind of edit, so that Kit's lists show what was done."""
    kinds = [
        k for k in (getattr(edits, n) for n in edits.__all__) if isinstance(k, type) and issubclass(k, Edit) and k is not Edit
    ]
    commands = {name(k): type(name(k), (EditCommand,), {"__doc__": k.__doc__}) for k in kinds}
    for command in commands.values():
        omni.kit.commands.register(command)
    return commands


def unregister(commands: dict[str, type[EditCommand]]) -> None:
    """Take the commands away again."""
    for command in commands.values():
        omni.kit.commands.unregister(command)


def words(stack: Any) -> str:
    """Words for the newest entry of an undo stack: ours, else the command's name."""
    entry = stack[-1]
    return str(getattr(getattr(entry, "command", None), "label", "") or getattr(entry, "name", "") or "last step")
