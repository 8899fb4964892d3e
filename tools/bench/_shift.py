# SPDX-License-Identifier: Apache-2.0
"""A shift for the motion benchmarks: 8 h, 10,000 parts, 50 stations of 22 servers with a buffer before each, 1e6 moves."""

from __future__ import annotations

from heapq import heapify, heapreplace

import numpy as np
from factory_twin.distribution import constant
from factory_twin.event import State
from factory_twin.log import Log
from factory_twin.plant import Buffer, Node, Plant, Sink, Source, Station
from numpy.typing import NDArray
from pxr import Sdf, Usd

HOURS, PARTS, STATIONS, SERVERS = 8, 10_000, 50, 22
PROCESS = 57.6  # s
ROOT = "/Plant"
Floats = NDArray[np.float64]


def plant() -> Plant:
    """Return the plant: five rows of ten stations."""
    nodes: list[Node] = [Source(path=f"{ROOT}/Start", successors=(f"{ROOT}/B0",), interarrival=constant(2.88))]
    for k in range(STATIONS):
        x, y = 30.0 * (k % 10), 30.0 * (k // 10)
        nodes.append(
            Buffer(path=f"{ROOT}/B{k}", successors=(f"{ROOT}/S{k}",), capacity=-1, position=(x, y, 0.0), spacing=(0, 1, 0))
        )
        nodes.append(Station(
            path=f"{ROOT}/S{k}", successors=(f"{ROOT}/B{k + 1}" if k + 1 < STATIONS else f"{ROOT}/End",), servers=SERVERS,
            process_time=constant(PROCESS), position=(x + 5.0, y, 0.0), spacing=(0, 1, 0),
        ))  # fmt: skip
    nodes.append(Sink(path=f"{ROOT}/End", position=(300.0, 120.0, 0.0)))
    return Plant(nodes=tuple(nodes))


def stage(model: Plant) -> Usd.Stage:
    """Return a stage with a prim for each place and a lamp on each station."""
    layer = Sdf.Layer.CreateAnonymous(".usda")
    with Sdf.ChangeBlock():
        root = Sdf.PrimSpec(layer.pseudoRoot, ROOT[1:], Sdf.SpecifierDef, "Xform")
        layer.defaultPrim = root.name
        layer.pseudoRoot.SetInfo("metersPerUnit", 1.0)
        layer.pseudoRoot.SetInfo("upAxis", "Z")
        layer.timeCodesPerSecond = 60.0
        for node in model.nodes:
            prim = Sdf.PrimSpec(root, node.path.rpartition("/")[2], Sdf.SpecifierDef, "Xform")
            if node.kind == "station":
                Sdf.PrimSpec(prim, "Andon", Sdf.SpecifierDef, "Sphere")
    return Usd.Stage.Open(layer)


def log(model: Plant, seed: int = 1) -> Log:
    """Return the log of the shift: the first free server takes the first part that waits; parts leave when they are done."""
    rng = np.random.default_rng(seed)
    out = Log(tuple(n.path for n in model.nodes))
    came = np.sort(rng.uniform(0.0, HOURS * 3600.0 - 2.0, PARTS))
    part = np.arange(1, PARTS + 1, dtype=float)
    moves, states = [_moves(came, 0, 1, part)], []
    for k in range(STATIONS):
        start, server = _served(came, rng.uniform(PROCESS - 8, PROCESS + 8, PARTS), done := np.empty(PARTS))
        here = 2.0 + 2 * k
        moves.append(_moves(start, here - 1, here, part))
        states += [_states(start, here, server, State.BUSY), _states(done, here, server, State.STARVED)]
        order = np.argsort(done, kind="stable")
        came, part = done[order], part[order]
        moves.append(_moves(came, here, here + 1, part))
    out.moves.add(_until(np.concatenate(moves)))
    out.states.add(_until(np.concatenate(states)))
    out.end = HOURS * 3600.0
    return out


def _served(came: Floats, work: Floats, done: Floats) -> tuple[Floats, Floats]:
    free = [(0.0, float(s)) for s in range(SERVERS)]
    heapify(free)
    start, server = np.empty(PARTS), np.empty(PARTS)
    for i, (time, need) in enumerate(zip(came.tolist(), work.tolist())):
        at, who = free[0]
        at = max(at, time)
        start[i], server[i], done[i] = at, who, at + need
        heapreplace(free, (at + need, who))
    return start, server


def _moves(time: Floats, source: float, target: float, part: Floats) -> Floats:
    return np.stack([time, np.full(PARTS, source), np.full(PARTS, target), part], axis=1)


def _states(time: Floats, place: float, server: Floats, state: State) -> Floats:
    return np.stack([time, np.full(PARTS, place), server, np.full(PARTS, float(state))], axis=1)


def _until(rows: Floats) -> Floats:
    rows = rows[rows[:, 0] <= HOURS * 3600.0]
    return rows[np.argsort(rows[:, 0], kind="stable")]
