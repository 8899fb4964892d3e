# SPDX-License-Identifier: Apache-2.0
"""VDA 5050: which messages are valid, which rules an order breaks, and how its topics are sent."""

from __future__ import annotations

from typing import Any

from ...formats.vda5050 import Address, check
from ...formats.vda5050.rules import broken
from ...formats.vda5050.topic import INTERFACES, MAJORS, QOS, RETAINED, TOPICS
from ..case import Case
from ..fields import CaseError, Fields


def vda5050(case: Case) -> dict[str, Any]:
    """Return the verdict on each message, and what is said about topics.

    Raises:
        CaseError: A key is missing or wrong.
        NotBuilt: A key or a topic is not known.
    """
    f = Fields(case.model, f"{case.id}: model")
    valid: list[bool] = []
    rules: list[list[str]] = []
    example = ""
    for i, raw in enumerate(f.items("messages")):
        one = Fields(raw, f"{f.at('messages')}[{i}]")
        topic, body = one.text("topic", among=TOPICS), one.fields("message")
        one.done()
        major = _major(body)
        wrong = check(major, topic, body.data)
        valid.append(not wrong)
        rules.append([] if wrong or topic != "order" else broken(body.data))
        maker, serial = (body.text(key, "-") for key in ("manufacturer", "serialNumber"))
        example = example or Address(INTERFACES[0], f"v{major}", maker, serial, topic).text
    f.done()
    always = [topic for topic in TOPICS if all(topic in RETAINED[m] for m in MAJORS)]
    return {
        "schema_valid": valid,
        "order_rules_broken": rules,
        "topic_example": example,
        "qos": dict(QOS),
        "retained_topics": always,  # in every version; version 3 keeps the factsheet, too
    }


def _major(body: Fields) -> int:
    version = body.text("version", "3")
    for major in MAJORS:
        if version.split(".")[0] == str(major):
            return major
    raise CaseError(f"The version {version!r} is not known.", where=body.at("version"), hint="Write 2.0.0, 2.1.0 or 3.0.0.")
