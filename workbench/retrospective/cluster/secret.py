"""A secret that the bench and the machines of a cluster share, from a variable of each.

Keys that two agree on are safe from whoever reads along. Who takes the place of one of them, and
speaks with both, is kept out by what the two know already: by this.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workbench.errors import UsageError

__all__ = ["SHORTEST", "shared_secret"]

SHORTEST: Final = 32
"""Shortest secret, characters: whoever took a place may try secrets, as many as there is time."""


def shared_secret(variable: str | None, given: Mapping[str, str], where: str) -> bytes | None:
    """Return the secret; `None` where no variable is named.

    Args:
        variable: that holds it.
        given: variables of this process.
        where: what to call this machine.

    Raises:
        UsageError: when the variable holds less than `SHORTEST` characters, or is not set.
    """
    if variable is None:
        return None
    secret = given.get(variable, "")
    if len(secret) < SHORTEST:
        msg = (
            f"the variable {variable}, which cluster.secret_variable names, holds {len(secret)} "
            f"characters on {where} and not at least {SHORTEST}. Make a secret (openssl rand -hex "
            "32), and set it for the bench and for Ray on each machine of the cluster."
        )
        raise UsageError(msg)
    return secret.encode()
