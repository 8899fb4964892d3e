# SPDX-License-Identifier: Apache-2.0
"""A distribution is one text: it reads the same however it is written, and says what is wrong when it is."""

from __future__ import annotations

import math
import time
from collections import Counter

import numpy as np
import pytest
from factory_twin.distribution import FAMILIES, Distribution, constant, exponential, parse, usage
from factory_twin.errors import FactoryTwinError
from factory_twin.sim.stream import stream
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
        ("gamma(mean=10, cv=0.5)", "gamma", (4.0, 2.5)),
        ("gamma(cv=2, mean=1 min)", "gamma", (0.25, 240.0)),
        ("discrete(values=[1, 2, 3], p=[0.2, 0.3, 0.5])", "discrete", ((1.0, 2.0, 3.0), (0.2, 0.3, 0.5))),
        ("discrete([1 min, 90 s], [.5, .5])", "discrete", ((60.0, 90.0), (0.5, 0.5))),
        ("Hyperexponential( p = [0.4,0.6] , means=[ 5, 20 min ] )", "hyperexponential", ((0.4, 0.6), (5.0, 1200.0))),
        ("empirical(values=[12.5, 0, 1e2])", "empirical", ((12.5, 0.0, 100.0),)),
        ("empirical([7])", "empirical", ((7.0,),)),
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
        ("gamma(mean=10, scale=3)", "lacks shape"),
        ("gamma(shape=1, scale=2, cv=3)", "unexpected 'cv'"),
        ("gamma(mean=10, cv=0)", "out of range"),
        ("weibull(mean=10, cv=1e9)", "out of range"),
        ("weibull(mean=0, cv=1)", "out of range"),
        ("discrete(values=[1, 2], p=[0.5, 0.4])", "out of range"),
        ("discrete(values=[1, 2], p=[1])", "out of range"),
        ("discrete(values=[1, -2], p=[0.5, 0.5])", "out of range"),
        ("discrete(values=[1, 2], p=[1.5, -0.5])", "out of range"),
        ("discrete(values=[], p=[])", "out of range"),
        ("discrete(values=[1, 2], p=[0.5 s, 0.5])", "plain number"),
        ("discrete(values=[1, x], p=[0.5, 0.5])", "no list of numbers"),
        ("discrete(values=[1, , 2], p=[0.5, 0.5])", "no list of numbers"),
        ("discrete(values=[1, [2]], p=[0.5, 0.5])", "no parameter"),
        ("discrete(values=3, p=[1])", "must be a list"),
        ("discrete(p=[1])", "lacks values"),
        ("exponential(mean=[1, 2])", "must be one number"),
        ("exponential(mean='1')", "must be one number"),
        ("hyperexponential(p=[0.5, 0.5], means=[1, 0])", "out of range"),
        ("empirical()", "lacks values"),
        ("empirical(values=[])", "out of range"),
        ("empirical(values=[1e999])", "out of range"),
        ("empirical(values=[1e308, 1e308])", "out of range"),
        ("empirical(values='a.csv')", "must be a list"),
        ("empirical(file=3)", "must be a name in quotes"),
        ("empirical(file='a.csv')", "no file can be read here"),
        ("empirical(file='a.csv', values=[1])", "both"),
        ("exponential(mean=5, file='a.csv')", "unexpected 'file'"),
        ("uniform(1, 2,)", "no parameter"),
    ],
)
def test_bad_texts_say_what_is_wrong_and_how_to_write_it(text: str, words: str) -> None:
    with pytest.raises(FactoryTwinError, match=words) as caught:
        parse(text)
    assert caught.value.hint


HOSTILE = [
    "(" * 400, "exponential(" + "1" * 400 + "!)", "uniform(" + "," * 450 + ")", "9" * 10_000_000,
    "exponential(" + "1" * 19_000 + "!)", "1" * 19_000 + "!", "a" + " " * 19_000 + "!", "1" + " " * 19_000 + "!",
    "uniform(a" + " " * 19_000 + "!)", "uniform(" + " " * 19_000 + "!)", "empirical([" + "1," * 9_000 + "!])",
    "empirical(" + "[" * 19_000 + ")", "empirical(" + "'" * 19_000 + ")", "empirical(values" + "=" * 19_000 + ")",
    "empirical([" + "1e" * 9_000 + "])", "gamma(" + "mean=1," * 2_500 + "cv=1)",
]  # fmt: skip


def test_hostile_text_is_refused_at_once() -> None:
    begin = time.perf_counter()
    for text in HOSTILE:
        with pytest.raises(FactoryTwinError) as caught:
            parse(text)
        assert len(str(caught.value)) < 2000
    assert time.perf_counter() - begin < 1.0


def test_long_lists_are_fine_up_to_a_bound() -> None:
    values = tuple(float(v) for v in range(2000))
    assert parse(str(Distribution("empirical", (values,)))).parameters == (values,)
    with pytest.raises(FactoryTwinError, match="characters") as caught:
        parse(f"empirical({list(range(10_000))})")
    assert "file" in caught.value.hint


def test_a_file_is_read_by_whom_the_caller_names() -> None:
    asked = []

    def read(name: str) -> tuple[float, ...]:
        asked.append(name)
        return (3.0, 5.0)

    for text in ("empirical(file='a, b.csv')", 'empirical( file = "a, b.csv" )'):
        assert parse(text, read=read) == Distribution("empirical", ((3.0, 5.0),))
    assert asked == ["a, b.csv"] * 2
    with pytest.raises(FactoryTwinError, match="out of range"):
        parse("empirical(file='a.csv')", read=lambda name: (-1.0,))


def shares(family: str, pairs: list[tuple[float, int]]) -> Distribution:
    """A distribution of values with whole-numbered weights."""
    whole = sum(weight for _, weight in pairs)
    values, p = tuple(v for v, _ in pairs), tuple(weight / whole for _, weight in pairs)
    return Distribution(family, (values, p) if family == "discrete" else (p, values))


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
    st.builds(lambda v: Distribution("empirical", (tuple(v),)), st.lists(POSITIVE, min_size=1)),
    st.lists(st.tuples(POSITIVE, st.integers(1, 99)), min_size=1).map(lambda v: shares("discrete", v)),
    st.lists(st.tuples(POSITIVE, st.integers(1, 99)), min_size=1).map(lambda v: shares("hyperexponential", v)),
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
        ("gamma(mean=7, cv=3)", 7.0), ("weibull(mean=7, cv=0.3)", 7.0), ("weibull(mean=7, cv=30)", 7.0),
        ("discrete([1, 2, 3], [0.2, 0.3, 0.5])", 2.3), ("hyperexponential([0.4, 0.6], [5, 20])", 14.0),
        ("empirical([1, 2, 6])", 3.0),
    ],
)  # fmt: skip
def test_means(text: str, mean: float) -> None:
    assert parse(text).mean == pytest.approx(mean)


def test_usage_names_every_family() -> None:
    assert all(f"{name}({', '.join(f.names)})" in usage() for name, f in FAMILIES.items())


@pytest.mark.parametrize("cv", [0.002, 0.1, 0.5227232, 1.0, 3.0, 1000.0])
def test_weibull_has_the_coefficient_of_variation_that_was_asked_for(cv: float) -> None:
    shape, _ = parse(f"weibull(mean=10, cv={cv})").parameters
    assert isinstance(shape, float)
    assert math.sqrt(math.expm1(math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape))) == pytest.approx(cv, rel=1e-6)


MOMENTS = [  # text, mean, variance
    ("exponential(7)", 7.0, 49.0),
    ("uniform(2, 4)", 3.0, 1 / 3),
    ("triangular(1, 2, 6)", 3.0, 7 / 6),
    ("lognormal(mean=5, cv=0.5)", 5.0, 6.25),
    ("beta(2, 10, 2, 3)", 5.2, 2.56),
    ("gamma(mean=7, cv=0.5)", 7.0, 12.25),
    ("erlang(4, 8)", 8.0, 16.0),
    ("weibull(mean=7, cv=0.5)", 7.0, 12.25),
    ("discrete([1, 2, 3], [0.2, 0.3, 0.5])", 2.3, 0.61),
    ("hyperexponential([0.4, 0.6], [5, 20])", 14.0, 304.0),
    ("empirical([1, 2, 6])", 3.0, 14 / 3),
]


@pytest.mark.parametrize(("text", "mean", "variance"), MOMENTS)
def test_draws_have_the_mean_and_variance_of_the_distribution(text: str, mean: float, variance: float) -> None:
    source = stream(parse(text), seed=1, replication=0, path="/M", purpose="process")
    values = np.array([source.draw() for _ in range(200_000)])
    error = math.sqrt(variance / len(values))
    assert parse(text).mean == pytest.approx(mean) and abs(values.mean() - mean) < 4 * error
    assert values.var() == pytest.approx(variance, rel=0.03) and values.min() >= 0


def test_discrete_and_empirical_draw_nothing_but_their_values() -> None:
    for text, shares_of in (
        ("discrete([5, 7, 9], [0.25, 0, 0.75])", {5: 0.25, 9: 0.75}),
        ("empirical([4, 4, 8])", {4: 2 / 3, 8: 1 / 3}),
    ):
        source = stream(parse(text), seed=3, replication=1, path="/M", purpose="process")
        found = Counter(source.draw() for _ in range(30_000))
        assert found.keys() == shares_of.keys()
        assert all(found[v] / 30_000 == pytest.approx(share, abs=0.01) for v, share in shares_of.items())


@pytest.mark.parametrize("text", [text for text, _, _ in MOMENTS])
def test_a_stream_goes_on_where_its_state_was_taken(text: str) -> None:
    one, other = (stream(parse(text), seed=1, replication=0, path="/M", purpose="process") for _ in range(2))
    for _ in range(700):
        one.draw()
    other.load(one.state())  # type: ignore[arg-type]
    assert [one.draw() for _ in range(600)] == [other.draw() for _ in range(600)]
