"""Checkpoints: signed over all that they say, by a key that is never shown."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workbench.errors import AuditError, KeyStoreError
from workbench.records.audit.checkpoints import Checkpoint, Signer, verify_checkpoint

AT = datetime(2026, 11, 25, 9, 30, 0, 5, tzinfo=UTC)
HASH = "ab" * 32
RAW = bytes(range(32))


def sign() -> Checkpoint:
    return Signer.load(RAW).sign("bench-1", 7, HASH, AT)


def test_the_signature_is_over_the_documented_bytes() -> None:
    parts = (
        "workbench audit checkpoint 1",
        "bench-1",
        "7",
        HASH,
        "2026-11-25T09:30:00.000005+00:00",
    )
    message = b"".join(len(part).to_bytes(8, "big") + part.encode() for part in parts)
    key = Ed25519PrivateKey.from_private_bytes(RAW)
    assert sign().signature == key.sign(message).hex()
    assert sign().public_key == key.public_key().public_bytes_raw().hex()


def test_a_signature_holds_for_its_key_alone() -> None:
    signer = Signer.load(RAW)
    assert verify_checkpoint(sign(), signer.public_key)
    assert not verify_checkpoint(sign(), Signer.generate().public_key)


@pytest.mark.parametrize(
    "changed",
    [
        {"bench": "bench-2"},
        {"seq": 8},
        {"hash": "ac" * 32},
        {"at": AT + timedelta(microseconds=1)},
        {"public_key": "00" * 32},
        {"public_key": ""},
        {"signature": "00" * 64},
        {"signature": ""},
    ],
)
def test_nothing_of_it_can_be_changed(changed: dict[str, Any]) -> None:
    forged = sign().model_copy(update=changed)
    assert not verify_checkpoint(forged, Signer.load(RAW).public_key)


@pytest.mark.parametrize("key", ["", "00", "xy", "zz" * 32, "00" * 33])
def test_what_is_no_key_verifies_nothing(key: str) -> None:
    assert not verify_checkpoint(sign(), key)


def test_a_line_is_known_to_the_letter_and_read_again() -> None:
    checkpoint = sign()
    assert checkpoint.line == (
        '{"at":"2026-11-25T09:30:00.000005+00:00","bench":"bench-1","hash":"' + HASH + '",'
        f'"public_key":"{checkpoint.public_key}","seq":7,"signature":"{checkpoint.signature}"}}'
    )
    assert Checkpoint.from_line(checkpoint.line) == checkpoint
    east = checkpoint.model_copy(update={"at": AT.astimezone(timezone(timedelta(hours=3)))})
    assert east.line == checkpoint.line


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "[]",
        "{}",
        "[" * 100_000,
        sign().line[:-1],
        sign().line + "}",
        sign().line.replace(":7,", ':"7",'),
        sign().line.replace(":7,", ":0,"),
        sign().line.replace(":7,", ":1e400,"),
        sign().line.replace("+00:00", ""),
        sign().line.replace("2026-11-25T09:30:00.000005+00:00", "0001-01-01T00:00:00+14:00"),
        sign().line.replace("ab", "AB"),
        sign().line.replace("bench-1", "\\u001b"),
        sign().line.replace('"seq"', '"sex":1,"seq"'),
    ],
)
def test_a_line_that_is_no_checkpoint_is_none(line: str) -> None:
    with pytest.raises(AuditError, match="not a checkpoint"):
        Checkpoint.from_line(line)


def test_a_signer_is_stored_and_loaded() -> None:
    signer = Signer.generate()
    again = Signer.load(signer.private_bytes())
    assert again.public_key == signer.public_key
    assert again.public_key != Signer.generate().public_key


@pytest.mark.parametrize("raw", [b"", bytes(31), bytes(33), bytes(64)])
def test_a_key_of_another_length_is_refused(raw: bytes) -> None:
    with pytest.raises(KeyStoreError, match=f"has {len(raw)} bytes, not 32"):
        Signer.load(raw)


def test_the_private_key_is_never_shown() -> None:
    signer = Signer.load(RAW)
    for shown in (repr(signer), str(signer), f"{[signer]}"):
        assert RAW.hex() not in shown
        assert repr(RAW) not in shown
        assert signer.public_key in shown
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not to be pickled"):
            leak(signer)
