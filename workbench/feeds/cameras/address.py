"""Addresses of cameras: a closed list of schemes, checked before anything is opened.

What is shown of one leaves login, path and query out, any of which may hold a secret.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from workbench.errors import FeedError

__all__ = ["SCHEMES", "CameraAddress", "WebcamAddress", "is_address", "parse_address"]

SCHEMES: Final = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443, "tcp": None, "udp": None}
"""Scheme -> the port taken where none is given; `None` where one must be given."""

_BARE: Final = frozenset({"tcp", "udp"})
"""Schemes that carry a stream and nothing else: no login, path or query."""
_WEBCAM: Final = "webcam:"
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PLAIN: Final = re.compile(r"[!-~]+")
_NAME: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?")
_NUMBERS: Final = re.compile(r"(?:0[xX][0-9a-fA-F]*|\d+)(?:\.(?:0[xX][0-9a-fA-F]*|\d+))*\.?")
"""What a resolver may take for an IPv4 address, in all its old spellings."""
_PORT: Final = re.compile(r"\d{1,5}")
_DEVICE: Final = re.compile(r"\d{1,3}")
_OTHER_TRANSPORT: Final = frozenset({"udp", "multicast", "httptunnel", "listen"})
"""Words of a query that FFmpeg takes for itself, to stream another way than over this link."""
_LONGEST: Final = 2048
_HIGHEST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class CameraAddress:
    """Where a stream is fetched.

    Attributes:
        scheme: one of `SCHEMES`.
        host: name or number, IPv6 without its brackets.
        port: to connect to, or with udp to listen at.
        path: with the query, as it is asked for.
        login: user name and password as they are meant, `None` where the address has none.
    """

    scheme: str
    host: str
    port: int
    path: str = field(default="", repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """Scheme, host and port: what of it may be said and kept."""
        return f"{self.scheme}://{self._place}"

    @property
    def url(self) -> str:
        """The whole address with its login; never to be shown, kept or handed to a process."""
        if self.login is None:
            return f"{self.shown}{self.path}"
        user, password = (quote(word, safe="") for word in self.login)
        return f"{self.scheme}://{user}:{password}@{self._place}{self.path}"

    @property
    def _place(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class WebcamAddress:
    """A camera of this machine, by its number."""

    number: int

    @property
    def shown(self) -> str:
        """Its address, which holds no secret."""
        return f"{_WEBCAM}{self.number}"


def is_address(text: str) -> bool:
    """Return whether a text is meant as an address, and not as the path of a file."""
    return "://" in text or text.startswith(_WEBCAM)


def parse_address(text: str) -> CameraAddress | WebcamAddress:
    """Return an address in its parts, or say what is wrong with it, repeating nothing secret.

    `rtsp[s]://`, `http[s]://` with an optional `user:password@`; `tcp://HOST:PORT` and
    `udp://HOST:PORT`, where udp listens at this machine's address HOST; `webcam:NUMBER`. Anything
    else is refused, and with it whatever could make FFmpeg read a file of this machine.

    Raises:
        FeedError: when it is none of these.

    Example:
        >>> parse_address("rtsp://bob:hunter2@10.0.0.7/ch1").shown
        'rtsp://10.0.0.7:554'
    """
    if text.startswith(_WEBCAM):
        return _webcam(text.removeprefix(_WEBCAM))
    scheme = _scheme(text)
    # Nothing of what follows may be repeated before it is known which part is the password.
    if len(text) > _LONGEST or not _PLAIN.fullmatch(text) or "\\" in text or "#" in text:
        msg = (
            f"{scheme}://…: the address holds blanks, control characters, letters beyond ASCII, a "
            f"\\ or a #, or more than {_LONGEST} characters. Write them escaped (%20, %23)."
        )
        raise FeedError(msg)
    authority, slash, rest = _cut_authority(text[len(scheme) + 3 :])
    path = slash + rest
    userinfo, at, place = authority.rpartition("@")
    if "@" in path:
        msg = (
            f"{scheme}://…: there is an @ after the host. If it belongs to the password, write "
            "its / as %2F, ? as %3F and @ as %40; if it belongs to the path, write %40."
        )
        raise FeedError(msg)
    host, port = _host_and_port(scheme, place)
    if scheme in _BARE and (at or path not in {"", "/"}):
        msg = (
            f"{scheme}://…: {scheme} takes HOST:PORT and nothing else: no login, no @ of a "
            "multicast group, no path and no query."
        )
        raise FeedError(msg)
    words = set(path.partition("?")[2].lower().split("&"))
    if scheme.startswith("rtsp") and words & _OTHER_TRANSPORT:
        msg = (
            f"{scheme}://…: its query asks for another way to stream. Leave udp, multicast, "
            "httptunnel and listen out: RTSP is read over its own connection."
        )
        raise FeedError(msg)
    login = _login(scheme, userinfo) if at else None
    return CameraAddress(scheme, host, port, "" if scheme in _BARE else path, login)


def _webcam(device: str) -> WebcamAddress:
    if not _DEVICE.fullmatch(device) or not device.isascii():
        msg = "webcam:…: give the number of the camera, such as webcam:0."
        raise FeedError(msg)
    return WebcamAddress(int(device))


def _scheme(text: str) -> str:
    found = _SCHEME.match(text)
    scheme = found[1].lower() if found else ""
    if scheme not in SCHEMES:
        given = f"{scheme}:// " if found and len(scheme) < len("12345678901234567") else "this "
        msg = (
            f"{given}is not opened as a feed. Give an address that begins with "
            f"{', '.join(f'{one}://' for one in SCHEMES)} or webcam:, or the path of a file."
        )
        raise FeedError(msg)
    return scheme


def _cut_authority(text: str) -> tuple[str, str, str]:
    """Return what names the host, the sign that ends it, and the rest."""
    found = re.search(r"[/?]", text)
    if found is None:
        return text, "", ""
    return text[: found.start()], found[0], text[found.end() :]


def _host_and_port(scheme: str, place: str) -> tuple[str, int]:
    if place.startswith("["):
        host, bracket, tail = place[1:].partition("]")
        colon, port = tail[:1], tail[1:]
        good = bool(bracket) and colon in {"", ":"} and _is_ip(host, ipaddress.IPv6Address)
    else:
        host, colon, port = place.partition(":")
        good = _NAME.fullmatch(host) is not None
        if _NUMBERS.fullmatch(host):
            good = _is_ip(host, ipaddress.IPv4Address)
    if not good:
        msg = f"{scheme}://…: there is no host that can be read in it. Give {scheme}://HOST:PORT/…"
        raise FeedError(msg)
    _require_one_machine(scheme, host)
    number = SCHEMES[scheme] if not colon else int(port) if _PORT.fullmatch(port) else 0
    if not number or number > _HIGHEST_PORT:
        msg = (
            f"{scheme}://…: its port is missing, or no number from 1 to {_HIGHEST_PORT}. A / or ? "
            "of a password is written %2F or %3F."
        )
        raise FeedError(msg)
    return host.lower(), number


def _is_ip(text: str, kind: type[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return "%" not in text


def _require_one_machine(scheme: str, host: str) -> None:
    """Refuse groups and "all addresses": whoever sends there would be searched."""
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return
    if number.is_multicast or number.is_unspecified or host == "255.255.255.255":
        msg = (
            f"{scheme}://…: names a multicast group or every address, not one machine. Give the "
            "address of the camera; with udp, the one of this machine that it sends to."
        )
        raise FeedError(msg)


def _login(scheme: str, userinfo: str) -> tuple[str, str]:
    user, _, password = userinfo.partition(":")
    try:
        words = [unquote_to_bytes(word).decode() for word in (user, password)]
    except UnicodeDecodeError:
        words = ["\0", ""]
    if ":" in words[0] or not all(word.isprintable() for word in words):
        msg = (
            f"{scheme}://…: its user name or password cannot be sent: control characters, or a "
            "colon in the user name."
        )
        raise FeedError(msg)
    return words[0], words[1]
