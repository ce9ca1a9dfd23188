"""What the proofs of `tests/fault` share when they run in full: their modules, and a dated log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from harness import HERE, machine

__all__ = ["Say", "logged"]

_TESTS: Final = HERE.parent / "tests"
for _folder in ("fault", "plugins"):
    sys.path.insert(0, str(_TESTS / _folder))


class Say:
    """Prints lines and keeps them."""

    def __init__(self) -> None:
        """Begin with none."""
        self.lines: list[str] = []

    def __call__(self, line: str) -> None:
        """Print a line and keep it."""
        print(line, flush=True)
        self.lines.append(line)


@contextmanager
def logged(name: str) -> Iterator[Say]:
    """Keep what is said in `benchmarks/logs/NAME-DATE.log`; a run that fails leaves none."""
    began = datetime.now(UTC)
    say = Say()
    say(f"{name}, begun {began:%Y-%m-%d %H:%M} UTC on {machine()}")
    yield say
    took = datetime.now(UTC) - began
    say(f"ended after {took.total_seconds():,.0f} s")
    folder = Path(HERE) / "logs"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{began:%Y-%m-%d}.log"
    path.write_text("\n".join(say.lines) + "\n", "utf-8")
