# SPDX-License-Identifier: Apache-2.0
"""What a topic may be about, guessed from its words: which prim and which quantity."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from ..errors import FactoryTwinError
from ..plant import Plant
from ..quantity import QUANTITIES, Sort
from ..ucum import unit
from .names import prims

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LONGEST = 512
_WORDS = {
    "state": "status mode running execution",
    "parts": "part good produced output production finished cycles partcount",
    "scrap": "reject rejects rejected nok ng scrapped defects",
    "wip": "stock fill queue inventory level",
    "temperature": "temp tmp temperatur celsius degc thermo",
    "vibration": "vib rms accel velocity shake",
    "power": "pwr watt watts kw activepower load",
    "energy": "kwh wh consumption meter",
    "speed": "feed feedrate velocity linespeed v",
    "rotation": "rpm spindle spindlespeed rev",
    "x": "posx positionx", "y": "posy positiony", "z": "posz positionz",
    "heading": "theta yaw orientation angle",
    "current": "amp amps ampere curr",
    "voltage": "volt volts",
    "pressure": "press bar psi druck",
    "torque": "moment nm",
    "force": "newton",
    "flow": "flowrate lpm",
    "wear": "toolwear",
    "battery": "soc charge stateofcharge batterycharge",
    "health": "condition",
    "alarm": "alarms fault error message warning",
}  # fmt: skip
_MEANING: dict[str, set[str]] = defaultdict(set)
for _name, _text in _WORDS.items():
    for _word in (_name, *_text.split()):
        _MEANING[_word].add(_name)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case: "AssemblyLine/InstallBrakes_2" -> assembly, line, install, brakes, 2."""
    return [w.lower().lstrip("0") or "0" for w in _WORD.findall(text[:_LONGEST])]


class Guess:
    """Guesses by similarity of names.

    Args:
        plant: Its places and vehicles are what a topic may be about.
        more: Further prim paths.
    """

    def __init__(self, plant: Plant, more: Iterable[str] = ()) -> None:
        ids = {n.path: f"{n.id} {n.name}" for n in plant.nodes}
        self._own: dict[str, Counter[str]] = {}
        self._above: dict[str, set[str]] = {}
        self._having: dict[str, list[str]] = defaultdict(list)
        for path in dict.fromkeys((*prims(plant), *more)):
            above, _, last = path.rpartition("/")
            self._own[path] = Counter(set(words(f"{last} {ids.get(path, '')}")))
            self._above[path] = set(words(above))
            for word in self._own[path]:
                self._having[word].append(path)

    def prims(self, text: str, most: int = 5) -> list[tuple[str, float]]:
        """Return the prims a text may name, best first, each with a score from 0 to 1."""
        told = set(words(text))
        found = {path for word in told for path in self._having.get(word, ())}
        scored = [(path, self._score(path, told)) for path in found]
        return sorted(scored, key=lambda row: (-row[1], row[0]))[:most]

    def _score(self, path: str, told: set[str]) -> float:
        """Return how much of the prim's own name is told, rare words first; those above it decide between equals."""
        weight = {w: math.log(1 + len(self._own) / len(self._having[w])) for w in self._own[path]}
        own = math.fsum(weight[w] for w in weight if w in told) / (math.fsum(weight.values()) or 1.0)
        above = self._above[path]
        return 0.85 * own + 0.15 * (len(above & told) / len(above) if above else 0.0)


def quantities(text: str, code: str = "", value: object = None) -> list[tuple[str, float]]:
    """Return the quantities a value may be of, best first, each with a score from 0 to 1.

    Args:
        text: Topic and name; later words count more.
        code: Unit as sent.
        value: A value as sent.
    """
    scores: dict[str, float] = {}
    told = words(text)
    joined = [*told, *("".join(pair) for pair in zip(told, told[1:]))]
    for i, word in enumerate(joined):
        near = 1.0 if i >= len(told) else 1.0 - 0.15 * min(4, len(told) - 1 - i)
        for name in _MEANING.get(word, ()):
            scores[name] = max(scores.get(name, 0.0), near if word == name or i >= len(told) else 0.8 * near)
    dimension = _dimension(code)
    for name, known in QUANTITIES.items():
        if dimension:
            scores[name] = scores.get(name, 0.0) * 0.6 + 0.4 if known.dimension == dimension else scores.get(name, 0.0) * 0.2
        if value is not None and isinstance(value, str) != (known.sort in (Sort.STATE, Sort.TEXT)):
            scores[name] = scores.get(name, 0.0) * (0.7 if known.sort is Sort.STATE else 0.1)
    return sorted(((n, s) for n, s in scores.items() if s > 0.05), key=lambda row: (-row[1], row[0]))


def _dimension(code: str) -> str:
    try:
        found = unit(code).dimension if code else ""
    except FactoryTwinError:
        return ""
    return "" if found == "number" else found
