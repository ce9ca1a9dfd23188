"""Whatever the password and whatever stands around the address, the password is gone."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import assume, given
from hypothesis import strategies as st

from workbench.hygiene import has_credentials, without_credentials

MARK = "hunter2"
"""Part of every password here, so that one that survives is not taken for text beside it."""

SCHEMES = st.sampled_from(["rtsp", "rtsps", "http", "HTTPS", "srt", "postgresql+psycopg", "x"])
HOSTS = st.sampled_from(["10.0.0.7", "camera.example.org", "[::1]", "h"])
PLACES = st.sampled_from(["", ":554", ":8554/live/ch1", "/", "/a?b=c&d=e", "/a#b", "?x=1"])
USERS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\"'<>`/:@\\")
)
# What ends an address in a text ends it in a password too, unless it is escaped.
PASSWORDS = st.builds(
    lambda before, after: before + MARK + after,
    st.text(
        st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\"'<>`"),
        max_size=12,
    ),
    st.text(
        st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\"'<>`"),
        max_size=12,
    ),
)
ANY = st.builds(lambda a, b: a + MARK + b, st.text(max_size=12), st.text(max_size=12))
AROUND = st.text(max_size=30).filter(lambda text: MARK not in text)
NAMES = st.sampled_from(["token", "password", "API_KEY", "sig", "X-Amz-Signature", "pwd", "auth"])


@given(SCHEMES, USERS, PASSWORDS, HOSTS, PLACES, AROUND, AROUND)
def test_a_password_never_survives(
    scheme: str, user: str, password: str, host: str, place: str, before: str, after: str
) -> None:
    assume(not before[-1:].isalnum())
    text = f"{before}{scheme}://{user}:{password}@{host}{place} {after}"
    assert MARK not in without_credentials(text)


@given(SCHEMES, st.text(), ANY, HOSTS, PLACES, st.sampled_from(["'", '"', " ", "\n", "<"]))
def test_an_escaped_password_never_survives(
    scheme: str, user: str, password: str, host: str, place: str, end: str
) -> None:
    assume(_encodable(user + password))
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    address = f"{scheme}://{login}@{host}{place}"
    for escaped in (address, quote(address, safe=""), quote(quote(address, safe=""), safe="")):
        assert MARK not in without_credentials(f"{end}{escaped}{end}")


@given(SCHEMES, HOSTS, NAMES, ANY, st.booleans())
def test_a_secret_of_a_query_never_survives(
    scheme: str, host: str, name: str, secret: str, whole: bool
) -> None:
    assume(_encodable(secret))
    address = f"{scheme}://{host}/a?x=1&{name}={quote(secret, safe='')}&y=2"
    text = quote(address, safe="") if whole else address
    assert MARK not in without_credentials(text)


@given(st.text() | st.text("ab:/@?&=%'\" 24037Aftokenpwd\\", max_size=60))
def test_doing_it_again_changes_nothing(text: str) -> None:
    cleaned = without_credentials(text)
    assert without_credentials(cleaned) == cleaned
    assert not has_credentials(cleaned)


def _encodable(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
