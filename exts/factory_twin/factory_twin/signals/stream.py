# SPDX-License-Identifier: Apache-2.0
"""Random streams: one per seed, place and use, so that no use changes another and every run can be had again."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np


def stream(seed: int, place: str, use: str) -> np.random.Generator:
    """Return the random stream of a seed, a place (prim path) and a use ("temperature", "variety", ...)."""
    digest = blake2b(f"{seed}\0{place}\0{use}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))
