# SPDX-License-Identifier: Apache-2.0
"""One plant in which every feature of the simulator takes part."""

from __future__ import annotations

from factory_twin.distribution import constant, exponential, parse
from factory_twin.plant import (
    Assembly,
    Batch,
    Buffer,
    Calendar,
    CardLoop,
    Change,
    Conveyor,
    Demand,
    Disassembly,
    Failure,
    Maintenance,
    Order,
    Plant,
    Product,
    Road,
    Setup,
    Shift,
    Sink,
    Source,
    Station,
    Step,
    Transport,
    Vehicle,
    Wear,
    WorkerPool,
)

DAY = Calendar(path="/Day", windows=((0, 3000), (3300, 6000)), period=7200.0)
LATE = Calendar(path="/Late", windows=((600, 7000),), period=7200.0)


def everything() -> Plant:
    """Bodies and screws are joined to units, which go through an oven, a shared hub with plans, vehicles and an inspection."""
    return Plant(
        nodes=(
            Source(
                path="/Bodies",
                successors=("/Store",),
                interarrival=exponential(60),
                products=("/A", "/B"),
                product_weights=(1, 2),
            ),
            Source(
                path="/Screws", successors=("/Bin",), interarrival=exponential(130), batch=4, lose=True, products=("/Screw",)
            ),
            Source(path="/Ordered", successors=("/Line",), orders=("/O1", "/O2")),
            Buffer(path="/Store", successors=("/Mill",), capacity=-1, discipline="SPT"),
            Buffer(path="/Bin", successors=("/Join",), capacity=20, initial=5, initial_product="/Screw"),
            Station(
                path="/Mill",
                successors=("/Line",),
                process_time=parse("triangular(30, 40, 60)"),
                process_times=(("/A", constant(30)),),
                setup=Setup(
                    time=constant(20),
                    changes=(Change(before=("/A",), after=("/B",), time=constant(45)),),
                    first=True,
                    workers=1,
                ),
                workers=Demand(count=1, pools=("/Crew", "/Night")),
                servers=2,
                failures=(
                    Failure("op", "operating", exponential(900), exponential(100), "/Crew", on_failure="restart"),
                    Failure("cal", "calendar", exponential(2500), exponential(100), group="g", renews_group=True),
                    Failure("pl", "planned", exponential(3000), exponential(50), group="g", wait_is_down=False, crew="/Crew"),
                ),
                maintenance=(
                    Maintenance(name="oil", clock="operating", every=constant(1500), duration=constant(120), renews="g"),
                    Maintenance(
                        name="hour",
                        clock="calendar",
                        every=constant(3600),
                        duration=constant(60),
                        interrupts=True,
                        crew="/Night",
                    ),
                    Maintenance(name="tool", clock="parts", every=constant(25), duration=constant(30)),
                ),
                shift=Shift(calendar="/Day", no_start_within=60.0),
                scrap_rate=0.05,
            ),
            Conveyor(
                path="/Line", successors=("/Join",), length=10, speed=0.5, capacity=10, gap=1.0, points=((0, 0, 0), (10, 0, 0))
            ),
            Station(
                path="/Join",
                successors=("/Wait",),
                process_time=constant(25),
                release_when_down=False,
                assembly=Assembly(inputs=(("/Line", 1), ("/Bin", 2))),
                workers=Demand(count=1, pools=("/Crew",)),
                failures=(Failure("f", "calendar", exponential(1500), exponential(80)),),
                shift=Shift(calendar="/Day", finish=True),
            ),
            Buffer(path="/Wait", successors=("/Oven",), capacity=12, discipline="EDD"),
            Station(
                path="/Oven",
                successors=("/Hub",),
                process_time=parse("uniform(100, 140)"),
                batch=Batch(minimum=2, maximum=3, same_product=True),
                wear=Wear(
                    per_part=parse("gamma(shape=2, scale=0.01)"),
                    maintenance_level=0.8,
                    repair_time=exponential(400),
                    maintenance_time=constant(100),
                    crew="/Crew",
                ),
            ),
            Buffer(path="/Hub", successors=("/Drill", "/Turn", "/Ride"), capacity=-1, discipline="PRIORITY"),
            Station(
                path="/Drill",
                successors=("/Hub",),
                process_time=exponential(20),
                preemptive=True,
                rework_rate=0.1,
                rework="/Hub",
                failures=(Failure("f", "operating", exponential(700), exponential(60), on_failure="scrap"),),
            ),
            Station(path="/Turn", successors=("/Hub",), process_time=exponential(25)),
            Transport(path="/Ride", successors=("/Gate",), vehicles=("/V1", "/V2")),
            Buffer(path="/Gate", successors=("/Split",), capacity=2, position=(20, 10, 0)),
            Station(
                path="/Split",
                successors=("/Back",),
                process_time=constant(10),
                disassembly=Disassembly(outputs=(("", 1), ("/Chip", 2))),
            ),
            Transport(path="/Back", successors=("/Out", "/Rest"), vehicles=("/V2", "/V1"), dispatch="nearest"),
            Sink(path="/Out", position=(0, 10, 0)),
            Sink(path="/Rest", position=(5, 10, 0)),
        ),
        pools=(
            WorkerPool(path="/Crew", size=2, shift=Shift(calendar="/Day")),
            WorkerPool(path="/Night", size=1, shift=Shift(calendar="/Late", finish=True)),
        ),
        calendars=(DAY, LATE),
        products=(
            Product(
                path="/A",
                priority=1,
                plan=(
                    Step(path="/A/1", stations=("/Drill",), time=constant(35)),
                    Step(path="/A/2", stations=("/Turn",), before=(0,)),
                    Step(path="/A/3", stations=("/Drill", "/Turn"), time=exponential(10), before=(1,)),
                ),
            ),
            Product(path="/B", priority=3, plan=(Step(path="/B/1", stations=("/Turn", "/Drill"), time=constant(30)),)),
            Product(path="/Screw"),
            Product(path="/Chip", priority=2),
        ),
        orders=(
            Order(path="/O1", product="/A", quantity=12, release=500, due=9000, priority=1),
            Order(path="/O2", product="/B", quantity=15, release=100, due=6000, priority=2),
        ),
        loops=(
            CardLoop(path="/Kanban", cards=6, begin=("/Join",), end=("/Wait",)),
            CardLoop(path="/Conwip", cards=40, begin=("/Bodies", "/Ordered"), end=("/Out", "/Rest")),
        ),
        vehicles=(
            Vehicle(path="/V1", load_time=4, unload_time=6, roads=("/R1", "/R2", "/R3"), speed=1.2, goes_home=True),
            Vehicle(
                path="/V2",
                load_time=4,
                unload_time=6,
                roads=("/R1", "/R2", "/R3"),
                home=(5, 10, 0),
                battery_time=300,
                charge_time=200,
                capacity=2,
            ),
        ),
        roads=(
            Road(path="/R1", points=((0, 0, 0), (20, 0, 0)), both_ways=True, exclusive=True),
            Road(path="/R2", points=((20, 0, 0), (20, 10, 0)), both_ways=True),
            Road(path="/R3", points=((20, 10, 0), (0, 10, 0), (0, 0, 0)), speed=2.0, exclusive=True),
        ),
    )
