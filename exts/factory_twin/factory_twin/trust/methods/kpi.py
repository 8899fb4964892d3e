# SPDX-License-Identifier: Apache-2.0
"""Indicators of ISO 22400-2 from a log of states and counts of one work unit."""

from __future__ import annotations

import math
import re
from typing import Any

from ...kpi.iso22400 import Counts, Stops, TimeElements, indicators
from ..case import Case
from ..fields import CaseError, Fields, NotBuilt

_STATES = {
    "production": "apt",
    "setup": "aust",
    "delay": "adet",
    "idle_available": "adot",
    "planned_down": "planned_down",
    "not_scheduled": "not_scheduled",
}
_ELEMENTS = {
    "APT": "apt",
    "AUST": "aust",
    "ADET": "adet",
    "ADOT": "adot",
    "outside PBT": "planned_down",
    "outside POT": "not_scheduled",
}
_PAIR = re.compile(r"\s*(\w+)\s*(?:\([^()]*\)\s*)?->\s*([A-Za-z ]+?)\s*(?:,|$)")
_COUNTS = {"PQ": "pq", "GQ": "gq", "SQ": "sq", "RQ": "rq", "IP": "ip", "GP": "gp", "PSQ": "psq"}


def kpi(case: Case) -> dict[str, Any]:
    """Return the indicators; times in minutes.

    Raises:
        CaseError: A key is missing or wrong, or states overlap.
        NotBuilt: A key, state or count is not known.
    """
    f = Fields(case.model, f"{case.id}: model")
    element = _mapping(f)
    times = dict.fromkeys(_STATES.values(), 0.0)
    delays = []
    end = None
    for i, raw in enumerate(f.items("state_log")):
        entry = Fields(raw, f"{f.at('state_log')}[{i}]")
        state = element[entry.text("state", among=element)]
        begin, until = entry.number("start_min"), entry.number("end_min")
        entry.done()
        if until < begin or (end is not None and begin < end):
            raise CaseError("The states overlap or run backwards.", where=entry.where, hint="Sort them by time.")
        end = until
        times[state] += until - begin
        delays += [until - begin] if state == "adet" else []
    calendar = f.number("calendar_min", math.fsum(times.values()), least=0.0)
    unknown = calendar - math.fsum(times.values())
    if unknown < -1e-9:
        raise CaseError("The states last longer than the calendar.", where=f.where, hint="Correct calendar_min.")
    times["not_scheduled"] += max(0.0, unknown)
    pri = f.number("PRI_min", float("nan")) if "PRI_min" in f else float("nan")
    counts = f.fields("counts")
    numbers = {word: counts.number(key, least=0.0) for key, word in _COUNTS.items() if key in counts}
    counts.done()
    f.done()
    if "pq" not in numbers or "gq" not in numbers:
        raise NotBuilt("Counts without PQ and GQ are not known.", where=counts.where)
    elements = TimeElements(**times)
    stops = Stops(failures=len(delays), to_repair=delays, corrective=math.fsum(delays), preventive=times["planned_down"])
    found = indicators(elements, Counts(**numbers), pri=pri, stops=stops)
    return {
        "availability": found.availability,
        "effectiveness": found.effectiveness,
        "quality_ratio": found.quality_ratio,
        "OEE": found.oee_index,
        "NEE": found.nee_index,
        "utilisation_efficiency": found.utilization_efficiency,
        "allocation_efficiency": found.allocation_efficiency,
        "setup_ratio": found.setup_ratio,
        "technical_efficiency": found.technical_efficiency,
        "scrap_ratio": found.scrap_ratio,
        "rework_ratio": found.rework_ratio,
        "actual_to_planned_scrap_ratio": found.actual_to_planned_scrap_ratio,
        "equipment_load_ratio": found.equipment_load_ratio,
        "corrective_maintenance_ratio": found.corrective_maintenance_ratio,
        "TEEP": found.teep,
        "FPY": found.first_pass_yield,
        "mean_repair_min": found.mttr,
        "MTTR_min": found.mttr,
        "MTBF_min": found.mtbf,
        "time_elements_min": {
            "APT": elements.apt,
            "AUST": elements.aust,
            "ADET": elements.adet,
            "ADOT": elements.adot,
            "AUPT": elements.aupt,
            "AUBT": elements.aubt,
            "POT": elements.pot,
            "PBT": elements.pbt,
        },
    }


def _mapping(f: Fields) -> dict[str, str]:
    """Return state -> time element, as the case says it in words such as "production->APT, idle->outside PBT"."""
    if "state_mapping" not in f:
        return _STATES
    words = f.text("state_mapping")
    found, place = {}, 0
    while place < len(words):
        match = _PAIR.match(words, place)
        if match is None or match[2] not in _ELEMENTS:
            raise NotBuilt(f"This mapping is not known: {words[place:]}.", where=f.at("state_mapping"))
        found[match[1]], place = _ELEMENTS[match[2]], match.end()
    return found
