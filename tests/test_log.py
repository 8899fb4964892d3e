# SPDX-License-Identifier: Apache-2.0
"""A log gives back the events it was given, from memory or file; a damaged file is told, never believed."""

from __future__ import annotations

import gc
import json
import math
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from factory_twin import event
from factory_twin.errors import StageError
from factory_twin.event import Event, Kind, State
from factory_twin.log import Log
from hypothesis import given
from hypothesis import strategies as st

PLACES = st.sampled_from(["/L/A", "/L/B", "/L/Ä"])
TIMES = st.floats(0, 1e9)
EVENTS = st.one_of(
    st.builds(event.move, TIMES, PLACES, PLACES, st.integers(0, 1 << 53)),
    st.builds(event.state, TIMES, PLACES, st.sampled_from(State), st.integers(0, 9)),
    st.builds(event.value, TIMES, PLACES, st.sampled_from(["temperature", "parts"]), st.floats(-1e9, 1e9)),
)


def same(a: list[Event], b: list[Event]) -> bool:
    return [tuple(map(repr, e)) for e in a] == [tuple(map(repr, e)) for e in b]


def sample() -> Log:
    log = Log(("/L/A", "/L/B"), maker={"seed": 1})
    for e in (
        event.state(0.0, "/L/A", State.BUSY),
        event.move(5.0, "/L/A", "/L/B", 0),
        event.value(5.0, "/L/A", "temperature", 21.5),
        event.state(5.0, "/L/A", State.STARVED),
    ):
        log.append(e)
    return log


@given(st.lists(EVENTS, max_size=30))
def test_events_come_back_by_time_moves_first(events: list[Event]) -> None:
    log = Log()
    for e in events:
        log.append(e)
    assert len(log) == len(events)
    assert same(list(log.events()), sorted(events, key=lambda e: (e.time, e.kind)))
    assert log.end == max((e.time for e in events), default=0.0)


def test_parts_come_back_with_product_order_and_due(tmp_path: Path) -> None:
    log = sample()
    bike, order = log.product("/P/Bike"), log.order("/O/7")
    assert (log.product("/P/Frame"), log.product("/P/Bike"), log.order("/O/7")) == (1, bike, order)
    log.parts.rows.extend((0, bike, order, 3600.0))
    log.parts.rows.extend((1, -1, -1, -1))
    again = Log.load(log.save(tmp_path / "a.npz"))
    assert (again.products, again.orders) == (["/P/Bike", "/P/Frame"], ["/O/7"])
    assert again.parts.array().tolist() == [[0, 0, 0, 3600], [1, -1, -1, -1]]
    assert (again.product("/P/Frame"), again.product("/P/Wheel"), again.order("/O/8")) == (1, 2, 1)
    assert len(again) == len(log) == 4  # parts are no events


def test_a_log_of_version_1_loads(tmp_path: Path) -> None:
    def old(head: dict[str, Any], arrays: dict[str, Any]) -> None:
        head["version"] = 1
        del head["products"], head["orders"], arrays["parts"]

    again = Log.load(rewritten(sample().save(tmp_path / "a.npz"), old))
    assert same(list(again.events()), list(sample().events()))
    assert (again.products, again.orders, len(again.parts)) == ([], [], 0)


def steps(log: Log, count: int) -> Log:
    for i in range(count):
        log.moves.rows.extend((float(i), 0, 1, i))
        log.compact()
    log.states.rows.extend((0.0, 0, 0, State.BUSY))
    log.end = float(count)
    return log


def test_a_streamed_log_is_the_same_log(tmp_path: Path) -> None:
    folder = tmp_path / "spill"
    folder.mkdir()
    plain, streamed = steps(Log(("/A", "/B")), 150_000), steps(Log(("/A", "/B"), spill=folder), 150_000)
    assert len(streamed.moves.rows) < 4 * 65536 and not streamed.moves._blocks
    assert len(streamed) == len(plain) and (streamed.moves.array() == plain.moves.array()).all()
    streamed.moves.rows.extend((1e6, 1, 0, 7))  # it goes on after it was read
    assert streamed.moves.array()[-1].tolist() == [1e6, 1, 0, 7] and len(streamed.moves.array()) == 150_001
    again = Log.load(streamed.save(tmp_path / "a.npz"))
    assert (again.moves.array() == streamed.moves.array()).all() and len(again.states) == 1
    assert same(list(again.events())[-3:], list(streamed.events())[-3:])
    with pytest.raises(ValueError, match="read-only"):
        streamed.moves.array()[0, 0] = 1.0


def test_a_saved_log_is_the_same_file_streamed_or_not(tmp_path: Path) -> None:
    a, b = (steps(log, 70_000).save(tmp_path / name) for log, name in ((Log(), "a"), (Log(spill=tmp_path), "b")))
    with np.load(a) as one, np.load(b) as other:
        assert one.files == other.files and all((one[k] == other[k]).all() for k in one)


def test_the_files_of_a_streamed_log_go_with_it(tmp_path: Path) -> None:
    log = steps(Log(spill=tmp_path), 70_000)
    copy = pickle.loads(pickle.dumps(log))  # as when a worker sends it
    assert [p.name.startswith("factory-twin-log-") for p in tmp_path.iterdir()] == [True]
    del log
    gc.collect()
    assert list(tmp_path.iterdir()) == [] and copy._files is None
    assert len(copy.moves.array()) == 70_000 and len(steps(copy, 3).moves.array()) == 70_003


def test_a_log_that_can_not_be_streamed_says_so(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="can't be streamed") as caught:
        Log(spill=tmp_path / "nowhere")
    assert caught.value.where == str(tmp_path / "nowhere") and caught.value.hint
    log = steps(Log(("/A", "/B"), spill=tmp_path), 70_000)
    (found,) = tmp_path.iterdir()
    (found / "moves").rename(found / "moves of another name")
    (found / "moves").mkdir()
    with pytest.raises(StageError, match="can't be streamed"):
        log.moves.compact(force=True)


def test_a_streamed_log_that_was_cut_off_says_so(tmp_path: Path) -> None:
    log = steps(Log(("/A", "/B"), spill=tmp_path), 70_000)
    (found,) = tmp_path.glob("factory*")
    with (found / "moves").open("r+b") as file:
        file.truncate(100)
    for read in (lambda: log.save(tmp_path / "a.npz"), log.moves.array):
        with pytest.raises(StageError, match="cut off"):
            read()
    assert not (tmp_path / "a.npz").exists() and len(list(tmp_path.iterdir())) == 1


@given(events=st.lists(EVENTS, max_size=30), origin=st.none() | st.floats(0, 2e9))
def test_a_saved_log_loads_as_the_same(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], origin: float | None
) -> None:
    path = tmp_path_factory.mktemp("log") / "a.npz"
    log = Log(maker={"seed": 3, "horizon": 60.0}, origin=math.nan if origin is None else origin)
    for e in events:
        log.append(e)
    log.end += 10.0
    assert log.save(path) == path
    again = Log.load(path)
    assert same(list(again.events()), list(log.events()))
    assert (again.places, again.names, again.end, again.maker) == (log.places, log.names, log.end, log.maker)
    assert repr(again.origin) == repr(log.origin)


def test_a_loaded_log_goes_on(tmp_path: Path) -> None:
    again = Log.load(sample().save(tmp_path / "a.npz"))
    again.append(event.value(6.0, "/L/A", "temperature", 22.0))
    again.append(event.value(7.0, "/L/C", "parts", 1.0))
    assert again.names == ["temperature", "parts"] and again.places == ["/L/A", "/L/B", "/L/C"]
    assert [e.value for e in again.events() if e.kind is Kind.VALUE] == [21.5, 22.0, 1.0]


def test_compacting_loses_nothing_and_keeps_the_rows_list_of_a_maker() -> None:
    log = Log(("/A", "/B"))
    rows = log.moves.rows
    for i in range(200_000):
        rows.extend((float(i), 0, 1, i))
        log.moves.compact()
    assert len(log.moves) == 200_000 and len(rows) < 4 * 70_000
    table = log.moves.array()
    assert table.shape == (200_000, 4) and (table[:, 3] == np.arange(200_000)).all()
    rows.extend((1e6, 0, 1, 200_000))
    assert len(log.moves.array()) == 200_001


def test_saving_is_whole_or_not_at_all(tmp_path: Path) -> None:
    target = sample().save(tmp_path / "a.npz")
    before = target.read_bytes()
    for where in (tmp_path / "nowhere" / "a.npz", target / "a.npz", tmp_path):
        with pytest.raises(StageError, match="can't be written") as caught:
            sample().save(where)
        assert caught.value.where == str(where) and caught.value.hint
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]


def rewritten(path: Path, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> Path:
    """Save the file again with head and tables changed."""
    with np.load(path) as data:
        arrays = {k: data[k] for k in data}
    head = json.loads(arrays.pop("head").tobytes())
    change(head, arrays)
    np.savez(path, head=np.frombuffer(json.dumps(head).encode(), np.uint8), **arrays)
    return path


def table(name: str, *row: float) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda head, arrays: arrays.__setitem__(name, np.array([row]))


def head(**changes: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda head, arrays: head.update(changes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (head(version=99), "no known version"),
        (head(format="other"), "no known version"),
        (head(places=["/L/A", "/L/A"]), "not unique"),
        (head(places=["/L/A", 7]), "no texts"),
        (head(places=3), "no readable log"),
        (head(end=float("inf")), "end is not finite"),
        (head(products=["/P", "/P"]), "not unique"),
        (head(orders={"/O": 1}), "no texts"),
        (lambda head, arrays: head.pop("orders"), "no readable log"),
        (lambda head, arrays: arrays.pop("parts"), "no readable log"),
        (table("parts", 0, 0, -1, -1), "not there"),
        (table("parts", 0, -1, 0, -1), "not there"),
        (table("parts", 0, -2, -1, -1), "not there"),
        (table("parts", 0.5, -1, -1, -1), "fractions"),
        (table("parts", 0, -1, -1, float("nan")), "not finite"),
        (table("parts", 0, -1, -1, -7), "due"),
        (head(end="late"), "no readable log"),
        (head(maker=[1]), "head is damaged"),
        (head(origin="noon"), "head is damaged"),
        (lambda head, arrays: head.pop("places"), "no readable log"),
        (lambda head, arrays: arrays.pop("moves"), "no readable log"),
        (table("moves", 1, 0, 1), "shape"),
        (table("moves", 1, 0, 2, 0), "not there"),
        (table("moves", 1, -1, 0, 0), "not there"),
        (table("moves", 1, 0.5, 0, 0), "fractions"),
        (table("moves", float("nan"), 0, 0, 0), "not finite"),
        (table("states", 1, 0, 0, 99), "not there"),
        (table("values", 1, 0, 1, 3.5), "not there"),
    ],
)
def test_a_damaged_log_is_refused(tmp_path: Path, change: Callable[..., None], words: str) -> None:
    path = rewritten(sample().save(tmp_path / "a.npz"), change)
    with pytest.raises(StageError, match=words) as caught:
        Log.load(path)
    assert caught.value.where == str(path) and caught.value.hint


def test_rewriting_alone_is_no_damage(tmp_path: Path) -> None:
    path = rewritten(sample().save(tmp_path / "a.npz"), lambda head, arrays: None)
    assert same(list(Log.load(path).events()), list(sample().events()))


@pytest.mark.parametrize("size", [0, 10, 100, 600, -1])
def test_a_cut_off_file_is_refused(tmp_path: Path, size: int) -> None:
    path = sample().save(tmp_path / "a.npz")
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(StageError, match="no readable log"):
        Log.load(path)


def test_what_is_no_log_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "array.npy", np.zeros(4))
    np.savez(tmp_path / "object.npz", head=np.array([{}], dtype=object), moves=np.zeros(4))
    for name in ("missing.npz", "array.npy", "object.npz", "."):
        with pytest.raises(StageError, match="no readable log"):
            Log.load(tmp_path / name)


def test_a_compressed_archive_is_refused_before_it_can_grow(tmp_path: Path) -> None:
    path = sample().save(tmp_path / "a.npz")
    with zipfile.ZipFile(path) as archive:
        entries = {n: archive.read(n) for n in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    with pytest.raises(StageError, match="compressed"):
        Log.load(path)


@pytest.mark.parametrize("state", State)
def test_states_and_tokens_go_both_ways(state: State) -> None:
    assert State.from_token(state.token) is state
    assert State.from_token(f" {state.token.upper()} ") is state


def test_an_unknown_word_is_the_state_unknown() -> None:
    assert State.from_token("dancing") is State.UNKNOWN


def test_states_are_the_tokens_of_the_schema() -> None:
    from factory_twin_schema.table import properties

    tokens = properties("FactoryTwinStateAPI")["factoryTwin:state:status"].tokens
    assert set(tokens) == {s.token for s in State}
