# SPDX-License-Identifier: Apache-2.0
"""`factory-twin import FILE --out FOLDER`: a CAD file to an asset with its bill of materials and a check report."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace

from ..cad import UNITS, UPS, Limits, Settings, Watch, convert
from ..errors import FactoryTwinError
from ..units import metres, seconds

HELP = "Bring a CAD file (STEP, IGES, glTF, OBJ, STL) in as an asset with a bill of materials, and check it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", help="CAD file: .step .stp .igs .iges .glb .gltf .obj .stl")
    parser.add_argument("--out", required=True, metavar="FOLDER", help="folder that the asset's own folder is made in")
    parser.add_argument("--name", default="", help="name of the asset (that of the file)")
    parser.add_argument("--replace", action="store_true", help="replace an asset of this name")
    parser.add_argument("--tolerance", default="0.1 mm", help='STEP, IGES: mesh to surface at most, such as "0.1 mm" (0.1 mm)')
    parser.add_argument("--angle", type=float, default=0.15, metavar="RAD", help="STEP, IGES: facet to facet at most (0.15)")
    parser.add_argument("--unit", default="", choices=UNITS, help="OBJ, STL: unit of length (STL mm, OBJ m)")
    parser.add_argument("--up", default="", choices=UPS, help="up axis of the file (glTF and OBJ Y, others Z)")
    parser.add_argument("--max-size", type=float, default=500.0, metavar="MB", help="largest file that is read (500 MB)")
    parser.add_argument("--max-time", default="10 min", metavar="TIME", help='give up after this time ("10 min")')
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object on stdout, nothing else there")


def run(args: argparse.Namespace) -> int:
    """Import; 0: all checks right, 1: a check found a difference; the asset is written in both cases."""
    if not 0 < args.max_size < 1e6:
        raise FactoryTwinError("That size makes no sense.", where="--max-size", hint="Give a number of MB such as 500.")
    limits = replace(Limits(), file=int(args.max_size * 1e6), seconds=seconds(args.max_time))
    watch = Watch(args.file, limits, say=lambda word: print(f"{word} ...", file=sys.stderr) if word else None)
    settings = Settings(metres(args.tolerance), args.angle, args.unit, args.up)
    report = convert(args.file, args.out, settings=settings, name=args.name, replace=args.replace, watch=watch)
    if args.json:
        json.dump(report.as_json(), sys.stdout, indent=1)
        print()
    else:
        print(report.text())
    return int(not report.is_right)
