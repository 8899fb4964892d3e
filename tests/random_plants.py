# SPDX-License-Identifier: Apache-2.0
"""Random plants for property tests: a line with random options at every place, one or two sources, always able to empty."""

from __future__ import annotations

from factory_twin.distribution import Distribution, constant, exponential
from factory_twin.plant import (
    Batch,
    Buffer,
    Calendar,
    Conveyor,
    Demand,
    Failure,
    Maintenance,
    Node,
    Plant,
    Product,
    Setup,
    Shift,
    Sink,
    Source,
    Station,
    WorkerPool,
)
from hypothesis import strategies as st

DISCIPLINES = ("FIFO", "LIFO", "PRIORITY", "SPT", "LPT", "EDD")
TIMES = st.one_of(
    st.sampled_from([0.0, 1.0, 5.0, 10.0]).map(constant),
    st.floats(1, 20).map(exponential),
    st.tuples(st.floats(0, 5), st.floats(6, 12)).map(lambda p: Distribution("uniform", p)),
)
LONG = st.floats(50, 400).map(exponential)
SHORT = st.floats(1, 30).map(exponential)


@st.composite
def failures(draw: st.DrawFn) -> tuple[Failure, ...]:
    """Up to two modes of any kind, repaired at once or by the crew; restarts only where the work is sure to end."""
    count = draw(st.integers(0, 2))
    return tuple(
        Failure(
            f"f{i}",
            draw(st.sampled_from(["operating", "calendar", "planned"])),
            draw(LONG),
            draw(SHORT),
            draw(st.sampled_from(["", "/Crew"])),
            draw(st.sampled_from(["resume", "scrap"])),
            draw(st.booleans()),
            "g",
            draw(st.booleans()),
        )
        for i in range(count)
    )


@st.composite
def stations(draw: st.DrawFn, path: str, to: str) -> Station:
    """A station with random options."""
    maintenance = Maintenance(
        name="m",
        clock=draw(st.sampled_from(["calendar", "operating", "parts"])),
        every=constant(draw(st.integers(20, 60))),
        duration=draw(SHORT),
        interrupts=draw(st.booleans()),
        crew=draw(st.sampled_from(["", "/Crew"])),
    )
    preemptive = draw(st.booleans())
    return Station(
        path=path,
        successors=(to,),
        process_time=draw(TIMES),
        process_times=draw(st.sampled_from([(), (("/A", constant(3)),)])),
        servers=draw(st.integers(1, 3)),
        failures=draw(failures()),
        maintenance=draw(st.sampled_from([(), (maintenance,)])),
        setup=Setup(
            time=draw(st.sampled_from([None, constant(4)])), first=draw(st.booleans()), workers=draw(st.integers(0, 1))
        ),
        batch=Batch(minimum=1, maximum=1 if preemptive else draw(st.integers(1, 3)), same_product=draw(st.booleans())),
        workers=Demand(count=draw(st.integers(0, 2)), pools=("/Crew", "/Pool")),
        shift=Shift(
            calendar=draw(st.sampled_from(["", "/Cal"])),
            finish=draw(st.booleans()),
            no_start_within=draw(st.sampled_from([0, 5])),
        ),
        release_when_down=draw(st.booleans()),
        preemptive=preemptive,
        scrap_rate=draw(st.sampled_from([0.0, 0.1])),
    )


@st.composite
def plants(draw: st.DrawFn, *, limit: int = 12) -> Plant:
    """A plant in which every part gets out in the end."""
    count = draw(st.integers(1, 4))
    nodes: list[Node] = []
    for i in range(count):
        to = f"/B{i + 1}" if i + 1 < count else "/K"
        discipline = draw(st.sampled_from(DISCIPLINES))
        kind = draw(st.sampled_from(["buffer", "conveyor"]))
        if kind == "buffer":
            nodes.append(Buffer(path=f"/B{i}", successors=(f"/M{i}",), capacity=draw(st.integers(1, 4)), discipline=discipline))
        else:
            nodes.append(
                Conveyor(path=f"/B{i}", successors=(f"/M{i}",), length=4, speed=1, capacity=draw(st.integers(1, 4)), gap=1)
            )
        nodes.append(draw(stations(f"/M{i}", to)))
    sources = [
        Source(
            path=f"/S{k}",
            successors=("/B0",),
            interarrival=draw(st.sampled_from([None, constant(0), constant(7), exponential(9)])),
            first=draw(st.sampled_from([None, constant(0), constant(3)])),
            batch=draw(st.integers(1, 3)),
            limit=draw(st.integers(0, limit)),
            lose=draw(st.booleans()),
            products=draw(st.sampled_from([(), ("/A",), ("/A", "/B")])),
            cyclic=draw(st.booleans()),
        )
        for k in range(draw(st.integers(1, 2)))
    ]
    return Plant(
        nodes=(*sources, *nodes, Sink(path="/K")),
        pools=(
            WorkerPool(path="/Crew", size=2),
            WorkerPool(path="/Pool", size=2, shift=Shift(calendar="/Cal", finish=draw(st.booleans()))),
        ),
        calendars=(Calendar(path="/Cal", windows=((0, 100), (130, 240)), period=300.0),),
        products=(Product(path="/A", priority=1), Product(path="/B", priority=0)),
    )
