# SPDX-License-Identifier: Apache-2.0
"""What every edit is: a frozen object with a label that can be done, undone and done again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pxr import Sdf, Usd

from ..errors import FactoryTwinError
from .trace import Trace


@dataclass(frozen=True)
class Edit(ABC):
    """One undoable change. Done again after an undo, it writes to the layer it wrote to at first."""

    _traces: list[Trace] = field(init=False, repr=False, compare=False, default_factory=list)
    _targets: list[Usd.EditTarget] = field(init=False, repr=False, compare=False, default_factory=list)

    @property
    @abstractmethod
    def label(self) -> str:
        """Words for a menu: "Set Process Time of Mill to 60 s"."""

    @abstractmethod
    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Check the change and write it through `trace`.

        Raises:
            FactoryTwinError: The change makes no sense; nothing may have been written that `trace` doesn't know.
        """

    def do(self, stage: Usd.Stage) -> None:
        """Make the change at the stage's edit target.

        Raises:
            FactoryTwinError: The change makes no sense; the stage is as before.
        """
        with _target(stage, self._targets) as target:
            trace = Trace(target)
            try:
                self.write(stage, trace)
            except BaseException:
                trace.restore()
                raise
        self._targets[:] = [target]
        self._traces.append(trace)

    def undo(self, stage: Usd.Stage) -> None:
        """Put everything back as it was before the change.

        Raises:
            FactoryTwinError: The edit was not done.
        """
        if not self._traces:
            raise FactoryTwinError("This edit was not done.", where=self.label, hint="Do it first.")
        self._traces.pop().restore()


@contextmanager
def _target(stage: Usd.Stage, known: list[Usd.EditTarget]) -> Iterator[Usd.EditTarget]:
    again = next((t for t in known if stage.HasLocalLayer(t.GetLayer())), None)
    with Usd.EditContext(stage, again or stage.GetEditTarget()):
        yield stage.GetEditTarget()


@dataclass(frozen=True)
class Group(Edit):
    """Several edits that are done and undone as one; when one fails, none is done.

    Attributes:
        words: Label of the group.
        edits: The edits, in order.
    """

    words: str
    edits: tuple[Edit, ...]

    @property
    def label(self) -> str:
        """The given words."""
        return self.words

    def write(self, stage: Usd.Stage, trace: Trace) -> None:
        """Let each edit write on the same trace."""
        for edit in self.edits:
            edit.write(stage, trace)


def prim_at(stage: Usd.Stage, path: str) -> Usd.Prim:
    """Return the prim that is going to be changed.

    Raises:
        FactoryTwinError: There is none, it lies inside an instance, or it is the root of the stage.
    """
    prim = stage.GetPrimAtPath(path) if Sdf.Path.IsValidPathString(path) else None
    if not prim:
        raise FactoryTwinError("There is no such prim.", where=path, hint="It may have been removed or renamed.")
    if prim.IsPseudoRoot():
        raise FactoryTwinError("The root of the stage can't be edited.", where=path, hint="Choose a prim below it.")
    if prim.IsInstanceProxy() or prim.IsInPrototype():
        hint = "Edit the prim that is the instance, or turn its instanceable off."
        raise FactoryTwinError("This prim lies inside an instance and can't be changed.", where=path, hint=hint)
    return prim


def parent_at(stage: Usd.Stage, path: str) -> Usd.Prim:
    """Return the prim that is going to get a child; `/` is the root of the stage.

    Raises:
        FactoryTwinError: There is none, it lies inside an instance or is one.
    """
    prim = stage.GetPseudoRoot() if path == "/" else prim_at(stage, path)
    if prim.IsInstance():
        hint = "Turn its instanceable off, or choose another prim."
        raise FactoryTwinError("What is below an instance can't be changed.", where=path, hint=hint)
    if not prim.IsActive():
        raise FactoryTwinError("Nothing shows below an inactive prim.", where=path, hint="Activate it first.")
    return prim
