# SPDX-License-Identifier: Apache-2.0
"""Every omni.* and carb.* name and keyword in our sources exists in Kit, held against its API as data (tests/kit)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.manifest import keywords, manifest, parameters

EXTS = Path(__file__).resolve().parents[1] / "exts"
DESK = EXTS / "factory_twin.ui" / "factory_twin_ui" / "desk"  # runs on ovui only
OVUI_ONLY = DESK / "backend.py"  # drives ovui's own frame loop, which Kit does not have
FILES = sorted(p for p in EXTS.rglob("*.py") if "pip_prebundle" not in p.parts and p != OVUI_ONLY)
USING = [
    p
    for p in FILES
    if any(w in p.read_text(encoding="utf-8") for w in ("import omni", "from omni", "import carb", "from carb"))
]


class Names:
    """What the names in a file stand for: local name -> dotted name in Kit."""

    def __init__(self, tree: ast.Module) -> None:
        self.known: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name.split(".")[0] in ("omni", "carb"):
                        self.known[alias.asname or alias.name.split(".")[0]] = (
                            alias.name if alias.asname else alias.name.split(".")[0]
                        )
            elif isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] in ("omni", "carb"):
                for alias in node.names:
                    self.known[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def dotted(self, node: ast.expr) -> str:
        """Return the full name of an attribute chain; empty when it is none of Kit's."""
        if isinstance(node, ast.Attribute):
            left = self.dotted(node.value)
            return f"{left}.{node.attr}" if left else ""
        return self.known.get(node.id, "") if isinstance(node, ast.Name) else ""


def chains(tree: ast.Module, names: Names) -> Iterator[tuple[int, str]]:
    """Yield (line, full name) of every outermost attribute chain that begins with a Kit module, and of every import."""
    inner = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Attribute, ast.Name)) and id(node) not in inner and names.dotted(node):
            yield node.lineno, names.dotted(node)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, a.name) for a in node.names if a.name.split(".")[0] in ("omni", "carb"))
        elif isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] in ("omni", "carb"):
            yield from ((node.lineno, f"{node.module}.{a.name}") for a in node.names)


def split(name: str) -> tuple[str, list[str]]:
    """Part a full name into the longest module of the manifest and the rest."""
    words = name.split(".")
    for length in range(len(words), 0, -1):
        if ".".join(words[:length]) in manifest():
            return ".".join(words[:length]), words[length:]
    return "", words


def fault(name: str, *, desk: bool) -> str:
    """Say what is wrong with a full name; empty when nothing."""
    module, rest = split(name)
    if not rest or any(m.startswith(f"{name}.") for m in manifest()):
        return "" if module or any(m.startswith(f"{name}.") for m in manifest()) else f"no module {name}"
    entry = manifest().get(module, {}).get(rest[0])
    if entry is None:
        return f"{module or name} has no {rest[0]}"
    if not desk and entry.get("in_kit_stub") is False:
        return f"{module}.{rest[0]} is not in Kit's omni.ui"
    if len(rest) > 1 and entry.get("members") and rest[1] not in entry["members"]:
        return f"{module}.{rest[0]} has no {rest[1]}"
    return ""


def keyword_fault(name: str, call: ast.Call) -> str:
    """Say which keyword of a call does not act; empty when all do."""
    module, rest = split(name)
    entry = manifest().get(module, {}).get(rest[0]) if rest else None
    if entry is None:
        return ""
    if len(rest) == 2 and "(" in str(entry.get("members", {}).get(rest[1], "")):
        allowed = set(parameters(entry["members"][rest[1]]))
    elif len(rest) == 1 and name != "omni.kit.commands.execute":  # which takes any
        allowed = keywords(entry)
    else:
        return ""
    wrong = {k.arg for k in call.keywords if k.arg} - allowed if allowed is not None else set()
    return f"{name} ignores or refuses {sorted(wrong)}" if wrong else ""


def faults(source: str, *, desk: bool = False) -> list[str]:
    tree = ast.parse(source)
    names = Names(tree)
    found = [(line, fault(name, desk=desk)) for line, name in chains(tree, names)]
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    found += [(c.lineno, keyword_fault(names.dotted(c.func), c)) for c in calls if names.dotted(c.func)]
    return [f"line {line}: {text}" for line, text in sorted(set(found)) if text]


def test_the_files_that_use_kit_are_seen() -> None:
    assert {"windows.py", "panel.py", "form.py", "viewport.py", "extension.py"} <= {p.name for p in USING}


@pytest.mark.parametrize("path", USING, ids=[str(p.relative_to(EXTS)) for p in USING])
def test_every_name_and_keyword_exists_in_kit(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8"), desk=DESK in path.parents) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import omni.ui as ui\nui.Buton('x')", "has no Buton"),
        ("import omni.ui as ui\nui.Label('x', ellided_text=True)", "ellided_text"),
        ("import omni.ui as ui\nui.MarkdownWidget()", "is not in Kit's omni.ui"),
        ("import omni.ui as ui\nui.Alignment.MIDDLE", "has no MIDDLE"),
        ("from omni.ui import scene as sc\nsc.Line([0,0,0], [1,1,1], colour=1)", "colour"),
        ("import omni.usd\nomni.usd.get_contxt()", "has no get_contxt"),
        ("import omni.usd\nomni.usd.StageEventType.OPEND", "has no OPEND"),
        ("import omni.kit.commands as c\nc.register(klass=1)", "klass"),
        ("from omni.kit.undo import redoo", "has no redoo"),
        ("import omni.kit.nothing", "omni.kit"),
        ("import carb\ncarb.log_warning('x')", "has no log_warning"),
        ("import omni.ui as ui\nui.Workspace.show_window('x', visible=True)", "visible"),
    ],
)
def test_the_check_sees_what_is_wrong(source: str, words: str) -> None:
    assert any(words in text for text in faults(source))
