# SPDX-License-Identifier: Apache-2.0
"""The stand-ins for Kit have Kit's names and parameters, held against its API as data: one that promises more fails here."""

from __future__ import annotations

import enum
import inspect
import re
from typing import Any

import pytest

from tests.kit.fake_fabric import FABRIC
from tests.kit.fake_windows import WINDOWS
from tests.kit.fakes import SURFACE
from tests.kit.manifest import first, manifest, parameters

ENTRIES = [(module, name, thing) for module, content in (SURFACE | WINDOWS | FABRIC).items() for name, thing in content.items()]


def mine(function: Any) -> list[str]:
    return [
        {inspect.Parameter.VAR_KEYWORD: "**", inspect.Parameter.VAR_POSITIONAL: "*"}.get(p.kind, "") + n
        for n, p in inspect.signature(function).parameters.items()
        if n != "self"
    ]


def theirs(text: str) -> list[str]:
    return parameters(first(text))


def all_forms(text: str) -> list[list[str]]:
    """Parameters of each of several forms written as `f(a) -> x | f(b) -> y`."""
    return [parameters(form) for form in re.split(r" \| (?=\w+\()", text)]


@pytest.mark.parametrize(("module", "name", "thing"), ENTRIES, ids=[f"{m}.{n}" for m, n, _ in ENTRIES])
def test_a_stand_in_has_kits_signature(module: str, name: str, thing: Any) -> None:
    entry = manifest()[module][name]
    if inspect.isfunction(thing):
        assert mine(thing) == theirs(entry["signature"])
    elif isinstance(thing, type) and issubclass(thing, enum.Enum):
        assert {m.name for m in thing} <= set(entry["members"])
    elif isinstance(thing, type):
        for member, value in vars(thing).items():
            if member.startswith("_") and not (member == "__init__" and "(" in entry["members"].get("__init__", "")):
                continue
            assert member in entry["members"], f"Kit's {name} has no {member}"
            if inspect.isfunction(value):
                assert mine(value) in all_forms(entry["members"][member]), f"{name}.{member}"
    else:
        assert repr(thing) in entry["signature"]


def test_the_check_would_see_another_parameter() -> None:
    def get_context(title: str = "") -> None:
        pass

    assert mine(get_context) != theirs(manifest()["omni.usd"]["get_context"]["signature"])
