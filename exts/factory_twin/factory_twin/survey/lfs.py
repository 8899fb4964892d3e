# SPDX-License-Identifier: Apache-2.0
"""Git LFS pointers: small text files that stand where a big file should be."""

from __future__ import annotations

import os

_HEAD = b"version https://git-lfs.github.com/spec/"


def is_lfs_pointer(path: str | os.PathLike[str]) -> bool:
    """Return whether the file is a Git LFS pointer.

    Raises:
        OSError: The file can't be read.
    """
    with open(path, "rb") as file:
        return file.read(len(_HEAD)) == _HEAD
