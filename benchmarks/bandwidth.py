"""How fast memory gives so many bytes at this moment: what no search that reads them can beat."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

__all__ = ["Memory"]

_LARGEST: Final = 1 << 30
"""Bytes of the array that is read; what is larger is read several times."""
_TRIES: Final = 3


class Memory:
    """Reads a large array by all cores."""

    def __init__(self) -> None:
        """Fill the array."""
        self._array = np.ones(_LARGEST // 4, np.float32)
        self._cores = len(os.sched_getaffinity(0))

    def read_ms(self, size: float) -> float:
        """Return in how many ms the fastest of three reads of so many bytes was done."""
        whole, rest = divmod(int(size) // 4, len(self._array))
        reads = [self._array] * whole + ([self._array[:rest]] if rest else [])
        parts = [part for one in reads for part in np.array_split(one, self._cores) if len(part)]
        fastest = np.inf
        with ThreadPoolExecutor(self._cores) as pool:
            list(pool.map(np.max, [self._array[:1024]] * self._cores))  # starts the threads
            for _ in range(_TRIES):
                began = time.perf_counter()
                list(pool.map(np.max, parts))
                fastest = min(fastest, time.perf_counter() - began)
        return 1e3 * float(fastest)
