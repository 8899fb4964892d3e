# SPDX-License-Identifier: Apache-2.0
"""Distributions as text with named parameters: `exponential(mean=100 min)`, `discrete(values=[1, 2], p=[0.3, 0.7])`.

One attribute holds one distribution, so it reads, diffs and undoes as one thing. Numbers are SI; a unit of time may follow one.
A time is never negative: `normal` is cut off at 0 (values below are drawn again), which raises its mean a little.
`empirical(file="times.csv")` names a file of values; who parses says how to read it. Drawing lives in `sim.stream`.
"""

from __future__ import annotations

from .distribution import Distribution, Parameter, constant, exponential
from .family import FAMILIES
from .text import LONGEST, Reader, parse, usage

__all__ = ["FAMILIES", "LONGEST", "Distribution", "Parameter", "Reader", "constant", "exponential", "parse", "usage"]
