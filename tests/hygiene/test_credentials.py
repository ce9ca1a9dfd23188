"""Logins and secrets never stay in an address, and what is none stays as it is."""

from __future__ import annotations

import pytest

from workbench.hygiene import has_credentials, without_credentials


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("", ""),
        ("rtsp://bob:hunter2@10.0.0.7:554/ch1", "rtsp://10.0.0.7:554/ch1"),
        ("RTSPS://BOB:HUNTER2@HOST/", "RTSPS://HOST/"),
        ("https://ghp_token@host/repo.git", "https://host/repo.git"),
        # Passwords as people write them.
        ("rtsp://bob:p@ss@host/", "rtsp://host/"),
        ("rtsp://bob:a/b?c#d@host/", "rtsp://host/"),
        ("rtsp://bob:1234/5@host/", "rtsp://host/"),
        ("rtsp://bob:p%40ss@host/", "rtsp://host/"),
        ("rtsp://bob:two words@host/", "rtsp://host/"),
        ("rtsp://bob:quo'te\"d@host/", "rtsp://host/"),
        ("rtsp://:only@host/", "rtsp://host/"),
        ("rtsp://bob:@host/", "rtsp://host/"),
        # In messages, logs and records.
        ("cannot open 'rtsp://bob:pw@h/1': refused", "cannot open 'rtsp://h/1': refused"),
        ("rtsp://a:b@h/1 and rtsp://c:d@g/2", "rtsp://h/1 and rtsp://g/2"),
        (
            '{"url": "rtsp://a:b@h/1", "mail": "x@y.org"}',
            '{"url": "rtsp://h/1", "mail": "x@y.org"}',
        ),
        (r'{"url":"rtsp:\/\/a:b@h\/1"}', r'{"url":"rtsp:\/\/h\/1"}'),
        ("GET /?src=rtsp%3A%2F%2Fbob%3Apw%40h%2F1 200", "GET /?src=rtsp%3A%2F%2Fh%2F1 200"),
        ("?src=rtsp%253A%252F%252Fbob%253Apw%2540h", "?src=rtsp%253A%252F%252Fh"),
        ("http://proxy/?u=rtsp://bob:pw@h/1", "http://h/1"),
        # What pathlib makes of an address.
        ("rtsp:/bob:pw@host/x: there is no such file", "rtsp:/host/x: there is no such file"),
        ("//bob:pw@host/x", "//host/x"),
        # Secrets in the query and in the path.
        ("http://h/v?token=abc&channel=1", "http://h/v?token=removed&channel=1"),
        ("http://h/v?Access_Token=abc#x", "http://h/v?Access_Token=removed"),
        ("https://h/o?X-Amz-Signature=ab12&x=1", "https://h/o?X-Amz-Signature=removed&x=1"),
        ("https://h/o?sv=1&sig=a%2Bb&se=2", "https://h/o?sv=1&sig=removed&se=2"),
        ("rtsp://h/user=admin_password=tlJw_channel=1.sdp", "rtsp://h/user=admin_password=removed"),
        ("http://h/v?q=1&password=a;b'c", "http://h/v?q=1&password=removed'c"),
        ("https://h/#access_token=abc&state=1", "https://h/#access_token=removed&state=1"),
        # Connection strings and headers.
        ("host=h password=abc dbname=x", "host=h password=removed dbname=x"),
        (r"password = 'a b\'c' host=h", "password = removed host=h"),
        ('{"password": "abc", "x": 1}', '{"password": "removed", "x": 1}'),
        ("Authorization: Basic YWJj", "Authorization: Basic removed"),
        ("postgresql+psycopg://bench:pw@db/lfr", "postgresql+psycopg://db/lfr"),
    ],
)
def test_what_is_secret_goes(text: str, cleaned: str) -> None:
    assert without_credentials(text) == cleaned
    assert without_credentials(cleaned) == cleaned
    assert has_credentials(text) == (text != cleaned)


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://10.0.0.7:554/ch1",
        "udp://@239.0.0.1:1234",
        "rtsp://[::1]:8554/live",
        "rtsp://host:554 did not answer, mail bob@example.org",
        "mail bob@example.org, see http://host/page",
        "http://host/v?channel=1&codec=h264&design=2",
        "file:///srv/film.mp4",
        "C:/films/a@b.mp4",
        "/srv/cam@door/film.mp4",
        "score 4.2: 1 in 6,000 @ 0.01",
        "a deployment's key was destroyed; the password must have 12 letters",
    ],
)
def test_what_is_not_secret_stays(text: str) -> None:
    assert without_credentials(text) == text
    assert not has_credentials(text)
