"""Python's collector of circles waits while many rows are made: none of them lies on a circle.

It would go through all rows that there are again and again, which takes longer than making them.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_later() -> Iterator[None]:
    """Let the collector wait, if it was not waiting already."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
