# SPDX-License-Identifier: Apache-2.0
"""How a broker is joined: what the form says and what is kept for the next session. Passwords are never kept."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from factory_twin.mqtt import topics
from factory_twin_ui.host import Host
from factory_twin_ui.preference import Preference

_KEY = "live."
_LABELS = {
    "broker": "Address", "prefix": "First levels of all topics", "user": "User name",
    "authority": "Certificate authority (file)", "certificate": "Own certificate (file)",
    "key": "Key of the certificate (file)", "credentials": "Where user and password are kept", "folder": "Recorder's folder",
}  # fmt: skip


@dataclass(slots=True)
class Broker:
    """A broker and how to join it.

    Attributes:
        broker: Address; empty: none.
        prefix: First levels of all topics.
        user: User name; empty: from the environment, or none.
        authority: File of a certificate authority; empty: the system's.
        certificate: File with our own certificate; empty: none.
        key: File with its key; empty: in the same file.
        credentials: Where user and password are kept: "env:NAME", "keyring:SERVICE", "file:PATH".
        folder: Of the recorder; empty: beside the stage.
    """

    broker: str = ""
    prefix: str = topics.PREFIX
    user: str = ""
    authority: str = ""
    certificate: str = ""
    key: str = ""
    credentials: str = ""
    folder: str = ""

    @classmethod
    def of(cls, host: Host) -> Broker:
        """Return what was kept."""
        found = cls()
        for field in fields(cls):
            setattr(found, field.name, host.setting(_KEY + field.name, getattr(found, field.name)))
        return found

    def keep(self, host: Host) -> None:
        """Keep all but passwords for the next session."""
        for field in fields(self):
            value = getattr(self, field.name)
            host.set_setting(_KEY + field.name, without_password(value) if field.name == "broker" else value)

    def options(self) -> dict[str, Any]:
        """Return the arguments with which links, probes and feeds join."""
        return {
            "user": self.user or None, "authority": self.authority or None, "certificate": self.certificate,
            "key": self.key, "credentials": self.credentials,
        }  # fmt: skip


def preferences() -> tuple[Preference, ...]:
    """Return what can be set beforehand, on a preferences page; never a password."""
    return tuple(Preference(_KEY + field.name, _LABELS[field.name], getattr(Broker(), field.name)) for field in fields(Broker))


def without_password(url: str) -> str:
    """Return an address without the password in it; one that can't be read has no user either."""
    head, at, tail = url.rpartition("@")
    if not at:
        return url
    try:
        parts = urlsplit(url)
        user = parts.username or ""
    except ValueError:
        return tail
    if not parts.scheme or not user:
        return f"{head.partition('://')[0]}://{tail}" if "://" in head else tail
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}"))
