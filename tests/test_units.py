# SPDX-License-Identifier: Apache-2.0
"""Text with units becomes SI numbers; what is ambiguous or no quantity is refused with an example."""

from __future__ import annotations

import time

import pytest
from factory_twin.errors import FactoryTwinError
from factory_twin.units import SECONDS, duration_text, metres, seconds
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("90", 90.0), (90, 90.0), (1.5, 1.5), ("8 h", 28800.0), ("8h", 28800.0), (" 30 min ", 1800.0), ("1 h 30 min", 5400.0),
        ("1h30min", 5400.0), ("2.5e2 ms", 0.25), (".5 d", 43200.0), ("1 WEEK", 604800.0), ("-5 s", -5.0), ("+5", 5.0),
    ],
)  # fmt: skip
def test_durations(text: str | float, value: float) -> None:
    assert seconds(text) == pytest.approx(value)


@pytest.mark.parametrize(("text", "value"), [("250 mm", 0.25), ("2.5", 2.5), ("1 ft", 0.3048), ("1 m 20 cm", 1.2), (3, 3.0)])
def test_lengths(text: str | float, value: float) -> None:
    assert metres(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    ["", " ", "h", "1 2", "1 h 30", "30 1 h", "1 h -30 min", "1,5 h", "5 parsecs", "eight h", "1e999", float("nan"), 10**400],
)
def test_what_is_no_duration_is_refused_with_a_hint(text: str | float) -> None:
    with pytest.raises(FactoryTwinError) as caught:
        seconds(text)
    assert "8 h" in caught.value.hint


def test_an_unknown_unit_is_named_with_the_known_ones() -> None:
    with pytest.raises(FactoryTwinError, match=r"unknown unit 'parsecs' \(known: mm, cm"):
        metres("5 parsecs")


def test_hostile_text_is_refused_at_once() -> None:
    begin = time.perf_counter()
    for text in ("1" * 100 + "!", "1 h " * 49 + "!", "9" * 10_000_000, "1." * 90):
        with pytest.raises(FactoryTwinError):
            seconds(text)
    assert time.perf_counter() - begin < 1.0


@given(st.floats(-1e9, 1e9), st.sampled_from(sorted(SECONDS)))
def test_a_number_with_a_unit_is_their_product(number: float, unit: str) -> None:
    assert seconds(f"{number!r} {unit}") == number * SECONDS[unit]


@pytest.mark.parametrize(
    ("value", "text"),
    [(42, "42 s"), (119, "119 s"), (750, "12.5 min"), (28800, "8 h"), (259200, "3 d"), (0, "0 s"), (-7200, "-2 h")],
)
def test_durations_for_people(value: float, text: str) -> None:
    assert duration_text(value) == text


@given(st.floats(0, 1e8))
def test_durations_for_people_are_durations(value: float) -> None:
    assert seconds(duration_text(value)) == pytest.approx(value, rel=1e-3)
