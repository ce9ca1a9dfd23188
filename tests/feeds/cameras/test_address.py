"""Which addresses are opened, and what is shown of them."""

from __future__ import annotations

import pytest

from workbench.errors import FeedError
from workbench.feeds.cameras import CameraAddress, WebcamAddress, is_address, parse_address

HIDDEN = "hunter2"


@pytest.mark.parametrize(
    ("text", "shown", "url"),
    [
        ("rtsp://h", "rtsp://h:554", "rtsp://h:554"),
        ("RTSP://Cam.Example/a/b?c=1", "rtsp://cam.example:554", "rtsp://cam.example:554/a/b?c=1"),
        ("rtsps://10.0.0.7:443/x", "rtsps://10.0.0.7:443", "rtsps://10.0.0.7:443/x"),
        ("http://u:p@h:81/v.cgi", "http://h:81", "http://u:p@h:81/v.cgi"),
        ("https://h?x", "https://h:443", "https://h:443?x"),
        ("rtsp://u:p@ss%2F%25@h/", "rtsp://h:554", "rtsp://u:p%40ss%2F%25@h:554/"),
        ("rtsp://:only@h", "rtsp://h:554", "rtsp://:only@h:554"),
        ("rtsp://[::1]:8554/live", "rtsp://[::1]:8554", "rtsp://[::1]:8554/live"),
        ("tcp://127.0.0.1:5000", "tcp://127.0.0.1:5000", "tcp://127.0.0.1:5000"),
        ("udp://127.0.0.1:5000/", "udp://127.0.0.1:5000", "udp://127.0.0.1:5000"),
    ],
)
def test_what_is_opened(text: str, shown: str, url: str) -> None:
    address = parse_address(text)
    assert isinstance(address, CameraAddress)
    assert (address.shown, address.url) == (shown, url)


def test_a_webcam_is_a_number() -> None:
    assert parse_address("webcam:12") == WebcamAddress(12)
    assert parse_address("webcam:12").shown == "webcam:12"


@pytest.mark.parametrize(
    "text",
    [
        f"rtsp://bob:{HIDDEN}@10.0.0.7/ch1?token={HIDDEN}",
        f"http://10.0.0.7/{HIDDEN}",
        f"rtsp://{HIDDEN}@10.0.0.7",
    ],
)
def test_nothing_secret_is_in_what_stands_for_it(text: str) -> None:
    address = parse_address(text)
    assert HIDDEN not in f"{address!r} {address} {address.shown}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not opened as a feed"),
        ("file:///etc/passwd", "file:// is not opened"),
        ("concat:a|b", "is not opened"),
        ("pipe:0", "is not opened"),
        ("subfile,,start,0,end,9,,:/etc/passwd", "is not opened"),
        ("data://text", "data:// is not opened"),
        ("crypto+http://h/x", "is not opened"),
        ("ftp://h/x", "ftp:// is not opened"),
        ("hls+http://h/x", "is not opened"),
        ("rtp://239.0.0.1:5000", "rtp:// is not opened"),
        ("://h", "is not opened"),
        (f"rtsp://bob:{HIDDEN}@h/a b", "blanks, control characters"),
        (f"rtsp://bob:{HIDDEN}@h/a\r\nX: y", "control characters"),
        (f"rtsp://bob:{HIDDEN}\0@h/", "control characters"),
        (f"rtsp://bob:{HIDDEN}é@h/", "beyond ASCII"),
        (f"rtsp://bob:{HIDDEN}@h\\x", "control characters"),
        (f"rtsp://bob:{HIDDEN}#1@h/", "#"),
        (f"rtsp://bob:{HIDDEN}@h/" + "a" * 2048, "more than 2048"),
        (f"rtsp://bob:{HIDDEN}/x@h/", "there is an @ after the host"),
        (f"rtsp://bob:1234/{HIDDEN}@h/", "there is an @ after the host"),
        (f"rtsp://bob:{HIDDEN}%0d%0a@h/", "cannot be sent"),
        (f"rtsp://bob:{HIDDEN}%ff@h/", "cannot be sent"),
        (f"rtsp://b%3Aob:{HIDDEN}@h/", "cannot be sent"),
        (f"rtsp://bob:{HIDDEN}", "port is missing, or no number"),
        ("rtsp://h:0/", "port"),
        ("rtsp://h:65536/", "port"),
        ("rtsp://", "no host"),
        (f"rtsp://bob:{HIDDEN}@/", "no host"),
        ("rtsp://[::1", "no host"),
        ("rtsp://[::1]x/", "no host"),
        ("rtsp://[fe80::1%25eth0]/", "no host"),
        ("rtsp://-h/", "no host"),
        ("rtsp://0xe0.0.0.1/", "no host"),
        ("rtsp://3758096385/", "no host"),
        ("udp://239.1.2.3:5000", "multicast"),
        ("udp://@239.1.2.3:5000", "multicast"),
        ("udp://@:5000", "no host"),
        ("udp://@127.0.0.1:5000", "nothing else"),
        ("udp://0.0.0.0:5000", "every address"),
        ("udp://[::]:5000", "every address"),
        ("udp://[ff02::1]:5000", "multicast"),
        ("udp://255.255.255.255:5000", "every address"),
        ("udp://127.0.0.1:5000?localaddr=0.0.0.0", "nothing else"),
        ("tcp://127.0.0.1:5000?listen=1", "nothing else"),
        ("tcp://127.0.0.1", "port"),
        (f"tcp://bob:{HIDDEN}@127.0.0.1:5000", "no login"),
        ("rtsp://h/live?multicast", "another way to stream"),
        ("rtsp://h/live?a=1&UDP", "another way to stream"),
        ("webcam:", "number"),
        ("webcam:/dev/video0", "number"),
        ("webcam:-1", "number"),
        ("webcam:٣", "number"),
        ("webcam:1234", "number"),
    ],
)
def test_what_is_refused_and_says_nothing_secret(text: str, said: str) -> None:
    with pytest.raises(FeedError) as refused:
        parse_address(text)
    assert said in str(refused.value)
    assert HIDDEN not in str(refused.value)
    assert "bob" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("gate.mp4", False), ("a/b:c", False), ("file://x", True), ("webcam:0", True), ("", False)],
)
def test_what_is_meant_as_an_address(text: str, expected: bool) -> None:
    assert is_address(text) == expected
