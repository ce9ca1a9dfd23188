"""The stand-in of a key service with a token for each role, held to the policy of that role."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from kms_stand_in import TOKEN, Document, KeyServiceStandIn, Refused

from workbench.governance.roles import Role
from workbench.records.team.key_policies import key_policy

__all__ = ["PolicedKeyService", "tokens"]

BENCH = "any-bench"


def tokens() -> dict[str, str]:
    """Return the tokens by the variables that hold them; the owner's may do everything."""
    from team_bench import token_of

    return {token_of("owner"): TOKEN} | {token_of(role.value): f"token-{role}" for role in Role}


@dataclass
class PolicedKeyService(KeyServiceStandIn):
    """A key service in which each role may do what its policy says, on any bench.

    Attributes:
        refused: what was asked for by a role and is not in its policy: method and path.
    """

    refused: list[tuple[str, str, str]] = field(default_factory=list)

    def _answer(
        self, method: str, path: str, token: str | None, document: Document
    ) -> tuple[int, Document | None]:
        role = next((role for role in Role if token == f"token-{role}"), None)
        if role is not None:
            if not self._may(role, method, path):
                self.refused.append((role.value, method, path))
                raise Refused(403, "1 error occurred: permission denied")
            token = self.token
        return super()._answer(method, path, token, document)

    def _may(self, role: Role, method: str, path: str) -> bool:
        url = urlsplit(path)
        asked = url.path.removeprefix("/v1/")
        needed = {"GET": "read", "DELETE": "delete"}.get(method, "update")
        if parse_qs(url.query).get("list") == ["true"]:
            needed = "list"
        elif asked.startswith("secret/data/") and needed == "update":
            known = asked.removeprefix("secret/data/") in self.secrets
            needed = "update" if known else "create"
        policy = key_policy(role, BENCH, transit="transit", key="lfr", kv="secret")
        return any(
            needed in capabilities and re.fullmatch(_pattern(one), asked)
            for one, capabilities in policy.items()
        )


def _pattern(path: str) -> str:
    return re.escape(path).replace(re.escape(BENCH), "[^/]+").replace(r"\*", ".*")
