"""A network is loaded once a process, and not again by each command and bench that a test runs.

FaceNet takes two seconds of a processor, of which most go into running it once for each size of
batch. Tests load it hundreds of times. How networks are loaded is what tests/faces looks at: there
each is loaded anew.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

__all__ = ["LoadedOnce"]

MOST: Final = 2
"""Networks of an encoder that are kept; each holds some hundred megabytes."""
ANEW: Final = Path(__file__).parents[1] / "faces"


class LoadedOnce:
    """What loads a network; what it loaded before is given again, while it is told to."""

    on = True

    def __init__(self, load: Callable[..., Any]) -> None:
        """Begin with none."""
        self.load = load
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def __call__(self, weights: Path, **how: Any) -> Any:
        """Return the network of a file, as it is now, that runs like that; none in int8 is kept."""
        if not LoadedOnce.on or how["int8"] is not None:
            return self.load(weights, **how)
        file = weights.stat()
        # A process that was forked has none of the threads that run what was loaded before.
        key = (os.getpid(), weights, file.st_mtime_ns, file.st_size, *sorted(how.items(), key=str))
        if key not in self._kept:
            self._kept[key] = self.load(weights, **how)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return self._kept[key]


def pytest_configure(config: pytest.Config) -> None:
    """Have both encoders load through one that keeps."""
    from workbench.faces import facenet, sface

    for module in (facenet, sface):
        once = LoadedOnce(module._network)
        module._network = once  # type: ignore[assignment]
        config.add_cleanup(lambda module=module, once=once: setattr(module, "_network", once.load))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Load anew where loading is looked at."""
    LoadedOnce.on = ANEW not in item.path.parents
