"""Ending what runs at any line of the product: by an exception, or as a process that is killed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["ERASING", "Cut", "cut_off", "is_cut_off"]

ERASING = (
    "bench/erasing.py",
    "bench/erasure_rows.py",
    "bench/erasure_certificates.py",
    "bench/retention_pass.py",
    "bench/retention_due.py",
)
"""Files of the product whose lines an erasure runs through."""


class Cut(BaseException):
    """Ends an erasure where a process may die."""


@contextmanager
def cut_off(
    at: int, files: tuple[str, ...] = ERASING, act: Callable[[], None] | None = None
) -> Iterator[list[int]]:
    """End what runs in a block when it comes to its `at`-th line of some files of the product.

    Args:
        at: which line; one that is never come to lets the block end by itself.
        files: ends of the paths of the files whose lines count.
        act: done there instead of raising `Cut`, for example a kill of the process.

    Yields:
        A list whose only item is how many lines were come to.
    """
    count = [0]

    def local(_frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            count[0] += 1
            if count[0] == at:
                if act is not None:
                    act()
                sys.settrace(None)
                raise Cut
        return local

    def entered(frame: FrameType, _event: str, _argument: object) -> Any:
        name = frame.f_code.co_filename.replace(os.sep, "/")
        return local if name.endswith(files) else None

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        yield count
    finally:
        sys.settrace(before)


def is_cut_off(run: Callable[[], object], at: int, files: tuple[str, ...] = ERASING) -> bool:
    """Run what is cut off at a line in a thread of its own; return whether it came to that line.

    What a tracer raises while an exception is handled stays, in CPython 3.11, the exception that
    the thread handles for good, and the context of whatever is raised in it later.
    """

    def cut() -> bool:
        try:
            with cut_off(at, files):
                run()
        except Cut:
            return True
        return False

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(cut).result()
