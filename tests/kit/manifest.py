# SPDX-License-Identifier: Apache-2.0
"""Kit's API as data (`manifest.json.gz`): module -> name -> kind, signature, members, keywords that act."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("manifest.json.gz")


@cache
def manifest() -> dict[str, dict[str, Any]]:
    """Return module -> name -> entry."""
    found = json.loads(gzip.decompress(FILE.read_bytes()))
    del found["about"]
    return dict(found)


def parameters(signature: str) -> list[str]:
    """Return the parameter names of a signature in text, without self: `f(a: int=0, *, b)` gives a, b; `*args` stays."""
    start = signature.index("(") + 1
    depth, quote, item, items = 0, "", "", []
    for letter in signature[start:]:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([{<":
            depth += 1
        elif letter in ")]}>" and depth:
            depth -= 1
        elif letter == ")":
            break
        elif letter == "," and not depth:
            items.append(item)
            item = ""
            continue
        item += letter
    names = [i.split(":")[0].split("=")[0].strip() for i in [*items, item]]
    return [n for n in names if n not in ("", "self", "/", "*", "cls")]


def first(signature: str) -> str:
    """Return the first of several forms written as `f(a) -> x | f(b) -> y`."""
    return re.split(r" \| (?=\w+\()", signature)[0]


def keywords(entry: dict[str, Any]) -> set[str] | None:
    """Return the keywords a call of this entry may have; None when any."""
    if entry.get("keywords"):
        return set(entry["keywords"])
    signature = entry.get("signature") or entry.get("members", {}).get("__init__", "")
    if "(" not in signature:
        return None
    names = parameters(first(signature))
    return None if any(n.startswith("*") or n == "..." for n in names) else set(names)
