# SPDX-License-Identifier: Apache-2.0
"""The three-machine line in other simulators of Python, each in a virtual environment of its own, against ours with a full log.

Each peer runs a script in a process of its own, as it comes: what it records by itself stays on. The script gets its job on
stdin and prints the CPU time of the model, without imports, and what left the line.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from math import isclose
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from factory_twin.plant import Plant, Station
from factory_twin.sim import Simulation
from factory_twin.sim.stream import stream

from ._venv import NoVenv, python
from .line50 import departures as exits
from .line50 import line

NAME = "peers"
ABOUT = "three-machine line: CPU time of simantha, Ciw, salabim and prodsys against ours with a full log"
REPEATS, CYCLE, BUFFER, UP, DOWN, EVERY = 3, 60.0, 10, 6000.0, 600.0, 90.0
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Peer:
    """Another simulator.

    Attributes:
        pin: What pip installs.
        horizon: Length of a run, s.
        parts: How far its number of parts may be from ours, relative; None: it makes our draws.
        differs: What is different in its model, or in that of both sides.
        plant: Arguments of our line.
    """

    name: str
    pin: str
    horizon: float
    goal: float
    parts: float | None
    differs: str
    plant: dict[str, Any] = field(default_factory=dict)


PEERS = (
    Peer(
        name="simantha",
        pin="simantha==0.1.1",
        horizon=3e6,
        goal=10,
        parts=0.03,
        differs="clock of failures always runs; there in whole cycles, and a failure costs the part",
        plant={"clock": "calendar"},
    ),
    Peer(
        name="ciw",
        pin="ciw==3.2.7",
        horizon=3e6,
        goal=10,
        parts=None,
        differs="there repairs are part of the service time, and a part arrives per cycle",
    ),
    Peer(name="salabim", pin="salabim==26.0.9", horizon=1e6, goal=10, parts=None, differs="the same model"),
    Peer(
        name="prodsys",
        pin="prodsys==1.3.1",
        horizon=2e5,
        goal=100,
        parts=0.05,
        differs="clock of failures always runs, a part per 90 s; there a worker carries the parts",
        plant={"clock": "calendar", "buffer": BUFFER + 1, "every": EVERY},
    ),
)


def run() -> list[dict[str, Any]]:
    """Return the CPU-time ratios, medians of paired runs; a peer that can't be installed has none."""
    return [_row(peer) for peer in PEERS]


def _row(peer: Peer) -> dict[str, Any]:
    row = {"name": peer.name, "ratio": None, "goal": peer.goal, "unit": "x"}
    try:
        interpreter = python(peer.name, peer.pin)
    except NoVenv as error:
        return {**row, "detail": f"skipped: {error}"}
    plant, ratios, bare, parts = line(3, **peer.plant), [], [], [0, 0]
    for seed in range(1, REPEATS + 1):
        answer = _ask(peer, interpreter, _job(plant, peer.horizon, seed))
        began = process_time()
        ours = exits(plant, peer.horizon, seed=seed)
        middle = process_time()
        Simulation(plant, seed=seed).run(peer.horizon)
        ratios.append(answer["cpu"] / (middle - began))
        bare.append(answer["cpu"] / (process_time() - middle))
        _compare(peer, seed, answer, ours)
        parts = [parts[0] + _parts(answer), parts[1] + len(ours)]
    same = ", departures equal" if peer.parts is None else ""
    detail = (
        f"CPU time of {peer.pin.replace('==', ' ')} / ours; {parts[0]} parts there, {parts[1]} here{same}; {peer.differs}; "
        f"{min(ratios):.1f} to {max(ratios):.1f}; {median(bare):.1f} against ours without a log"
    )
    return {**row, "ratio": median(ratios), "detail": detail}


def _job(plant: Plant, until: float, seed: int) -> dict[str, Any]:
    """Return what a peer needs to know; the draws are those that our machines will make."""
    count = int(until / UP * 1.3) + 100
    draws = []
    for node in plant.of(Station):
        mode = node.failures[0]
        laws = {"up": (mode.time_to_failure, "failure"), "down": (mode.time_to_repair, "repair")}
        draws.append({key: _draws(law, node.path, f"{mode.name}:0:{word}", seed, count) for key, (law, word) in laws.items()})
    facts = {"cycle": CYCLE, "buffer": BUFFER, "up": UP, "down": DOWN, "every": EVERY}
    return {"until": until, "seed": seed, "draws": draws, **facts}


def _draws(law: Any, path: str, purpose: str, seed: int, count: int) -> list[float]:
    draw = stream(law, seed=seed, replication=0, path=path, purpose=purpose).draw
    return [draw() for _ in range(count)]


def _ask(peer: Peer, interpreter: Path, job: dict[str, Any]) -> dict[str, Any]:
    command = [str(interpreter), str(HERE / f"_peer_{peer.name}.py")]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(f"{peer.name} ended with code {done.returncode}: {done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _compare(peer: Peer, seed: int, answer: dict[str, Any], ours: list[float]) -> None:
    """Raise unless both sides did the same work; with equal draws: made every departure equal but for rounding."""
    there = _parts(answer)
    if peer.parts is not None:
        same = abs(there - len(ours)) <= peer.parts * len(ours)
    else:
        same = there == len(ours) and all(isclose(a, b, rel_tol=1e-12) for a, b in zip(answer["departures"], ours))
    if not same:
        raise AssertionError(f"{peer.name}, seed {seed}: another line, {there} parts there, {len(ours)} here.")


def _parts(answer: dict[str, Any]) -> int:
    return int(answer["parts"]) if "parts" in answer else len(answer["departures"])
