"""Credentials: what was issued is what is read; whatever else is shown is refused."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import CredentialError, RecordError
from workbench.identity.accounts import folded, read_account, same_account
from workbench.identity.credentials import (
    LONGEST_LIFETIME,
    CredentialKey,
    CredentialSource,
    issue,
    verify,
)

NOW = datetime(2026, 11, 7, 9, 30, tzinfo=UTC)
BENCH = "bench-1"
KEY = CredentialKey(bytes(range(32)))

PLAIN = string.ascii_letters + string.digits
ACCOUNTS = st.builds(str.__add__, st.sampled_from(PLAIN), st.text(PLAIN + "._-@", max_size=63))
MOMENTS = st.integers(0, 10**15).map(lambda count: NOW + timedelta(microseconds=count))
LIFETIMES = st.timedeltas(timedelta(microseconds=1), LONGEST_LIFETIME)
KEYS = st.binary(min_size=32, max_size=32).map(CredentialKey)
TOKENS = st.builds(
    lambda actor, source: issue(KEY, bench=BENCH, actor=actor, source=source, now=NOW),
    ACCOUNTS,
    st.sampled_from(CredentialSource),
)


@pytest.mark.slow
@given(KEYS, ACCOUNTS, st.sampled_from(CredentialSource), MOMENTS, LIFETIMES)
def test_what_was_issued_is_what_is_read(
    key: CredentialKey,
    actor: str,
    source: CredentialSource,
    now: datetime,
    lifetime: timedelta,
) -> None:
    token = issue(key, bench=BENCH, actor=actor, source=source, now=now, lifetime=lifetime)
    read = verify(key, token, BENCH, now + lifetime / 2)
    assert (read.bench, read.actor, read.source) == (BENCH, actor, source)
    assert (read.issued, read.expires) == (now, now + lifetime)
    with pytest.raises(CredentialError, match="expired"):
        verify(key, token, BENCH, now + lifetime)


@given(TOKENS, st.data())
def test_any_other_byte_is_refused(token: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(token) - 1))
    # Half of the letters from those of base64url, which decode to something.
    usual = st.sampled_from(PLAIN + "-_.=") | st.characters()
    letter = data.draw(usual.filter(lambda one: one != token[place]))
    with pytest.raises(CredentialError):
        verify(KEY, token[:place] + letter + token[place + 1 :], BENCH, NOW)


def test_each_byte_in_each_way() -> None:
    token = issue(KEY, bench=BENCH, actor="ann", source=CredentialSource.USERS_FILE, now=NOW)
    for place, letter in enumerate(token):
        for bit in range(8):
            changed = chr(ord(letter) ^ (1 << bit))
            with pytest.raises(CredentialError):
                verify(KEY, token[:place] + changed + token[place + 1 :], BENCH, NOW)


@given(TOKENS, st.data())
def test_any_cut_or_longer_one_is_refused(token: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(token)))
    end = data.draw(st.integers(start, len(token)))
    middle = data.draw(st.text(PLAIN + "-_.=", max_size=5))
    changed = token[:start] + middle + token[end:]
    if changed != token:
        with pytest.raises(CredentialError):
            verify(KEY, changed, BENCH, NOW)


@given(TOKENS, TOKENS)
def test_no_signature_serves_another(one: str, other: str) -> None:
    swapped = f"{one.partition('.')[0]}.{other.partition('.')[2]}"
    if swapped not in {one, other}:
        with pytest.raises(CredentialError):
            verify(KEY, swapped, BENCH, NOW)


@given(TOKENS, KEYS)
def test_no_other_key_verifies(token: str, key: CredentialKey) -> None:
    if key.sign("x") != KEY.sign("x"):
        with pytest.raises(CredentialError):
            verify(key, token, BENCH, NOW)


@given(st.text() | st.binary().map(bytes.hex))
def test_noise_is_refused(noise: str) -> None:
    with pytest.raises(CredentialError):
        verify(KEY, noise, BENCH, NOW)


@given(st.text(max_size=70))
def test_an_account_is_kept_as_it_is_read(name: str) -> None:
    try:
        kept = read_account(name)
    except RecordError:
        return
    assert read_account(kept) == kept
    assert kept.isprintable()
    assert not any(letter.isspace() for letter in kept)
    assert same_account(name, kept)


@given(st.text())
def test_folding_once_is_enough(name: str) -> None:
    assert folded(folded(name)) == folded(name)
    assert same_account(name, name.upper()) or folded(name) != folded(name.upper())
