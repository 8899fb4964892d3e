# SPDX-License-Identifier: Apache-2.0
"""Settings that a preferences page offers, as data: whatever application has such pages builds them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preference:
    """One line of a preferences page.

    Attributes:
        key: Of `Host.setting`.
        label: Words.
        default: Value when it was never set; its type (bool, int, float, str) says how it is shown.
    """

    key: str
    label: str
    default: bool | int | float | str
