# SPDX-License-Identifier: Apache-2.0
"""Runs pysparkplug in an environment of its own: an edge node, or a host. Orders come on stdin, JSON goes out on stdout."""

import json
import sys

import pysparkplug as p


def say(**words):
    print(json.dumps(words), flush=True)


def metric(name, kind, value):
    return p.Metric(timestamp=p.get_current_timestamp(), name=name, datatype=p.DataType[kind], value=value)


def told(metrics):
    return [
        {"name": m.name, "type": int(m.datatype), "value": str(m.value), "alias": m.alias, "null": m.is_null} for m in metrics
    ]


def node(port):
    metrics = (metric("count", "INT32", -7), metric("wide", "INT64", -(2**40)), metric("name", "STRING", "\u00fcber"))
    metrics += (metric("on", "BOOLEAN", True), metric("real", "DOUBLE", 1.5), metric("short", "FLOAT", 0.25),
                metric("byte", "UINT8", 200), metric("big", "UINT64", 2**63))  # fmt: skip
    device = p.Device("Press", metrics=(metric("temperature", "DOUBLE", 20.0),),
                      cmd_callback=lambda _, m: say(command="device", metrics=told(m.payload.metrics)))  # fmt: skip
    edge = p.EdgeNode("Peers", "Py", metrics, cmd_callback=lambda _, m: say(command="node", metrics=told(m.payload.metrics)))
    edge.register(device)
    edge.connect("127.0.0.1", port=port)
    say(ready=True)
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "data":
            edge.update_device("Press", (metric("temperature", "DOUBLE", float(rest[0])),))
        elif word == "own":
            edge.update((metric("count", "INT32", int(rest[0])),))
        elif word == "gone":
            edge.deregister("Press")
        elif word == "back":
            edge.register(device)
        elif word == "disconnect":
            edge.disconnect()
        say(done=word)


def host(port):
    def heard(_, m):
        found = {
            "kind": m.topic.message_type.name,
            "device": m.topic.device_id,
            "metrics": told(getattr(m.payload, "metrics", ())),
        }
        say(
            **found,
            seq=getattr(m.payload, "seq", None),
            bdseq=getattr(getattr(m.payload, "bd_seq_metric", None), "value", None),
        )

    client = p.Client()
    for text in ("NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "DDEATH"):
        kind = p.MessageType[text]
        device = {"device_id": "+"} if text[0] == "D" else {}
        topic = p.Topic(group_id="Works", message_type=kind, edge_node_id="+", **device)
        client.subscribe(topic, p.QoS.AT_LEAST_ONCE, heard)
    client.connect("127.0.0.1", port=port, callback=lambda _: say(ready=True))
    for line in sys.stdin:
        word, *rest = line.split()
        now = p.get_current_timestamp()
        if word == "rebirth":
            topic = p.Topic(group_id="Works", message_type=p.MessageType.NCMD, edge_node_id=rest[0])
            payload = p.NCmd(timestamp=now, metrics=(metric("Node Control/Rebirth", "BOOLEAN", True),))
        elif word == "write":
            topic = p.Topic(group_id="Works", message_type=p.MessageType.DCMD, edge_node_id=rest[0], device_id=rest[1])
            payload = p.DCmd(timestamp=now, metrics=(metric(rest[2], "DOUBLE", float(rest[3])),))
        client.publish(p.Message(topic=topic, payload=payload, qos=p.QoS.AT_MOST_ONCE, retain=False), include_dtypes=True)
        say(done=word)


{"node": node, "host": host}[sys.argv[1]](int(sys.argv[2]))
