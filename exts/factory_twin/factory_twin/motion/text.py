# SPDX-License-Identifier: Apache-2.0
"""Time samples as USD text: reading a long text takes OpenUSD a quarter of the time that as many calls from Python take."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pxr import Sdf

from .frame import Frame
from .tracks import Floats, Ints, Tracks

EDGE = 1e-3  # s, how long a turn and a change of colour take


def part_layer(tracks: Tracks, slots: list[Ints], frame: Frame, turn: str) -> Sdf.Layer:
    """Return a layer with /Part_000, /Part_001, ...: where each slot is, its turn, and when it is seen.

    Args:
        tracks: Of the parts.
        slots: Indices of the tracks that take each slot.
        frame: Of the prim that the slots will be children of.
        turn: Name of the attribute for the angle.
    """
    layer = Sdf.Layer.CreateAnonymous("parts.usda")
    places, degrees = frame.places(tracks.place), frame.degrees(tracks.way)
    lines = ["#usda 1.0\n"]
    for number, slot in enumerate(slots):
        keys = np.concatenate([np.arange(tracks.first[k], tracks.first[k + 1]) for k in slot.tolist()])
        starts = np.cumsum(np.append(0, np.diff(tracks.first)[slot]))[:-1]
        lines.append(f'def Xform "Part_{number:03d}" {{\n double3 xformOp:translate.timeSamples = {{')
        lines += _rows("%r: (%r, %r, %r),", tracks.time[keys], *places[keys].T)
        lines.append("}")
        time, angle = turns(tracks.time[keys], degrees[keys], starts)
        if (angle == angle[0]).all():  # a viewer need not ask again and again
            lines.append(f" double {turn} = {float(angle[0])!r}")
        else:
            lines += [f" double {turn}.timeSamples = {{", *_rows("%r: %r,", time, angle), "}"]
        lines.append(f' uniform token[] xformOpOrder = ["xformOp:translate", "{turn}"]')
        lines.append(' token visibility = "invisible"\n token visibility.timeSamples = {-1: "invisible",')
        lines += _rows('%r: "inherited", %r: "invisible",', tracks.begin[slot], tracks.end[slot] + EDGE)
        lines.append("}\n}")
    if not layer.ImportFromString("\n".join(lines)):
        raise AssertionError("USD does not read what was written")
    return layer


def turns(time: Floats, degrees: Floats, starts: Ints) -> tuple[Floats, Floats]:
    """Return the samples of an angle: a turn happens at once, and the short way round.

    Args:
        time: Of the keys of tracks one after the other, s.
        degrees: Angle from each key on.
        starts: Where each track begins.
    """
    step = np.zeros(len(time))
    step[1:] = (np.diff(degrees) + 180.0) % 360.0 - 180.0
    step[starts] = 0.0
    turned = np.abs(step) > 1e-6
    total = np.cumsum(step)
    which = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(time))))
    angle = degrees[starts][which] + total - total[starts][which]
    at = np.flatnonzero(turned)
    every = np.concatenate([time[starts], time[at] - EDGE, time[at]])
    value = np.concatenate([angle[starts], angle[at] - step[at], angle[at]])
    order = np.argsort(every, kind="stable")
    return every[order], value[order]


def _rows(form: str, *columns: Floats) -> Iterator[str]:
    return map(form.__mod__, zip(*(c.tolist() for c in columns)))
