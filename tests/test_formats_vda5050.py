# SPDX-License-Identifier: Apache-2.0
"""VDA 5050: what vehicles tell becomes readings; what breaks the standard is refused at its pointer; a vehicle keeps it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from factory_twin.formats import Reading, Refused, Unknown
from factory_twin.formats.moment import iso
from factory_twin.formats.vda5050 import Action, Order, Stop, VdaFormat, VdaVehicle, check, split
from factory_twin.formats.vda5050 import rules as r
from factory_twin.formats.vda5050.headers import Headers
from factory_twin.formats.vda5050.topic import TOPICS
from factory_twin.message import Message, Outgoing

V3, V2 = "vda5050/v3/ACME/AGV-01", "uagv/v2/ACME/AGV-01"
NOW = 1772352000.0
Json = dict[str, Any]


def head(number: int = 1, seconds: float = 0.0, version: str = "3.0.0") -> Json:
    return {"headerId": number, "timestamp": iso(NOW + seconds), "version": version, "manufacturer": "ACME",
            "serialNumber": "AGV-01"}  # fmt: skip


def state(major: int = 3, number: int = 1, seconds: float = 0.0, **changes: Any) -> Json:
    body: Json = {
        **head(number, seconds, f"{major}.0.0"),
        "orderId": "O-17", "orderUpdateId": 0, "lastNodeId": "N0", "lastNodeSequenceId": 0, "nodeStates": [], "edgeStates": [],
        "driving": True, "actionStates": [], "operatingMode": "AUTOMATIC", "errors": [],
    }  # fmt: skip
    place = {"x": 1, "y": -2.5, "theta": 1.5, "mapId": "hall"}
    if major == 3:
        body |= {"instantActionStates": [], "powerSupply": {"stateOfCharge": 81.5, "charging": False},
                 "safetyState": {"activeEmergencyStop": "NONE", "fieldViolation": False},
                 "mobileRobotPosition": {**place, "localized": True}}  # fmt: skip
    else:
        body |= {"batteryState": {"batteryCharge": 81.5, "charging": False}, "loads": [{"loadId": "a"}, {}],
                 "safetyState": {"eStop": "NONE", "fieldViolation": False},
                 "agvPosition": {**place, "positionInitialized": True}}  # fmt: skip
    return {**body, "velocity": {"vx": 0.3, "vy": -0.4}, **changes}


def message(body: Any, topic: str = "state", source: str = V3, **more: Any) -> Message:
    return Message(f"{source}/{topic}", body if isinstance(body, bytes) else json.dumps(body).encode(), **more)


def told(body: Any, topic: str = "state", source: str = V3, f: VdaFormat | None = None) -> dict[str, Any]:
    return {x.name: x.value for x in (f or VdaFormat()).read(message(body, topic, source))}


def refusal(body: Any, topic: str = "state", source: str = V3) -> str:
    with pytest.raises(Refused) as info:
        VdaFormat().read(message(body, topic, source))
    return str(info.value)


# ---- what is read
@pytest.mark.parametrize(("major", "source"), [(3, V3), (2, V2)])
def test_a_state_gives_readings_in_si_units(major: int, source: str) -> None:
    found = VdaFormat().read(message(state(major), source=source))
    assert {(x.source, x.time, x.good) for x in found} == {(source, NOW, True)}
    by = {x.name: x for x in found}
    assert (by["x"].value, by["x"].unit, by["y"].value, by["heading"].value, by["heading"].unit) == (1.0, "m", -2.5, 1.5, "rad")
    assert by["speed"].value == pytest.approx(0.5) and by["speed"].unit == "m/s"
    assert {k: x.value for k, x in by.items() if k not in ("x", "y", "heading", "speed")} == {
        "map": "hall", "battery": 0.815, "charging": False, "driving": True, "mode": "automatic", "state": "busy",
        "order": "O-17", "node": "N0", "errors": 0.0, "error": "", **({"loads": 2.0} if major == 2 else {}),
    }  # fmt: skip


STOPPED: Json = {"driving": False}
RUNS = {"actionStates": [{"actionId": "a", "actionStatus": "RUNNING"}]}
WAITS = {"actionStates": [{"actionId": "a", "actionStatus": "WAITING"}, {"actionId": "b", "actionStatus": "FINISHED"}]}
STOP = {"safetyState": {"activeEmergencyStop": "MANUAL", "fieldViolation": False}}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "busy"), (STOPPED, "idle"), (STOPPED | RUNS, "busy"), (STOPPED | WAITS, "idle"), (STOP, "down"),
        (STOPPED | {"instantActionStates": [{"actionId": "a", "actionStatus": "INITIALIZING"}]}, "busy"),
        ({"errors": [{"errorType": "lidar", "errorLevel": "FATAL"}]}, "down"),
        ({"errors": [{"errorType": "lidar", "errorLevel": "CRITICAL"}]}, "down"),
        ({"errors": [{"errorType": "dirt", "errorLevel": "WARNING"}]}, "busy"), ({"operatingMode": "SERVICE"}, "maintenance"),
    ],
)  # fmt: skip
def test_the_state_in_our_words(changes: Json, word: str) -> None:
    assert told(state(**changes))["state"] == word


def test_errors_are_counted_and_the_worst_is_named() -> None:
    errors = [{"errorType": k, "errorLevel": v} for k, v in (("dirt", "WARNING"), ("lidar", "FATAL"), ("map", "URGENT"))]
    found = told(state(errors=errors))
    assert (found["errors"], found["error"], found["state"]) == (3.0, "lidar", "down")


def test_a_place_that_the_vehicle_does_not_know_is_not_good() -> None:
    lost = state()
    lost["mobileRobotPosition"]["localized"] = False
    by = {x.name: x for x in VdaFormat().read(message(lost))}
    assert not (by["x"].good or by["y"].good or by["heading"].good) and by["battery"].good
    odd = state(powerSupply={"stateOfCharge": 140, "charging": False})
    assert not {x.name: x for x in VdaFormat().read(message(odd))}["battery"].good


def test_nulls_stand_for_what_is_left_out() -> None:
    found = told(state(velocity=None, mobileRobotPosition=None, loads=None, information=None))
    assert "x" not in found and "speed" not in found and "loads" not in found and found["state"] == "busy"
    assert "/driving is null" in refusal(state(driving=None))


def test_visualization_gives_place_and_speed_alone() -> None:
    at = state()["mobileRobotPosition"]
    found = told({**head(), "referenceStateHeaderId": 7, "mobileRobotPosition": at, "velocity": {"vx": -0.5}}, "visualization")
    assert found == {"x": 1.0, "y": -2.5, "heading": 1.5, "map": "hall", "speed": 0.5}
    assert told({"agvPosition": state(2)["agvPosition"]}, "visualization", V2)["y"] == -2.5  # version 2: no header needed
    assert "/headerId is missing" in refusal({"mobileRobotPosition": at}, "visualization")


def test_connections() -> None:
    f = VdaFormat()
    assert list(f.read(message({**head(), "connectionState": "ONLINE"}, "connection"))) == [
        Reading(V3, "connection", "online", NOW)
    ]
    assert told({**head(), "connectionState": "OFFLINE"}, "connection") == {"state": "off", "connection": "offline"}
    assert told({**head(), "connectionState": "HIBERNATING"}, "connection")["state"] == "off"
    broken = f.read(message({**head(0, -999), "connectionState": "CONNECTION_BROKEN"}, "connection"))
    assert list(broken) == [
        Reading(V3, "", None),
        Reading(V3, "connection", "connection_broken"),
    ]  # now, not when it was written
    old = VdaFormat().read(message({**head(), "connectionState": "CONNECTIONBROKEN"}, "connection", V2))
    assert old[0] == Reading(V2, "", None)
    for word, source in (("CONNECTIONBROKEN", V3), ("CONNECTION_BROKEN", V2), ("HIBERNATING", V2), ("online", V3)):
        assert "/connectionState is" in refusal({**head(), "connectionState": word}, "connection", source)


def test_orders_are_read_for_display() -> None:
    order = Order("O-1", [Stop(f"N{i}", i, 0.0) for i in range(4)], released=3)
    for version, source in (("3.0.0", V3), ("2.1.0", V2)):
        sent = order.message("ACME", "AGV-01", header=1, now=NOW, version=version, interface=source.split("/")[0])
        assert told(sent.payload, "order", source) == {"sent_order": "O-1", "sent_update": 0.0, "goal": "N2"}


def test_what_is_for_vehicles_alone_and_what_is_unknown() -> None:
    f = VdaFormat()
    assert f.read(message(b"anything", "instantActions")) == f.read(message(b"{", "zoneSet")) == ()
    for topic, word in (
        (f"{V3}/mood", "no topic"), ("vda5050/v4/ACME/AGV-01/state", "v4"), ("vda5050/v1/ACME/AGV-01/state", "v1"),
        ("vda5050/v3/ACME/AGV 01/state", "serial"), ("vda5050/v3//AGV-01/state", "manufacturer"),
        ("vda5050/v3/+/AGV-01/state", "manufacturer"), ("vda5050/v3/ACME/#/state", "serial"), ("state", "levels"),
        ("vda5050/v3/ACME/\ud800/state", "serial"), ("vda5050/v3/\ud800/AGV-01/state", "manufacturer"), ("", "levels"),
    ):  # fmt: skip
        with pytest.raises(Unknown, match=word):
            f.read(Message(topic, b"{}"))


def test_what_it_claims() -> None:
    f = VdaFormat(("vda5050", "site/agv"))
    assert f.claims(f"{V3}/state") and f.claims("site/agv/v2/a/b/order") and f.claims("vda5050/v9/a/b/c")
    assert not any(f.claims(t) for t in ("", "vda5050", V3, f"{V3}/state/x", "uagv/v2/a/b/state", "vda5050x/v3/a/b/state"))
    assert "site/agv/+/+/+/connection" in f.filters() and len(f.filters()) == 10
    assert f.is_event(f"{V3}/state") and not f.is_event(f"{V3}/visualization")
    assert (f.requests(0.0), f.save()) == ((), b"")


# ---- the validator
def spots(data: Any, at: str = "") -> list[tuple[Any, Any, str]]:
    """All (holder, key, pointer) of a JSON value."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found = []
    for key, value in pairs:
        found += [(data, key, f"{at}/{key}"), *spots(value, f"{at}/{key}")]
    return found


def rich(major: int) -> Json:
    """A state with something in every list."""
    part = {"sequenceId": 2, "released": True}
    return state(
        major,
        nodeStates=[{"nodeId": "N1", **part, "nodePosition": {"x": 1, "y": 2, "mapId": "m"}}],
        edgeStates=[{"edgeId": "E1", **part, "trajectory": {"controlPoints": [{"x": 1, "y": 2}]}}],
        actionStates=[{"actionId": "a", "actionStatus": "WAITING"}],
        errors=[{"errorType": "x", "errorLevel": "WARNING", "errorReferences": [{"referenceKey": "a", "referenceValue": "b"}]}],
        information=[{"infoType": "x", "infoLevel": "INFO"}],
    )


@pytest.mark.parametrize("major", [2, 3])
def test_every_key_of_a_state_has_its_type_and_the_fault_names_its_pointer(major: int) -> None:
    assert check(major, "state", rich(major)) == []
    loose = ("/loads/0/loadId", "/velocity/vx", "/velocity/vy", "/velocity")  # may be null
    for _, _, pointer in spots(rich(major)):
        body = rich(major)
        holder, key = next((h, k) for h, k, p in spots(body) if p == pointer)
        holder[key] = [None] if not isinstance(holder[key], list) else 5
        (fault,) = check(major, "state", body)
        assert fault.startswith(f"{pointer} is "), (pointer, fault)
        if isinstance(key, str) and pointer not in loose:
            del holder[key]
            assert check(major, "state", body) in ([], [f"{pointer} is missing"])


REQUIRED = {
    3: "headerId timestamp version manufacturer serialNumber orderId orderUpdateId lastNodeId lastNodeSequenceId nodeStates "
    "edgeStates driving actionStates instantActionStates powerSupply operatingMode errors safetyState",
    2: "headerId timestamp version manufacturer serialNumber orderId orderUpdateId lastNodeId lastNodeSequenceId nodeStates "
    "edgeStates driving actionStates batteryState operatingMode errors safetyState",
}


@pytest.mark.parametrize("major", [2, 3])
def test_what_a_state_must_have(major: int) -> None:
    for key in REQUIRED[major].split():
        body = rich(major)
        del body[key]
        assert check(major, "state", body) == [f"/{key} is missing"]
    for key in set(rich(major)) - set(REQUIRED[major].split()):
        body = rich(major)
        del body[key]
        assert check(major, "state", body) == []


@pytest.mark.parametrize(
    ("major", "changes", "fault"),
    [
        (3, {"operatingMode": "TEACHIN"}, "/operatingMode is 'TEACHIN', none of"),
        (2, {"operatingMode": "STARTUP"}, "/operatingMode is 'STARTUP'"),
        (2, {"errors": [{"errorType": "x", "errorLevel": "URGENT"}]}, "/errors/0/errorLevel is 'URGENT'"),
        (2, {"actionStates": [{"actionId": "x", "actionStatus": "RETRIABLE"}]}, "/actionStates/0/actionStatus is 'RETRIABLE'"),
        (3, {"headerId": -1}, "/headerId is not between"), (3, {"headerId": 1.5}, "/headerId is 1.5, not a whole"),
        (3, {"headerId": True}, "/headerId is true"), (3, {"headerId": 2**32}, "/headerId is not between"),
        (3, {"timestamp": "yesterday"}, "/timestamp is no time"), (3, {"timestamp": NOW}, "/timestamp is no time"),
        (3, {"velocity": {"vx": 1e999}}, "/velocity/vx is not finite"),
        (3, {"velocity": {"vx": 10**400}}, "/velocity/vx is not finite"),
        (3, {"lastNodeId": ["N"]}, "/lastNodeId is a list, not a text"),
    ],
)  # fmt: skip
def test_words_and_ranges(major: int, changes: Json, fault: str) -> None:
    (found,) = check(major, "state", state(major, **changes))
    assert found.startswith(fault)


def test_faults_are_few_and_readable() -> None:
    assert check(3, "state", []) == ["the message is a list, not an object"]
    many = check(3, "order", {"nodes": [{}] * 1000})
    assert len(many) == 20
    reason = refusal({})
    assert reason.startswith("No state of VDA 5050 v3: /headerId is missing (and ") and len(reason) < 200
    assert len(refusal(state(operatingMode="X" * 10_000))) < 250


def test_a_vehicle_speaks_for_itself_alone() -> None:
    assert "/serialNumber is 'AGV-02', but the topic says 'AGV-01'" in refusal(state() | {"serialNumber": "AGV-02"})
    assert "/manufacturer is 'EVIL'" in refusal(state() | {"manufacturer": "EVIL"})


def test_damaged_payloads() -> None:
    for payload, word in ((b"", "empty"), (b"[", "JSON"), (b"busy", "a text, not an object"), (b"\xff", "UTF-8"),
                          (b"x" * 70_000, "bytes"), (b"[" * 50, "deeper"), (b'{"headerId":NaN}', "NaN")):  # fmt: skip
        assert word in refusal(payload)


# ---- orders
STOPS = [Stop("N0", 0.0, 0.0, 0.0), Stop("N1", 5.0, 0.0, actions=(Action("pick", "a1", parameters={"loadType": "KLT"}),)),
         Stop("N2", 10.0, 0.0), Stop("N3")]  # fmt: skip


def order(released: int = 3) -> Json:
    return {**head(), **Order("O-17", STOPS, released).to_json()}


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda o: None, []),
        (lambda o: o["edges"].pop(), [r.EDGES, r.CONTIGUOUS]),
        (lambda o: o["edges"][0].update(sequenceId=2), [r.CONTIGUOUS, r.PARITY, r.ENDS]),
        (lambda o: o["nodes"][3].update(sequenceId=8), [r.CONTIGUOUS]),
        (lambda o: o["nodes"][0].update(released=False), [r.FIRST, r.HORIZON, r.ENDS]),
        (lambda o: o["nodes"][2].update(released=False), [r.ENDS]),
        (lambda o: o["edges"][2].update(released=True), [r.ENDS]),
        (lambda o: o["nodes"][3].update(released=True), [r.HORIZON]),
        (lambda o: o.update(nodes=[], edges=[]), [r.EDGES, r.CONTIGUOUS, r.FIRST]),
        (lambda o: o["edges"][0].update(startNodeId="N9"), [r.NAMES]),
    ],
)
def test_rules_of_orders(change: Any, broken: list[str]) -> None:
    body = order()
    change(body)
    assert check(3, "order", body) == []
    assert r.broken(body) == broken
    if broken:
        assert broken[0] in refusal(body, "order")


@pytest.mark.parametrize("major", [2, 3])
def test_orders_that_are_built_keep_the_rules_and_updates_join_on(major: int) -> None:
    made = Order("O-1", STOPS, 1)
    before = {**head(), **made.to_json(major)}
    for released, horizon, nodes in ((2, None, 4), (3, [Stop("A"), Stop("B")], 3), (4, None, 2), (4, [Stop("C")], 2)):
        made.extend(released, horizon)
        after = {**head(), **made.to_json(major)}
        assert check(major, "order", after) == [] and r.broken(after) == []
        assert r.update_fault(before, after) == "" and len(after["nodes"]) == nodes
        assert after["nodes"][0] == r.base(before)
        before = after
    assert made.update == 4
    assert [s.node for s in made.stops] == ["N0", "N1", "A", "B", "C"]
    for released, planned in ((3, None), (6, None), (5, [])):
        with pytest.raises(ValueError, match="released"):
            made.extend(released, planned)
    for wrong in (0, 5):
        with pytest.raises(ValueError, match="released"):
            Order("O", STOPS, wrong)


def test_what_is_no_update() -> None:
    old, new = order(), order()
    assert "not above" in r.update_fault(old, new)
    new["orderUpdateId"] = 1
    assert "last base node 'N2' (sequenceId 4)" in r.update_fault(old, new)
    assert "another" in r.update_fault(old, {**new, "orderId": "O-18"})


# ---- headerId
def test_repeated_and_older_headers_are_dropped_and_counted_per_topic() -> None:
    f = VdaFormat()
    assert [bool(told(state(number=n, seconds=n), f=f)) for n in (5, 6, 6, 4, 7, 10)] == [True, True, False, False, True, True]
    assert (f.headers.repeated, f.headers.older, f.headers.missed, f.headers.restarts) == (1, 1, 2, 0)
    shown = {**head(5), "referenceStateHeaderId": 1, "velocity": {"vx": 1}}
    assert told(shown, "visualization", f=f)  # counts by itself


def test_a_vehicle_that_counts_anew_is_recognised() -> None:
    f = VdaFormat()
    assert told(state(number=5000, seconds=0), f=f)
    assert told(state(number=0, seconds=60), f=f)  # a lower number with a later time
    assert f.headers.restarts == 1
    assert not told(state(number=0, seconds=60), f=f) and f.headers.restarts == 1
    told({**head(0, -9999), "connectionState": "ONLINE"}, "connection", f=f)
    assert told(state(number=0, seconds=-9999), f=f)  # it came online, with its clock gone back


def test_wrapping_and_a_clock_that_went_back_without_a_word() -> None:
    h = Headers()
    assert h.take("t", 2**32 - 1, 1.0) and h.take("t", 0, 2.0) and not h.take("t", 2**32 - 1, 1.0)
    assert (h.missed, h.older, h.restarts) == (0, 1, 0)
    assert h.take("u", 1000, 1e9)
    taken = [h.take("u", n, float(n)) for n in range(100)]
    assert taken.index(True) == 29 and all(taken[29:]) and h.restarts == 1
    again = Headers()
    assert again.take("u", 1000, 1000.0)
    assert not any(again.take("u", n, float(n)) for n in range(980, 1000))  # the broker sends again what was in flight


def test_what_is_remembered_of_headers_is_bounded() -> None:
    h = Headers(capacity=10)
    for i in range(1000):
        assert h.take(f"t{i}", 5, 0.0)
    assert len(h._last) == 10
    assert h.take("t5", 5, 0.0)


# ---- the vehicle
def sound(message: Outgoing) -> Json:
    """The body of a message of the vehicle that keeps the standard, and can be read back."""
    address = split(message.topic)
    assert address is not None
    body: Json = json.loads(message.payload)
    assert check(int(address.version[1]), address.topic, body) == []
    VdaFormat().read(Message(message.topic, message.payload))
    return body


@pytest.mark.parametrize("version", ["2.0.0", "2.1.0", "3.0.0"])
def test_a_vehicle_keeps_the_standard_in_all_it_says(version: str) -> None:
    v = VdaVehicle("ACME", "AGV-01", version)
    will, online = v.will(NOW), v.online(NOW)
    assert (will.qos, will.retain, online.qos, online.retain) == (1, True, 1, True)
    assert will.topic == f"vda5050/v{version[0]}/ACME/AGV-01/connection"
    assert "BROKEN" in sound(will)["connectionState"] and sound(online)["connectionState"] == "ONLINE"
    assert sound(v.offline(NOW))["headerId"] == 2
    sheet = v.factsheet(NOW)
    assert sheet.retain is (version[0] == "3") and sound(sheet)["typeSpecification"]["seriesName"] == "virtual"
    v.x, v.y, v.heading, v.speed, v.driving, v.battery = 1.0, 2.0, 0.5, 1.2, True, 0.8151
    v.loads, v.errors = ["L-1"], {"dirt": "WARNING"}
    first, shown = v.state(NOW), v.visualization(NOW)
    assert (first.qos, first.retain, shown.qos) == (0, False, 0)
    body = sound(first)
    assert body["headerId"] == 0 and sound(v.state(NOW))["headerId"] == 1
    sound(shown)
    found = {x.name: x.value for x in VdaFormat().read(Message(first.topic, first.payload))}
    assert (found["x"], found["heading"], found["speed"], found["state"], found["loads"]) == (1.0, 0.5, 1.2, "busy", 1.0)
    assert found["battery"] == pytest.approx(0.8151)


def test_what_is_due() -> None:
    v = VdaVehicle("ACME", "AGV-01", rate=0.5)

    def due(seconds: float) -> list[str]:
        return [m.topic.rpartition("/")[2] for m in v.outgoing(NOW + seconds)]

    assert [due(s) for s in (0, 1, 29, 30, 31)] == [["state"], [], [], ["state"], []]
    v.driving = True
    assert [due(31 + s) for s in (0, 0.2, 0.5, 0.7, 1.0)] == [["state"], [], ["visualization"], [], ["visualization"]]
    v.x += 1  # a place alone is no new state
    assert due(32.6) == ["visualization"]
    v.emergency = "MANUAL"
    assert due(32.7) == ["state"]


@pytest.mark.parametrize("version", ["2.1.0", "3.0.0"])
def test_a_vehicle_takes_orders_drives_them_and_tells_so(version: str) -> None:
    v, major = VdaVehicle("ACME", "AGV-01", version), int(version[0])
    made = Order("O-17", STOPS, 2)

    def sent() -> Json:
        body: Json = json.loads(made.message("ACME", "AGV-01", header=1, now=NOW, version=version).payload)
        return body

    def nodes() -> list[tuple[str, bool]]:
        return [(n["nodeId"], n["released"]) for n in sound(v.state(NOW))["nodeStates"]]

    assert v.take(sent()) == ""
    assert nodes() == [("N0", True), ("N1", True), ("N2", False), ("N3", False)]
    with pytest.raises(ValueError, match="N2"):
        v.reach("N2")
    v.reach("N0")
    v.reach("N1")
    v.act("a1", "RUNNING")
    body = sound(v.state(NOW))
    assert (body["lastNodeId"], body["lastNodeSequenceId"]) == ("N1", 2) and len(body["edgeStates"]) == 2
    assert body["actionStates"] == [{"actionId": "a1", "actionType": "pick", "actionStatus": "RUNNING"}]
    with pytest.raises(ValueError, match="N2"):  # not released yet
        v.reach("N2")
    assert "not above" in v.take(sent())
    assert sound(v.state(NOW))["errors"] == [{"errorType": "orderError", "errorLevel": "WARNING"}]
    made.extend(4, [Stop("A"), Stop("B", actions=(Action("drop", "b1"),))])
    assert v.take(sent()) == "" and not v.errors
    assert nodes() == [("A", True), ("B", True)]
    assert [a["actionStatus"] for a in sound(v.state(NOW))["actionStates"]] == ["RUNNING", "WAITING"]
    assert "not finished" in v.take({**sent(), "orderId": "O-18"})
    v.act("a1", "FINISHED")
    v.reach("A")
    v.reach("B")
    v.act("b1", "FINISHED")
    assert nodes() == [] and sound(v.state(NOW))["lastNodeSequenceId"] == 6
    with pytest.raises(KeyError):
        v.act("c1", "RUNNING")
    fresh = Order("O-18", [Stop("B"), Stop("C")], 2)
    made = fresh
    assert v.take(sent()) == "" and nodes() == [("B", True), ("C", True)]
    assert sound(v.state(NOW))["actionStates"] == []
    assert "not valid: /nodes is missing" in v.take({k: x for k, x in sent().items() if k != "nodes"})
    broken = copy.deepcopy(sent())
    broken["nodes"][0]["released"] = False
    assert r.FIRST in v.take(broken)
    assert check(major, "state", json.loads(v.state(NOW).payload)) == []


@pytest.mark.parametrize(
    ("maker", "serial", "version"),
    [("ACME", "a b", "3.0.0"), ("", "a", "3.0.0"), ("ACME", "a", "1.1.0"), ("ACME", "a", ""), ("A/B", "a", "3.0.0"),
     ("A+", "a", "3.0.0")],
)  # fmt: skip
def test_vehicles_that_cannot_be(maker: str, serial: str, version: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        VdaVehicle(maker, serial, version)


def test_the_numbers_of_a_vehicle_wrap() -> None:
    v = VdaVehicle("ACME", "AGV-01")
    v._headers["state"] = 2**32 - 1
    assert [sound(v.state(NOW))["headerId"] for _ in range(2)] == [2**32 - 1, 0]


def test_all_topics_have_their_place() -> None:
    assert set(TOPICS) == {
        "order",
        "instantActions",
        "zoneSet",
        "responses",
        "state",
        "visualization",
        "connection",
        "factsheet",
    }
    address = split("a/b/v3/ACME/AGV-01/state")
    assert address is not None and (address.interface, address.text) == ("a/b", "a/b/v3/ACME/AGV-01/state")
