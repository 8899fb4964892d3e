# SPDX-License-Identifier: Apache-2.0
"""Names of the schemas that the survey reads."""

from __future__ import annotations

STATION, BUFFER, SOURCE, SINK, PATH, TRANSPORT = PLACES = tuple(
    f"FactoryTwin{kind}API" for kind in ("Station", "Buffer", "Source", "Sink", "Path", "Transport")
)
"""Kinds of place."""

ENTERED = (STATION, BUFFER, PATH, TRANSPORT, SINK)
"""Kinds of place that parts can enter."""

PROCESS = "FactoryTwinProcessAPI"
SETUP = "FactoryTwinSetupAPI"
ASSEMBLY = "FactoryTwinAssemblyAPI"
DISASSEMBLY = "FactoryTwinDisassemblyAPI"
MAINTENANCE = "FactoryTwinMaintenanceAPI"
WEAR = "FactoryTwinWearAPI"
FAILURE = "FactoryTwinFailureAPI"
TRANSPORTER = "FactoryTwinTransporterAPI"
POOL = "FactoryTwinWorkerPoolAPI"
CALENDAR = "FactoryTwinCalendarAPI"
PRODUCT = "FactoryTwinProductAPI"
BOM_ITEM = "FactoryTwinBomItemAPI"
OPERATION = "FactoryTwinOperationAPI"
ORDER = "FactoryTwinWorkOrderAPI"
CARD_LOOP = "FactoryTwinCardLoopAPI"
SCENARIO = "FactoryTwinScenarioAPI"
TELEMETRY = "FactoryTwinTelemetryAPI"
HEALTH = "FactoryTwinHealthAPI"
LIVE = "FactoryTwinStateAPI"
