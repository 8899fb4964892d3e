# SPDX-License-Identifier: Apache-2.0
"""Stations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..distribution import Distribution, constant
from ..plant import Calendar, Product, Shift, Station
from .applied import Applied, Index
from .assembly import assembly, disassembly
from .calendar import longest_window, shift
from .names import ENTERED, STATION
from .people import demand
from .upkeep import failures, maintenance, wear
from .work import batch, process_times, setup


class Stations:
    """Makes stations.

    Args:
        index: Everything of ours on the stage.
        durations: Station path -> time of the first operation that names the station and has one.
        products: All products.
        calendars: All calendars.
    """

    def __init__(
        self,
        index: Index,
        *,
        durations: Mapping[str, Distribution],
        products: Iterable[Product],
        calendars: Iterable[Calendar],
    ) -> None:
        self._index, self._durations, self._products = index, durations, tuple(products)
        self._calendars = {c.path: c for c in calendars}

    def make(self, one: Applied, common: dict[str, Any]) -> Station:
        """Return the station."""
        path, index = one.path, self._index
        times = process_times(path, index)
        made = Station(
            **common, servers=one["servers"], process_time=self._time(one, times), process_times=times,
            scrap_rate=one["scrapRate"], rework_rate=one["reworkRate"], rework=_rework(one), failures=failures(path, index),
            maintenance=maintenance(path, index), wear=wear(path, index), setup=setup(one, index), batch=batch(one),
            assembly=assembly(path, index, self._products), disassembly=disassembly(path, index), workers=demand(one, index),
            shift=self._shift(one), release_when_down=one["releaseWhenDown"], preemptive=one["preemptive"],
            power_busy=one["powerBusy"], power_idle=one["powerIdle"], power_setup=one["powerSetup"],
            power_down=one["powerDown"], power_off=one["powerOff"], cost_per_hour=one["costPerHour"],
            cost_per_part=one["costPerPart"],
        )  # fmt: skip
        _check_together(one, made)
        return made

    def _time(self, one: Applied, times: tuple[tuple[str, Distribution], ...]) -> Distribution:
        found: Distribution | None = one["processTime"] or self._durations.get(one.path) or (times[0][1] if times else None)
        if found is None:
            hint = "Set it to a time such as 60 s or triangular(low=50, mode=60, high=80), or name the station in an operation."
            one.error("processTime", "missing", "The process time is missing.", hint=hint)
        return found or constant(1.0)

    def _shift(self, one: Applied) -> Shift:
        found = shift(one, no_start_within=one["noStartWithin"])
        calendar = self._calendars.get(found.calendar)
        if calendar is not None and found.no_start_within > 0 and found.no_start_within >= longest_window(calendar):
            message = f"No time on shift is longer than {found.no_start_within:g} s, so no part is ever started."
            one.error("noStartWithin", "invalid", message, hint="Give a shorter time.")
        return found


def _rework(one: Applied) -> str:
    where = one.target("rework", ENTERED, "place that parts can enter", hint="Point it to a station, buffer, path or sink.")
    rate = one["reworkRate"]
    if rate > 0 and not one["rework"]:
        hint = "Point it to the place where the parts are worked on again, for example the buffer before the station."
        one.error("rework", "missing", "Nobody says where parts to be reworked go.", hint=hint)
    elif where and rate == 0 and not one.is_flawed("reworkRate"):
        one.warning("rework", "unused", "No parts are reworked.", hint=f"Set {one.attribute('reworkRate')}.")
    if rate + one["scrapRate"] > 1 + 1e-9:
        message = f"{rate:g} of the parts reworked and {one['scrapRate']:g} scrapped are more than all."
        one.error("reworkRate", "invalid", message, hint="Let both add up to 1 at most.")
    return where


def _check_together(one: Applied, made: Station) -> None:
    """Add what a station can't do together."""
    several = made.batch.maximum > 1
    if made.preemptive and (several or made.assembly):
        message = f"The work of {'a batch' if several else 'an assembly'} can't be interrupted for a more urgent part."
        one.error("preemptive", "invalid", message, hint="Set it to false, or let the station work on one part at a time.")
    if made.assembly and made.servers > 1:
        message = "A station that joins parts has one server."
        one.error("servers", "assembly", message, hint=f"Make a prim with {STATION} for each server.")
    if made.assembly and several:
        message = "A station that joins parts can't work on batches."
        one.error("batchMaximum", "assembly", message, hint="Set it to 1.")
