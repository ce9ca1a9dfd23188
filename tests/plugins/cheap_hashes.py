"""Hashes of passwords cost next to nothing, but in the test of what they cost: `usual_cost`.

Each bench that a test makes has a password; its hash took half of the time of making one.
"""

from __future__ import annotations

from functools import partial

import pytest
from argon2 import PasswordHasher

from workbench.identity import users_file

__all__ = ["usual_cost"]

_CHEAP = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def usual_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have hashes cost what they cost in operation."""
    monkeypatch.setattr(users_file, "PasswordHasher", PasswordHasher)


def pytest_configure(config: pytest.Config) -> None:
    """Make them cheap in this process."""
    users_file.PasswordHasher = _CHEAP  # type: ignore[misc,assignment]
    config.add_cleanup(lambda: setattr(users_file, "PasswordHasher", PasswordHasher))
