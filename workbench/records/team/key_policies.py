"""What each role needs of a team's key service, as policies of OpenBao or HashiCorp Vault.

The service keeps apart who opens what is sealed, who seals, and who destroys. It cannot tell the
key of a list from that of an alert or of an evaluation set; which sealed objects a role comes to at
all is for the rows of the database (`rows`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.governance.permissions import Permission
from workbench.governance.retention import RetentionClass
from workbench.governance.roles import Role
from workbench.records.team.needs import granted
from workbench.records.team.rows import erasers
from workbench.records.vault.kv_keys import KvKeyStore

__all__ = ["KeyUse", "key_policy", "key_use"]

_P = Permission
_OPENS = frozenset(
    {
        _P.WATCHLIST_CONSULT,
        _P.LIVE_START,
        _P.ALERT_CONSULT,
        _P.CASE_CONSULT,
        _P.EVALUATION_SET_READ,
        _P.COLLECTION_IMPORT,
        _P.COLLECTION_REMOVE,
        _P.RETRO_SEARCH_RUN,
    }
)
_SEALS = frozenset(
    {
        _P.WATCHLIST_BUILD,
        _P.LIVE_START,
        _P.CASE_OPEN,
        _P.EVALUATION_SET_SEAL,
        _P.COLLECTION_IMPORT,
        _P.COLLECTION_REMOVE,
    }
)


@dataclass(frozen=True, slots=True)
class KeyUse:
    """What a role does with data keys.

    Attributes:
        opens: what was sealed.
        seals: under keys that it makes.
        destroys: keys of what is to be gone.
    """

    opens: bool
    seals: bool
    destroys: bool


def key_use(role: Role) -> KeyUse:
    """Return what a role does with data keys."""
    permissions = granted(role)
    return KeyUse(
        opens=bool(permissions & _OPENS),
        seals=bool(permissions & _SEALS),
        destroys=any(role in erasers(retention) for retention in RetentionClass),
    )


def key_policy(
    role: Role, bench_id: str, *, transit: str, key: str, kv: str
) -> Mapping[str, tuple[str, ...]]:
    """Return the capabilities of a role by path; empty for one that needs no token at all.

    Args:
        role: whose policy.
        bench_id: of the bench.
        transit: mount of the transit engine.
        key: name of the wrapping key there.
        kv: mount of the KV engine, version 2.
    """
    use = key_use(role)
    found: dict[str, tuple[str, ...]] = {}
    kept = f"{KvKeyStore.FOLDER}/{bench_id}"
    data = (*(("create",) if use.seals else ()), *(("read",) if use.opens or use.seals else ()))
    if use.seals:
        found[f"{transit}/encrypt/{key}"] = ("update",)
    if use.opens:
        found[f"{transit}/decrypt/{key}"] = ("update",)
    if data:
        found[f"{kv}/data/{kept}/*"] = data
    if use.destroys:
        found[f"{kv}/metadata/{kept}"] = ("list",)
        found[f"{kv}/metadata/{kept}/*"] = ("delete", "list", "read")
    return found
