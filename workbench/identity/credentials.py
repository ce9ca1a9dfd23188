"""Credentials: who is asking, signed by the bench and good for hours.

A credential names an account, never a role: the bench looks the role up when it is used, so that
a change of role or a withdrawn account takes effect at once. It is signed with a key that the
bench keeps (HMAC-SHA256, RFC 2104), and whoever holds that key can be anybody: it stays with what
logs people in. A new key ends every session.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, NoReturn, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from workbench.errors import CredentialError, KeyStoreError, UsageError
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Moment
from workbench.identity.accounts import Account
from workbench.identity.private_files import create_private, read_private

__all__ = [
    "LONGEST_LIFETIME",
    "USUAL_LIFETIME",
    "Credential",
    "CredentialKey",
    "CredentialSource",
    "issue",
    "verify",
]

USUAL_LIFETIME: Final = timedelta(hours=8)
"""A shift; the product's own choice."""

LONGEST_LIFETIME: Final = timedelta(hours=12)
"""The product's own choice."""

_AHEAD: Final = timedelta(seconds=60)
"""How far the clocks of two machines may differ."""

_SIGNED_AS: Final = b"workbench-credential-1\n"
"""Signed with the payload, so that no signature over anything else is one of a credential."""

_KEY_BYTES: Final = 32
_KEY_FILE: Final = "workbench-credential-key-1 "
_LONGEST_TOKEN: Final = 4096
_WHAT: Final = "the credential key"
_AGAIN: Final = "Log in again: workbench login."


class CredentialSource(StrEnum):
    """What established who is asking."""

    USERS_FILE = "users-file"
    JUPYTERHUB = "jupyterhub"
    PROXY = "proxy"


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


class Credential(Record):
    """That an account was logged in to a bench, from when until when.

    Attributes:
        bench: id of the bench that it is good for, and no other.
        actor: the account.
        source: what established it.
        issued: from when it is good, UTC.
        expires: when it ceases to be, UTC, at most 12 hours later.
        nonce: 128 random bits as hexadecimal digits; tells two credentials apart in a log.
    """

    bench: Identifier
    actor: Account
    source: CredentialSource
    issued: Annotated[Moment, AfterValidator(_utc)]
    expires: Annotated[Moment, AfterValidator(_utc)]
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]

    @model_validator(mode="after")
    def _short_lived(self) -> Self:
        if not timedelta(0) < self.expires - self.issued <= LONGEST_LIFETIME:
            msg = "a credential ends after it was issued, and within 12 hours"
            raise ValueError(msg)
        return self


class CredentialKey:
    """The key that a bench signs its credentials with; it never shows in text."""

    __slots__ = ("__secret",)

    def __init__(self, secret: bytes) -> None:
        """Take the 32 bytes of the key.

        Raises:
            KeyStoreError: when they are not 32.
        """
        if len(secret) != _KEY_BYTES:
            msg = f"a credential key has {_KEY_BYTES} bytes, not {len(secret)}. Make one anew."
            raise KeyStoreError(msg)
        self.__secret = bytes(secret)

    @classmethod
    def generate(cls) -> Self:
        """Return a new random key."""
        return cls(secrets.token_bytes(_KEY_BYTES))

    @classmethod
    def create(cls, path: Path) -> Self:
        """Return a new random key, kept in a file that its owner alone can read.

        Raises:
            KeyStoreError: when there is something at `path`, or it cannot be written.
        """
        secret = secrets.token_bytes(_KEY_BYTES)
        text = f"{_KEY_FILE}{_encoded(secret)}\n"
        create_private(path, text.encode("ascii"), what=_WHAT)
        return cls(secret)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the key that a file holds.

        Raises:
            KeyStoreError: when there is none, others can read it, or it is damaged.
        """
        content = read_private(path, what=_WHAT, largest=1024)
        if content is None:
            msg = f"{_WHAT} {path} is not there. Restore it, or make a new one and log in again."
            raise KeyStoreError(msg)
        head, _, secret = content.decode("utf-8", "replace").strip().rpartition(" ")
        if f"{head} " == _KEY_FILE and (found := _decoded(secret)) and len(found) == _KEY_BYTES:
            return cls(found)
        msg = f"{_WHAT} {path} is damaged. Restore it, or make a new one and log in again."
        raise KeyStoreError(msg)

    def sign(self, payload: str) -> str:
        """Return the signature of an encoded payload, in base64url without padding."""
        message = _SIGNED_AS + payload.encode("utf-8", "surrogatepass")
        return _encoded(hmac.digest(self.__secret, message, "sha256"))

    def __repr__(self) -> str:
        return "CredentialKey(...)"

    def __reduce__(self) -> NoReturn:
        msg = "a credential key is not pickled"
        raise TypeError(msg)


def issue(
    key: CredentialKey,
    *,
    bench: str,
    actor: str,
    source: CredentialSource,
    now: datetime,
    lifetime: timedelta = USUAL_LIFETIME,
) -> str:
    """Return a signed token that says who was logged in.

    Args:
        key: that of the bench.
        bench: its id.
        actor: the account, established by whoever calls this.
        source: how it was established.
        now: with a time zone.
        lifetime: more than nothing, at most 12 hours.

    Returns:
        The payload (canonical JSON) and its signature, each in base64url, with a dot between.

    Raises:
        UsageError: when it would live too long or not at all.
        RecordError: when bench or account cannot be named so.
    """
    if not timedelta(0) < lifetime <= LONGEST_LIFETIME:
        hours = LONGEST_LIFETIME // timedelta(hours=1)
        msg = f"a credential lives for more than nothing and at most {hours} hours, not {lifetime}."
        raise UsageError(msg)
    credential = Credential.read(
        {
            "bench": bench,
            "actor": actor,
            "source": source,
            "issued": now,
            "expires": now + lifetime,
            "nonce": secrets.token_hex(16),
        },
        what="the credential",
    )
    plain = json.dumps(
        credential.plain(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    payload = _encoded(plain.encode("utf-8"))
    return f"{payload}.{key.sign(payload)}"


def verify(key: CredentialKey, token: str, bench: str, now: datetime) -> Credential:
    """Return what a token says, once it is known to be this bench's and good now.

    Args:
        key: that of the bench.
        token: as `issue` made it; not a byte of it may differ.
        bench: id of the bench that it is shown to.
        now: with a time zone.

    Raises:
        CredentialError: when it is malformed, was not signed with this key, is for another
            bench, was issued more than 60 s ahead of `now`, or has expired; never repeats it.
    """
    payload, dot, signature = token[: _LONGEST_TOKEN + 1].partition(".")
    if not dot or not payload or not signature or len(token) > _LONGEST_TOKEN:
        msg = f"this is no credential of the workbench: it is not of their form. {_AGAIN}"
        raise CredentialError(msg)
    # The text is compared, not what it decodes to: more than one text decodes to the same bytes.
    if not hmac.compare_digest(
        key.sign(payload).encode("ascii"), signature.encode("utf-8", "surrogatepass")
    ):
        msg = f"the credential was not signed by this bench, or was changed since. {_AGAIN}"
        raise CredentialError(msg)
    credential = _read(payload)
    if credential.bench != bench:
        msg = f"the credential is for the bench {credential.bench}, not for {bench}. {_AGAIN}"
        raise CredentialError(msg)
    if credential.issued - now > _AHEAD:
        msg = (
            f"the credential was issued at {_shown(credential.issued)}, which is still to come: "
            f"a clock is wrong. Set the clock of this machine. {_AGAIN}"
        )
        raise CredentialError(msg)
    if now >= credential.expires:
        msg = f"the credential expired at {_shown(credential.expires)}. {_AGAIN}"
        raise CredentialError(msg)
    return credential


def _read(payload: str) -> Credential:
    """Return a payload whose signature is right; another version may have made it."""
    try:
        return Credential.model_validate_json(_decoded(payload) or b"")
    except ValidationError:
        msg = f"the credential was made by another version of the workbench. {_AGAIN}"
        raise CredentialError(msg) from None


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
