# SPDX-License-Identifier: Apache-2.0
"""A steady publisher in a process of its own: paho, QoS 1, one numbered reading after the other.

`python _ticker.py PORT RATE COUNT TOPICS`: waits for a line on standard input, sends, and then prints for each reading
the monotonic time (s) at which it was handed to paho.
"""

from __future__ import annotations

import sys
import time

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion


def main() -> None:
    """Connect, wait for the word, send, tell."""
    port, rate, count, topics = (int(a) for a in sys.argv[1:5])
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(1000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    while not client.is_connected():
        time.sleep(0.01)
    print("ready", flush=True)
    sys.stdin.readline()
    began, sent = time.monotonic(), []
    for number in range(count):
        while (wait := began + number / rate - time.monotonic()) > 0:
            time.sleep(wait)
        sent.append(time.monotonic())
        client.publish(f"factorytwin/Hall/Line{number % topics // 10}/Press{number % topics}/temperature", str(number), 1)
    client.loop_stop()
    print("\n".join(f"{t!r}" for t in sent), flush=True)


if __name__ == "__main__":
    main()
