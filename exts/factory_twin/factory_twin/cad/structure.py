# SPDX-License-Identifier: Apache-2.0
"""What a STEP file says of its products: which there are, which holds which how often, colours, unit, program and date."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from ..errors import CadError
from .limits import Watch
from .part21 import Text, Value, read_text

_FORMATIONS = ("PRODUCT_DEFINITION_FORMATION", "PRODUCT_DEFINITION_FORMATION_WITH_SPECIFIED_SOURCE")
_DEFINITIONS = ("PRODUCT_DEFINITION", "PRODUCT_DEFINITION_WITH_ASSOCIATED_DOCUMENTS")
_USES = ("NEXT_ASSEMBLY_USAGE_OCCURRENCE",)
_SOLIDS = frozenset({"MANIFOLD_SOLID_BREP", "BREP_WITH_VOIDS", "FACETED_BREP"})
_SHAPES = ("PRODUCT_DEFINITION_SHAPE", "SHAPE_DEFINITION_REPRESENTATION", "SHAPE_REPRESENTATION")
_RELATIONS = ("SHAPE_REPRESENTATION_RELATIONSHIP",)  # with arguments: to the solid; as a part of a placement it has none
_UNITS = ("SI_UNIT", "CONVERSION_BASED_UNIT", "LENGTH_UNIT", "GLOBAL_UNIT_ASSIGNED_CONTEXT")
_COLORS = {"red": (1.0, 0.0, 0.0), "green": (0.0, 1.0, 0.0), "blue": (0.0, 0.0, 1.0), "yellow": (1.0, 1.0, 0.0),
           "magenta": (1.0, 0.0, 1.0), "cyan": (0.0, 1.0, 1.0), "black": (0.0, 0.0, 0.0), "white": (1.0, 1.0, 1.0)}  # fmt: skip
_NAMED = "DRAUGHTING_PRE_DEFINED_COLOUR"
_WANTED = frozenset({"PRODUCT", "COLOUR_RGB", _NAMED, *_FORMATIONS, *_DEFINITIONS, *_USES, *_UNITS, *_SHAPES, *_RELATIONS})
_PREFIXES = {"": "m", "MILLI": "mm", "CENTI": "cm", "DECI": "dm", "KILO": "km", "MICRO": "um"}
_NAMES = {"INCH": "in", "INCHES": "in", "FOOT": "ft", "FEET": "ft"}


@dataclass(frozen=True, slots=True)
class Use:
    """One occurrence of a product in an assembly.

    Attributes:
        name: Of the occurrence.
        product: Key of the product used.
    """

    name: str
    product: str


@dataclass(slots=True)
class Structure:
    """The product structure of a file.

    Attributes:
        names: Key of each product to its name.
        numbers: Key of each product to its id, often the article number.
        uses: Key of each assembly to what it holds, in order.
        tops: Keys of products that nothing holds.
        shapeless: Keys of products that have no shape in the file, such as grease or a label.
        colors: Different colours, sRGB as in the file.
        solids: Solids of all different parts.
        unit: Of length.
        schema: Such as "AUTOMOTIVE_DESIGN".
        tool: Program that wrote it.
        date: When.
        dangling: How many instances are named but not there.
    """

    names: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    uses: dict[str, list[Use]] = field(default_factory=dict)
    tops: list[str] = field(default_factory=list)
    shapeless: set[str] = field(default_factory=set)
    colors: set[tuple[float, float, float]] = field(default_factory=set)
    solids: int = 0
    unit: str = ""
    schema: str = ""
    tool: str = ""
    date: str = ""
    dangling: int = 0

    def occurrences(self) -> dict[str, int]:
        """Return how often each product occurs in the whole tree, from the tops down."""
        found: dict[str, int] = {}
        for key in reversed(self.order()):
            if key in self.tops:
                found[key] = found.get(key, 0) + 1
            for use in self.uses.get(key, ()):
                found[use.product] = found.get(use.product, 0) + found.get(key, 0)
        return found

    def depths(self) -> dict[str, int]:
        """Return the levels below each product."""
        found: dict[str, int] = {}
        for key in self.order():
            found[key] = 1 + max((found[use.product] for use in self.uses.get(key, ())), default=0)
        return found

    def order(self) -> list[str]:
        """Return all products, each after all that it holds.

        Raises:
            RecursionError: A product contains itself; it says which.
        """
        state: dict[str, int] = {}
        done: list[str] = []
        for top in self.names:
            stack = [(top, False)]
            while stack:
                key, leaving = stack.pop()
                if leaving:
                    state[key] = 2
                    done.append(key)
                elif key not in state:
                    state[key] = 1
                    stack.append((key, True))
                    for use in reversed(self.uses.get(key, [])):
                        if state.get(use.product) == 1:
                            raise RecursionError(self.names.get(use.product) or use.product)
                        stack.append((use.product, False))
        return done


def structure(data: bytes, watch: Watch) -> Structure:
    """Return what a STEP file says.

    Raises:
        CadError: It is no STEP file, is truncated, contains itself, or asks for too much.
    """
    text = read_text(data, _WANTED, _SOLIDS, watch)
    found = _products(text)
    found.solids, found.dangling = sum(text.counts.values()), text.dangling
    found.shapeless = _shapeless(text, found)
    found.unit = _unit(text)
    _header(found, text)
    _check(found, watch)
    return found


def _products(text: Text) -> Structure:
    found = Structure()
    products = text.of("PRODUCT")
    formations = text.of(*_FORMATIONS)
    for number, values in text.of(*_DEFINITIONS).items():
        product = products.get(_ref(values, 2, formations))
        if product is None:
            continue
        key = f"#{number}"
        found.numbers[key] = _word(product, 0)
        found.names[key] = _word(product, 1) or found.numbers[key]
    held = set()
    for values in text.of(*_USES).values():
        above, below = _word(values, 3), _word(values, 4)
        if above in found.names and below in found.names:
            found.uses.setdefault(above, []).append(Use(_word(values, 1) or _word(values, 0), below))
            held.add(below)
    found.tops = [key for key in found.names if key not in held]
    for values in text.of("COLOUR_RGB").values():
        color = [_number(_word(values, k)) for k in (1, 2, 3)]
        if all(0 <= c <= 1 for c in color):
            found.colors.add((color[0], color[1], color[2]))
    words = {_word(values, 0).lower() for values in text.of(_NAMED).values()}
    found.colors |= {_COLORS[word] for word in words if word in _COLORS}
    return found


def _shapeless(text: Text, found: Structure) -> set[str]:
    """Return the products that nothing is shown of: without representation, or with a mere placement that leads nowhere."""
    plain = text.of("SHAPE_REPRESENTATION")
    related = {_id(word) for values in text.of(*_RELATIONS).values() for word in values if isinstance(word, str)}
    owners = {n: _word(values, 2) for n, values in text.of("PRODUCT_DEFINITION_SHAPE").items()}
    shown = set()
    for values in text.of("SHAPE_DEFINITION_REPRESENTATION").values():
        number = _id(_word(values, 1))
        items = plain.get(number, ["", []])[1:2]
        lone = number in plain and number not in related and bool(items) and isinstance(items[0], list) and len(items[0]) < 2
        if not lone:
            shown.add(owners.get(_id(_word(values, 0)), ""))
    return {key for key in found.names if not found.uses.get(key) and key not in shown}


def _ref(values: list[Value], place: int, formations: dict[int, list[Value]]) -> int:
    """Return the product a definition goes back to; -1 when it does not."""
    formation = formations.get(_id(_word(values, place)), [])
    return _id(_word(formation, 2))


def _id(word: str) -> int:
    return int(word[1:]) if word[:1] == "#" and word[1:].isdigit() and len(word) < 20 else -1


def _word(values: list[Value], place: int) -> str:
    value = values[place] if place < len(values) else ""
    return value if isinstance(value, str) and value not in ("$", "*") else ""


def _number(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        return -1.0
    return value if isfinite(value) else -1.0


def _unit(text: Text) -> str:
    """Return the unit of length that most contexts name."""
    lengths = text.of("LENGTH_UNIT")
    converted, plain = text.of("CONVERSION_BASED_UNIT"), text.of("SI_UNIT")
    votes: dict[str, int] = {}
    for values in text.of("GLOBAL_UNIT_ASSIGNED_CONTEXT").values():
        for word in values[0] if values and isinstance(values[0], list) else []:
            number = _id(word) if isinstance(word, str) else -1
            if number not in lengths:
                continue
            name = _word(converted[number], 0).upper() if number in converted else ""
            prefix = _word(plain[number], 0).strip(".") if number in plain else ""
            unit = _NAMES.get(name, name.lower()) if name else _PREFIXES.get(prefix, prefix.lower())
            votes[unit] = votes.get(unit, 0) + 1
    return max(votes, key=lambda u: votes[u]) if votes else ""


def _header(found: Structure, text: Text) -> None:
    schemas = text.header.get("FILE_SCHEMA", [[]])[:1]
    first = schemas[0][0] if schemas and isinstance(schemas[0], list) and schemas[0] else ""
    found.schema = str(first).partition("{")[0].strip()[:200] if isinstance(first, str) else ""
    name = text.header.get("FILE_NAME", [])
    found.date = _word(name, 1)[:100]
    found.tool = (_word(name, 5) or _word(name, 4))[:200]


def _check(found: Structure, watch: Watch) -> None:
    try:
        depth = max(found.depths().values(), default=0)
    except RecursionError as error:
        raise CadError(f"The assembly {error} contains itself.", where=watch.where,
                       hint="Take the loop out of the product structure and export it again.") from error  # fmt: skip
    watch.bound("The tree is too deep", depth, watch.limits.depth, " levels")
    count = sum(found.occurrences().values())
    watch.bound("There are too many occurrences", count, watch.limits.occurrences)
