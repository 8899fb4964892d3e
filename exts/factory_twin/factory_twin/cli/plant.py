# SPDX-License-Identifier: Apache-2.0
"""`factory-twin plant STAGE`: a virtual plant that sends a simulated shift as MQTT telemetry."""

from __future__ import annotations

import argparse
import threading
from contextlib import ExitStack

from ..errors import FactoryTwinError
from ..log import Log
from ..mqtt import EmbeddedBroker, Link, VirtualPlant, shift, topics
from ..read import open_stage, read_plant
from ..sim import Simulation
from ..units import duration_text, seconds
from .wire import PORT, StatusLine, add_wire_arguments, check_connected, link_text, say, until_interrupted

HELP = "Send a simulated shift of the factory on a stage as MQTT telemetry."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("stage", help="USD file")
    add_wire_arguments(parser, default="none: a broker of its own on this machine")
    parser.add_argument("--speed", type=float, default=60.0, metavar="X", help="simulated seconds per second (60)")
    parser.add_argument("--until", metavar="TIME", help='simulated time to end at, for example "8 h" (never)')
    parser.add_argument("--duration", metavar="TIME", help='real time to end after, for example "30 s" (never)')
    parser.add_argument("--seed", type=int, help="whole number; equal seeds give equal shifts")


def run(args: argparse.Namespace) -> int:
    """Send until the end or Ctrl-C; 0 when something was sent."""
    if not args.speed > 0:
        raise FactoryTwinError(f"A speed of {args.speed:g} is not above 0.", where="--speed")
    wrong = topics.prefix_fault(args.prefix)
    if wrong:
        raise FactoryTwinError(wrong, where="--prefix")
    model = read_plant(open_stage(args.stage))
    log = Log()
    simulation = Simulation(model, seed=model.scenario.seed if args.seed is None else args.seed, log=log)
    events = shift(simulation, log, until=float("inf") if args.until is None else seconds(args.until))
    duration = float("inf") if args.duration is None else seconds(args.duration)
    line = StatusLine()
    with ExitStack() as stack:
        link = Link(args.broker or _embedded(stack, args), user=args.user, authority=args.ca)
        plant = VirtualPlant(model, events, link, speed=args.speed, prefix=args.prefix, seed=simulation.seed)
        stack.enter_context(link)
        with until_interrupted():
            plant.run(threading.Event(), duration=duration, progress=lambda p: line.show(_progress(p, link)))
        if link.status.connected:
            link.flush()
        status = link.status
        line.show(_progress(plant, link))
        line.end()
    check_connected(status)
    return 0


def _embedded(stack: ExitStack, args: argparse.Namespace) -> str:
    """Start a broker of our own and say how to join it."""
    broker = stack.enter_context(EmbeddedBroker(port=PORT))
    say(f"Broker: {broker.kind} at {broker.url}. Watch it with: factory-twin bridge {args.stage} --broker {broker.url}")
    return broker.url


def _progress(plant: VirtualPlant, link: Link) -> str:
    status = link.status
    return f"{duration_text(plant.now):>9} simulated, {status.published} sent, {status.unsent} waiting, {link_text(status)}"
