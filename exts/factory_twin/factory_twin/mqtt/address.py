# SPDX-License-Identifier: Apache-2.0
"""A broker's address as text: `mqtt://host:port`, `mqtts://host:port` (TLS), with or without user and password."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from ..errors import LinkError

PORTS = {"mqtt": 1883, "mqtts": 8883}
USER, PASSWORD, AUTHORITY = "FACTORY_TWIN_MQTT_USER", "FACTORY_TWIN_MQTT_PASSWORD", "FACTORY_TWIN_MQTT_CA"
_HINT = "Write mqtt://host:port or mqtts://host:port."


@dataclass(frozen=True, slots=True)
class Address:
    """Where a broker is and who we are there.

    Attributes:
        host: Name or IP address.
        port: TCP port.
        tls: Whether to encrypt; the certificate is always verified.
        user: User name; empty: anonymous.
        password: Not shown by repr or str.
        authority: File with the certificate authority to trust; empty: the system's.
    """

    host: str
    port: int
    tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    authority: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"mqtt{'s' if self.tls else ''}://{host}:{self.port}"


def parse(text: str, *, user: str | None = None, password: str | None = None, authority: str | None = None) -> Address:
    """Return the address that the text names; "host" and "host:port" are read as mqtt://.

    User, password and certificate authority come from the arguments, else from the text, else from the environment
    variables FACTORY_TWIN_MQTT_USER, FACTORY_TWIN_MQTT_PASSWORD and FACTORY_TWIN_MQTT_CA.

    Raises:
        LinkError: The text is no broker's address.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"mqtt://{text}")
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise LinkError(f"This is no broker's address ({error}).", where=_shown(text), hint=_HINT) from None
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise LinkError("This is no broker's address.", where=_shown(text), hint=_HINT)
    return Address(
        host=parts.hostname,
        port=port,
        tls=parts.scheme == "mqtts",
        user=_first(user, unquote(parts.username or ""), os.environ.get(USER)),
        password=_first(password, unquote(parts.password or ""), os.environ.get(PASSWORD)),
        authority=_first(authority, "", os.environ.get(AUTHORITY)),
    )


def _first(*values: str | None) -> str:
    return next((v for v in values if v), "")


def _shown(text: str) -> str:
    """The text without user and password."""
    head, at, tail = text.rpartition("@")
    scheme = head.partition("://")[0] + "://" if "://" in head else ""
    return f"{scheme}{tail}" if at else text
