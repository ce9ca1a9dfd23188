"""Addresses as they are requested and as they may be shown: no credential leaves this module."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import url2pathname

__all__ = ["inherit_login", "is_local", "local_path", "shown", "split_login"]

_LOGIN = re.compile(r"(?<=//)[^/@\s]+@")
_QUERY = re.compile(r"(https?://[^\s?#]*)[?#]\S*")


def shown(text: str) -> str:
    """Return a text with logins, queries and fragments cut from every address in it.

    >>> shown("GET https://ann:secret@index.example/simple/?token=1 failed")
    'GET https://index.example/simple/ failed'
    """
    return _QUERY.sub(r"\1", _LOGIN.sub("", text))


def split_login(url: str) -> tuple[str, tuple[str, str] | None]:
    """Return the address without its login, and the login as user and password.

    >>> split_login("https://ann:p%40ss@index.example/simple")
    ('https://index.example/simple', ('ann', 'p@ss'))
    """
    parts = urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, None
    user, _, password = login.partition(":")
    bare = urlunsplit((parts.scheme, host, parts.path, parts.query, parts.fragment))
    return bare, (unquote(user), unquote(password))


def inherit_login(url: str, index: str) -> str:
    """Give a file's address the login of the index that named it, on the same host alone."""
    there, here = urlsplit(url), urlsplit(index)
    login, at, host = here.netloc.rpartition("@")
    if not at or "@" in there.netloc or (there.scheme, there.netloc) != (here.scheme, host):
        return url
    return urlunsplit(there._replace(netloc=f"{login}@{there.netloc}"))


def is_local(url: str) -> bool:
    """Say whether the address is a path or a file address, so that no network is needed."""
    return urlsplit(url).scheme not in {"http", "https"}


def local_path(url: str) -> Path:
    """Return the path of a file address, or of a plain path.

    >>> local_path("file:///srv/a%20b/simple").as_posix()
    '/srv/a b/simple'
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    return Path(url).expanduser()
