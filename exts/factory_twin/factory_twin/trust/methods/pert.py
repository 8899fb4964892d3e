# SPDX-License-Identifier: Apache-2.0
"""Project networks."""

from __future__ import annotations

from typing import Any

from ... import pert as network
from ..case import Case
from ..fields import CaseError, Fields


def pert(case: Case) -> dict[str, Any]:
    """Return duration, variance, critical tasks, times of all tasks, and the chance to meet the deadline.

    Raises:
        CaseError: A key is missing or wrong.
        NotBuilt: A key is not known.
        FactoryTwinError: The network makes no sense.
    """
    f = Fields(case.model, f"{case.id}: model")
    tasks = {}
    for name, raw in f.fields("tasks").data.items():
        t = Fields(raw, f"{f.at('tasks')}.{name}")
        before = t.items("pred", [])
        if not all(isinstance(b, str) for b in before):
            raise CaseError("These are no names of tasks.", where=t.at("pred"), hint='Write ["A", "B"].')
        optimistic, likely, pessimistic = (t.number(key, least=0.0) for key in ("o", "m", "p"))
        tasks[name] = network.Task(optimistic, likely, pessimistic, tuple(before))
        t.done()
    deadline = f.number("deadline") if "deadline" in f else None
    f.done()
    found = network.schedule(tasks)
    values: dict[str, Any] = {
        "duration": found.duration,
        "variance": found.variance,
        "sd": found.variance**0.5,
        "critical": list(found.critical),
        "early_start": found.early_start,
        "early_finish": found.early_finish,
        "late_start": found.late_start,
        "late_finish": found.late_finish,
        "slack": found.slack,
    }
    return values if deadline is None else values | {"p_meet": found.chance(deadline)}
