# SPDX-License-Identifier: Apache-2.0
"""Read the bindings on a stage."""

from __future__ import annotations

from pxr import Usd

from ..errors import Issue
from ..plant import Binding, Plant
from ..survey.survey import survey_bindings


def read_bindings(stage: Usd.Stage, plant: Plant | None = None) -> tuple[tuple[Binding, ...], list[Issue]]:
    """Return the sound bindings of a stage, in stage order, and what is wrong with the others.

    Args:
        stage: The stage.
        plant: Its plant; bindings go on any prim, so it is not needed.
    """
    return survey_bindings(stage)
