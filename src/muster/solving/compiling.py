"""Compiled kernels: plain loops over arrays, made into machine code when first called.

Importing this costs most of a second, so the modules that hold kernels are imported where they are
used, and not at the top.  The machine code is kept beside the source or in the user's cache; where
neither can be written it is made anew in each process.  Nothing here lets the compiler reorder
floating-point sums, so the same input gives the same result; other threads run meanwhile.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(kernel: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel when it is first called."""
    try:
        made = numba.njit(cache=True, nogil=True)(kernel)
    except RuntimeError:
        # There is nowhere to keep the machine code.
        made = numba.njit(nogil=True)(kernel)
    return cast("Callable[P, R]", made)
