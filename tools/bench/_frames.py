# SPDX-License-Identifier: Apache-2.0
"""Frames of the benchmark's shift: our player against `Attribute.Set` for each part there is, a listener on both stages."""

from __future__ import annotations

import random
import time
from typing import Any

import numpy as np
from factory_twin.motion import Player
from factory_twin.motion.columns import part_tracks
from factory_twin.motion.fleet import Rides
from pxr import Gf, Sdf, Tf, Usd, UsdGeom

from . import _shift

FRAMES = 60


class Peer:
    """A prim for each part; each frame every part that exists is put where it is, those that came or went shown or hidden."""

    def __init__(self, tracks: Any) -> None:
        self.tracks = tracks
        self.stage = Usd.Stage.CreateInMemory()
        layer = self.stage.GetSessionLayer()
        with Sdf.ChangeBlock():
            for k in range(len(tracks)):
                prim = Sdf.CreatePrimInLayer(layer, f"{_shift.ROOT}/Parts/Part_{k:05d}")
                prim.specifier, prim.typeName = Sdf.SpecifierDef, "Xform"
                Sdf.AttributeSpec(prim, "xformOp:translate", Sdf.ValueTypeNames.Double3).default = Gf.Vec3d(0.0)
                order = Sdf.AttributeSpec(prim, "xformOpOrder", Sdf.ValueTypeNames.TokenArray, Sdf.VariabilityUniform)
                order.default = ["xformOp:translate"]
                Sdf.AttributeSpec(prim, "visibility", Sdf.ValueTypeNames.Token).default = "invisible"
        self.stage.SetEditTarget(layer)
        prims = [self.stage.GetPrimAtPath(f"{_shift.ROOT}/Parts/Part_{k:05d}") for k in range(len(tracks))]
        self.places = [p.GetAttribute("xformOp:translate") for p in prims]
        self.seen = [UsdGeom.Imageable(p).GetVisibilityAttr() for p in prims]
        self.live: set[int] = set()
        self.begin, self.end = tracks.begin, tracks.end

    def show(self, at: float) -> None:
        """Show a moment, s."""
        live = np.flatnonzero((self.begin <= at) & (at <= self.end))
        place, _ = self.tracks.at(live, at)
        now = set(live.tolist())
        for k, (x, y, z) in zip(live.tolist(), place.tolist()):
            self.places[k].Set(Gf.Vec3d(x, y, z))
        for k in now - self.live:
            self.seen[k].Set("inherited")
        for k in self.live - now:
            self.seen[k].Set("invisible")
        self.live = now


def measure() -> dict[str, tuple[dict[str, list[float]], str]]:
    """Return for playing and for jumping the seconds of each frame of ours and of the peer, and what was shown."""
    plant = _shift.plant()
    stage, log = _shift.stage(plant), _shift.log(plant)
    begun = time.perf_counter()
    player = Player(stage, log, plant)
    ready = time.perf_counter() - begun
    peer = Peer(part_tracks(log, plant, Rides(log, plant))[0])
    notes = [0]

    def listen(notice: Any, _: Any) -> None:
        notes[0] += sum(1 for p in notice.GetChangedInfoOnlyPaths() if p.IsPropertyPath())

    keys = [Tf.Notice.Register(Usd.Notice.ObjectsChanged, listen, s) for s in (stage, peer.stage)]
    chance = random.Random(1)
    jumps = [chance.uniform(4000.0, 28000.0) for _ in range(FRAMES)]
    plays = [14400.0 + k for k in range(FRAMES)]  # 60 times as fast as life at 60 frames per second
    out = {}
    for name, times in (("player, playing", plays), ("player, any jump", jumps)):
        player.show(times[0] - 1.0), peer.show(times[0] - 1.0)
        spent: dict[str, list[float]] = {"ours": [], "peer": []}
        live, writes = [], player.writes
        for k, at in enumerate(times):
            for way in ("ours", "peer") if k % 2 else ("peer", "ours"):
                begun = time.perf_counter()
                (player if way == "ours" else peer).show(at)
                spent[way].append(time.perf_counter() - begun)
            live.append(len(player.parts))
            assert len(player.parts) == len(peer.live)
        written = (player.writes - writes) / len(times)
        detail = (
            f"{np.mean(live):,.0f} parts of {len(peer.places):,} there, {written:,.0f} values written a frame, a listener on"
        )
        out[name] = spent, f"{detail}; shown {ready:.2f} s after the click"
    for key in keys:
        key.Revoke()
    player.detach()
    return out
