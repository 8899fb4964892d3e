# SPDX-License-Identifier: Apache-2.0
"""The check report of an import: what the file says, what was read, what stands in the files written."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """One part or assembly.

    Attributes:
        name: As in the file.
        number: Article number; empty when the file has none.
        count: How often it occurs in the whole.
        is_part: False for an assembly.
        triangles: Of its own mesh.
        volume_m3: Of its own mesh; None when it is not closed or has none.
        area_m2: Of its own mesh.
        size_m: Edges of the box of its own mesh, in its own axes; None when it has none.
        colors: Linear red, green, blue, opacity.
        closed: Its mesh is without a gap.
    """

    name: str
    number: str
    count: int
    is_part: bool
    triangles: int = 0
    volume_m3: float | None = None
    area_m2: float = 0.0
    size_m: Vector | None = None
    colors: tuple[tuple[float, float, float, float], ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison.

    Attributes:
        what: In words.
        expected: By the source.
        found: In what was written.
        passed: Whether they agree.
    """

    what: str
    expected: str
    found: str
    passed: bool


@dataclass(slots=True)
class Report:
    """What an import gave.

    Attributes:
        source: File name, sha256, bytes, format, schema, unit, tool, date, tolerance_m, angle_rad, color_space.
        asset: Interface layer written.
        bill: Layer of the bill of materials.
        up: Up axis of what was written; its unit is the metre.
        low_m, high_m: Corners of the box of the whole.
        volume_m3: Of all occurrences of closed meshes.
        products: How many different parts.
        occurrences: How many parts stand in the whole, each use counted.
        triangles: Of all different meshes.
        parts: Parts and assemblies, the whole first.
        checks: Comparisons.
        assumed: What the file does not say.
        warnings: What could not be brought along.
    """

    source: dict[str, Any]
    asset: str = ""
    bill: str = ""
    up: str = "Z"
    low_m: Vector = (0.0, 0.0, 0.0)
    high_m: Vector = (0.0, 0.0, 0.0)
    volume_m3: float = 0.0
    products: int = 0
    occurrences: int = 0
    triangles: int = 0
    parts: list[Part] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Whether all comparisons agree."""
        return all(c.passed for c in self.checks)

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**asdict(self), "is_right": self.is_right}

    def text(self) -> str:
        """Return it for people."""
        size = " x ".join(_length(b - a) for a, b in zip(self.low_m, self.high_m))
        facts = self.source
        tool = ", ".join(w for w in (facts["schema"], facts["unit"], facts["tool"], facts["date"]) if w)
        lines = [f"{facts['file']}: {tool}", f"Written: {self.asset}", f"Bill of materials: {self.bill}",
                 f"Size {size} (up {self.up}), volume {_volume(self.volume_m3)}; {self.products} different parts, "
                 f"{self.occurrences} in all, {self.triangles:,} triangles.", ""]  # fmt: skip
        width = max([len(p.name[:40]) for p in self.parts] + [4])
        lines.append(f"{'Name':<{width}}  {'count':>6}  {'triangles':>9}  {'volume':>14}  size")
        for part in self.parts:
            box = " x ".join(map(_length, part.size_m)) if part.size_m else "assembly"
            volume = "" if part.size_m is None else "open" if part.volume_m3 is None else _volume(part.volume_m3)
            lines.append(f"{part.name[:40]:<{width}}  {part.count:>6}  {part.triangles or '':>9}  {volume:>14}  {box}")
        lines.append("")
        lines += [f"{'ok' if c.passed else 'WRONG':<6}{c.what}: {c.found}" + ("" if c.passed else f", expected {c.expected}")
                  for c in self.checks]  # fmt: skip
        lines += [f"Assumed: {word}." for word in self.assumed]
        lines += [f"Warning: {word}" for word in self.warnings]
        return "\n".join(lines)


def _length(value: float) -> str:
    return f"{value * 1000:.5g} mm" if value < 10 else f"{value:.5g} m"


def _volume(value: float) -> str:
    return f"{value * 1e9:.6g} mm3" if value < 1e-3 else f"{value:.6g} m3"
