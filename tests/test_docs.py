# SPDX-License-Identifier: Apache-2.0
"""The documentation points at files that are there, and shows a picture of every panel and of every tab."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(p for p in [*ROOT.glob("*.md"), *(ROOT / "exts").glob("*/docs/*.md")])
IMAGES = ROOT / "exts" / "factory_twin" / "docs" / "images"
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def links(page: Path) -> list[str]:
    return [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]


@pytest.mark.parametrize("page", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_links_point_at_files(page: Path) -> None:
    assert [link for link in links(page) if not (page.parent / link).exists()] == []


def test_every_picture_is_shown_somewhere() -> None:
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page)}
    assert sorted(p.name for p in IMAGES.glob("*.png") if p.resolve() not in shown) == []


def test_every_panel_and_tab_has_a_picture() -> None:
    titles = re.compile(r'^\s+TITLE = "(Factory \w+)"', re.MULTILINE)
    sources = [p.read_text(encoding="utf-8") for p in (ROOT / "exts").glob("factory_twin.*/*/panel.py")]
    panels = {title for text in sources for title in titles.findall(text)}
    page = (ROOT / "exts" / "factory_twin" / "docs" / "PANELS.md").read_text(encoding="utf-8")
    assert len(panels) == 3 and all(re.search(rf"^## {title}", page, re.MULTILINE) for title in panels)
    bridge = (ROOT / "exts" / "factory_twin.bridge" / "factory_twin_bridge" / "panel.py").read_text(encoding="utf-8")
    tabs = re.search(r"^TABS = \(([A-Z, ]+)\)", bridge, re.MULTILINE)
    assert tabs is not None
    for name in tabs.group(1).split(", "):
        assert f"images/live_{name.lower()}.png" in page, name
