# SPDX-License-Identifier: Apache-2.0
"""One distribution: a family with its parameters."""

from __future__ import annotations

from dataclasses import dataclass

from .family import FAMILIES

Parameter = float | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution of a time (s) or quantity.

    Attributes:
        family: One of `FAMILIES`.
        parameters: Values in the family's order; a tuple where a parameter is a list.
    """

    family: str
    parameters: tuple[Parameter, ...]

    @property
    def mean(self) -> float:
        """Expected value."""
        return float(FAMILIES[self.family].mean(*self.parameters))

    def __str__(self) -> str:
        names = FAMILIES[self.family].names
        return f"{self.family}({', '.join(f'{n}={_text(v)}' for n, v in zip(names, self.parameters))})"


def constant(value: float) -> Distribution:
    """Return the distribution that is always `value`."""
    return Distribution("constant", (float(value),))


def exponential(mean: float) -> Distribution:
    """Return the exponential distribution with that mean."""
    return Distribution("exponential", (float(mean),))


def _text(value: Parameter) -> str:
    return f"[{', '.join(map(repr, value))}]" if isinstance(value, tuple) else repr(value)
