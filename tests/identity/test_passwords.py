"""What may be a password, and which bytes are hashed."""

from __future__ import annotations

import traceback

import pytest

from workbench.errors import RecordError
from workbench.identity.passwords import password_bytes, require_password


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "12 to 1,024 characters"),
        ("eleven char", "12 to 1,024 characters"),
        ("a\u0308\u0308bcdefgh12"[:12], "12 to 1,024 characters"),  # eleven once composed
        ("abcdefgh" * 128 + "i", "12 to 1,024 characters"),
        ("x" * 10_000, "12 to 1,024 characters"),
        ("aaaaaaaaaaaa", "under 5 different"),
        ("abcdabcdabcd", "under 5 different"),
        ("correct horse\tbattery", "cannot be seen"),
        ("correct horse\nbattery", "cannot be seen"),
        ("correct horse\x00battery", "cannot be seen"),
        ("correct horse\x1b[2J", "cannot be seen"),
        ("correct horse\u200bbattery", "cannot be seen"),
        ("correct horse\u202ebattery", "cannot be seen"),
        ("correct horse\ud800battery", "cannot be seen"),
        ("correct\u00a0horse battery", "cannot be seen"),
    ],
)
def test_what_is_refused(password: str, reason: str) -> None:
    with pytest.raises(RecordError, match=reason) as refusal:
        require_password(password)
    text = "".join(traceback.format_exception(refusal.value))
    assert "Choose another." in text
    if password:
        assert password not in text


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "twelve chars",
        "abcdefgh" * 128,
        "пароль для входа",
        "山田太郎の合言葉はとても長い",
    ],
)
def test_what_is_taken(password: str) -> None:
    assert require_password(password) == password.encode()


def test_the_same_keys_give_the_same_bytes() -> None:
    assert require_password("cafe\u0301 au lait, s.v.p.") == "café au lait, s.v.p.".encode()


def test_anything_typed_has_bytes() -> None:
    assert password_bytes("") == b""
    assert password_bytes("\ud800") == b"\xed\xa0\x80"
