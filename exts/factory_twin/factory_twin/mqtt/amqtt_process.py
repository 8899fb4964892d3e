# SPDX-License-Identifier: Apache-2.0
"""The process that runs amqtt for `EmbeddedBroker`: `python amqtt_process.py PORT`.

It ends when its standard input ends, so it never outlives its parent.
"""

from __future__ import annotations

import asyncio
import sys


async def serve(port: int) -> None:
    """Serve on loopback until standard input ends."""
    from amqtt.broker import Broker

    listener = {"type": "tcp", "bind": f"127.0.0.1:{port}"}
    plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    broker = Broker({"listeners": {"default": listener}, "plugins": plugins})
    await broker.start()
    try:
        await asyncio.to_thread(sys.stdin.buffer.read)
    finally:
        await broker.shutdown()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
