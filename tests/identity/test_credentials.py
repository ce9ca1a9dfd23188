"""Credentials: good for one bench, for hours, and only as they were signed."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import sys
import traceback
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import CredentialError, KeyStoreError, RecordError, UsageError
from workbench.identity.credentials import (
    LONGEST_LIFETIME,
    USUAL_LIFETIME,
    Credential,
    CredentialKey,
    CredentialSource,
    issue,
    verify,
)

NOW = datetime(2026, 11, 7, 9, 30, 0, 250, tzinfo=UTC)
BENCH = "bench-1"
SECRET = bytes(range(32))
KEY = CredentialKey(SECRET)


def token_of(**changed: Any) -> str:
    """A token of an analyst, issued now."""
    given = {"bench": BENCH, "actor": "ann", "source": CredentialSource.USERS_FILE, "now": NOW}
    return issue(KEY, **{**given, **changed})


def signed(payload: str) -> str:
    """A payload of any kind under a right signature."""
    return f"{payload}.{KEY.sign(payload)}"


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_round_trip() -> None:
    credential = verify(KEY, token_of(), BENCH, NOW)
    assert credential.plain() == {
        "bench": BENCH,
        "actor": "ann",
        "source": "users-file",
        "issued": "2026-11-07T09:30:00.000250Z",
        "expires": "2026-11-07T17:30:00.000250Z",
        "nonce": credential.nonce,
    }
    assert credential.expires - credential.issued == USUAL_LIFETIME


def test_a_token_is_canonical_json_and_a_signature() -> None:
    payload, signature = token_of().split(".")
    content = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    plain = json.loads(content)
    assert content == json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()
    assert "role" not in plain
    assert len(base64.urlsafe_b64decode(signature + "=")) == 32


def test_no_two_tokens_are_alike() -> None:
    assert len({token_of() for _ in range(50)}) == 50


def test_times_of_any_zone_are_kept_in_utc() -> None:
    there = timezone(timedelta(hours=1))
    credential = verify(KEY, token_of(now=NOW.astimezone(there)), BENCH, NOW)
    assert (credential.issued, credential.issued.tzinfo) == (NOW, UTC)


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (timedelta(0), None),
        (timedelta(seconds=-60), None),
        (timedelta(seconds=-61), "issued at 2026-11-07 09:30:00 UTC, which is still to come"),
        (USUAL_LIFETIME - timedelta(microseconds=1), None),
        (USUAL_LIFETIME, "expired at 2026-11-07 17:30:00 UTC"),
        (timedelta(days=400), "expired at 2026-11-07 17:30:00 UTC"),
    ],
)
def test_it_is_good_from_when_it_was_issued_until_it_expires(
    after: timedelta, reason: str | None
) -> None:
    token = token_of()
    if reason is None:
        assert verify(KEY, token, BENCH, NOW + after).actor == "ann"
        return
    with pytest.raises(CredentialError, match=reason) as refusal:
        verify(KEY, token, BENCH, NOW + after)
    assert "workbench login" in str(refusal.value)


def test_another_bench() -> None:
    with pytest.raises(CredentialError, match="for the bench bench-1, not for bench-2"):
        verify(KEY, token_of(), "bench-2", NOW)


def test_another_key() -> None:
    with pytest.raises(CredentialError, match="not signed by this bench"):
        verify(CredentialKey.generate(), token_of(), BENCH, NOW)


WHOLE = {
    "bench": BENCH,
    "actor": "ann",
    "source": "proxy",
    "issued": "2026-11-07T09:30:00Z",
    "expires": "2026-11-07T10:30:00Z",
    "nonce": "0" * 32,
}


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "a.",
        ".b",
        "nothing of the kind",
        "a.b.c",
        "é.é",
        "\ud800.\ud800",
        "\0.\0",
        "a." * 3000,
        "x" * 10_000,
        token_of() + "=",
        token_of() + "\n",
        " " + token_of(),
        token_of().replace(".", ".."),
        signed(encoded(WHOLE)).replace(".", "=."),
    ],
)
def test_what_is_malformed_or_changed_is_refused(token: str) -> None:
    with pytest.raises(CredentialError, match=r"workbench login\.$") as refusal:
        verify(KEY, token, BENCH, NOW)
    if len(token) > 3:
        assert token.strip() not in str(refusal.value)


@pytest.mark.parametrize(
    "payload",
    [
        "a",
        "!!!!",
        "é",
        encoded([]),
        encoded("ann"),
        encoded({}),
        encoded({**WHOLE, "role": "administrator"}),
        encoded({**WHOLE, "actor": "ann smith"}),
        encoded({**WHOLE, "source": "elsewhere"}),
        encoded({**WHOLE, "issued": "2026-11-07T09:30:00"}),
        encoded({**WHOLE, "expires": "2026-11-07T09:30:00Z"}),
        encoded({**WHOLE, "expires": "2026-11-07T21:30:01Z"}),
        encoded({**WHOLE, "nonce": "0"}),
        base64.urlsafe_b64encode(b"[" * 2000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_right_signature_is_not_enough(payload: str) -> None:
    assert verify(KEY, signed(encoded(WHOLE)), BENCH, NOW).actor == "ann"
    with pytest.raises(CredentialError, match="another version"):
        verify(KEY, signed(payload), BENCH, NOW)


@pytest.mark.parametrize(
    "lifetime", [timedelta(0), timedelta(seconds=-1), LONGEST_LIFETIME + timedelta(seconds=1)]
)
def test_lifetimes_that_cannot_be(lifetime: timedelta) -> None:
    with pytest.raises(UsageError, match="at most 12 hours"):
        token_of(lifetime=lifetime)


def test_the_longest_lifetime() -> None:
    token = token_of(lifetime=LONGEST_LIFETIME)
    assert verify(KEY, token, BENCH, NOW).expires == NOW + LONGEST_LIFETIME


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"actor": "ann smith"}, "actor"),
        ({"actor": ""}, "actor"),
        ({"bench": "a bench"}, "bench"),
        ({"now": NOW.replace(tzinfo=None)}, "issued"),
    ],
)
def test_what_cannot_be_named_is_not_issued(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(RecordError, match=f"the credential cannot be used: .*{field}"):
        token_of(**changed)


def test_the_account_is_kept_as_accounts_are() -> None:
    assert verify(KEY, token_of(actor="\uff21nn"), BENCH, NOW).actor == "Ann"


def test_a_credential_does_not_change() -> None:
    credential = verify(KEY, token_of(), BENCH, NOW)
    with pytest.raises(ValueError, match="frozen"):
        credential.actor = "bob"  # type: ignore[misc]
    assert isinstance(credential, Credential)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_has_32_bytes(length: int) -> None:
    with pytest.raises(KeyStoreError, match=f"32 bytes, not {length}"):
        CredentialKey(b"x" * length)


def test_a_key_never_shows() -> None:
    hidden = (SECRET.hex(), repr(SECRET), base64.urlsafe_b64encode(SECRET).decode()[:20])
    for text in (repr(KEY), str(KEY), f"{KEY}", f"{[KEY]!r}", repr({"key": KEY})):
        assert not any(one in text for one in hidden)
    assert not hasattr(KEY, "__dict__")
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(KEY)
    with pytest.raises(TypeError, match="not pickled"):
        copy.deepcopy(KEY)


def test_a_refused_token_is_in_no_traceback() -> None:
    for token in (token_of(bench="bench-2"), token_of() + "A", signed("YWJjZGVm")):
        try:
            verify(KEY, token, BENCH, NOW)
        except CredentialError as error:
            text = "".join(traceback.format_exception(error))
            assert token not in text
            assert token.partition(".")[0] not in text
            assert "another exception" not in text
        else:
            pytest.fail("it was taken")


@pytest.mark.skipif(sys.platform == "win32", reason="needs modes of files")
def test_a_key_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "credential.key"
    key = CredentialKey.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert CredentialKey.load(path).sign("x") == key.sign("x")
    with pytest.raises(KeyStoreError, match="there already"):
        CredentialKey.create(path)
    path.chmod(0o640)
    with pytest.raises(KeyStoreError, match="open to others"):
        CredentialKey.load(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"\xff" * 40, SECRET, b"workbench-credential-key-1 ", b"-----BEGIN-----\n"],
)
def test_a_damaged_key_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "credential.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyStoreError, match="is damaged") as refusal:
        CredentialKey.load(path)
    assert "make a new one" in str(refusal.value)


def test_a_key_file_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "credential.key"
    CredentialKey.create(path)
    content = path.read_bytes()
    for length in range(len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(KeyStoreError, match="is damaged") as refusal:
            CredentialKey.load(path)
        assert content[27:40].decode() not in str(refusal.value)


def test_no_key_file(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="is not there"):
        CredentialKey.load(tmp_path / "none")
