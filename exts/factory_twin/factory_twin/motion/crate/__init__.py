# SPDX-License-Identifier: Apache-2.0
"""OpenUSD's binary files ("crate", version 0.8.0), as far as prims with many time samples need it: long columns in one go.

Only what is here is written: prims and attributes; values of tokens, doubles, double3, lists of tokens; time samples of them.
The rest of a layer is authored with Sdf in the file that comes out.
"""

from .prim import DEF, OVER, Attribute, Prim
from .values import Values
from .writer import write

__all__ = ["DEF", "OVER", "Attribute", "Prim", "Values", "write"]
