# SPDX-License-Identifier: Apache-2.0
"""Links to one broker: one for each channel of the plant, opened as they are needed, ended together."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from ..mqtt import Link, LinkState, LinkStatus
from .wire import Channel

OUTBOX = 20_000
"""Messages that wait while there is no connection; a plant's gateway sends them all, in order, when it is back."""


class Links:
    """Opens a link for each channel it is asked for; give it to a `VirtualPlant` as its wire.

    Args:
        url: Of the broker; `user` and `options` as for `Link`.

    Raises:
        LinkError: The URL is no broker's address.
    """

    def __init__(self, url: str, **options: Any) -> None:
        self._url, self._options = url, options
        self._links: dict[str, Link] = {}
        self._ended: list[LinkStatus] = []
        Link(url, **options)  # says at once what is wrong with the address

    def __call__(self, channel: Channel) -> Link:
        """Open a channel; one of the same name that is open already is ended."""
        before = self._links.pop(channel.name, None)
        if before is not None:
            before.stop()
            self._ended.append(before.status)
            self._ended = [_sum(self._ended)]
        more: dict[str, Any] = {} if channel.will is None else {"will": channel.will}
        link = self._links[channel.name] = Link(self._url, channel.topics, clean=channel.clean, conflate=False, outbox=OUTBOX,
                                                **more, **self._options)  # fmt: skip
        link.start()
        return link

    @property
    def status(self) -> LinkStatus:
        """How all links together are doing: the state and reason of the first that is not connected."""
        return _sum([*self._ended, *(link.status for link in self._links.values())])

    def flush(self, timeout: float = 2.0) -> bool:
        """Wait until the broker has all that was published, for `timeout` s at most; return whether it has."""
        return not [link for link in self._links.values() if link.status.connected and not link.flush(timeout)]

    def stop(self) -> None:
        """End all links."""
        for link in self._links.values():
            link.stop()

    def __enter__(self) -> Links:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def _sum(many: list[LinkStatus]) -> LinkStatus:
    """Return the counts of all, and the state of the first that is not connected (ended ones don't matter)."""
    if not many:
        return LinkStatus()
    present = [s for s in many if s.state is not LinkState.OFF] or many[-1:]
    shown = next((s for s in present if not s.connected), present[0])
    return LinkStatus(
        state=shown.state,
        reason=shown.reason,
        since=shown.since,
        address=shown.address,
        protocol=next((s.protocol for s in many if s.protocol), ""),
        received=sum(s.received for s in many),
        dropped=sum(s.dropped for s in many),
        published=sum(s.published for s in many),
        unsent=sum(s.unsent for s in present),
        reconnects=sum(s.reconnects for s in many),
        gaps=sum(s.gaps for s in many),
    )
