# SPDX-License-Identifier: Apache-2.0
"""Units become SI by numbers that others publish; what does not fit is refused with what would."""

from __future__ import annotations

import math

import pytest
from factory_twin.errors import FactoryTwinError
from factory_twin.event import State
from factory_twin.quantity import HEALTH, QUANTITIES, RESERVED, Sort, conversion, convert, quantity, state_of
from factory_twin.ucum import SI, UNITS, units_of
from factory_twin_schema.table import properties

KNOWN = [
    (212.0, "degF", "temperature", 100.0), (-40.0, "°F", "temperature", -40.0), (0.0, "K", "temperature", -273.15),
    (25.0, "Cel", "temperature", 25.0), (2.8, "mm/s", "vibration", 0.0028), (1.0, "in/s", "vibration", 0.0254),
    (1.5, "kW", "power", 1500.0), (1.0, "hp", "power", 745.6998715822702), (1.0, "kWh", "energy", 3.6e6),
    (3000.0, "rpm", "rotation", 100 * math.pi), (180.0, "deg", "heading", math.pi), (1.0, "bar", "pressure", 1e5),
    (1.0, "psi", "pressure", 6894.757293168361), (1.0, "lbf.ft", "torque", 1.3558179483314004), (50.0, "Nm", "torque", 50.0),
    (80.0, "%", "battery", 0.8), (36.0, "km/h", "speed", 10.0), (250.0, "mA", "current", 0.25), (60.0, "L/min", "flow", 1e-3),
    (12.7, "mm", "x", 0.0127), (7.0, "", "parts", 7.0), (7.0, "pcs", "parts", 7.0),
]  # fmt: skip


@pytest.mark.parametrize(("value", "code", "name", "si"), KNOWN)
def test_units_become_si(value: float, code: str, name: str, si: float) -> None:
    assert math.isclose(convert(value, code, quantity(name)), si, rel_tol=1e-12, abs_tol=1e-12)


def test_there_are_about_eighty_units_and_every_dimension_has_its_si_unit() -> None:
    assert len(UNITS) >= 80
    for dimension, code in SI.items():
        assert (UNITS[code].dimension, UNITS[code].scale, UNITS[code].offset) == (dimension, 1.0, 0.0)
        assert units_of(dimension)[0] == code


@pytest.mark.parametrize(
    ("code", "name", "words"),
    [("bar", "vibration", ("pressure", "mm/s")), ("furlong/s", "vibration", ("unknown", "in/s")), ("%", "parts", ("count",)),
     ("mm", "state", ("no unit",)), ("degC", "power", ("kW",)), ("x" * 5000, "power", ("unknown", "kW")),
     ("Kw", "diameter", ("kW",))],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_what_would(code: str, name: str, words: tuple[str, ...]) -> None:
    with pytest.raises(FactoryTwinError) as caught:
        conversion(code, quantity(name))
    assert all(w in str(caught.value) for w in words)
    assert len(str(caught.value)) < 1200


@pytest.mark.parametrize(
    ("value", "name"),
    [(-274.0, "temperature"), (1.5, "parts"), (-1.0, "scrap"), (2.0**31, "wip"), (-0.1, "vibration"), (1.1, "battery"),
     (math.nan, "power"), (math.inf, "energy"), (1e9, "x")],
)  # fmt: skip
def test_what_cannot_be_true_is_refused(value: float, name: str) -> None:
    with pytest.raises(FactoryTwinError):
        convert(value, "", quantity(name))


def test_names_of_our_own_are_measures_and_reserved_ones_are_none() -> None:
    free = quantity("diameter")
    assert (free.sort, free.attribute) == (Sort.MEASURE, "factoryTwin:state:diameter")
    assert convert(12.0, "mm", free) == 0.012
    for name in (*RESERVED, "", "a b", "a:b", "1a", "x" * 65, "ä"):
        with pytest.raises(FactoryTwinError):
            quantity(name)


def test_the_schema_has_what_its_quantities_are() -> None:
    table = properties("FactoryTwinStateAPI")
    for q in QUANTITIES.values():
        prop = table.get(q.attribute)
        if prop is None:
            continue
        kinds = {Sort.STATE: "token", Sort.COUNT: "int", Sort.COUNTER: "int", Sort.MEASURE: "double"}
        assert prop.type == (kinds.get(q.sort) or ("token" if q.words else "string"))
        assert prop.unit == (q.unit if q.sort is Sort.MEASURE else "")
    assert set(table["factoryTwin:state:health"].tokens) == set(HEALTH)
    assert {f"factoryTwin:state:{n}" for n in RESERVED} <= set(table)


def test_words_are_states_or_none() -> None:
    assert state_of(" Busy ") is State.BUSY
    assert state_of("unknown") is State.UNKNOWN
    assert state_of("running") is None
