"""Whatever the password and whatever stands around the address, the password is gone."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.hygiene import has_credentials, without_credentials

MARK = "hunter2"
"""Part of every password here, so that one that survives is not taken for text beside it."""


def texts(excluded: str) -> st.SearchStrategy[str]:
    """Text of letters that end no address, bar some."""
    return st.text(
        st.characters(
            codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\"'<>`" + excluded
        ),
        max_size=12,
    )


def marked(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda before, after: before + MARK + after, text, text)


SCHEMES = st.sampled_from(["rtsp", "rtsps", "http", "HTTPS", "srt", "postgresql+psycopg", "x"])
HOSTS = st.sampled_from(["10.0.0.7", "camera.example.org", "[::1]", "h"])
PLACES = st.sampled_from(["", ":554", ":8554/live/ch1", "/", "/a?b=c&d=e", "/a#b", "?x=1"])
ANY = st.text(st.characters(codec="utf-8"), max_size=12)
PASSWORDS = marked(texts("") | st.sampled_from(["token=", "&x=", "@", "://", "key=@", "%40"]))
ADDRESSES = st.builds("{}://{}:{}@{}{}".format, SCHEMES, texts("/:@\\"), PASSWORDS, HOSTS, PLACES)
ESCAPED = st.builds(
    lambda scheme, user, password, host, place: (
        f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{host}{place}"
    ),
    SCHEMES,
    ANY,
    marked(ANY),
    HOSTS,
    PLACES,
)
NAMES = st.sampled_from(["token", "password", "API_KEY", "sig", "X-Amz-Signature", "pwd", "auth"])
QUERIES = st.builds(
    lambda scheme, host, name, secret: (
        f"{scheme}://{host}/a?x=1&{name}={quote(secret, safe='')}&y=2"
    ),
    SCHEMES,
    HOSTS,
    NAMES,
    marked(ANY),
)


@settings(deadline=None)
@given(ADDRESSES, st.text(max_size=30), st.text(max_size=30))
def test_a_password_never_survives(address: str, before: str, after: str) -> None:
    assert MARK not in without_credentials(f"{before}{address} {after}")


@settings(deadline=None)
@example("rtsp://10.0.0.7/a?x=1&token=%26%40hunter2&y=2", "'")
@given(ESCAPED | QUERIES, st.sampled_from(["'", '"', " ", "\n", "<"]))
def test_an_escaped_secret_never_survives(address: str, end: str) -> None:
    once = quote(address, safe="")
    for text in (address, once, quote(once, safe=""), f"http://proxy/?u={once}&v=1"):
        assert MARK not in without_credentials(f"{end}{text}{end}")


@settings(deadline=None)
@given(st.text() | st.text("ab:/@?&=%'\" 24037Aftokenpwd\\", max_size=60) | ADDRESSES | QUERIES)
def test_doing_it_again_changes_nothing(text: str) -> None:
    cleaned = without_credentials(text)
    assert without_credentials(cleaned) == cleaned
    assert not has_credentials(cleaned)
