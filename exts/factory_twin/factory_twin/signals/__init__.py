# SPDX-License-Identifier: Apache-2.0
"""What a machine's sensors show: physics, noise, faults on demand and the truth about them. Numbers only: no wire, no stage."""

from __future__ import annotations

from .bearing import Bearing
from .body import SIGNALS, Body
from .duty import duty
from .fault import KINDS, Fault, Growth, parse
from .features import features, spectrum, velocity_rms
from .generate import generate
from .machine import Machine, machine
from .truth import GroundTruth, read_truth
from .waveform import waveform

__all__ = [
    "KINDS", "SIGNALS", "Bearing", "Body", "Fault", "GroundTruth", "Growth", "Machine", "duty", "features", "generate",
    "machine", "parse", "read_truth", "spectrum", "velocity_rms", "waveform",
]  # fmt: skip
