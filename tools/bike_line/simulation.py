# SPDX-License-Identifier: Apache-2.0
"""Layer `simulation.usda`: how every place behaves. No geometry."""

from __future__ import annotations

from pathlib import Path

from pxr import Usd

from .layer import LINE, ROOT, Token, author, new_layer, save
from .plan import CONVEYOR, DECK_HEIGHT, SHIPPING, STORES, SUPPLY, VEHICLE, VEHICLE_PATH, WORKS, Work, flow

LIMITS = {"temperature": ("75", "85"), "vibration": ("4.5 mm/s", "7.1 mm/s")}
"""Quantity -> warning, alarm, of every station."""


def write_simulation(target: Path) -> Path:
    """Write the layer with times, capacities, failures, flow and run settings."""
    stage = new_layer(target, "What every place does: times in s, powers in W, positions of parts in m. No geometry.")
    _scenario(stage.GetPrimAtPath(ROOT))
    for work in WORKS:
        write_station(stage.OverridePrim(work.path), work, next_places=[flow()[work.path]])
    _stores(stage)
    _ends(stage)
    _paths(stage)
    return save(stage)


def _scenario(root: Usd.Prim) -> None:
    author(root, "FactoryTwinScenarioAPI", {
        "scenario:horizon": 28800.0, "scenario:warmup": 1800.0, "scenario:replications": 10, "scenario:seed": 1,
        "scenario:description": "One shift of 8 h as built.",
    })  # fmt: skip


def write_station(prim: Usd.Prim, work: Work, *, next_places: list[str]) -> None:
    """Write what a station does."""
    author(prim, "FactoryTwinStationAPI", {
        "station:servers": work.servers, "station:processTime": work.time,
        "station:powerBusy": work.power_busy, "station:powerIdle": work.power_idle,
        "partPosition": work.position, "partSpacing": work.spacing, "successors": next_places,
    })  # fmt: skip
    for name, (warning, alarm) in LIMITS.items():
        author(prim, f"FactoryTwinHealthAPI:{name}", {f"health:{name}:warning": warning, f"health:{name}:alarm": alarm})
    if work.failure:
        author(prim, "FactoryTwinFailureAPI:wheelPress", {
            "failure:wheelPress:clock": Token("operating"), "failure:wheelPress:timeToFailure": work.failure[0],
            "failure:wheelPress:timeToRepair": work.failure[1],
        })  # fmt: skip


def _stores(stage: Usd.Stage) -> None:
    for store in STORES:
        author(stage.OverridePrim(store.path), "FactoryTwinBufferAPI", {
            "buffer:capacity": store.places, "partPosition": store.position, "partSpacing": store.spacing,
            "successors": [flow()[store.path]],
        })  # fmt: skip


def _ends(stage: Usd.Stage) -> None:
    author(stage.OverridePrim(SUPPLY), "FactoryTwinSourceAPI", {
        "source:products": [f"{ROOT}/Products/Bike"], "partPosition": (1.3, 0.0, 0.3), "successors": [flow()[SUPPLY]],
    })  # fmt: skip
    author(stage.OverridePrim(SHIPPING), "FactoryTwinSinkAPI", {"partPosition": (0.2, 0.0, 0.02)})


def _paths(stage: Usd.Stage) -> None:
    author(stage.OverridePrim(CONVEYOR), "FactoryTwinPathAPI", {
        "path:type": Token("conveyor"), "path:speed": 0.25, "path:width": 0.6, "path:gap": 1.9,
        "successors": [flow()[CONVEYOR]],
    })  # fmt: skip
    author(stage.OverridePrim(VEHICLE_PATH), "FactoryTwinPathAPI", {
        "path:type": Token("vehicle"), "path:speed": 1.0, "path:width": 1.4, "partPosition": (0.0, 0.0, DECK_HEIGHT),
        "successors": [flow()[VEHICLE_PATH]],
    })  # fmt: skip
    author(stage.OverridePrim(VEHICLE), "FactoryTwinTransporterAPI", {
        "transporter:type": Token("agv"), "transporter:paths": [VEHICLE_PATH], "transporter:loadTime": 8.0,
        "transporter:unloadTime": 8.0, "transporter:home": [f"{LINE}/FinishedBikes"],
    })  # fmt: skip
