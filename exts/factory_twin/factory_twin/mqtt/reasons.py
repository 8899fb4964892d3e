# SPDX-License-Identifier: Apache-2.0
"""Why a connection could not be made or ended, in words for people."""

from __future__ import annotations

import socket
import ssl

from .address import Address

CONNECTED = "Connected."
QUIET = "Connected; no message yet."
SILENT = "The broker does not answer."
FORGOTTEN = "Connected again, but the broker had forgotten our session: messages may be missing."
_REFUSED = {
    "bad user name or password": "The broker refused user name or password.",
    "not authorized": "The broker refused us: not authorised; check user name and password.",
    "unsupported protocol version": "The broker does not speak this version of MQTT.",
    "server unavailable": "The broker is not available now.",
    "server busy": "The broker is busy.",
    "session taken over": "Another client connected with our client id.",
    "keep alive timeout": SILENT,
    "server shutting down": "The broker is shutting down.",
}


def of_error(error: Exception, address: Address) -> str:
    """Return why no connection could be made."""
    place = f"{address.host}:{address.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {place} is not trusted: {error.verify_message.rstrip('.')}."
    if isinstance(error, ssl.SSLError):
        return f"No TLS connection to {place} ({error.reason or 'it failed'}); does it speak mqtts://?"
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"The host name {address.host} is unknown."
    if isinstance(error, ConnectionRefusedError):
        return f"Nothing listens at {place}."
    if isinstance(error, TimeoutError):
        return f"{place} does not answer."
    if isinstance(error, FileNotFoundError):
        return f"The certificate authority's file {address.authority} is missing."
    return f"No connection to {place}: {getattr(error, 'strerror', None) or error}."


def of_code(code: object) -> str:
    """Return what a reason code of the broker means."""
    text = str(code)
    return _REFUSED.get(text.lower(), f"The broker says: {text}.")


def of_end(accepted: bool, code: object, *, from_broker: bool) -> str:
    """Return why a connection ended."""
    if from_broker or str(code).lower() == "keep alive timeout":
        return of_code(code)
    if not accepted:
        return "The broker closed the connection before it answered; is this an MQTT port, and the right one of mqtt:// and mqtts://?"
    return "The connection was lost."
