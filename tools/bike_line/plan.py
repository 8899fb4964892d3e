# SPDX-License-Identifier: Apache-2.0
"""The bicycle line as a table: what stands where, in which order material flows, and how long things take."""

from __future__ import annotations

from dataclasses import dataclass

from .layer import LINE, LOGISTICS

SOUTH, NORTH = -6.0, 6.0
"""y of the two legs of the U, m. Material flows to +x in the south and to -x in the north."""

Point = tuple[float, float, float]
STAND: Point = (0.0, 0.0, 0.42)
"""Where a bicycle's wheels are when it hangs in a work stand, local, m."""


@dataclass(frozen=True, slots=True)
class Work:
    """A station and its operation. Times in s, powers in W, positions in m."""

    name: str
    title: str
    asset: str
    x: float
    y: float
    time: str
    power_busy: float
    power_idle: float
    servers: int = 1
    failure: tuple[str, str] | None = None
    position: Point = STAND
    spacing: Point = (0.0, 0.0, 0.0)
    kind: str = "assembly"

    @property
    def path(self) -> str:
        """Prim path."""
        return f"{LINE}/{self.name}"


@dataclass(frozen=True, slots=True)
class Store:
    """A buffer whose parts stand side by side across the flow. Positions in m."""

    name: str
    title: str
    asset: str
    x: float
    y: float
    places: int
    height: float
    pitch: float = 0.6

    @property
    def path(self) -> str:
        """Prim path."""
        return f"{LINE}/{self.name}"

    @property
    def position(self) -> Point:
        """First place, local."""
        return (0.0, -self.pitch * (self.places - 1) / 2, self.height)

    @property
    def spacing(self) -> Point:
        """From place to place, local."""
        return (0.0, self.pitch, 0.0)


RACK = 0.22
"""Height of a flow rack's rails, m."""

WORKS = (
    Work("FramePreparation", "Frame Preparation", "FramePrepStation", -9.6, SOUTH,
         "triangular(low=80, mode=90, high=112)", 900.0, 120.0, kind="process"),
    Work("InstallSeat", "Install the Seat", "AssemblyStation", -4.4, SOUTH,
         "triangular(low=60, mode=70, high=92)", 350.0, 60.0),
    Work("AttachHandlebars", "Attach the Handlebars", "AssemblyStation", 0.8, SOUTH,
         "triangular(low=78, mode=90, high=114)", 350.0, 60.0),
    Work("InstallFrontWheel", "Install the Front Wheel", "WheelStation", 6.0, SOUTH,
         "triangular(low=76, mode=86, high=108)", 1100.0, 150.0, position=(0.0, 0.0, 0.36)),
    Work("InstallRearWheel", "Install the Rear Wheel", "WheelStation", 11.2, SOUTH,
         "triangular(low=80, mode=90, high=112)", 1100.0, 150.0,
         failure=("exponential(mean=45 min)", "lognormal(mean=6 min, cv=0.5)"), position=(0.0, 0.0, 0.36)),
    Work("AttachPedals", "Attach the Pedals", "AssemblyStation", 11.2, NORTH,
         "triangular(low=64, mode=74, high=96)", 350.0, 60.0),
    Work("InstallBrakes", "Install Brakes", "BrakeStation", 6.0, NORTH,
         "triangular(low=104, mode=120, high=151)", 1500.0, 200.0, position=(0.0, 0.0, 0.3)),
    Work("InstallReflectors", "Install Reflectors", "AssemblyStation", -2.4, NORTH,
         "triangular(low=60, mode=68, high=88)", 350.0, 60.0),
    Work("FinalCheck", "Final Check", "CheckStation", -8.0, NORTH,
         "triangular(low=160, mode=180, high=230)", 800.0, 250.0, servers=2,
         position=(0.0, -0.8, 0.16), spacing=(0.0, 1.6, 0.0), kind="inspect"),
)  # fmt: skip

STORES = (
    Store("SeatBuffer", "Buffer before the Seat", "FlowRack4", -7.0, SOUTH, 4, RACK),
    Store("HandlebarBuffer", "Buffer before the Handlebars", "FlowRack4", -1.8, SOUTH, 4, RACK),
    Store("FrontWheelBuffer", "Buffer before the Front Wheel", "FlowRack4", 3.4, SOUTH, 4, RACK),
    Store("RearWheelBuffer", "Buffer before the Rear Wheel", "FlowRack4", 8.6, SOUTH, 4, RACK),
    Store("BrakeBuffer", "Buffer before the Brakes", "FlowRack5", 8.6, NORTH, 5, RACK),
    Store("ReflectorBuffer", "Buffer before the Reflectors", "FlowRack4", 0.2, NORTH, 4, RACK),
    Store("CheckBuffer", "Buffer before the Final Check", "FlowRack4", -5.0, NORTH, 4, RACK),
    Store("FinishedBikes", "Finished Bicycles", "FloorZone", -11.2, NORTH, 6, 0.02),
)

SECOND_BRAKES = Work(
    "InstallBrakes2", "Install Brakes 2", "BrakeStation", 2.9, NORTH,
    "triangular(low=104, mode=120, high=151)", 1500.0, 200.0, position=(0.0, 0.0, 0.3),
)  # fmt: skip
"""The station that the scenario `second_brake_station` adds on the reserved place."""

SUPPLY, SHIPPING = f"{LOGISTICS}/FrameSupply", f"{LOGISTICS}/Shipping"
CONVEYOR, VEHICLE_PATH = f"{LOGISTICS}/TransferConveyor", f"{LOGISTICS}/ToShipping"
VEHICLE, AISLE = f"{LOGISTICS}/Agv1", f"{LOGISTICS}/MainAisle"

VEHICLE_WAY = ((-11.2, 3.3), (-11.2, 0.0), (-15.2, 0.0), (-15.2, NORTH), (-16.0, NORTH))
"""Way of the vehicle from the finished bicycles to the dock, x and y in m; it turns on the spot."""

BELT_HEIGHT = 0.5
DECK_HEIGHT = 0.36

ORDER = (
    SUPPLY, "FramePreparation", "SeatBuffer", "InstallSeat", "HandlebarBuffer", "AttachHandlebars", "FrontWheelBuffer",
    "InstallFrontWheel", "RearWheelBuffer", "InstallRearWheel", CONVEYOR, "AttachPedals", "BrakeBuffer", "InstallBrakes",
    "ReflectorBuffer", "InstallReflectors", "CheckBuffer", "FinalCheck", "FinishedBikes", VEHICLE_PATH, SHIPPING,
)  # fmt: skip
"""Material flow from source to sink."""


def flow() -> dict[str, str]:
    """Return the next place for each place, both as prim paths."""
    paths = [p if p.startswith("/") else f"{LINE}/{p}" for p in ORDER]
    return dict(zip(paths, paths[1:]))


def turn(y: float) -> float:
    """Return the turn about z of what stands on the leg at `y`, degrees: local +x is the direction of flow."""
    return 180.0 if y > 0 else 0.0
