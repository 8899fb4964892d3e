# SPDX-License-Identifier: Apache-2.0
"""A CAD file to one asset folder: interface, payload, bill of materials, report. All of it or nothing."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pxr import Tf

from ..errors import CadError
from .bill import Article, articles, complete, write_bill
from .compare import against_source, lost_colors, written
from .identifier import identifier
from .interface import write_interface
from .limits import Watch
from .payload import Payload
from .product import Tree, tree
from .report import Part, Report, Vector
from .scene import Floats
from .source import Settings, Source, read

BILL, PAYLOAD, REPORT = "products.usda", "payload.usdc", "report.json"
_TESSELLATED = ("step", "iges")


def convert(path: str | os.PathLike[str], library: str | os.PathLike[str], *, settings: Settings | None = None, name: str = "",
            replace: bool = False, watch: Watch | None = None) -> Report:  # fmt: skip
    """Import a CAD file as `library/NAME/NAME.usda`.

    Args:
        path: STEP, IGES, glTF, OBJ or STL file.
        library: Folder that the asset's folder is made in; made when it is not there.
        settings: How to read it.
        name: Identifier of the asset; empty: from the file's name.
        replace: May an asset of this name be replaced?
        watch: Bounds, progress and cancel; it may be asked from another thread.

    Returns:
        The check report. It lies beside the asset, too.

    Raises:
        CadError: The file can't be read, or the asset can't be written; nothing is written then.
        CadCancelled: The import was stopped; nothing is written.
    """
    settings, watch = settings or Settings(), watch or Watch(os.fspath(path))
    asset = name or identifier(Path(path).stem, "Asset")
    if name and name != identifier(name):
        raise CadError(f"{name!r} is no name for an asset.", where=watch.where,
                       hint="Use letters, digits and underscores, no digit first.")  # fmt: skip
    target = Path(library) / asset
    if target.exists() and not replace:
        raise CadError("There is an asset of this name already.", where=str(target), hint="Give another name, or replace it.")
    source = read(path, settings, watch)
    watch.step("Finding repeated parts")
    names = source.structure.names if source.structure else {}
    found = tree(source.scene.root, names, watch)
    if found is None:
        raise CadError("The file holds no surface or solid that can be shown.", where=watch.where,
                       hint="Export solids or meshes; curves and points alone are not read.")  # fmt: skip
    with _draft(target, replace, watch) as folder:
        report = _write(folder, asset, source, found, settings, watch)
        watch.step("Putting it in place")
    report.asset, report.bill = str(target / f"{asset}.usda"), str(target / BILL)
    watch.say("")
    return report


@contextmanager
def _draft(target: Path, replace: bool, watch: Watch) -> Iterator[Path]:
    """Give a folder beside the target that takes its place when all went well."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise _unwritten(target, error) from error
    try:
        yield draft
        draft.chmod(0o777 & ~_umask())
        old = None
        if target.exists() and replace:
            old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent)) / "old"
            os.rename(target, old)
        try:
            os.rename(draft, target)
        except OSError:
            if old:
                os.rename(old, target)
            raise
        finally:
            if old:
                shutil.rmtree(old.parent, ignore_errors=True)
    except (OSError, Tf.ErrorException) as error:
        raise _unwritten(target, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _umask() -> int:
    """Return the umask without changing it for other threads for longer than two calls."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _unwritten(target: Path, error: Exception) -> CadError:
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error).strip().splitlines()[-1]
    return CadError(
        f"The asset can't be written: {words}.", where=str(target), hint="Check rights and free space of the folder."
    )


def _write(folder: Path, asset: str, source: Source, found: Tree, settings: Settings, watch: Watch) -> Report:
    scene = source.scene
    watch.step("Writing")
    payload = Payload(asset, found, scene.up, watch)
    payload.write(folder / PAYLOAD)
    lines = articles(found, source.structure.numbers if source.structure else {})
    report = _report(source, found, lines, settings)
    interface = folder / f"{asset}.usda"
    # The box is measured on the written payload, which the interface then carries.
    checks, low, high, report.volume_m3 = written(folder / PAYLOAD, found, watch)
    report.low_m, report.high_m = _vector(low), _vector(high)
    if source.structure:
        report.checks += against_source(found, lines, source.structure)
        if lost := lost_colors(found, source.structure):
            report.warnings.append(f"{lost} of {len(source.structure.colors)} colours of the file are on no surface.")
        complete(lines, source.structure)
    _parts(report, lines)
    report.checks += checks
    write_interface(interface, found.root.name, report)
    write_bill(folder / BILL, asset, scene.up, lines, payload, found)
    (folder / REPORT).write_text(json.dumps({**report.as_json(), "asset": interface.name, "bill": BILL}, indent=1),
                                 encoding="utf-8")  # fmt: skip
    return report


def _report(source: Source, found: Tree, lines: dict[str, Article], settings: Settings) -> Report:
    scene = source.scene
    report = Report({
        "file": source.path.name, "sha256": source.sha256, "bytes": source.size, "format": source.kind, "schema": scene.schema,
        "unit": scene.unit, "tool": scene.tool, "date": scene.date, "colorSpace": scene.color_space,
    }, up=scene.up, assumed=list(scene.assumed), warnings=list(scene.warnings))  # fmt: skip
    if source.kind in _TESSELLATED:
        report.source |= {"tolerance_m": settings.tolerance, "angle_rad": settings.angle}
    shown = [p for p in found.products if p.mesh is not None]
    report.products = sum(1 for line in lines.values() if line.product and line.product.mesh is not None)
    report.occurrences = sum(p.count for p in shown)
    report.triangles = sum(len(m.triangles) for m in {id(p.mesh): p.mesh for p in shown if p.mesh is not None}.values())
    if found.empty:
        report.warnings.append(f"Nothing is below: {_some(found.empty)}.")
    return report


def _parts(report: Report, lines: dict[str, Article]) -> None:
    report.parts = [_part(line) for line in lines.values()]
    for words, names in (
        ("Nothing can be shown of", [p.name for p in report.parts if p.is_part and not p.triangles]),
        ("Not closed, so without a volume", [p.name for p in report.parts if p.triangles and not p.closed]),
    ):
        if names:
            report.warnings.append(f"{words}: {_some(names)}.")


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def _part(line: Article) -> Part:
    mesh = line.product.mesh if line.product else None
    if mesh is None:
        return Part(line.name, line.number, line.count, not line.holds)
    low, high = mesh.box
    return Part(line.name, line.number, line.count, not line.holds, len(mesh.triangles),
                mesh.volume if mesh.closed else None, mesh.area, _vector(high - low), mesh.colors, mesh.closed)  # fmt: skip


def _vector(values: Floats) -> Vector:
    x, y, z = (float(v) for v in values)
    return x, y, z
