# SPDX-License-Identifier: Apache-2.0
"""Random streams: one per prim path and purpose, so that adding a machine does not change what the others draw."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from operator import length_hint
from typing import Any

import numpy as np

from ..distribution import Distribution

_BLOCK = 512


def _positive(draw: Callable[[int], Any], count: int) -> Any:
    """Return `count` values of `draw`, those below 0 drawn again."""
    values = draw(count)
    while (low := values < 0).any():
        values[low] = draw(int(low.sum()))
    return values


def _pick(g: np.random.Generator, count: int, p: Any) -> Any:
    """Return `count` positions drawn with probabilities `p`."""
    bounds = np.cumsum(p)
    return np.minimum(np.searchsorted(bounds, g.random(count) * bounds[-1], side="right"), len(p) - 1)


_DRAW: dict[str, Callable[..., Any]] = {
    "constant": lambda g, n, value: np.full(n, value),
    "exponential": lambda g, n, mean: g.exponential(mean, n),
    "uniform": lambda g, n, low, high: g.uniform(low, high, n),
    "triangular": lambda g, n, low, mode, high: g.triangular(low, mode, high, n),
    "normal": lambda g, n, mean, sd: _positive(lambda k: g.normal(mean, sd, k), n),
    "beta": lambda g, n, low, high, alpha, beta: low + (high - low) * g.beta(alpha, beta, n),
    "lognormal": lambda g, n, mean, cv: g.lognormal(np.log(mean) - np.log1p(cv * cv) / 2, np.sqrt(np.log1p(cv * cv)), n),
    "gamma": lambda g, n, shape, scale: g.gamma(shape, scale, n),
    "erlang": lambda g, n, k, mean: g.gamma(k, mean / k, n),
    "weibull": lambda g, n, shape, scale: scale * g.weibull(shape, n),
    "hyperexponential": lambda g, n, p, means: means[_pick(g, n, p)] * g.standard_exponential(n),
    "discrete": lambda g, n, values, p: values[_pick(g, n, p)],
    "empirical": lambda g, n, values: values[g.integers(0, len(values), n)],
}


def generator(seed: int, replication: int, path: str, purpose: str) -> np.random.Generator:
    """Return the generator of one place and purpose; equal arguments give equal draws on every machine."""
    words = np.frombuffer(hashlib.sha256(f"{path}|{purpose}".encode()).digest()[:16], "<u4")
    key = (replication, *(int(w) for w in words))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


class Stream:
    """Draws of one distribution, made in blocks (a scalar draw from numpy costs ten times as much).

    Args:
        distribution: What to draw from.
        source: Generator used by nobody else.

    Attributes:
        draw: Returns the next value.
    """

    __slots__ = ("_before", "_block", "_call", "_generator", "_parameters", "_skip", "draw")

    def __init__(self, distribution: Distribution, source: np.random.Generator) -> None:
        self._call = _DRAW[distribution.family]
        self._parameters = tuple(np.array(p) if isinstance(p, tuple) else p for p in distribution.parameters)
        self._generator, self._skip = source, 0
        self._before: Any = source.bit_generator.state
        self._block: Iterator[float] = iter(())
        self.draw: Callable[[], float] = chain.from_iterable(iter(self._refill, None)).__next__

    def _refill(self) -> Iterator[float]:
        """Return the values of the next block, without those to be skipped."""
        self._before = self._generator.bit_generator.state
        values = self._call(self._generator, _BLOCK, *self._parameters).tolist()
        self._block, self._skip = iter(values[self._skip :]), 0
        return self._block

    def state(self) -> tuple[Any, int]:
        """Return plain data from which `load` goes on with the same draws: state before the block, values drawn of it."""
        left = length_hint(self._block)
        return (self._before, _BLOCK - left) if left else (self._generator.bit_generator.state, self._skip)

    def load(self, state: tuple[Any, int]) -> None:
        """Go on where `state` was taken."""
        deque(self._block, maxlen=0)
        self._generator.bit_generator.state, self._skip = state


class Fixed:
    """A stream that always gives the same value; it needs no generator and has no state."""

    __slots__ = ("draw", "value")

    def __init__(self, value: float) -> None:
        self.value = value
        self.draw = repeat(value).__next__

    def state(self) -> None:
        """There is nothing to keep."""

    def load(self, state: None) -> None:
        """There is nothing to load."""


def stream(distribution: Distribution, *, seed: int, replication: int, path: str, purpose: str) -> Stream | Fixed:
    """Return the stream of one place and purpose."""
    first = distribution.parameters[0]
    if distribution.family == "constant" and not isinstance(first, tuple):
        return Fixed(first)
    return Stream(distribution, generator(seed, replication, path, purpose))
