# SPDX-License-Identifier: Apache-2.0
"""Let ovui load on Linux machines without an NVIDIA driver.

ovui's library names libcuda.so.1 as a dependency although drawing never needs CUDA. Where no driver is installed, a small
shared object with that name is written, loaded and removed again; each of its functions answers CUDA_ERROR_NO_DEVICE, so
ovui goes on without CUDA. Where a driver is installed nothing happens.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
import tempfile

LIBRARY = "libcuda.so.1"
_FUNCTIONS = (
    "cuInit", "cuDeviceGet", "cuCtxCreate_v2", "cuCtxDestroy_v2", "cuImportExternalMemory", "cuDestroyExternalMemory",
    "cuExternalMemoryGetMappedBuffer", "cuMemcpyDtoH_v2",
)  # fmt: skip
_NO_DEVICE = 100
_SLOT = 16  # bytes of code per function
_PAGE = 0x10000
_MACHINES = {  # ELF machine number, code of "return 100"
    "x86_64": (62, b"\xb8" + struct.pack("<I", _NO_DEVICE) + b"\xc3"),
    "aarch64": (183, struct.pack("<2I", 0x52800000 | _NO_DEVICE << 5, 0xD65F03C0)),
}
_loaded: ctypes.CDLL | None = None


def ensure() -> bool:
    """Load the stand-in unless a real driver is there.

    Returns:
        True when the stand-in is in place.
    """
    global _loaded
    if _loaded is not None:
        return True
    if not sys.platform.startswith("linux") or platform.machine() not in _MACHINES or _driver():
        return False
    handle, path = tempfile.mkstemp(suffix=".so")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(library(platform.machine()))
        _loaded = ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
    finally:
        os.unlink(path)  # it stays mapped
    return True


def _driver() -> bool:
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


def library(machine: str) -> bytes:
    """Return a shared object for `machine` ("x86_64" or "aarch64") with the driver functions that ovui names."""
    number, code = _MACHINES[machine]
    names, offsets = _names()
    count = len(_FUNCTIONS) + 1
    symbols_at = _up(64 + 4 * 56)
    names_at = symbols_at + 24 * count
    hash_at = _up(names_at + len(names))
    table = _hash_table(count)
    code_at = _up(hash_at + len(table))
    code_end = code_at + _SLOT * len(_FUNCTIONS)
    dynamic_at = _up(code_end, _PAGE)
    dynamic = _dynamic(offsets[LIBRARY], hash_at, names_at, symbols_at, len(names))
    symbols = bytes(24) + b"".join(
        struct.pack("<IBBHQQ", offsets[name], 0x12, 0, 1, code_at + _SLOT * i, _SLOT) for i, name in enumerate(_FUNCTIONS)
    )
    out = bytearray(dynamic_at + len(dynamic))
    for at, part in (
        (0, _header(number)), (64, _segments(code_end, dynamic_at, len(dynamic))), (symbols_at, symbols), (names_at, names),
        (hash_at, table), (code_at, code.ljust(_SLOT, b"\0") * len(_FUNCTIONS)), (dynamic_at, dynamic),
    ):  # fmt: skip
        out[at : at + len(part)] = part
    return bytes(out)


def _up(value: int, step: int = 16) -> int:
    return -(-value // step) * step


def _names() -> tuple[bytes, dict[str, int]]:
    table, offsets = b"\0", {}
    for name in (LIBRARY, *_FUNCTIONS):
        offsets[name] = len(table)
        table += name.encode() + b"\0"
    return table, offsets


def _hash_table(count: int) -> bytes:
    """One bucket, one chain through all symbols."""
    chain = [0, *(i + 1 if i + 1 < count else 0 for i in range(1, count))]
    return struct.pack(f"<{3 + count}I", 1, count, 1, *chain)


def _dynamic(name: int, hash_at: int, names_at: int, symbols_at: int, names_size: int) -> bytes:
    entries = [(14, name), (4, hash_at), (5, names_at), (6, symbols_at), (10, names_size), (11, 24), (0, 0)]
    return b"".join(struct.pack("<qQ", tag, value) for tag, value in entries)


def _header(machine: int) -> bytes:
    ident = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    return ident + struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 4, 64, 0, 0)


def _segments(code_end: int, dynamic_at: int, size: int) -> bytes:
    """Code (read, execute), dynamic data (read, write), the dynamic section, and a stack that can't be executed."""
    rows = [
        (1, 5, 0, code_end, _PAGE),
        (1, 6, dynamic_at, size, _PAGE),
        (2, 6, dynamic_at, size, 8),
        (0x6474E551, 6, 0, 0, 16),
    ]
    return b"".join(struct.pack("<IIQQQQQQ", kind, flags, at, at, at, n, n, align) for kind, flags, at, n, align in rows)
