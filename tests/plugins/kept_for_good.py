"""What collection makes stays until the end: the collector of garbage need not look through it.

Ten thousand tests and the libraries that they import are millions of objects, which it would walk
through again and again while they are made, and whenever a test has it look for what was let go.
"""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest

__all__: list[str] = []


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect tests without it, and leave them out of what it looks through."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
