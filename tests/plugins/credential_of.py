"""A credential of an account, without the cost of a password hash or of opening its bench."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from workbench.bench.opening import bench_id_of
from workbench.bench.places import BenchPlaces
from workbench.identity.credentials import CredentialKey, CredentialSource, issue
from workbench.settings import Settings

__all__ = ["credential_of"]


def credential_of(place: str | Path, settings: Settings, actor: str, now: datetime) -> str:
    """Return one that is good from a moment on; accounts are named like their roles."""
    bench = bench_id_of(str(place))
    keys = BenchPlaces.of(str(place), bench, settings).keys
    return issue(
        CredentialKey.load(keys / "credential.key"),
        bench=bench,
        actor=actor,
        source=CredentialSource.USERS_FILE,
        now=now,
    )
