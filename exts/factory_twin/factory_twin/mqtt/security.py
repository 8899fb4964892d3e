# SPDX-License-Identifier: Apache-2.0
"""TLS as we use it: the certificate and its name are always verified, TLS 1.2 at least. There is no switch for less."""

from __future__ import annotations

import contextlib
import socket
import ssl
from pathlib import Path
from typing import Any

from .address import Address

WAIT = 2.0


class BadFile(OSError):
    """A certificate or key file of ours can't be used; the text says which and why."""


def context(address: Address) -> ssl.SSLContext:
    """Return what verifies the server and, if we have one, shows our own certificate.

    Raises:
        BadFile: A file is missing or holds something else.
    """
    files = {"certificate authority": address.authority, "client certificate": address.certificate, "client key": address.key}
    for what, name in files.items():
        if name and not Path(name).is_file():
            raise BadFile(f"The file of the {what}, {name}, is missing.")
    try:
        made = ssl.create_default_context(cafile=address.authority or None)
    except (ssl.SSLError, OSError):
        raise BadFile(f"The file {address.authority} holds no certificate that can be read (PEM).") from None
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if address.certificate:
        try:
            made.load_cert_chain(address.certificate, address.key or None, password=_no_prompt)
        except (ssl.SSLError, OSError, ValueError) as error:
            raise BadFile(_of_chain(error, address)) from None
    return made


def _no_prompt() -> str:
    """Instead of OpenSSL's question at the terminal, which would stop the thread."""
    raise ValueError("encrypted")


def _of_chain(error: Exception, address: Address) -> str:
    key = address.key or address.certificate
    if str(error) == "encrypted":
        return f"The client key {key} is encrypted; give one that is not, readable by its owner alone."
    if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
        return f"The client key {key} does not belong to the certificate {address.certificate}."
    return f"The client certificate {address.certificate} and key {key} can't be read (PEM)."


# ---- a second look after a failure, to tell why; nothing is ever sent over these connections
def names(address: Address) -> tuple[str, ...]:
    """Return the names that the server's certificate is for; none when it can't be had or is not trusted."""
    look = context(address)
    look.check_hostname = False  # only to read the names of a trusted certificate; the chain is verified all the same
    try:
        with _open(address, look) as sock:
            found: Any = sock.getpeercert() or {}
    except (OSError, ValueError):
        return ()
    listed = [str(value) for _, value in found.get("subjectAltName", ())]
    return tuple(listed or [value for part in found.get("subject", ()) for key, value in part if key == "commonName"])


def alert(address: Address) -> OSError | None:
    """Return what the server says against us after a TLS handshake; None when it says nothing."""
    try:
        with _open(address, context(address)) as sock:
            sock.recv(1)
    except TimeoutError:
        return None
    except OSError as error:
        return error
    return None


def speaks_tls(address: Address) -> bool:
    """Return whether a port answers in TLS, whatever its certificate."""
    try:
        with _open(address, context(address)):
            return True
    except ssl.SSLError as error:
        said = error.reason or ""
        return isinstance(error, ssl.SSLCertVerificationError) or "ALERT" in said
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def _open(address: Address, look: ssl.SSLContext) -> Any:
    with socket.create_connection((address.host, address.port), timeout=WAIT) as plain:
        with look.wrap_socket(plain, server_hostname=address.host) as sock:
            yield sock
