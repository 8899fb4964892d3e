# SPDX-License-Identifier: Apache-2.0
"""Run cases: factories by simulation, other kinds by their method; what is not there is said."""

from __future__ import annotations

from ..errors import FactoryTwinError, StageError
from .case import Case
from .des import Settings, run_des
from .fields import NotBuilt
from .methods import METHODS
from .verdict import CaseResult, failed, judge, missing, not_built, result

_KNOWN = ("notes", "source", "power_w")


def run_case(case: Case, settings: Settings = Settings()) -> CaseResult:  # noqa: B008 - frozen
    """Run a case and judge it.

    A malformed model fails its case, so that the others can be run.

    Raises:
        StageError: A stage can't be kept.
    """
    try:
        done = run_des(case, settings) if case.kind.startswith("des") else _method(case)
    except NotBuilt as error:
        return not_built(case, str(error))
    except StageError:
        raise
    except FactoryTwinError as error:
        return failed(case, str(error))
    return _with_unread(case, done)


def _method(case: Case) -> CaseResult:
    if case.kind not in METHODS:
        return not_built(case, f"The kind {case.kind!r} is not known.")
    if case.run:
        return not_built(case, f"Run settings of a case of kind {case.kind} are not known.")
    values = METHODS[case.kind](case)
    verdicts = [
        judge(e, values[e.metric]) if e.metric in values else missing(e, "This metric is not known.") for e in case.expected
    ]
    return result(case, verdicts)


def _with_unread(case: Case, done: CaseResult) -> CaseResult:
    """Say which keys of the case nobody read."""
    unread = [key for key in case.extra if key not in _KNOWN and not key.startswith("variant_")]
    if not unread:
        return done
    words = f"not read: {', '.join(unread)}"
    note = f"{done.note}; {words}" if done.note else words
    return CaseResult(done.id, done.kind, done.title, done.verdicts, done.status, note)
