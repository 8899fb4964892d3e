# SPDX-License-Identifier: Apache-2.0
"""`factory-twin plant STAGE`: a virtual plant that sends a simulated or recorded shift as MQTT telemetry."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator
from contextlib import ExitStack

from ..errors import FactoryTwinError
from ..event import Event
from ..log import Log
from ..mqtt import EmbeddedBroker, topics
from ..plant import Plant
from ..read import open_stage, read_plant
from ..signals import parse
from ..signals.fault import EXAMPLE, NETWORK, SENSORS, table
from ..sim import Simulation
from ..units import duration_text, seconds
from ..virtual import FORMATS, STYLES, Links, VirtualPlant, places, recorded, shift
from .wire import PORT, StatusLine, add_wire_arguments, check_connected, link_text, say, until_interrupted, wire_options

HELP = "Send a simulated or recorded shift of the factory on a stage as MQTT telemetry, with faults on demand."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("stage", help="USD file")
    add_wire_arguments(parser, default="none: a broker of its own on this machine")
    parser.add_argument("--speed", type=float, default=60.0, metavar="X", help="simulated seconds per second (60)")
    parser.add_argument("--until", metavar="TIME", help='simulated time to end at, for example "8 h" (never)')
    parser.add_argument("--duration", metavar="TIME", help='real time to end after, for example "30 s" (never)')
    parser.add_argument("--seed", type=int, help="whole number; equal seeds give equal shifts, machines and noise")
    parser.add_argument("--log", metavar="FILE", help="send this stored log (.npz) instead of a simulation")
    parser.add_argument("--loop", action="store_true", help="with --log: begin again at its end")
    parser.add_argument("--format", default="json", metavar="NAME", help=f'{", ".join(FORMATS)}, or some joined by "+" (json)')
    parser.add_argument(
        "--style", default="signal", choices=STYLES, help="JSON: a topic for each value (signal), or for each machine (flat)"
    )
    parser.add_argument("--measure", default="1 s", metavar="TIME", help="real time between two measurements (1 s)")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="FAULT",
        help=f'what goes wrong, where and when (simulated time), for example "{EXAMPLE}"; may be given several times',
    )
    parser.add_argument("--truth", metavar="FILE", help="write the faults and their severity over time (JSON Lines)")
    parser.add_argument("--list-faults", action="store_true", help="list kinds of faults and places, and end")


def run(args: argparse.Namespace) -> int:
    """Send until the end or Ctrl-C; 0 when something was sent."""
    if not args.speed > 0:
        raise FactoryTwinError(f"A speed of {args.speed:g} is not above 0.", where="--speed")
    wrong = topics.prefix_fault(args.prefix)
    if wrong:
        raise FactoryTwinError(wrong, where="--prefix")
    model = read_plant(open_stage(args.stage))
    if args.list_faults:
        print(_list(model))
        return 0
    faults = [parse(text) for text in args.fault]
    seed = model.scenario.seed if args.seed is None else args.seed
    events = _events(args, model, seed)
    duration = float("inf") if args.duration is None else seconds(args.duration)
    line = StatusLine()
    with ExitStack() as stack:
        links = stack.enter_context(Links(args.broker or _embedded(stack, args), **wire_options(args)))
        plant = VirtualPlant(
            model,
            events,
            links,
            speed=args.speed,
            format=args.format,
            style=args.style,
            prefix=args.prefix,
            seed=seed,
            faults=faults,
            measure=seconds(args.measure),
            truth=args.truth,
        )
        stack.enter_context(plant)
        with until_interrupted():
            plant.run(threading.Event(), duration=duration, progress=lambda p: line.show(_progress(p, links)))
        plant.close()
        links.flush()
        status = links.status
        line.show(_progress(plant, links))
        line.end()
    check_connected(status)
    return 0


def _events(args: argparse.Namespace, model: Plant, seed: int) -> Iterator[Event]:
    """Return what happens: recorded, or simulated on the fly."""
    if args.log is not None:
        if args.until is not None:
            raise FactoryTwinError("A stored log ends by itself.", where="--until", hint="Leave it out, or leave out --log.")
        stored = Log.load(args.log)
        known = {n.path for n in model.nodes}
        if stored.places and not known & set(stored.places):
            raise FactoryTwinError("The log knows none of the stage's places.", where=args.log,
                                   hint="Give the stage it was made with.")  # fmt: skip
        return recorded(stored, loop=args.loop)
    if args.loop:
        raise FactoryTwinError("Only a stored log can begin again.", where="--loop", hint="Give --log, too.")
    log = Log()
    return shift(Simulation(model, seed=seed, log=log), log, until=float("inf") if args.until is None else seconds(args.until))


def _list(model: Plant) -> str:
    return "\n".join(
        (
            "Kinds of faults (how they grow, over which time):",
            *(f"  {line}" for line in table().splitlines()),
            f"Signals of stuck, offset, drift, spikes: {', '.join(SENSORS)}; of network: {', '.join(NETWORK)}.",
            "Places:",
            *(f"  {p}" for p in places(model)),
            f"Write: --fault {EXAMPLE}:growth=linear:time=1h:for=8h",
        )
    )


def _embedded(stack: ExitStack, args: argparse.Namespace) -> str:
    """Start a broker of our own and say how to join it."""
    broker = stack.enter_context(EmbeddedBroker(port=PORT))
    say(f"Broker: {broker.kind} at {broker.url}. Watch it with: factory-twin bridge {args.stage} --broker {broker.url}")
    return broker.url


def _progress(plant: VirtualPlant, links: Links) -> str:
    status = links.status
    more = "".join(f", {count} {word}" for count, word in ((plant.thinned, "thinned"), (plant.lost, "lost")) if count)
    head = f"{duration_text(plant.now):>9} simulated, {status.published} sent, {status.unsent} waiting{more}"
    return f"{head}, {link_text(status)}"
