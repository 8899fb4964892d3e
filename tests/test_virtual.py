# SPDX-License-Identifier: Apache-2.0
"""The virtual plant: what it says is what the shift holds and the physics make; faults, losses, vehicles, bounds."""

from __future__ import annotations

import gc
import json
import math
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from factory_twin.distribution import constant, exponential
from factory_twin.errors import FactoryTwinError
from factory_twin.event import Event, Kind, State
from factory_twin.formats.json_format import JsonFormat
from factory_twin.formats.vda5050 import VdaFormat
from factory_twin.log import Log
from factory_twin.message import Message
from factory_twin.motion.fleet import Rides
from factory_twin.motion.track import Key, visits
from factory_twin.motion.vehicle import poses
from factory_twin.plant import Buffer, Plant, Road, Sink, Source, Station, Transport, Vehicle, VehiclePath
from factory_twin.read import open_stage, read_plant
from factory_twin.signals import Fault, machine, parse, read_truth
from factory_twin.sim import Simulation
from factory_twin.virtual import VirtualPlant, gate, places, recorded, resolve, shift
from factory_twin.virtual.tour import Tour
from models import three_machines

ROOT = Path(__file__).parents[1]


class Paper:
    """Takes down what a plant publishes."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def publish(self, topic: str, payload: bytes, retain: bool = False, qos: int = 1) -> bool:
        self.messages.append(Message(topic, payload, retained=retain, qos=qos))
        return True

    def values(self, end: str) -> list[object]:
        return [json.loads(m.payload)["value"] for m in self.messages if m.topic.endswith(end)]

    def by_topic(self) -> dict[str, list[object]]:
        out: dict[str, list[object]] = {}
        for m in self.messages:
            out.setdefault(m.topic, []).append(json.loads(m.payload)["value"])
        return out


def simulated(plant: Plant, until: float, seed: int = 5) -> Log:
    log = Log(tuple(n.path for n in plant.nodes))
    Simulation(plant, seed=seed, log=log).run(until)
    return log


def live(plant: Plant, until: float, *, step: float = 3.0, noise: int = 3, **options: object) -> tuple[VirtualPlant, Paper]:
    """A shift lived through in steps of `step` simulated seconds, as fast as it goes; 60 of them are a wall second."""
    paper = Paper()
    log = Log()
    events = shift(Simulation(plant, seed=5, log=log), log)
    virtual = VirtualPlant(plant, events, paper, seed=noise, **{"speed": 60.0, **options})  # type: ignore[arg-type]
    for k in range(int(until / step) + 1):
        virtual.advance(k * step, 1000.0 + k * step / 60.0)
    virtual.close()
    return virtual, paper


# ---- what happened


def test_states_counts_and_results_are_those_of_the_shift() -> None:
    plant = three_machines()
    virtual, paper = live(plant, 7200.0, refresh=math.inf)
    log = simulated(plant, 7200.0)
    told = paper.by_topic()
    begin = min(json.loads(m.payload)["time"] for m in paper.messages)
    for place in ("/M1", "/M2", "/M3"):
        rows = [(e.time, e.state) for e in log.events() if e.kind is Kind.STATE and e.place == place]
        lasting = [r for k, r in enumerate(rows) if k + 1 == len(rows) or rows[k + 1][0] - r[0] >= 3.0]
        changes = [r for k, r in enumerate(lasting) if k == 0 or r[1] is not lasting[k - 1][1]]
        assert told[f"factorytwin{place}/state"] == [s.token for _, s in changes]
        stamps = [json.loads(m.payload)["time"] for m in paper.messages if m.topic == f"factorytwin{place}/state"]
        assert np.allclose(np.array(stamps) - begin, [t / 60.0 for t, _ in changes], atol=2e-3)
        left = sum(e.place == place for e in log.events() if e.kind is Kind.MOVE)
        assert told[f"factorytwin{place}/parts"][-1] == left > 50
        assert len(told[f"factorytwin{place}/diameter"]) == left
        m = machine(place, seed=3)
        assert np.allclose(told[f"factorytwin{place}/diameter"], m.nominal, atol=m.tolerance)
        assert len(set(told[f"factorytwin{place}/diameter"])) > 0.5 * left  # sent to 0.1 um
    assert virtual.thinned == 0
    moves = Counter(e.other for e in log.events() if e.kind is Kind.MOVE)
    moves.subtract(Counter(e.place for e in log.events() if e.kind is Kind.MOVE))
    for place in ("/B1", "/B2"):
        assert told[f"factorytwin{place}/wip"][-1] == moves[place]


def test_what_speed_makes_too_much_is_thinned_and_counted() -> None:
    plant = three_machines(failures=False)
    virtual, paper = live(plant, 36_000.0, step=30.0, speed=6000.0, refresh=math.inf)
    told = paper.by_topic()
    assert virtual.thinned > 100
    for place in ("/M1", "/M2", "/M3"):
        assert told[f"factorytwin{place}/parts"][-1] == virtual.parts[place] > 500
        assert len(told[f"factorytwin{place}/diameter"]) == pytest.approx(36_000 / 1200, abs=4)  # one in 0.2 s of wall time
    assert sum(len(told[f"factorytwin{p}/diameter"]) for p in ("/M1", "/M2", "/M3")) + virtual.thinned >= sum(
        virtual.parts[p] for p in ("/M1", "/M2", "/M3")
    )


def test_all_that_is_said_is_read_by_our_own_format() -> None:
    _, paper = live(three_machines(), 1800.0)
    names: Counter[str] = Counter()
    for message in paper.messages:
        (reading,) = JsonFormat().read(message)
        assert reading.source == message.topic
        assert reading.name == ""
        assert reading.time is not None
        names[message.topic.rpartition("/")[2]] += 1
        assert reading.unit == {"temperature": "degC", "vibration": "m/s", "power": "W", "diameter": "m"}.get(
            message.topic.rpartition("/")[2], reading.unit
        )
    assert set(names) == {"state", "parts", "scrap", "wip", "temperature", "vibration", "power", "diameter", "acceleration",
                          "crest", "kurtosis", "envelope"}  # fmt: skip
    assert names["temperature"] == 3 * 31  # once per second of wall time, in 30 s


def test_the_flat_style_says_the_same_in_fewer_messages() -> None:
    _, single = live(three_machines(), 1800.0)
    _, flat = live(three_machines(), 1800.0, style="flat")
    assert len(flat.messages) < 0.6 * len(single.messages)
    told: dict[str, list[object]] = {}
    for message in flat.messages:
        assert message.topic.count("/") == 1
        for reading in JsonFormat().read(message):
            told.setdefault(message.topic + reading.name, []).append(reading.value)
    assert told == single.by_topic()


def test_equal_seeds_say_the_same_and_others_do_not() -> None:
    one, two = live(three_machines(), 900.0)[1].by_topic(), live(three_machines(), 900.0)[1].by_topic()
    assert one == two
    other = live(three_machines(), 900.0, noise=4)[1].by_topic()
    assert one["factorytwin/M1/temperature"] != other["factorytwin/M1/temperature"]


def test_a_recorded_log_is_sent_as_it_is_and_what_it_lacks_is_made_up() -> None:
    plant = three_machines()
    log = simulated(plant, 3600.0)
    for k in range(360):
        log.append(Event(10.0 * k, Kind.VALUE, "/M1", "temperature", value=100.0 + k))
    paper = Paper()
    virtual = VirtualPlant(plant, recorded(log), paper, speed=60.0, refresh=math.inf)
    for k in range(1202):
        virtual.advance(3.0 * k, 3.0 * k / 60.0)
    assert virtual.finished
    told = paper.by_topic()
    assert told["factorytwin/M1/temperature"] == [100.0 + k for k in range(360)]
    assert len(told["factorytwin/M1/vibration"]) > 50
    assert 10 < min(told["factorytwin/M2/temperature"]) < max(told["factorytwin/M2/temperature"]) < 90  # type: ignore[type-var]


def test_a_log_begins_again_and_the_plant_is_as_empty_as_at_first() -> None:
    plant = three_machines()
    log = simulated(plant, 3600.0)
    paper = Paper()
    virtual = VirtualPlant(plant, recorded(log, loop=True), paper, speed=60.0)
    seen = []
    for k in range(5):
        virtual.advance(3600.0 * k + 3599.9, 100.0 * k)
        seen.append((virtual.now, dict(virtual.wip), virtual.parts["/M3"]))
    assert all(s[1] == seen[0][1] for s in seen)
    assert any(seen[0][1].values())
    assert [s[2] for s in seen] == [seen[0][2] * (k + 1) for k in range(5)]
    assert not virtual.finished
    assert list(recorded(log)) == list(log.events())


def test_an_empty_log_ends_at_once() -> None:
    for loop in (False, True):
        virtual = VirtualPlant(three_machines(), recorded(Log(), loop=loop), Paper())
        virtual.advance(0.0, 0.0)
        assert virtual.finished


# ---- faults


def changed(
    faults: list[Fault], until: float = 3 * 3600.0
) -> tuple[set[str], dict[str, list[object]], dict[str, list[object]]]:
    good, bad = (live(three_machines(), until, faults=f)[1].by_topic() for f in ([], faults))
    assert good.keys() == bad.keys()
    return {t.removeprefix("factorytwin") for t in good if good[t] != bad[t]}, good, bad


def test_bearing_wear_shows_in_its_machine_alone() -> None:
    found, good, bad = changed([parse("bearing:/M2@1h:severity=1:time=30min")])
    assert found == {f"/M2/{name}" for name in ("vibration", "temperature", "acceleration", "crest", "kurtosis", "envelope")}
    assert max(bad["factorytwin/M2/vibration"]) > 3 * max(good["factorytwin/M2/vibration"])  # type: ignore[type-var, operator]
    half = len(good["factorytwin/M2/vibration"]) // 3 - 2
    assert good["factorytwin/M2/vibration"][:half] == bad["factorytwin/M2/vibration"][:half]


def test_tool_wear_shows_in_the_dimension_the_power_and_the_scrap_of_its_machine_alone() -> None:
    found, good, bad = changed([parse("tool:/M2@1h:time=1h:severity=1.5")])
    assert found == {"/M2/diameter", "/M2/power", "/M2/scrap"}
    assert bad["factorytwin/M2/scrap"][-1] > 30  # type: ignore[operator]
    assert good["factorytwin/M2/scrap"][-1] == 0


def test_a_stuck_sensor_repeats_itself() -> None:
    found, _, bad = changed([parse("stuck:/M1@1h:signal=power:until=2h")])
    assert found == {"/M1/power"}
    assert max(Counter(bad["factorytwin/M1/power"]).values()) >= 60


def test_a_network_loss_is_a_gap_and_all_is_told_when_it_is_back() -> None:
    plant = three_machines()
    virtual, paper = live(plant, 3600.0, faults=[Fault("network", "/M2", 600.0, 1800.0)], refresh=math.inf)
    _, whole = live(plant, 3600.0, refresh=math.inf)
    assert {t for t, v in whole.by_topic().items() if paper.by_topic()[t] != v} <= {
        t for t in whole.by_topic() if t.startswith("factorytwin/M2/")
    }
    begin = min(json.loads(m.payload)["time"] for m in paper.messages)
    got = [m for m in paper.messages if m.topic.startswith("factorytwin/M2/")]
    assert virtual.lost > 20
    anew = [m for m in got if json.loads(m.payload)["time"] == begin + 30.0]  # 1800 s of the shift
    assert {m.topic.rpartition("/")[2] for m in anew} >= {"state", "parts", "scrap", "wip", "temperature"}
    assert not [m for m in got if begin + 10.0 <= json.loads(m.payload)["time"] < begin + 30.0]
    assert paper.values("M2/temperature")[:10] == whole.values("M2/temperature")[:10]
    assert len(paper.values("M2/temperature")) == 61 - 20
    assert paper.values("M2/parts")[-1] == whole.values("M2/parts")[-1]


def test_after_a_loss_with_memory_all_comes_at_once_in_order_with_its_own_times() -> None:
    plant = three_machines()
    told = []
    for faults in ([Fault("network", "/M2", 600.0, 1800.0, signal="burst")], []):
        virtual, paper = live(plant, 3600.0, faults=faults, refresh=math.inf)
        assert virtual.lost == 0
        told.append([(m.topic, m.payload) for m in paper.messages if m.topic.startswith("factorytwin/M2/")])
    burst, whole = told
    assert set(whole) <= set(burst)
    assert [t for t in burst if t in set(whole)] != burst or len(burst) == len(whole)
    for topic in {t for t, _ in whole}:
        times = [json.loads(p)["time"] for t, p in burst if t == topic]
        assert times == sorted(times)


def test_a_loss_of_a_group_takes_in_all_below_and_nothing_beside() -> None:
    nodes = three_machines().nodes
    plant = Plant(
        nodes=(*nodes, *(Station(path=p, process_time=constant(1), successors=("/K",)) for p in ("/Hall/A", "/HallB")))
    )
    virtual, paper = live(plant, 600.0, faults=[Fault("network", "/Hall")])
    assert not [m for m in paper.messages if m.topic.startswith("factorytwin/Hall/")]
    assert [m for m in paper.messages if m.topic.startswith("factorytwin/HallB/")]
    assert virtual.lost > 10


def test_faults_are_found_by_id_and_others_are_refused_with_the_places() -> None:
    plant = Plant(nodes=(Station(path="/P/Saw", id="SAW-1", process_time=constant(1)), Sink(path="/K", id="K")))
    (fault,) = resolve([parse("tool:SAW-1@1h")], plant)
    assert fault.place == "/P/Saw"
    assert places(plant) == ("/P/Saw",)
    for text in ("bearing:/P/Sow", "stuck:/K", "network:/Q"):
        with pytest.raises(FactoryTwinError) as caught:
            resolve([parse(text)], plant)
        assert "is no machine of this plant. Machines: /P/Saw." in str(caught.value)
        assert "bearing, tool, overheating" in str(caught.value)
    resolve([parse("network:/P"), parse("network:/K")], plant)


def test_the_truth_beside_the_telemetry_is_that_of_the_faults(tmp_path: Path) -> None:
    file = tmp_path / "truth.jsonl"
    faults = [parse("bearing:/M2@10min:severity=2:time=20min"), parse("network:/M1@5min:for=5min")]
    live(three_machines(), 3600.0, faults=faults, truth=file)
    head, found, points = read_truth(file)
    assert (head["seed"], head["speed"]) == (3, 60.0)
    assert [(f.kind, f.place, f.onset, f.end, f.severity) for f in found] == [
        ("bearing", "/M2", 600.0, math.inf, 2.0),
        ("network", "/M1", 300.0, 600.0, 1.0),
    ]
    for point in points:
        assert point.severity == pytest.approx(float(faults[point.fault].at(np.array([point.time]))[0]), abs=1e-6)
    assert [(p.time, p.severity) for p in points if p.fault == 1] == [(300.0, 1.0), (600.0, 0.0)]
    assert points[-1].severity == 2.0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"format": "xml"}, "'xml' is no format; known: json"),
        ({"format": "json+json"}, "is no format; known: json"),
        ({"style": "round"}, "'round' is no style; known: signal, flat"),
        ({"format": "vda5050"}, "no vehicles"),
        ({"speed": 0.0}, "can't be run"),
        ({"faults": [Fault("tool", "/Nowhere")]}, "is no machine"),
    ],
)
def test_what_cant_be_made_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(FactoryTwinError, match=words):
        VirtualPlant(three_machines(), iter(()), Paper(), **options)  # type: ignore[arg-type]


# ---- vehicles


def at(track: list[Key], time: float) -> tuple[float, ...]:
    times = [k[0] for k in track]
    return tuple(float(np.interp(time, times, [k[1][i] for k in track])) for i in (0, 1, 2))


def toured(plant: Plant, log: Log, times: np.ndarray) -> Iterator[tuple[float, Tour]]:
    tour, events = Tour(plant), list(log.events())
    for event in events:
        tour.foresee(event)
    k = 0
    for time in times.tolist():
        while k < len(events) and events[k].time <= time:
            tour.take(events[k])
            k += 1
        yield time, tour


@pytest.mark.parametrize("name", ["agv_network", "agv_traffic"])
def test_vehicles_on_roads_are_where_the_motion_has_them(name: str) -> None:
    plant = read_plant(open_stage(ROOT / "data" / "examples" / f"{name}.usda"))
    log = simulated(plant, 3600.0)
    truth = Rides(log, plant).keys
    moved: Counter[str] = Counter()
    for time, tour in toured(plant, log, np.linspace(0.0, 3500.0, 5000)):
        for path in tour.vehicles:
            pose = tour.pose(path, time)
            assert math.dist(pose.place, at(truth[path], time)) < 1e-6
            if pose.speed > 0:
                moved[path] += 1
                ahead = at(truth[path], time + 1e-3)
                way = np.subtract(ahead, pose.place) / 1e-3
                if np.linalg.norm(way) > 0.99 * pose.speed:  # not at a corner
                    assert np.linalg.norm(way) == pytest.approx(pose.speed, rel=0.01)
                    assert np.allclose(way / np.linalg.norm(way), pose.heading, atol=0.02)
    assert all(moved[v.path] > 500 for v in plant.vehicles)


def to_and_fro() -> Plant:
    return Plant(
        nodes=(
            Source(path="/S", successors=("/Q",), interarrival=exponential(40)),
            Buffer(path="/Q", successors=("/T",), capacity=100),
            VehiclePath(
                path="/T", successors=("/K",), length=20, speed=2, points=((0, 0, 0), (20, 0, 0)),
                vehicles=(Vehicle(path="/V1", load_time=3), Vehicle(path="/V2", load_time=5)),
            ),
            Sink(path="/K", position=(10, 10, 0)),
        )
    )  # fmt: skip


def test_vehicles_on_paths_of_their_own_are_where_the_motion_has_them() -> None:
    plant = to_and_fro()
    log = simulated(plant, 3600.0)
    stays = [v for part in visits(log, plant) for v in part]
    truth = poses([v for v in stays if isinstance(plant.nodes[v.place], VehiclePath)], plant)
    assert set(truth) == {"/V1", "/V2"}
    loaded: Counter[str] = Counter()
    for time, tour in toured(plant, log, np.linspace(0.0, 3500.0, 3000)):
        for path in tour.vehicles:
            pose = tour.pose(path, time)
            track = [k for k in truth[path] if k[0] <= time + 100]
            if track and track[0][0] <= time:
                assert math.dist(pose.place, at(track, time)) < 1e-6
            loaded[path] += bool(pose.loads)
    assert all(count > 300 for count in loaded.values())


def test_a_battery_runs_down_while_driving_and_is_full_after_charging() -> None:
    plant = read_plant(open_stage(ROOT / "data" / "examples" / "agv_traffic.usda"))
    plant = replace(plant, vehicles=tuple(replace(v, battery_time=600.0, charge_time=300.0) for v in plant.vehicles))
    log = simulated(plant, 4 * 3600.0)
    path = plant.vehicles[0].path
    seen = [(t, tour.pose(path, t)) for t, tour in toured(plant, log, np.arange(0.0, 4 * 3600.0, 5.0))]
    levels = [p.battery for _, p in seen]
    assert levels[0] == 1.0
    assert 0.0 <= min(levels) < 0.25
    assert any(p.state is State.MAINTENANCE for _, p in seen)
    for (_, a), (_, b) in zip(seen, seen[1:]):
        if b.battery > a.battery:
            assert (b.battery, a.state) == (1.0, State.MAINTENANCE)


def spoken(plant: Plant, until: float, step: float = 1.0, **options: object) -> tuple[VirtualPlant, Paper]:
    paper = Paper()
    log = Log()
    virtual = VirtualPlant(plant, shift(Simulation(plant, seed=5, log=log), log), paper, speed=10.0, format="vda5050",
                           prefix="Acme", **options)  # type: ignore[arg-type]  # fmt: skip
    for k in range(int(until / step) + 1):
        virtual.advance(k * step, k * step / 10.0)
    virtual.close()
    return virtual, paper


def test_vehicles_speak_vda5050_that_our_own_format_reads_without_a_complaint() -> None:
    plant = read_plant(open_stage(ROOT / "data" / "examples" / "agv_network.usda"))
    _, paper = spoken(plant, 1800.0)
    reader = VdaFormat()
    topics: Counter[str] = Counter()
    spots: dict[str, list[tuple[float, float]]] = {}
    words: dict[str, set[object]] = {}
    for message in paper.messages:
        assert reader.claims(message.topic)
        readings = {r.name: r.value for r in reader.read(message)}
        kind, vehicle = message.topic.rpartition("/")[2], message.topic.split("/")[3]
        topics[kind] += 1
        assert message.qos == (1 if kind == "connection" else 0)
        assert message.retained == (kind in ("connection", "factsheet"))
        if "x" in readings:
            spots.setdefault(vehicle, []).append((readings["x"], readings["y"]))  # type: ignore[arg-type]
        words.setdefault("state", set()).add(readings.get("state"))
        words.setdefault("node", set()).add(readings.get("node"))
    assert (reader.headers.repeated, reader.headers.older, reader.headers.missed) == (0, 0, 0)
    assert topics["connection"] == 4  # two vehicles: online, offline
    assert min(topics["state"], topics["visualization"], topics["order"]) > 50
    assert words["state"] >= {"idle", "busy", "off"}
    assert len(words["node"] - {None, ""}) >= 3
    truth = Rides(simulated(plant, 1800.0), plant).keys
    for vehicle, path in (("Agv1", "/Factory/Agv1"), ("Agv2", "/Factory/Agv2")):
        line = np.array([k[1][:2] for k in truth[path]])
        for x, y in spots[vehicle]:
            assert np.min(line[:, 0]) - 1e-3 <= x <= np.max(line[:, 0]) + 1e-3
            assert np.min(line[:, 1]) - 1e-3 <= y <= np.max(line[:, 1]) + 1e-3
    last = JsonLast(paper)
    assert last("Acme/Agv1/connection")["connectionState"] == "OFFLINE"


def JsonLast(paper: Paper) -> Callable[[str], dict[str, object]]:
    return lambda end: json.loads(next(m.payload for m in reversed(paper.messages) if m.topic.endswith(end)))


def test_a_stage_whose_y_points_up_is_seen_from_above() -> None:
    road = Road(path="/R", points=((0, 1, 0), (10, 1, 0), (10, 1, -20)), speed=1.0, both_ways=True)
    plant = Plant(
        nodes=(
            Source(path="/S", successors=("/Q",), interarrival=constant(200)),
            Buffer(path="/Q", successors=("/T",), position=(0, 1, 0)),
            Transport(path="/T", successors=("/K",), vehicles=("/Cell/V", "/Hall/V")),
            Sink(path="/K", position=(10, 1, -20)),
        ),
        vehicles=(Vehicle(path="/Cell/V", roads=("/R",), goes_home=True), Vehicle(path="/Hall/V", roads=("/R",))),
        roads=(road,),
        up_axis="Y",
    )
    _, paper = spoken(plant, 260.0)
    states = [json.loads(m.payload) for m in paper.messages if m.topic.endswith(("/V/visualization", "/V/state"))]
    spots = {(p["x"], p["y"], round(p["theta"], 3)) for p in (s["mobileRobotPosition"] for s in states)}
    assert {s[1] for s in spots if s[2] == 0.0} == {0.0}  # along x
    assert {s[0] for s in spots if s[2] == round(math.pi / 2, 3)} == {10.0}  # -z is north
    assert max(s[1] for s in spots) > 18
    assert {m.topic.split("/")[3] for m in paper.messages} == {"V", "V-2"}


def test_a_vehicle_cut_off_is_silent() -> None:
    plant = read_plant(open_stage(ROOT / "data" / "examples" / "agv_network.usda"))
    _, paper = spoken(plant, 600.0, faults=[Fault("network", "/Factory/Agv1", 100.0)])
    _, whole = spoken(plant, 600.0)

    def count(p: Paper, name: str) -> int:
        return sum(f"/{name}/" in m.topic for m in p.messages)

    assert count(paper, "Agv2") == count(whole, "Agv2")
    assert count(paper, "Agv1") < 0.4 * count(whole, "Agv1")


# ---- for a long time


@pytest.mark.slow
@pytest.mark.parametrize("format", ["json", "json+vda5050"])
def test_memory_stays_flat_for_as_long_as_it_runs(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant = read_plant(open_stage(ROOT / "data" / "examples" / "agv_network.usda"))

    class Nothing:
        def publish(self, topic: str, payload: bytes, retain: bool = False, qos: int = 1) -> bool:
            return True

    monkeypatch.setattr(gate, "KEPT", 200)  # reached within the first hundred steps
    faults = [Fault("network", "/Factory/Mill", 1000.0, 1e9, signal="burst")]
    tracemalloc.start()
    try:
        log = Log()
        virtual = VirtualPlant(plant, shift(Simulation(plant, seed=1, log=log), log), Nothing(), format=format, faults=faults)

        def lived(begin: int, end: int) -> int:
            for k in range(begin, end):
                virtual.advance(k * 60.0, k * 1.0)
            gc.collect()
            return tracemalloc.get_traced_memory()[0]

        first = lived(0, 500)
        last = lived(500, 4500)  # three days
    finally:
        tracemalloc.stop()
    assert virtual.sent > 20_000 and virtual.lost > 10_000
    assert last - first < 100_000  # bytes
