# SPDX-License-Identifier: Apache-2.0
"""Our name at the broker, kept beside the recorder: under it the broker keeps for us what comes while we are away."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from ..errors import HistoryError

NAME = "client-id"
_SOUND = re.compile(r"[\w-]{1,64}")


def identity(folder: str | os.PathLike[str]) -> str:
    """Return the client id kept in a recorder's folder, made when there is none.

    Raises:
        HistoryError: It can't be kept.
    """
    file = Path(folder) / NAME
    try:
        if file.is_file():
            kept = file.read_text(encoding="utf-8").strip()
            if _SOUND.fullmatch(kept):
                return kept
        made = f"factory-twin-{secrets.token_hex(6)}"
        temporary = file.with_suffix(".tmp")
        temporary.write_text(made + "\n", encoding="utf-8")
        os.replace(temporary, file)
    except OSError as error:
        raise HistoryError(f"Our name at the broker can't be kept: {error.strerror}.", where=str(file),
                           hint="Choose a folder that you may write to.") from error  # fmt: skip
    return made
