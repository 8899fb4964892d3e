# SPDX-License-Identifier: Apache-2.0
"""Where user and password are kept: a reference that may be written anywhere, since it holds no secret."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

from ..errors import LinkError

_HINT = 'Write "env:NAME" (NAME_USER and NAME_PASSWORD), "keyring:SERVICE" or "file:PATH" (two lines: user, password).'
_LARGEST = 4096


def look_up(reference: str) -> tuple[str, str]:
    """Return (user, password) that a reference points to.

    Args:
        reference: "env:PLANT" reads the environment variables PLANT_USER and PLANT_PASSWORD; "keyring:SERVICE" the key ring
            of the computer's user (package `keyring`); "file:PATH" a text file of two lines.

    Raises:
        LinkError: There is nothing there. The text never holds what was found.
    """
    kind, _, name = reference.partition(":")
    read = {"env": _environment, "keyring": _keyring, "file": _file}.get(kind)
    if read is None or not name:  # it may be a password written in the wrong place
        raise LinkError("This refers to no credentials.", where="credentials", hint=_HINT)
    return read(name)


def _environment(name: str) -> tuple[str, str]:
    user, password = os.environ.get(f"{name}_USER", ""), os.environ.get(f"{name}_PASSWORD", "")
    if not user:
        raise LinkError(f"The environment variable {name}_USER is not set.", where=f"env:{name}",
                        hint=f"Set {name}_USER and {name}_PASSWORD before the start.")  # fmt: skip
    return user, password


def _keyring(service: str) -> tuple[str, str]:
    where = f"keyring:{service}"
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        raise LinkError("The package keyring is not installed.", where=where,
                        hint='`pip install keyring`, or use "env:NAME".') from None  # fmt: skip
    try:
        found = keyring.get_credential(service, None)
    except Exception as error:  # each back end has errors of its own
        raise LinkError(f"The key ring can't be read ({type(error).__name__}).", where=where,
                        hint="Unlock it, or use another kind of reference.") from None  # fmt: skip
    if found is None:
        raise LinkError("The key ring knows nothing of this name.", where=where,
                        hint=f"Store it: `keyring set {service} USER`.")  # fmt: skip
    return str(found.username), str(found.password)


def _file(path: str) -> tuple[str, str]:
    where = f"file:{path}"
    try:
        with Path(path).expanduser().open(encoding="utf-8") as file:
            user, _, password = file.read(_LARGEST).partition("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise LinkError(f"The file can't be read ({why}).", where=where, hint="Two lines: user, password.") from None
    if not user.strip():
        raise LinkError("The file's first line, the user's name, is empty.", where=where, hint="Two lines: user, password.")
    return user.strip(), password.split("\n")[0].rstrip("\r")
