# SPDX-License-Identifier: Apache-2.0
"""Runs mqtt-spb-wrapper in an environment of its own: an edge node, or a SCADA host. Orders on stdin, JSON on stdout."""

import json
import sys

import mqtt_spb_wrapper as w


def say(**words):
    print(json.dumps(words, default=str), flush=True)


def node(port):
    edge = w.MqttSpbEntityEdgeNode("Peers", "Wrap")
    edge.on_command = lambda payload: say(command=payload)
    edge.data.set_value("temperature", 20.5)
    edge.data.set_value("state", "idle")
    edge.connect("127.0.0.1", port)
    edge.publish_birth()
    say(ready=True)
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "data":
            edge.data.set_value("temperature", float(rest[0]))
            edge.publish_data()
        elif word == "birth":
            edge.publish_birth()
        elif word == "disconnect":
            edge.disconnect()
        say(done=word)


def host(port):
    def heard(topic, payload):
        metrics = [
            {"name": m.get("name"), "alias": m.get("alias"), "value": m.get("value")} for m in payload.get("metrics", ())
        ]
        say(kind=topic.message_type, device=topic.eon_device_name, metrics=metrics)

    app = w.MqttSpbEntityScada("Works", "scada", callback_birth=heard, callback_data=heard, callback_death=heard)
    app.connect("127.0.0.1", port)
    say(ready=True)
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "rebirth":
            app.send_command("Node Control/Rebirth", True, rest[0])
        say(done=word)


{"node": node, "host": host}[sys.argv[1]](int(sys.argv[2]))
