# SPDX-License-Identifier: Apache-2.0
"""A distribution is one text: it reads the same however it is written, and says what is wrong when it is."""

from __future__ import annotations

import math
import time

import pytest
from factory_twin.distribution import FAMILIES, Distribution, constant, exponential, parse, usage
from factory_twin.errors import FactoryTwinError
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "family", "parameters"),
    [
        ("60", "constant", (60.0,)),
        ("2.5 min", "constant", (150.0,)),
        ("0", "constant", (0.0,)),
        ("constant(value=60)", "constant", (60.0,)),
        ("exponential(mean=100 min)", "exponential", (6000.0,)),
        ("exponential(6000)", "exponential", (6000.0,)),
        (" Triangular ( high = 80 , low=50, mode=1 min )", "triangular", (50.0, 60.0, 80.0)),
        ("uniform(50, high=70)", "uniform", (50.0, 70.0)),
        ("lognormal(mean=6 min, cv=0.5)", "lognormal", (360.0, 0.5)),
        ("gamma(shape=2, scale=30)", "gamma", (2.0, 30.0)),
        ("erlang(k=3, mean=1e2)", "erlang", (3.0, 100.0)),
        ("weibull(shape=1.5, scale=1 h)", "weibull", (1.5, 3600.0)),
    ],
)
def test_texts(text: str, family: str, parameters: tuple[float, ...]) -> None:
    assert parse(text) == Distribution(family, parameters)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no distribution"),
        ("cauchy(mean=5)", "no distribution"),
        ("normal(mean=5)", "lacks sd"),
        ("normal(mean=-1, sd=5)", "out of range"),
        ("beta(low=1, high=2, alpha=2 h, beta=2)", "plain number"),
        ("beta(low=2, high=2, alpha=2, beta=2)", "out of range"),
        ("exponential", "lacks mean"),
        ("exponential()", "lacks mean"),
        ("exponential(mean=0)", "out of range"),
        ("exponential(mean=-1)", "out of range"),
        ("-5", "out of range"),
        ("exponential(mean=5", "no distribution"),
        ("exponential(mean=5) + 3", "no distribution"),
        ("exponential(mean=x)", "no parameter"),
        ("exponential(mean=5, mean=6)", "unexpected 'mean'"),
        ("exponential(rate=5)", "unexpected 'rate'"),
        ("exponential(5, 6)", "no parameter"),
        ("uniform(low=5, high=4)", "out of range"),
        ("triangular(low=5, mode=5, high=5)", "out of range"),
        ("triangular(low=5, mode=9, high=8)", "out of range"),
        ("erlang(k=1.5, mean=5)", "out of range"),
        ("lognormal(mean=5, cv=0)", "out of range"),
        ("lognormal(mean=5, cv=10 min)", "plain number"),
        ("gamma(shape=2 h, scale=3)", "plain number"),
        ("exponential(mean=5 lightyears)", "unknown unit"),
        ("uniform(1,,2)", "no parameter"),
        ("1e999", "out of range"),
        ("weibull(shape=0.001, scale=1)", "out of range"),
        ("gamma(shape=1e200, scale=1e200)", "out of range"),
        ("__import__('os')", "no distribution"),
    ],
)
def test_bad_texts_say_what_is_wrong_and_how_to_write_it(text: str, words: str) -> None:
    with pytest.raises(FactoryTwinError, match=words) as caught:
        parse(text)
    assert caught.value.hint


def test_hostile_text_is_refused_at_once() -> None:
    begin = time.perf_counter()
    for text in ("(" * 400, "exponential(" + "1" * 400 + "!)", "uniform(" + "," * 450 + ")", "9" * 10_000_000):
        with pytest.raises(FactoryTwinError) as caught:
            parse(text)
        assert len(str(caught.value)) < 2000
    assert time.perf_counter() - begin < 1.0


POSITIVE = st.floats(1e-3, 1e6)
DISTRIBUTIONS = st.one_of(
    st.builds(constant, st.floats(0, 1e12)),
    st.builds(exponential, POSITIVE),
    st.builds(lambda a, b: Distribution("uniform", (min(a, b), max(a, b))), POSITIVE, POSITIVE),
    st.lists(POSITIVE, min_size=3, max_size=3, unique=True).map(lambda v: Distribution("triangular", tuple(sorted(v)))),
    st.builds(lambda a, b: Distribution("lognormal", (a, b)), POSITIVE, st.floats(0.01, 5)),
    st.builds(lambda a, b: Distribution("normal", (a, b)), POSITIVE, POSITIVE),
    st.builds(lambda a, b: Distribution("beta", (0.0, a, b, b)), POSITIVE, st.floats(0.01, 5)),
    st.builds(lambda a, b: Distribution("gamma", (a, b)), st.floats(0.1, 50), POSITIVE),
    st.builds(lambda a, b: Distribution("weibull", (a, b)), st.floats(0.1, 50), POSITIVE),
    st.builds(lambda k, m: Distribution("erlang", (float(k), m)), st.integers(1, 50), POSITIVE),
)


@given(DISTRIBUTIONS)
def test_text_of_a_distribution_reads_as_the_same(distribution: Distribution) -> None:
    assert parse(str(distribution)) == distribution


@given(st.text("0123456789.eE+-()=, abcdefghiklmnopqrstuwxv", max_size=40))
def test_any_text_is_a_distribution_or_an_error_of_ours(text: str) -> None:
    try:
        assert math.isfinite(parse(text).mean)
    except FactoryTwinError as error:
        assert error.what and error.hint


@pytest.mark.parametrize(
    ("text", "mean"),
    [
        ("60", 60.0), ("exponential(7)", 7.0), ("uniform(2, 4)", 3.0), ("triangular(1, 2, 6)", 3.0), ("lognormal(5, 2)", 5.0),
        ("normal(0, 1)", 0.7978845608), ("normal(100, 1)", 100.0), ("beta(2, 10, 2, 3)", 5.2),
        ("gamma(2, 3)", 6.0), ("erlang(4, 9)", 9.0), ("weibull(1, 5)", 5.0), ("weibull(2, 2)", math.sqrt(math.pi)),
    ],
)  # fmt: skip
def test_means(text: str, mean: float) -> None:
    assert parse(text).mean == pytest.approx(mean)


def test_usage_names_every_family() -> None:
    assert all(f"{name}({', '.join(f.names)})" in usage() for name, f in FAMILIES.items())
