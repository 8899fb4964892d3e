# SPDX-License-Identifier: Apache-2.0
"""Why a connection could not be made or ended, in words for people, and what to do about it."""

from __future__ import annotations

import errno
import socket
import ssl
from typing import NamedTuple

from paho.mqtt.client import WebsocketConnectionError

from . import security
from .address import Address


class Reason(NamedTuple):
    """Why something is as it is.

    Attributes:
        text: In words for people; never holds a password.
        hint: What to do; empty when nothing is to be done.
    """

    text: str
    hint: str = ""


CONNECTED = Reason("Connected.")
QUIET = Reason(
    "Connected; no message yet.", "If none comes, check topic and rights: a broker does not say that it keeps one back."
)
SILENT = Reason("The broker does not answer.", "Is it overloaded or frozen, or the network cut? We try again by ourselves.")
FORGOTTEN = Reason("Connected again, but the broker had forgotten our session: messages may be missing.",
                   "Switch the broker's persistence on (see data/mosquitto.conf).")  # fmt: skip
STOPPED = Reason("Stopped.")
LOST = Reason("The connection was lost.", "Check network and broker. We try again by ourselves.")
MALFORMED = Reason("The broker sent something that is no MQTT.", "We connect anew. If it goes on, the broker is at fault.")
OTHER = Reason("Something answered, but not in MQTT.", "Is this an MQTT port, and not a web server's or a WebSocket's?")
FULL = Reason("The connection was given up because nothing more could be taken in.",
              "What was not taken comes again from the broker.")  # fmt: skip
CLOSED = Reason(
    "The broker closed the connection before it answered.", "Is this an MQTT port, and not a web server's or a WebSocket's?"
)
_PASSWORD = "Check user name and password."
_LATER = "We try again by ourselves."
_REFUSED = {
    "bad user name or password": Reason("The broker refused user name or password.", _PASSWORD),
    "not authorized": Reason("The broker refused us: not authorised.",
                             _PASSWORD + " The broker may also allow this user other client ids or topics only."),
    "unsupported protocol version": Reason("The broker does not speak this version of MQTT.", "It must know MQTT 5 or 3.1.1."),
    "client identifier not valid": Reason("The broker refused our client id.", "Give another one."),
    "banned": Reason("The broker has banned us.", "Ask who runs it."),
    "bad authentication method": Reason("The broker wants another way of authentication.", "We know password and certificate."),
    "quota exceeded": Reason("The broker refused us: its quota is used up.", "Ask who runs it."),
    "connection rate exceeded": Reason("The broker gets too many connections.", _LATER),
    "server unavailable": Reason("The broker is not available now.", _LATER),
    "server busy": Reason("The broker is busy.", _LATER),
    "use another server": Reason("The broker sends us to another server.", "Ask who runs it for the address."),
    "server moved": Reason("The broker has moved to another server.", "Ask who runs it for the address."),
    "session taken over": Reason("Another client connected with our client id.", "Give each client an id of its own."),
    "packet too large": Reason("The broker refused a message as too large.", "Raise its limit, or send less at once."),
    "keep alive timeout": SILENT,
    "server shutting down": Reason("The broker is shutting down.", _LATER),
}  # fmt: skip
_CLIENT = ("CERTIFICATE_REQUIRED", "HANDSHAKE_FAILURE")
_DISTRUST = ("UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_EXPIRED", "CERTIFICATE_UNKNOWN", "CERTIFICATE_REVOKED")
_ROUTE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN)


def of_error(error: BaseException, address: Address) -> Reason:
    """Return why no connection could be made. May ask the server for the names in its certificate."""
    place = address.place
    if isinstance(error, security.BadFile):
        return Reason(str(error), "Check the names of the files.")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _of_certificate(error, address)
    if isinstance(error, ssl.SSLError):
        return _of_tls(error.reason or "", address)
    if isinstance(error, socket.gaierror | UnicodeError):
        return Reason(f"The host name {address.host} is unknown.", "Check its spelling, or give the IP address.")
    if isinstance(error, WebsocketConnectionError):
        return Reason(f"{place} answered, but not as a WebSocket with MQTT at {address.path}.",
                      f"Check port and path, or is it {_other(address, web=False)}?")  # fmt: skip
    if isinstance(error, ConnectionRefusedError):
        return Reason(f"Nothing listens at {place}.", "Does the broker run there, and at this port?")
    if isinstance(error, TimeoutError):
        return Reason(f"{place} does not answer.", "Check the address; a firewall may drop what we send.")
    if isinstance(error, OSError) and error.errno in _ROUTE:
        return Reason(f"There is no way to {place} through the network.", "Check cable, network and VPN.")
    if isinstance(error, ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
        return _not_tls(address) if address.tls else CLOSED
    return Reason(
        f"No connection to {place}: {getattr(error, 'strerror', None) or type(error).__name__}.", "Check the address."
    )


def _of_certificate(error: ssl.SSLCertVerificationError, address: Address) -> Reason:
    code = error.verify_code
    if code in (62, 64):
        found = ", ".join(security.names(address)[:5])
        shown = f" ({found})" if found else ""
        return Reason(f"The server answered but its certificate is for another name{shown}, not {address.host}.",
                      "Use a name in the certificate as the host, or give the server a certificate for this name.")  # fmt: skip
    if code == 10:
        return Reason("The server answered but its certificate has expired.",
                      "Renew it on the server, or set this computer's clock.")  # fmt: skip
    if code == 9:
        return Reason("The server answered but its certificate is not valid yet.",
                      "Set this computer's clock, or that of the one who made the certificate.")  # fmt: skip
    if code == 18:
        return Reason("The server answered but its certificate is signed by itself alone, so it is not trusted.",
                      "If it is yours, give its file as the certificate authority.")  # fmt: skip
    if code in (2, 19, 20, 21):
        known = "the given file" if address.authority else "this computer"
        return Reason(f"The server answered but its certificate is from an authority unknown to {known}, so it is not trusted.",
                      "Give the file of the authority that signed it.")  # fmt: skip
    return Reason(f"The server answered but its certificate is not trusted: {error.verify_message.rstrip('.')}.",
                  "Give the server a proper certificate.")  # fmt: skip


def _of_tls(said: str, address: Address) -> Reason:
    if said.endswith(_CLIENT) and not address.certificate:
        return Reason("The server demands a client certificate.", "Give the files of our certificate and its key.")
    if said.endswith(_DISTRUST):
        return Reason("The server does not trust our client certificate.",
                      "It must be valid and signed by an authority that the server knows.")  # fmt: skip
    if said in ("WRONG_VERSION_NUMBER", "UNEXPECTED_EOF_WHILE_READING", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", ""):
        return _not_tls(address)
    if said.endswith(("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL")):
        return Reason("The server knows old versions of TLS only.", "It must know TLS 1.2 or newer.")
    return Reason(
        f"No TLS connection to {address.place} ({said.replace('_', ' ').lower()}).", "Check the server's TLS settings."
    )


def _not_tls(address: Address) -> Reason:
    return Reason(f"{address.place} does not speak TLS.", f"Is it {_other(address, tls=False)}, or another port?")


def _other(address: Address, *, tls: bool | None = None, web: bool | None = None) -> str:
    """What the address would start with, if it were otherwise."""
    secret, path = address.tls if tls is None else tls, bool(address.path) if web is None else web
    return ("ws" if path else "mqtt") + ("s" if secret else "") + "://"


def of_silent_end(address: Address, error: BaseException | None, *, odd: bool = False) -> Reason:
    """Return why there was no proper answer to CONNECT; `odd`: something else was. Takes a second look at the server."""
    if address.tls:
        said = error if isinstance(error, ssl.SSLError) else security.alert(address)
        return of_error(said, address) if isinstance(said, ssl.SSLError) and said.reason else CLOSED
    if security.speaks_tls(address):
        return Reason(f"{address.place} speaks TLS, and we did not.", f"Write {_other(address, tls=True)} instead.")
    return OTHER if odd else CLOSED


def of_code(code: object) -> Reason:
    """Return what a reason code of the broker means."""
    text = str(code)
    return _REFUSED.get(text.lower(), Reason(f"The broker says: {text}."))


def of_end(code: object, *, from_broker: bool) -> Reason:
    """Return why a connection ended that had been accepted."""
    silent = str(code).lower() == "keep alive timeout"
    return of_code(code) if from_broker or silent else LOST


def of_recorder(error: BaseException) -> Reason:
    """Return that messages can't be recorded."""
    said = str(error)[:200] or "it failed"
    return Reason(f"Connected, but the recorder can't store what comes ({type(error).__name__}: {said}).",
                  "Is the disk full or its folder write-protected? Nothing is lost: messages wait at the broker.")  # fmt: skip
