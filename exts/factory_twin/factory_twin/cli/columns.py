# SPDX-License-Identifier: Apache-2.0
"""Aligned columns of plain text, and numbers as short text; what is not known is "-"."""

from __future__ import annotations

from collections.abc import Sequence


def columns(title: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], *, width: int = 0) -> list[str]:
    """Return a table as lines: names on the left (at least `width` wide), other cells on the right of their columns."""
    left = max(width, len(title), *(len(name) for name, _ in rows), 0) if rows else max(width, len(title))
    sizes = [max(len(head), *(len(cells[k]) for _, cells in rows)) if rows else len(head) for k, head in enumerate(heads)]
    lines = [(title, heads), *rows]
    return [name.ljust(left) + "".join("  " + c.rjust(s) for c, s in zip(cells, sizes)) for name, cells in lines]


def number(value: float, digits: int = 1) -> str:
    """Return a number with so many digits."""
    return "-" if value != value else f"{value:,.{digits}f}".replace(",", " ")


def percent(value: float) -> str:
    """Return a share in per cent."""
    return "-" if value != value else f"{value:.1%}"


def minutes(value: float) -> str:
    """Return a time in s in minutes."""
    return number(value / 60)
