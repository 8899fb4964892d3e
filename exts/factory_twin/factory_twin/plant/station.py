# SPDX-License-Identifier: Apache-2.0
"""Where parts are worked on."""

from __future__ import annotations

from dataclasses import dataclass

from ..distribution import Distribution
from .node import Node
from .people import ALWAYS, NOBODY, Demand, Shift
from .upkeep import Failure, Maintenance, Wear


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A line of a set-up matrix: from products (empty: any) to products (empty: any) in `time` s."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    time: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Set-up before a part of another product than the last.

    Attributes:
        time: s, where no line of `changes` fits; None: no set-up.
        changes: The set-up matrix; the first line that fits counts.
        first: Whether the very first part needs one.
        workers: Workers needed meanwhile.
    """

    time: Distribution | None = None
    changes: tuple[Change, ...] = ()
    first: bool = False
    workers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Starts when `minimum` parts wait, takes up to `maximum`, of the same product only if `same_product`."""

    minimum: int = 1
    maximum: int = 1
    same_product: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """Parts joined into one.

    Attributes:
        inputs: (prim path of a place before the station or of a product, quantity); the first gives the main part.
        product: Prim path of the product made; empty: the main part keeps its product.
    """

    inputs: tuple[tuple[str, int], ...]
    product: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disassembly:
    """A part taken apart: (prim path of a product, quantity); an empty path: the product that went in."""

    outputs: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Station(Node):
    """A work unit (ISA-95) with equal, parallel servers.

    Attributes:
        servers: Servers.
        process_time: s per part (a batch: per batch).
        process_times: (prim path of a product, s per part): where a product takes another time.
        scrap_rate: Share of finished parts that leave the plant as scrap, 0..1.
        rework_rate: Share of finished parts that go to `rework`, 0..1.
        rework: Prim path of a place.
        failures: Failure modes of each server.
        maintenance: Maintenance plans of each server.
        wear: Wear of each server; None: none.
        setup: Set-up.
        batch: Parts worked on together.
        assembly: Parts joined into one; None: each part stays one.
        disassembly: Parts that come out of one; None: the part itself.
        workers: Workers needed while processing; its pools serve set-up, too.
        shift: When the station works.
        release_when_down: Whether a finished part may leave a server that is down.
        preemptive: Whether a part of lower priority number interrupts the part in work.
        power_busy: W; likewise `power_idle` (waiting or blocked), `power_setup` (-1: as busy), `power_down`, `power_off`.
        cost_per_hour: Of planned time, per server.
        cost_per_part: Per part worked on.
    """

    servers: int = 1
    process_time: Distribution
    process_times: tuple[tuple[str, Distribution], ...] = ()
    scrap_rate: float = 0.0
    rework_rate: float = 0.0
    rework: str = ""
    failures: tuple[Failure, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    wear: Wear | None = None
    setup: Setup = Setup()
    batch: Batch = Batch()
    assembly: Assembly | None = None
    disassembly: Disassembly | None = None
    workers: Demand = NOBODY
    shift: Shift = ALWAYS
    release_when_down: bool = True
    preemptive: bool = False
    power_busy: float = 0.0
    power_idle: float = 0.0
    power_setup: float = -1.0
    power_down: float = 0.0
    power_off: float = 0.0
    cost_per_hour: float = 0.0
    cost_per_part: float = 0.0
