# SPDX-License-Identifier: Apache-2.0
"""Commands leave only while armed, for armed places, journalled first, once at a time; what is odd switches them off."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from factory_twin.command import Command, Gate, Journal
from factory_twin.errors import FactoryTwinError
from factory_twin.message import Outgoing
from factory_twin.mqtt import Link
from mosquitto import Mosquitto, mosquitto, wait

__all__ = ["mosquitto"]
SAW = "/Plant/Saw"


class Line:
    """The shop floor's end: keeps what was sent, in plain sight."""

    def __init__(self, live: bool = True) -> None:
        self.live, self.open, self.sent = live, True, list[Outgoing]()

    def send(self, message: Outgoing) -> bool:
        assert self.open
        self.sent.append(message)
        return True

    def close(self) -> None:
        self.open = False


class World:
    """A gate with clocks that the test turns."""

    def __init__(self, live: bool = True, rate: int = 60) -> None:
        self.now, self.made, self.fault = 100.0, list[Line](), ""
        self.journal = Journal(":memory:")
        self._live = live
        self.gate = Gate(self._connect, self.journal, prefix="p", ready=lambda place: self.fault, rate=rate,
                         clock=lambda: self.now, wall=lambda: 1e9 + self.now)  # fmt: skip

    def _connect(self) -> Line:
        self.made.append(Line(self._live))
        return self.made[-1]

    def command(self, place: str = SAW, action: str = "Start", within: float = 30.0) -> Command:
        return Command(place, action, "Ann", 1e9 + self.now + within, {"jobOrder": "WO-17"})

    def whats(self) -> list[str]:
        return [e.what for e in self.journal.entries()]

    def reply(self, word: str = "accepted", id: str | None = None) -> bool:
        body = json.loads(self.made[-1].sent[-1].payload)
        return self.gate.receive(body["replyTo"], json.dumps({"commandId": id or body["commandId"], "state": word}).encode())


def test_nothing_is_connected_or_sent_before_arming() -> None:
    world = World()
    assert world.gate.send(world.command()) == "Commands are not armed."
    world.gate.step()
    assert world.made == []
    assert world.whats() == ["refused"]


def test_an_armed_place_gets_its_command_and_others_do_not() -> None:
    world = World()
    world.gate.arm("Ann", [SAW])
    assert world.gate.send(world.command()) == ""
    assert "not among the places" in world.gate.send(world.command("/Plant/Mill"))
    (message,) = world.made[0].sent
    body = json.loads(message.payload)
    assert (message.topic, message.qos, message.retain) == ("p/cmd/Plant/Saw", 1, False)
    assert (body["action"], body["issuedBy"], body["values"]) == ("Start", "Ann", {"jobOrder": "WO-17"})
    assert body["notAfter"] == 1e9 + 130.0
    assert world.whats() == ["armed", "sending", "refused"]


def test_it_disarms_by_itself_and_disconnects() -> None:
    world = World()
    world.gate.arm("Ann", [SAW], 60.0)
    world.now += 59.9
    assert world.gate.arm_switch.left == pytest.approx(0.1)
    world.now += 0.1
    assert world.gate.send(world.command()) == "Commands are not armed."
    world.gate.step()
    assert not world.made[0].open and world.made[0].sent == []
    assert "Disarmed: the time has run out." in world.gate.texts


def test_an_unanswered_command_is_sent_again_with_the_same_id_until_it_is_void() -> None:
    world = World()
    world.gate.arm("Ann", [SAW])
    world.gate.send(world.command(within=5.0))
    for _ in range(8):
        world.now += 1.0
        world.gate.step()
    ids = {json.loads(m.payload)["commandId"] for m in world.made[0].sent}
    assert len(world.made[0].sent) == 3 and len(ids) == 1  # at 0, 2 and 4 s
    assert world.whats()[-1] == "void" and world.gate.under_way == ()


@pytest.mark.parametrize("word", ["accepted", "rejected", "running", "ended"])
def test_an_answer_settles_it_once(word: str) -> None:
    world = World()
    world.gate.arm("Ann", [SAW])
    world.gate.send(world.command())
    assert not world.reply(id="somebody else's")
    assert not world.gate.receive("p/rsp/Plant/Saw", b"\xff[[[")
    assert world.reply(word)
    assert not world.reply(word)
    world.now += 10.0
    world.gate.step()
    assert len(world.made[0].sent) == 1 and world.whats()[-1] == "replied"


def test_one_command_at_a_time_for_a_place_and_a_rate_for_all() -> None:
    world = World(rate=2)
    world.gate.arm("Ann", [SAW, "/A", "/B"])
    assert world.gate.send(world.command()) == ""
    assert "not been answered" in world.gate.send(world.command())
    assert world.gate.send(world.command("/A")) == ""
    assert "within a minute" in world.gate.send(world.command("/B"))
    world.now += 61.0
    assert world.gate.send(world.command("/B")) == ""


def test_a_place_that_is_not_ready_is_not_commanded() -> None:
    world = World()
    world.gate.arm("Ann", [SAW])
    world.fault = "Its state is not known."
    assert world.gate.send(world.command()) == "Its state is not known."
    assert world.made[0].sent == []


def test_disarming_gives_up_what_is_under_way_and_says_so() -> None:
    world = World()
    world.gate.arm("Ann", [SAW])
    world.gate.send(world.command())
    world.gate.disarm("the stage was closed.")
    assert not world.made[0].open and world.gate.under_way == ()
    assert world.whats() == ["armed", "sending", "given up", "disarmed"]


def test_a_replay_can_not_be_armed() -> None:
    world = World(live=False)
    with pytest.raises(FactoryTwinError, match="can't be armed"):
        world.gate.arm("Ann", [SAW])
    assert world.gate.arm_switch.state is None and not world.made[0].open


def test_what_can_not_be_journalled_is_not_sent() -> None:
    world = World()
    world.gate.arm("Ann", [SAW])
    world.journal.close()
    with pytest.raises(FactoryTwinError, match="journal"):
        world.gate.send(world.command())
    assert world.made[0].sent == []


def test_what_can_not_be_journalled_is_not_armed() -> None:
    world = World()
    world.journal.close()
    with pytest.raises(FactoryTwinError, match="journal"):
        world.gate.arm("Ann", [SAW])
    assert world.gate.arm_switch.state is None and not world.made[0].open


@pytest.mark.parametrize(
    ("user", "places", "seconds"), [("", [SAW], 1.0), ("Ann", [], 1.0), ("Ann", [SAW], 0.0), ("Ann", [SAW], 1e9)]
)
def test_arming_needs_a_name_a_place_and_a_time(user: str, places: list[str], seconds: float) -> None:
    world = World()
    with pytest.raises(FactoryTwinError):
        world.gate.arm(user, places, seconds)
    assert world.gate.arm_switch.state is None and not world.made[-1].open


@pytest.mark.parametrize("values", [{"speed": float("nan")}, {"speed": [1]}, {"text": "x" * 20_000}])
def test_values_are_plain_and_small(values: dict[str, float]) -> None:
    with pytest.raises(FactoryTwinError):
        Command(SAW, "SetPoint", "Ann", 2e9, values)


def test_the_journal_outlives_the_program(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "commands.sqlite")
    journal.add(1.0, "sending", id="x", place=SAW, user="Ann", action="Start")
    del journal
    (entry,) = Journal(tmp_path / "commands.sqlite").entries()
    assert (entry.what, entry.id, entry.place, entry.user, entry.detail) == ("sending", "x", SAW, "Ann", {"action": "Start"})


class Wire:
    """A link as a sender."""

    live = True

    def __init__(self, url: str) -> None:
        self._link = Link(url)
        self._link.start()

    def send(self, message: Outgoing) -> bool:
        return self._link.publish(message.topic, message.payload, message.retain)

    def close(self) -> None:
        self._link.flush(2.0)
        self._link.stop()


@pytest.mark.broker
def test_on_a_real_broker_nothing_is_on_the_wire_while_unarmed(mosquitto: Mosquitto) -> None:
    gate = Gate(lambda: Wire(mosquitto.url), Journal(":memory:"), prefix="p")
    with Link(mosquitto.url, ("#",)) as sniffer:
        wait(lambda: sniffer.status.connected, "the sniffer listens")
        void = time.time() + 60.0
        assert gate.send(Command(SAW, "Start", "Ann", void))
        gate.step()
        time.sleep(0.3)
        assert len(sniffer.inbox) == 0
        gate.arm("Ann", [SAW])
        assert gate.send(Command(SAW, "Start", "Ann", void)) == ""
        wait(lambda: len(sniffer.inbox) == 1, "the command arrives")
        message = sniffer.inbox.get()
        assert message is not None and message.topic == "p/cmd/Plant/Saw" and not message.retained
        gate.disarm()
        assert gate.send(Command(SAW, "Stop", "Ann", void))
        time.sleep(0.3)
        assert len(sniffer.inbox) == 0
