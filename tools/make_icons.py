# SPDX-License-Identifier: Apache-2.0
"""Draw data/icon.png (256 x 256) and data/preview.png (960 x 540) of the product and of each extension, one visual family."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable
from pathlib import Path

from bootstrap import ROOT, enter

enter()

from PIL import Image, ImageDraw, ImageFont  # noqa: E402

SIZE, SCALE = 256, 4
INK, DARK, LIGHT = "#f4f7fa", "#1d2733", "#334252"
Pen = ImageDraw.ImageDraw


def box(pen: Pen, x0: float, y0: float, x1: float, y1: float, colour: str, *, round: float = 0) -> None:
    """Draw a filled rectangle; all lengths in icon pixels."""
    pen.rounded_rectangle([v * SCALE for v in (x0, y0, x1, y1)], round * SCALE, colour)


def line(pen: Pen, points: list[tuple[float, float]], colour: str, *, width: float = 8) -> None:
    """Draw a line with round ends and corners."""
    big = [(x * SCALE, y * SCALE) for x, y in points]
    pen.line(big, colour, round(width * SCALE), joint="curve")
    for x, y in points:
        disc(pen, x, y, width / 2, colour)


def disc(pen: Pen, x: float, y: float, radius: float, colour: str) -> None:
    """Draw a filled circle."""
    pen.ellipse([(v * SCALE) for v in (x - radius, y - radius, x + radius, y + radius)], colour)


def shape(pen: Pen, points: list[tuple[float, float]], colour: str) -> None:
    """Draw a filled polygon."""
    pen.polygon([(x * SCALE, y * SCALE) for x, y in points], colour)


def hall(pen: Pen, x: float, y: float, colour: str, *, width: float = 120, height: float = 90) -> None:
    """Draw a factory hall with a saw-tooth roof; (x, y) is its lower left corner."""
    tooth = width / 3
    roof = [(x, y - height)]
    for i in range(3):
        roof += [(x + i * tooth, y - height), (x + (i + 1) * tooth, y - height * 0.62), (x + (i + 1) * tooth, y - height)]
    shape(pen, [(x, y), *roof[:-1], (x + width, y)], colour)


def product(pen: Pen, accent: str) -> None:
    """Draw two halls, one the image of the other."""
    hall(pen, 92, 156, accent, width=126, height=96)
    hall(pen, 40, 206, INK, width=126, height=96)
    for i in range(3):
        box(pen, 56 + i * 36, 172, 76 + i * 36, 192, DARK, round=3)


def core(pen: Pen, accent: str) -> None:
    """Draw a line of stations with parts on it."""
    line(pen, [(40, 176), (216, 176)], INK, width=12)
    for i, (top, colour) in enumerate(((96, INK), (72, accent), (108, INK))):
        box(pen, 46 + i * 60, top, 90 + i * 60, 152, colour, round=6)
    for x in (60, 105, 151, 196):
        disc(pen, x, 200, 9, accent)


def schema(pen: Pen, accent: str) -> None:
    """Draw a tree of prims, one of them marked."""
    line(pen, [(72, 72), (72, 192), (128, 192)], INK)
    line(pen, [(72, 128), (128, 128)], INK)
    box(pen, 48, 48, 120, 84, INK, round=8)
    box(pen, 124, 110, 212, 146, accent, round=8)
    box(pen, 124, 174, 212, 210, INK, round=8)


def panels(pen: Pen, accent: str) -> None:
    """Draw a window with panels."""
    box(pen, 40, 52, 216, 204, INK, round=10)
    box(pen, 52, 76, 112, 192, DARK, round=4)
    box(pen, 122, 76, 204, 130, accent, round=4)
    box(pen, 122, 140, 204, 192, DARK, round=4)


def layout(pen: Pen, accent: str) -> None:
    """Draw a floor plan with a U-shaped flow."""
    box(pen, 40, 48, 216, 208, INK, round=6)
    box(pen, 50, 58, 206, 198, DARK, round=2)
    line(pen, [(78, 92), (172, 92), (172, 164), (92, 164)], accent)
    shape(pen, [(66, 164), (96, 144), (96, 184)], accent)
    for x, y in ((78, 92), (125, 92), (172, 128)):
        box(pen, x - 15, y - 15, x + 15, y + 15, INK, round=4)


def runner(pen: Pen, accent: str) -> None:
    """Draw a play sign over bars."""
    for i, height in enumerate((44, 92, 66, 120)):
        box(pen, 44 + i * 44, 208 - height, 80 + i * 44, 208, accent if i == 3 else INK, round=5)
    shape(pen, [(52, 44), (52, 124), (118, 84)], INK)


def bridge(pen: Pen, accent: str) -> None:
    """Draw a machine that sends."""
    box(pen, 48, 150, 144, 208, INK, round=8)
    line(pen, [(96, 150), (96, 130)], INK)
    disc(pen, 96, 124, 14, accent)
    for radius in (36, 64, 92):
        frame = [v * SCALE for v in (96 - radius, 124 - radius, 96 + radius, 124 + radius)]
        pen.arc(frame, -62, 22, INK, 10 * SCALE)


def vendor(pen: Pen, accent: str) -> None:
    """Draw a parcel."""
    shape(pen, [(128, 44), (212, 84), (128, 124), (44, 84)], INK)
    shape(pen, [(44, 94), (122, 132), (122, 216), (44, 176)], accent)
    shape(pen, [(212, 94), (134, 132), (134, 216), (212, 176)], INK)


FAMILY: dict[str, tuple[Callable[[Pen, str], None], str]] = {
    ".": (product, "#35c2a5"),
    "exts/factory_twin": (core, "#35c2a5"),
    "exts/factory_twin.schema": (schema, "#8f9bff"),
    "exts/factory_twin.ui": (panels, "#58b7ff"),
    "exts/factory_twin.layout": (layout, "#ffb347"),
    "exts/factory_twin.runner": (runner, "#6fd66f"),
    "exts/factory_twin.bridge": (bridge, "#ff7a6b"),
    "exts/factory_twin.vendor": (vendor, "#b8a48c"),
}


def icon(draw: Callable[[Pen, str], None], accent: str) -> Image.Image:
    """Return the icon: the glyph on a dark tile with a coloured foot."""
    big = Image.new("RGBA", (SIZE * SCALE, SIZE * SCALE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(big)
    box(pen, 4, 4, 252, 252, accent, round=34)
    box(pen, 4, 4, 252, 242, DARK, round=34)
    draw(pen, accent)
    return big.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def preview(tile: Image.Image, title: str, text: str) -> Image.Image:
    """Return the picture for the extension's page: icon, title and description."""
    picture = Image.new("RGB", (960, 540), "#2a3745")
    pen = ImageDraw.Draw(picture)
    for x in range(0, 960, 48):
        pen.line([(x, 0), (x, 540)], LIGHT)
    for y in range(0, 540, 48):
        pen.line([(0, y), (960, y)], LIGHT)
    picture.paste(tile, (72, 142), tile)
    pen.text((376, 176), title, INK, ImageFont.load_default(50))
    for i, row in enumerate(wrap(text, 46)):
        pen.text((378, 256 + 34 * i), row, "#b9c6d3", ImageFont.load_default(24))
    return picture


def wrap(text: str, width: int) -> list[str]:
    """Break text into rows of at most `width` characters."""
    rows = [""]
    for word in text.split():
        if len(rows[-1]) + len(word) > width:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return rows


def main() -> int:
    """Draw what is missing, or all.

    Returns:
        0.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--previews", action="store_true", help="also overwrite previews that are there (icons always are)")
    args = parser.parse_args()
    for place, (draw, accent) in FAMILY.items():
        folder = Path(ROOT, place)
        package = tomllib.loads((folder / "config" / "extension.toml").read_text(encoding="utf-8"))["package"]
        (folder / "data").mkdir(exist_ok=True)
        tile = icon(draw, accent)
        tile.save(folder / "data" / "icon.png", optimize=True)
        target = folder / "data" / "preview.png"
        if args.previews or not target.exists():
            preview(tile, package["title"], package["description"]).quantize(128).save(target, optimize=True)
        print(target.parent)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
