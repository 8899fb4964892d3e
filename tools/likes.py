# SPDX-License-Identifier: Apache-2.0
"""The Python, OpenUSD and numpy of NVIDIA Kit's releases: `tools/test.py --like kit107` tests with the same versions.

Plain standard library and old syntax, as tools/bootstrap.py reads it.
"""

from __future__ import annotations

from typing import NamedTuple


class Like(NamedTuple):
    """An environment like a Kit's: its name, its Python (major, minor) and its exact packages, as pip takes them.

    A Kit brings no pyarrow: a version stands here where the newest one can't load that numpy.
    """

    name: str
    python: tuple
    pins: tuple

    def __str__(self) -> str:
        return "%s: Python %d.%d, %s" % (self.name, self.python[0], self.python[1], ", ".join(self.pins).replace("==", " "))


LIKES = {
    like.name: like
    for like in (
        Like("kit107", (3, 11), ("usd-core==24.5", "numpy==1.26.4", "pyarrow==25.0.1")),
        Like("kit109", (3, 12), ("usd-core==25.2.post1", "numpy==2.3.1")),
        Like("kit110", (3, 12), ("usd-core==25.11", "numpy==2.3.5")),
    )
}
