# SPDX-License-Identifier: Apache-2.0
"""An operator in work clothes, 1.78 m tall, looking to +y."""

from __future__ import annotations

from .asset import Asset, Part
from .card import Card
from .shape import box, lathe, tube


def operator() -> Asset:
    """Return the operator: trousers, jacket, skin."""
    legs = [box((0.15, 0.19, 0.8), (s * 0.1, 0.0, 0.48), top=(1.15, 1.1)) for s in (-1, 1)]
    shoes = [box((0.12, 0.29, 0.1), (s * 0.1, 0.045, 0.05), top=(0.8, 0.8)) for s in (-1, 1)]
    cap = lathe([(0.12, 1.66), (0.115, 1.74), (0.0, 1.8)], sides=8)
    torso = box((0.36, 0.21, 0.6), (0.0, 0.0, 1.15), top=(1.25, 1.05))
    sleeves = [tube((s * 0.25, 0.0, 1.4), (s * 0.27, 0.13, 1.13), 0.06, sides=4, end_radius=0.05) for s in (-1, 1)]
    arms = [tube((s * 0.27, 0.12, 1.13), (s * 0.2, 0.36, 1.12), 0.042, sides=4) for s in (-1, 1)]
    head = lathe([(0.06, 1.44), (0.1, 1.53), (0.105, 1.63), (0.09, 1.7)], sides=6)
    parts = [Part("Trousers", "Navy", [*legs, *shoes]), Part("Jacket", "Lime", [torso, *sleeves, cap]),
             Part("Skin", "Skin", [head, *arms])]  # fmt: skip
    card = Card("People", "A worker who sets up, works and repairs where a station asks for one.", "FactoryTwinWorkerPoolAPI",
                {"pool:size": 1}, margin=None)  # fmt: skip
    return Asset("Operator", "Operator", parts, card)
