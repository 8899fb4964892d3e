# SPDX-License-Identifier: Apache-2.0
"""The command `factory-twin`: one module per sub-command, found by name; other packages add theirs by entry point."""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from importlib.metadata import entry_points
from types import ModuleType

from ..errors import FactoryTwinError, PlantError

COMMANDS = ("check", "run", "compare", "plant", "bridge", "bindings", "history", "replay", "health", "trust", "import")
MODULES = {"import": "import_cad"}  # where the command's word is no name for a module
GROUP = "factory_twin.commands"
INTERRUPTED, FAILED = 130, 2


def main(argv: list[str] | None = None) -> int:
    """Run the command line.

    Returns:
        0 when all went well, 1 when a check found errors, 2 when something can't be done, 130 after Ctrl-C.
    """
    args = _parser().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        return int(args.command.run(args))
    except PlantError as error:
        for issue in error.issues:
            print(issue, file=sys.stderr)
    except FactoryTwinError as error:
        print(f"error: {error}", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    return FAILED


def _commands() -> dict[str, ModuleType]:
    found = {name: importlib.import_module(f"{__name__}.{MODULES.get(name, name)}") for name in COMMANDS}
    for point in entry_points(group=GROUP):
        found[point.name] = point.load()
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="factory-twin", description="Turns an OpenUSD stage into a living twin of a factory.")
    subs = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, module in _commands().items():
        sub = subs.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(sub)
        sub.set_defaults(command=module)
    return parser
