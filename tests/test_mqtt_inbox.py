# SPDX-License-Identifier: Apache-2.0
"""Bounded: below the bound nothing is lost or reordered, at it only last values are replaced, and all is counted."""

from __future__ import annotations

import threading

from factory_twin.mqtt import Inbox, Message
from factory_twin.mqtt.topics import EVENTS


def is_event(topic: str) -> bool:
    return topic.rpartition("/")[2] in EVENTS


def taken(inbox: Inbox) -> list[tuple[str, bytes]]:
    return [(m.topic, m.payload) for m in inbox.drain()]


def test_below_the_bound_all_is_kept_in_order() -> None:
    inbox = Inbox(100)
    sent = [(f"t{i % 3}", str(i).encode()) for i in range(100)]
    assert all(inbox.put(Message(*m)) for m in sent)
    assert taken(inbox) == sent
    assert (inbox.coalesced, inbox.dropped, len(inbox)) == (0, 0, 0)


def test_at_the_bound_a_last_value_replaces_the_waiting_one_of_its_topic() -> None:
    inbox = Inbox(2)
    inbox.put(Message("a", b"1"))
    inbox.put(Message("b", b"1"))
    assert inbox.put(Message("a", b"2"))
    assert not inbox.put(Message("c", b"1"))
    assert (inbox.coalesced, len(inbox)) == (1, 2)
    assert taken(inbox) == [("a", b"2"), ("b", b"1")]


def test_at_the_bound_events_are_not_taken_so_that_they_can_wait_outside() -> None:
    inbox = Inbox(1, events=is_event)
    assert inbox.put(Message("f/m/parts", b"1"))
    assert not inbox.put(Message("f/m/parts", b"2"))
    assert taken(inbox) == [("f/m/parts", b"1")]
    assert inbox.put(Message("f/m/parts", b"2"))


def test_the_newest_waiting_message_of_a_topic_is_replaced_not_an_older_one() -> None:
    inbox = Inbox(3)
    for payload in (b"1", b"2", b"3", b"4"):
        inbox.put(Message("a", payload))
    assert taken(inbox) == [("a", b"1"), ("a", b"2"), ("a", b"4")]


def test_payload_bytes_are_bounded_too() -> None:
    inbox = Inbox(100, size=10)
    assert inbox.put(Message("a", b"123456"))
    assert not inbox.put(Message("b", b"123456"))
    inbox.get()
    assert inbox.put(Message("b", b"123456"))


def test_a_message_is_not_appended_past_those_that_wait_outside() -> None:
    inbox = Inbox(10)
    inbox.put(Message("a", b"1"))
    assert not inbox.put(Message("b", b"1"), append=False)
    assert inbox.put(Message("a", b"2"), append=False)
    assert taken(inbox) == [("a", b"2")]


def test_drain_stops_at_its_limit_and_its_budget() -> None:
    inbox = Inbox()
    for i in range(10):
        inbox.put(Message("a", str(i).encode()))
    assert len(list(inbox.drain(limit=4))) == 4
    assert len(list(inbox.drain(budget=0.0))) == 1
    assert len(inbox) == 5


def test_one_thread_puts_while_another_takes() -> None:
    inbox = Inbox(50)
    refused: list[int] = []

    def put() -> None:
        for i in range(3_000):
            while not inbox.put(Message("f/m/parts", str(i).encode()), append=True):
                refused.append(i)

    inbox._events = is_event
    thread = threading.Thread(target=put)
    thread.start()
    got: list[int] = []
    while thread.is_alive() or len(inbox):
        got += [int(m.payload) for m in inbox.drain(limit=7)]
    thread.join()
    assert got == list(range(3_000))
