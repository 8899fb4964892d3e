# SPDX-License-Identifier: Apache-2.0
"""Make generatedSchema.usda and plugInfo.json from schema.usda: `python -m factory_twin_schema.generate [--check]`.

Runs USD's own usdGenSchema (whole in usd-core newer than 25.11; needs jinja2), then adds the words that Kit's property panel
shows.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import FOLDER
from .table import INSTANCE

HEAD = "MADE BY factory_twin_schema.generate FROM schema.usda. DO NOT EDIT."
ABBREVIATIONS = {"id", "sku", "wip"}
NAMES = ("generatedSchema.usda", "plugInfo.json")


def generate() -> dict[str, bytes]:
    """Return the bytes of both files by name.

    Raises:
        RuntimeError: usdGenSchema is missing or refuses the source.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pxr.Usd.usdGenSchema", str(FOLDER / "schema.usda"), folder]
        run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=folder)
        if run.returncode:
            raise RuntimeError(f"usdGenSchema did not work:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
        made = [(Path(folder) / name).read_text(encoding="utf-8") for name in NAMES]
    return dict(zip(NAMES, (_schema_bytes(made[0]), _plugin_bytes(made[1]))))


def _plugin_bytes(text: str) -> bytes:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    info = json.loads("\n".join(lines))
    (plugin,) = info["Plugins"]
    plugin |= {"Root": ".", "ResourcePath": ".", "LibraryPath": "", "Name": "factoryTwin", "Type": "resource"}
    return (json.dumps(info, indent=4, sort_keys=True) + "\n").encode()


def _schema_bytes(text: str) -> bytes:
    from pxr import Sdf

    made, source = Sdf.Layer.CreateAnonymous(".usda"), Sdf.Layer.CreateAnonymous(".usda")
    made.ImportFromString(text)
    # The source's sublayer is usdGenSchema's own affair; words are all we want of it here.
    source.ImportFromString((FOLDER / "schema.usda").read_text(encoding="utf-8"))
    made.comment = HEAD
    for prim in made.rootPrims:
        _add_words(prim, source.GetPrimAtPath(prim.path))
    return (str(made.ExportToString()).strip() + "\n").encode()


def _add_words(prim: Any, source: Any) -> None:
    _set_doc(prim, str(source.documentation))
    group = re.sub(r"^FactoryTwin|API$", "", prim.name)
    words = {p.name: str(p.documentation) for p in source.properties}
    for spec in prim.properties:
        last = spec.name.rpartition(":")[2]
        _set_doc(spec, words[last if INSTANCE in spec.name else spec.name])
        spec.displayName = _title(last)
        spec.displayGroup = f"Factory Twin: {_title(group)}"


def _set_doc(spec: Any, doc: str) -> None:
    spec.ClearInfo("customData")
    spec.documentation = doc


def _title(name: str) -> str:
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)
    return " ".join(word.upper() if word in ABBREVIATIONS else word[0].upper() + word[1:] for word in words)


def main(argv: list[str] | None = None) -> int:
    """Write both files, or with --check compare them only; return 1 when they differ."""
    parser = argparse.ArgumentParser(prog="python -m factory_twin_schema.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the files are not up to date")
    check = parser.parse_args(argv).check
    status = 0
    for name, data in generate().items():
        target = FOLDER / name
        if target.is_file() and target.read_bytes() == data:
            continue
        if check:
            print(f"{target} is not up to date; run python -m factory_twin_schema.generate")  # noqa: T201
            status = 1
        else:
            temporary = target.with_suffix(".new")
            temporary.write_bytes(data)
            temporary.replace(target)
    return status


if __name__ == "__main__":
    sys.exit(main())
