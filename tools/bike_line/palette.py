# SPDX-License-Identifier: Apache-2.0
"""The paints of the factory: one colour for the material and for `displayColor`, so that every viewer shows the same."""

from __future__ import annotations

from dataclasses import dataclass

Color = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Paint:
    """A surface: colour 0..1, roughness 0..1, metallic 0..1, opacity 0..1."""

    color: Color
    roughness: float = 0.6
    metallic: float = 0.0


def _hex(text: str) -> Color:
    red, green, blue = (round(int(text[i : i + 2], 16) / 255, 4) for i in (0, 2, 4))
    return red, green, blue


PAINTS: dict[str, Paint] = {
    "Aluminium": Paint(_hex("B4BAC0"), 0.35, 0.6),
    "Steel": Paint(_hex("7C858D"), 0.4, 0.5),
    "Graphite": Paint(_hex("3A4046"), 0.6),
    "Rubber": Paint(_hex("24272A"), 0.85),
    "White": Paint(_hex("E6E8E6"), 0.5),
    "Beech": Paint(_hex("C99A5F"), 0.7),
    "Blue": Paint(_hex("2C6FB3"), 0.45),
    "Navy": Paint(_hex("2E3F57"), 0.8),
    "Green": Paint(_hex("3F8F5B"), 0.5),
    "Lime": Paint(_hex("B5C93B"), 0.7),
    "Teal": Paint(_hex("1F8A87"), 0.4),
    "Orange": Paint(_hex("E07B26"), 0.45),
    "Yellow": Paint(_hex("E9B92C"), 0.5),
    "Red": Paint(_hex("C63B31"), 0.4),
    "Skin": Paint(_hex("D9A27E"), 0.7),
    "Cardboard": Paint(_hex("B88D5A"), 0.9),
    "Glass": Paint(_hex("9CC7DA"), 0.1),
    "Concrete": Paint(_hex("A9ACAA"), 0.9),
    "Slab": Paint(_hex("B9BCBA"), 0.9),
    "Aisle": Paint(_hex("8E9698"), 0.85),
    "Cell": Paint(_hex("C6D3CB"), 0.85),
    "Plaster": Paint(_hex("D8DAD6"), 0.9),
    "Lamp": Paint(_hex("9AA0A6"), 0.4),
}
