# SPDX-License-Identifier: Apache-2.0
"""The live circle on a real broker: simulated shift -> MQTT -> session layer, which shows the log's truth."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from factory_twin import cli
from factory_twin.event import Event, Kind, State, together
from factory_twin.feed import Feed
from factory_twin.log import Log
from factory_twin.mqtt import Link
from factory_twin.mqtt.broker import find_mosquitto, free_port, listens
from factory_twin.plant import Plant, Sink, Source
from factory_twin.read import open_stage, read_plant
from factory_twin.sim import Simulation
from factory_twin.virtual import VirtualPlant, shift
from mosquitto import Mosquitto, mosquitto, wait
from pxr import Usd

__all__ = ["mosquitto"]
pytestmark = pytest.mark.broker
LINE = Path(__file__).parent / "good" / "three_machines.usda"


def truth(plant: Plant, log: Log) -> tuple[dict[str, State], Counter[str], Counter[str]]:
    """Work out last states, parts and levels straight from the tables, in another way than the product does."""
    servers: dict[tuple[str, int], State] = {}
    parts: Counter[str] = Counter()
    wip: Counter[str] = Counter()
    sinks = {n.path for n in plant.of(Sink)}
    for e in log.events():
        if e.kind is Kind.STATE:
            servers[e.place, e.number] = e.state
        elif e.kind is Kind.MOVE:
            parts[e.place] += 1
            wip[e.place] -= 1
            wip[e.other] += 1
            if e.other in sinks:
                parts[e.other] += 1
    states = {p: together(s for (q, _), s in servers.items() if q == p) for p, _ in servers}
    return states, parts, wip


def shown(stage: Usd.Stage, place: str, name: str) -> object:
    attribute = stage.GetAttributeAtPath(f"{place}.factoryTwin:state:{name}")
    return attribute.Get() if attribute else None


def pump(feed: Feed, condition: Callable[[], bool], what: str) -> None:
    """Run frames until the condition holds after one."""

    def framed() -> bool:
        feed.frame()
        return condition()

    wait(framed, what)


def simulated(plant: Plant, until: float, seed: int = 5) -> Log:
    log = Log()
    Simulation(plant, seed=seed, log=log).run(until)
    return log


def test_a_simulated_shift_arrives_on_the_stage_as_the_log_has_it(mosquitto: Mosquitto) -> None:
    stage = open_stage(LINE)
    plant = read_plant(stage)
    files = {x.identifier: x.ExportToString() for x in stage.GetUsedLayers() if x != stage.GetSessionLayer()}
    recorded = Log(origin=time.time())
    feed = Feed(stage, plant, mosquitto.url, log=recorded)
    feed.start()
    wait(lambda: feed.status.link.connected, "the feed connects")
    log = Log()
    with Link(mosquitto.url) as link:
        virtual = VirtualPlant(plant, shift(Simulation(plant, seed=5, log=log), log, until=7200.0), link, speed=3600.0)
        virtual.run(threading.Event(), period=0.01, progress=lambda p: None)
        assert virtual.finished
        assert link.flush()
        pump(feed, lambda: feed.status.accepted == virtual.sent, f"all {virtual.sent} come")
    states, parts, wip = truth(plant, simulated(plant, 7200.0))
    for node in plant.nodes:
        assert shown(stage, node.path, "status") == states.get(node.path, State.UNKNOWN).token
        assert shown(stage, node.path, "parts") == parts[node.path]
        if not isinstance(node, Source | Sink):
            assert shown(stage, node.path, "wip") == wip[node.path]
    assert parts["/Line/Sink"] > 50
    status = feed.status
    assert (status.rejected, status.unknown, status.link.dropped, status.coalesced, status.error) == (0, 0, 0, 0, "")
    assert len(recorded) + status.duplicates == status.accepted == status.values
    assert 0 <= recorded.end < 60
    feed.stop()
    assert not stage.GetSessionLayer().rootPrims
    assert {x.identifier: x.ExportToString() for x in stage.GetUsedLayers() if x != stage.GetSessionLayer()} == files


def test_a_shift_in_slices_gives_the_same_events_as_in_one_run() -> None:
    plant = read_plant(open_stage(LINE))
    log = Log()
    sliced = list(shift(Simulation(plant, seed=5, log=log), log, until=5000.0, step=7.0))
    assert sliced == list(simulated(plant, 5000.0).events())
    assert len(log) == 0


def test_poison_is_shown_as_counts_and_reasons_and_good_values_go_on(mosquitto: Mosquitto) -> None:
    stage = open_stage(LINE)
    feed = Feed(stage, read_plant(stage), mosquitto.url)
    feed.start()
    wait(lambda: feed.status.link.connected, "the feed connects")
    poison = (b"", b"NaN", b"[" * 60_000, b"{}", b'{"value":1e999}', b"x" * 70_000, b"9" * 5000, b"\xff\xfe")
    with Link(mosquitto.url) as link:
        for payload in poison:
            link.publish("factorytwin/Line/M1/temperature", payload)
            link.publish("factorytwin/Nowhere/state", payload)
            link.publish("factorytwin/Nowhere/state", b"busy")
        link.publish("factorytwin/Line/M1/state", b"setup")
        pump(feed, lambda: feed.status.accepted == 1, "the good value comes")
    assert (feed.status.rejected, feed.status.unknown, feed.status.error) == (2 * len(poison), len(poison), "")
    assert len(feed.status.rejects) == 3 * len(poison)
    assert shown(stage, "/Line/M1", "status") == "setup"
    assert {str(p.path) for p in stage.GetSessionLayer().rootPrims} == {"/Line"}
    feed.stop()


def test_an_error_in_a_frame_is_kept_not_raised() -> None:
    stage = open_stage(LINE)
    feed = Feed(stage, read_plant(stage), "mqtt://127.0.0.1:1")
    feed.live.feed(Event(0.0, Kind.STATE, "/Line/M1", "", 0, State.BUSY), time.monotonic())
    stage.GetSessionLayer().SetPermissionToEdit(False)
    assert feed.frame() == 0
    assert "may not be edited" in feed.status.error
    stage.GetSessionLayer().SetPermissionToEdit(True)
    assert feed.frame() > 0
    assert feed.status.error == ""
    assert shown(stage, "/Line/M1", "status") == "busy"


def test_a_feed_says_when_the_broker_goes_and_comes_back(mosquitto: Mosquitto) -> None:
    stage = open_stage(LINE)
    feed = Feed(stage, read_plant(stage), mosquitto.url, stale_after=0.3)
    feed.start()
    wait(lambda: feed.status.link.connected, "the feed connects")
    with Link(mosquitto.url) as link:

        def told() -> bool:
            link.publish("factorytwin/Line/M1/state", b"busy")
            feed.frame()
            return shown(stage, "/Line/M1", "status") == "busy"

        wait(told, "a value comes")
        mosquitto.kill()
        pump(feed, lambda: not feed.status.link.connected, "the loss is told")
        time.sleep(0.35)
        feed.frame()
        assert shown(stage, "/Line/M1", "quality") == "stale"
        mosquitto.start()
        wait(told, "values flow again")
    assert feed.status.link.reconnects == 1
    feed.stop()


def test_servers_together_show_the_state_that_matters_most() -> None:
    assert together([State.BUSY, State.DOWN, State.STARVED]) is State.DOWN
    assert together([State.BUSY, State.BLOCKED, State.SETUP]) is State.SETUP
    assert together([State.STARVED, State.BUSY]) is State.BUSY
    assert together([State.STARVED, State.BLOCKED]) is State.BLOCKED
    assert together([]) is State.UNKNOWN
    assert all(together([s]) is s for s in State)


class Paper:
    """Takes down what a virtual plant publishes."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, float | str]] = []

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> bool:
        self.lines.append((topic, json.loads(payload)["value"]))
        return True


def temperatures(seed: int) -> list[float | str]:
    plant = read_plant(open_stage(LINE))
    paper = Paper()
    virtual = VirtualPlant(plant, iter(simulated(plant, 3600.0).events()), paper, seed=seed)  # type: ignore[arg-type]
    for second in range(0, 3600, 10):
        virtual.advance(float(second), 1000.0 + 2.0 * second)
    return [v for t, v in paper.lines if t.endswith("M1/temperature")]


def test_temperatures_are_plausible_and_repeatable() -> None:
    first = temperatures(1)
    assert first == temperatures(1) != temperatures(2)
    assert 15 < min(first) < 25
    assert 35 < max(first) < 85


def test_quiet_values_are_sent_again_so_that_they_do_not_look_dead() -> None:
    plant = read_plant(open_stage(LINE))
    paper = Paper()
    virtual = VirtualPlant(plant, iter(simulated(plant, 10.0).events()), paper, refresh=4.0)  # type: ignore[arg-type]
    virtual.advance(5.0, 100.0)
    first = len(paper.lines)
    assert virtual.advance(5.0, 100.5) == 0
    assert virtual.advance(5.0, 104.1) >= first - len(plant.nodes)


def test_the_commands_meet_on_a_broker(mosquitto: Mosquitto, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = LINE.read_bytes()
    command = [sys.executable, "-m", "factory_twin", "plant", str(LINE), "--broker", mosquitto.url, "--prefix", "site/a"]
    command += ["--speed", "600", "--duration", "60 s"]
    saved = tmp_path / "live.usda"
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment(), text=True) as plant:
        assert plant.stderr is not None
        assert any("sent" in line for line in plant.stderr)  # it speaks; within 5 s it tells all that stands still, too
        code = cli.main(["bridge", str(LINE), "--broker", mosquitto.url, "--prefix", "site/a", "--duration", "6 s", "--json",
                         "--save-live", str(saved)])  # fmt: skip
        plant.terminate()
        plant.communicate()
    out = capsys.readouterr()
    report = json.loads(out.out)
    assert code == 0
    assert report["accepted"] > 20
    assert report["rejected"] == report["unknown"] == report["dropped"] == 0
    assert report["places"]["/Line/M1"]["state"] in {s.token for s in State} - {"unknown"}
    assert report["places"]["/Line/M1"]["parts"] > 0
    assert re.search(r"\d+ values taken, \d+ written, connected", out.err)
    assert 'token factoryTwin:state:status = "' in saved.read_text()
    assert LINE.read_bytes() == before
    assert os.listdir(tmp_path).count("live.usda") == 1


def test_without_a_broker_the_commands_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    url = f"mqtt://127.0.0.1:{free_port()}"
    for command in ("plant", "bridge"):
        assert cli.main([command, str(LINE), "--broker", url, "--duration", "0.5 s"]) == 2
        out = capsys.readouterr()
        assert "Nothing listens at 127.0.0.1" in out.err
        assert out.out == ""


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_virtual_plant_with_its_own_broker_ends_in_good_order(number: signal.Signals) -> None:
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip(f"{number.name} is ignored here, so also by the process under test")
    command = [sys.executable, "-m", "factory_twin", "plant", str(LINE)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        port = int(first.split("127.0.0.1:")[1].split(".")[0].split()[0])
        assert "factory-twin bridge" in first
        for line in process.stderr:
            if "sent" in line:
                break
        assert listens(port)
        process.send_signal(number)
        rest = process.communicate(timeout=10)
        assert (process.returncode, rest[0]) == (0, "")
        assert "Traceback" not in rest[1]
    assert not listens(port)


def environment() -> dict[str, str]:
    """The environment with the packages under test on the path."""
    exts = LINE.parents[2] / "exts"
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(exts / n) for n in ("factory_twin", "factory_twin.schema"))}
