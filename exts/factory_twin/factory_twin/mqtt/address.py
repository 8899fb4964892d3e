# SPDX-License-Identifier: Apache-2.0
"""A broker's address as text: `mqtt://host:port`, `mqtts://` (TLS), `ws://host:port/path`, `wss://`, and who we are there."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from ..errors import LinkError
from .credentials import look_up

PORTS = {"mqtt": 1883, "mqtts": 8883, "ws": 80, "wss": 443}
ENCRYPTED, WEB = ("mqtts", "wss"), ("ws", "wss")
PATH = "/mqtt"
USER, PASSWORD, AUTHORITY = "FACTORY_TWIN_MQTT_USER", "FACTORY_TWIN_MQTT_PASSWORD", "FACTORY_TWIN_MQTT_CA"
CERTIFICATE, KEY = "FACTORY_TWIN_MQTT_CERTIFICATE", "FACTORY_TWIN_MQTT_KEY"
_HINT = "Write mqtt://host:port, mqtts://host:port, ws://host:port/path or wss://host:port/path."


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
        path: Path of the WebSocket; empty: plain MQTT.
        certificate: File with our own certificate; empty: none.
        key: File with the key of our certificate; empty: it is in the same file.
    """

    host: str
    port: int
    tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    authority: str = ""
    path: str = ""
    certificate: str = ""
    key: str = ""

    @property
    def place(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    @property
    def scheme(self) -> str:
        """What the address starts with."""
        return ("ws" if self.path else "mqtt") + ("s" if self.tls else "")

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def parse(text: str, *, user: str | None = None, password: str | None = None, authority: str | None = None,
          certificate: str = "", key: str = "", credentials: str = "") -> Address:  # fmt: skip
    """Return the address that the text names; "host" and "host:port" are read as mqtt://.

    User and password come from the arguments, else from where `credentials` points (see `credentials.look_up`), else from
    the text, else from the environment variables FACTORY_TWIN_MQTT_USER and FACTORY_TWIN_MQTT_PASSWORD; the files of
    certificate authority, own certificate and key from the arguments, else FACTORY_TWIN_MQTT_CA, ..._CERTIFICATE, ..._KEY.

    Raises:
        LinkError: The text is no broker's address, or the credentials are not there.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"mqtt://{text}")
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:  # its text may hold the password
        raise LinkError("This is no broker's address.", where=_shown(text), hint=_HINT) from None
    web = parts.scheme in WEB
    path = parts.path.rstrip("/") if web else parts.path.strip("/")
    if parts.scheme not in PORTS or not parts.hostname or (path and not web) or parts.query or parts.fragment:
        raise LinkError("This is no broker's address.", where=_shown(text), hint=_HINT)
    found = look_up(credentials) if credentials else ("", "")
    return Address(
        host=parts.hostname,
        port=port,
        tls=parts.scheme in ENCRYPTED,
        user=_first(user, found[0], unquote(parts.username or ""), os.environ.get(USER)),
        password=_first(password, found[1], unquote(parts.password or ""), os.environ.get(PASSWORD)),
        authority=_first(authority, os.environ.get(AUTHORITY)),
        path=(path or PATH) if web else "",
        certificate=_first(certificate, os.environ.get(CERTIFICATE)),
        key=_first(key, os.environ.get(KEY)),
    )


def _first(*values: str | None) -> str:
    return next((v for v in values if v), "")


def _shown(text: str) -> str:
    """The text without user and password."""
    head, at, tail = text.rpartition("@")
    scheme = head.partition("://")[0] + "://" if "://" in head else ""
    return f"{scheme}{tail}" if at else text
