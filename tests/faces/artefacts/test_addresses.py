"""Logins are sent where they belong and shown nowhere."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.faces.artefacts.addresses import (
    inherit_login,
    is_local,
    shown,
    split_login,
)

WORDS = st.text(string.ascii_letters + string.digits + "-_.~%", min_size=1, max_size=12)


@given(user=WORDS, password=WORDS, text=st.sampled_from(["{}", "GET {} failed", "a {} b {}"]))
def test_no_login_survives_being_shown(user: str, password: str, text: str) -> None:
    url = f"https://{user}:{password}@index.example/simple/"
    assert shown(text.replace("{}", url)) == text.replace("{}", "https://index.example/simple/")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("no address", "no address"),
        ("https://host/a?token=1#sha256=2", "https://host/a"),
        ("https://token@host/a", "https://host/a"),
        ("mail me@example.com", "mail me@example.com"),
        ("file:///srv/a", "file:///srv/a"),
    ],
)
def test_what_is_shown(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_a_login_is_split_off_and_decoded() -> None:
    assert split_login("https://a%40b:p%2F@h:8/x") == ("https://h:8/x", ("a@b", "p/"))
    assert split_login("https://h/x") == ("https://h/x", None)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://h/files/a.whl", "https://u:p@h/files/a.whl"),
        ("https://other/files/a.whl", "https://other/files/a.whl"),
        ("http://h/files/a.whl", "http://h/files/a.whl"),
        ("https://v:q@h/files/a.whl", "https://v:q@h/files/a.whl"),
    ],
)
def test_a_login_goes_to_its_own_host_alone(url: str, expected: str) -> None:
    assert inherit_login(url, "https://u:p@h/simple/x/") == expected


@pytest.mark.parametrize(
    ("url", "local"),
    [("/srv/x", True), ("file:///srv/x", True), ("http://h", False), ("https://h", False)],
)
def test_what_needs_no_network(url: str, local: bool) -> None:
    assert is_local(url) is local
