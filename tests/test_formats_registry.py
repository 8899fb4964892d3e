# SPDX-License-Identifier: Apache-2.0
"""Formats are found by topic: the built-in ones and those of others, real entry points; a broken one is named, not fatal."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
from factory_twin.errors import FactoryTwinError
from factory_twin.formats import Formats, JsonFormat, Reading, Refused, formats
from factory_twin.formats.guard import Guard
from factory_twin.formats.registry import BUILT_IN
from factory_twin.message import Message

EXAMPLE = Path(__file__).resolve().parents[1] / "data" / "examples" / "own_format"


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str, points: str, module: str = "formats_of_mine") -> None:
    """Install a package with formats, in a folder of its own on Python's path."""
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module.replace('_', '-')}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[factory_twin.formats]\n{points}\n")
    (folder / f"{module}.py").write_text(code)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, module, raising=False)


def test_the_built_in_ones_and_json_last() -> None:
    found = formats()
    assert [f.name for f in found] == [*[n for n in BUILT_IN if n != "json"], "json"] and found.broken == ()
    assert [f.name for f in formats(["json", "vda5050", "json"])] == ["vda5050", "json"]
    assert formats([]) == []


def test_each_topic_has_its_format() -> None:
    found = formats(json={"filters": ("site/#",), "is_event": lambda topic: topic.endswith("/state")})
    for topic, name in (("vda5050/v3/ACME/AGV-01/state", "vda5050"), ("site/press", "json"), ("", "json"), ("vda5050", "json")):
        for _ in range(2):
            which = found.which(topic)
            assert which is not None and which.name == name
    assert found.is_event("site/press/state") and not found.is_event("site/press/wip")
    assert found.is_event("vda5050/v3/ACME/AGV-01/state") and not found.is_event("vda5050/v3/ACME/AGV-01/visualization")
    assert "site/#" in found.filters() and "vda5050/+/+/+/state" in found.filters()
    alone = formats(["vda5050"])
    assert alone.which("site/press") is None and not alone.is_event("site/press")


def test_what_is_remembered_of_topics_is_bounded() -> None:
    found = formats()
    for i in range(50_000):
        found.which(f"site/{i}")
    assert len(found._known) <= 20_000


def test_names_that_are_none() -> None:
    with pytest.raises(FactoryTwinError, match=r"no format 'xml'\. Hint: Formats: .*json"):
        formats(["json", "xml"])
    with pytest.raises(FactoryTwinError, match="'xml'"):
        formats(xml={"size": 1})
    assert [f.name for f in Formats([JsonFormat()])] == ["json"]


def test_the_documented_example_is_an_entry_point_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    (points,) = ["\n".join(f"{k} = {v}" for k, v in group.items()) for group in project["entry-points"].values()]
    assert list(project["entry-points"]) == ["factory_twin.formats"]
    installed(tmp_path, monkeypatch, (EXAMPLE / "csv_format.py").read_text(), points, "csv_format")
    found = formats()
    assert [f.name for f in found][-2:] == ["csv", "json"] and found.broken == ()
    assert "+/+/csv" in found.filters()
    own = found.which("site/press/csv")
    assert own is not None and own.name == "csv"
    assert list(own.read(Message("site/press/csv", b"temperature=61.5;speed=1200"))) == [
        Reading("site/press", "/temperature", 61.5),
        Reading("site/press", "/speed", 1200.0),
    ]
    for payload in (b"", b"a=b", b"\xff=1", b"x" * 20_000, b"temperature=nan", b"a=1e999"):
        with pytest.raises(Refused):
            own.read(Message("site/press/csv", payload))
    assert [f.name for f in formats(["csv"])] == ["csv"]
    assert len((EXAMPLE / "csv_format.py").read_text().splitlines()) < 40


GOOD = """
class Mine:
    name = "mine"
    def filters(self): return ("a/#",)
    def claims(self, topic): return topic.startswith("a/")
    def is_event(self, topic): return False
    def read(self, message): return []
    def requests(self, now): return ()
    def save(self): return b"x"
    def load(self, saved): pass
"""


@pytest.mark.parametrize(
    ("code", "points", "name", "words"),
    [
        ("1 / 0", "mine = formats_of_mine:Mine", "mine", "ZeroDivisionError"),
        (GOOD, "mine = formats_of_mine:Lost", "mine", "can't be loaded"),
        (GOOD, "mine = no_such_module:Mine", "mine", "ModuleNotFoundError"),
        (GOOD, "yours = formats_of_mine:Mine", "yours", "calls itself 'mine'"),
        (GOOD, "json = formats_of_mine:Mine", "json", "built-in"),
        (GOOD.replace('"mine"', '"My Own"'), "mine = formats_of_mine:Mine", "mine", "no lower-case word"),
        (GOOD.replace("def read", "def red"), "mine = formats_of_mine:Mine", "mine", "it has no read"),
        (GOOD.replace('("a/#",)', "(1,)"), "mine = formats_of_mine:Mine", "mine", "filters"),
        (GOOD.replace('("a/#",)', "1 / 0"), "mine = formats_of_mine:Mine", "mine", "division"),
        (GOOD.replace("name =", "def __init__(self, x): pass\n    name ="), "mine = formats_of_mine:Mine", "mine", "TypeError"),
    ],
)
def test_a_broken_format_is_named_and_the_others_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, points: str, name: str, words: str
) -> None:
    installed(tmp_path, monkeypatch, code, points)
    found = formats()
    assert [f.name for f in found] == [*[n for n in BUILT_IN if n != "json"], "json"]
    (broken,) = found.broken
    assert broken.name == name and words in broken.reason


FAILING = """
from factory_twin.formats import Reading, Refused, Unknown
from factory_twin.message import Outgoing
class Mine:
    name = "mine"
    def filters(self): return ["a/#"]
    def claims(self, topic): return topic.startswith("a/") or [][1]
    def is_event(self, topic): return {}[1]
    def read(self, message): return eval(message.payload.decode())
    def requests(self, now): return None
    def save(self): return "text"
    def load(self, saved): raise KeyError("x")
"""


def test_a_format_that_fails_later_fails_message_by_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    installed(tmp_path, monkeypatch, FAILING, "mine = formats_of_mine:Mine")
    found = formats()
    own = found.which("a/b")
    assert isinstance(own, Guard) and own.name == "mine"
    other = found.which("b")
    assert other is not None and other.name == "json" and own.fault.startswith("claims: IndexError")
    assert own.is_event("a/b")  # what can't be told apart is not thrown away
    assert (own.requests(0.0), own.save()) == ((), b"")
    own.load(b"")
    assert len(caplog.records) == 1  # the first only
    assert own.read(Message("a/b", b"[Reading('a', 'b', 1.0), Reading('a', '', None, 5.0)]"))[0].value == 1.0
    for payload, words in (
        ("1 / 0", "'mine' failed: ZeroDivisionError: division by zero."), ("None", "failed: TypeError"),
        ("[1]", "that is int"), ("[('a', 'b', 1.0)]", "that is tuple"), ("[Reading('', 'b', 1.0)]", "no text"),
        ("[Reading('a', 1, 1.0)]", "no text"), ("[Reading('a', 'b', [])]", "value is list"),
        ("[Reading('a', 'b', float('nan'))]", "not finite"), ("[Reading('a', 'b', 1.0, float('inf'))]", "not finite"),
        ("[Reading('a', 'b', 1.0, '5')]", "not finite"), ("[Reading('a', 'b', 10**400)]", "is none"),
        ("[Reading('a', 'b', 1.0)] * 10001", "more than 10000"), ("[Reading('a', 'b', 1.0, [])]", "is none"),
        ("(lambda f: f(f))(lambda f: f(f))", "RecursionError"), ("'x' * 1000 / 1", "failed"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=r"The format 'mine'") as info:
            own.read(Message("a/b", payload.encode()))
        assert words in str(info.value) and len(str(info.value)) < 300
