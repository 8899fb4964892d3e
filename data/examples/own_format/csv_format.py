# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: D101, D102 - as short as it can be
"""A format of one's own: `temperature=61.5;speed=1200` on topics that end in /csv. See README.md beside it."""

from factory_twin.formats import Reading, Refused


class CsvFormat:
    name = "csv"

    def filters(self):
        return ("+/+/csv",)

    def claims(self, topic):
        return topic.endswith("/csv")

    def is_event(self, topic):
        return False  # a newer message may take the place of one that waits

    def read(self, message):
        if len(message.payload) > 10_000:
            raise Refused("The payload is too long.")
        pairs = [part.partition(b"=") for part in message.payload.split(b";")]
        try:
            return [Reading(message.topic.removesuffix("/csv"), f"/{k.decode()}", float(v)) for k, _, v in pairs]
        except ValueError as error:
            raise Refused(f"This is no csv: {error}.") from None

    def requests(self, now):
        return ()

    def save(self):
        return b""

    def load(self, saved):
        pass
