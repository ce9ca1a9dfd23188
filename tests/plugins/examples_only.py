"""Modules are looked through for examples only where they hold one: a module in thirty does."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

__all__ = ["PROMPT"]

PROMPT = b">>> "


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path,
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Leave out what would be imported and walked through to find no example.

    That each module of the library can be imported is shown by `test_public_api`.
    """
    found = yield
    if file_path.suffix != ".py" or PROMPT in file_path.read_bytes():
        return found
    return [one for one in found if type(one) is pytest.Module]
