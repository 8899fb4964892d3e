# SPDX-License-Identifier: Apache-2.0
"""Show a motion on an open stage: a sublayer of the session layer, which the user's files know nothing of."""

from __future__ import annotations

from pxr import Sdf, Usd

from .. import session
from ..log import Log
from ..plant import Plant
from .layer import author_motion


class Motion:
    """A motion layer attached to a stage.

    Args:
        stage: Where to show it.
        log: The shift.
        plant: What `read_plant(stage)` gave.

    One time code of the stage is one simulated second, so a stage with 60 time codes per second plays 60 times as fast as life.
    """

    def __init__(self, stage: Usd.Stage, log: Log, plant: Plant) -> None:
        self.end = log.end
        self._stage: Usd.Stage | None = stage
        self._layer = Sdf.Layer.CreateAnonymous("factory_twin_motion.usda")
        author_motion(self._layer, log, plant, stage=stage)
        # A stage scales the times of a sublayer by the ratio of timeCodesPerSecond: sample times stay what they are.
        self._layer.timeCodesPerSecond = stage.GetTimeCodesPerSecond()
        session.attach(stage, self._layer)

    def detach(self) -> None:
        """Take the layer away; the session layer is as it was before."""
        if self._stage is None:
            return
        session.detach(self._stage, self._layer)
        self._stage = None
