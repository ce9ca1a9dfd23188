"""What looks like a face or a template is told from what people and programs write."""

from __future__ import annotations

import base64
import hashlib
import random

import pytest

from workbench.records.audit.wording import resembles_biometrics

RANDOM = random.Random(1)
TEMPLATE = RANDOM.randbytes(512 * 4)
VECTOR = [RANDOM.uniform(-1, 1) for _ in range(128)]
JPEG = b"\xff\xd8\xff\xe0" + RANDOM.randbytes(900)
PNG = b"\x89PNG\r\n\x1a\n" + RANDOM.randbytes(900)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Zoë asked for the record of 25 November; see the note of PC 1234 (10:42-11:05).",
        "Threshold 0.60 -> 0.62 -> 0.64; FPIR 1/6,000 at N = 10,000; 247,764 faces, 12 arrests.",
        "<script>alert(1)</script> & <img src=x onerror=alert(1)>",
        hashlib.sha512(b"").hexdigest(),
        " ".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(20)),
        "x" * 10_000,
        "-" * 10_000,
        "words and more words, " * 450,
        "deployment/2026-11/HIGH-STREET-CROYDON/watchlist/entry-00012 " * 20,
        "https://www.example.police.uk/" + "/".join(f"part-{n}" for n in range(12)),
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 were looked at",
        "data: image, base64 is not logged",
        "/9j/ is how many of them begin",
        "山田" * 4_000,
    ],
)
def test_what_people_write_is_let_in(text: str) -> None:
    assert not resembles_biometrics(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("data:image/png;base64,AAAA", "an image in base64"),
        ("see DATA:image/svg+xml;charset=utf-8;base64,AAAA", "an image in base64"),
        (base64.b64encode(JPEG).decode(), "an image in base64"),
        (base64.b64encode(PNG).decode(), "an image in base64"),
        (f"the probe was {base64.b64encode(PNG)[:60].decode()} and so on", "an image in base64"),
        (TEMPLATE.hex(), "more than 128 hexadecimal digits"),
        (TEMPLATE.hex().upper(), "more than 128 hexadecimal digits"),
        ("0f" * 64 + "0", "more than 128 hexadecimal digits"),
        (TEMPLATE.hex(" "), "more than 64 bytes in hexadecimal"),
        (TEMPLATE[:65].hex(":"), "more than 64 bytes in hexadecimal"),
        (base64.b64encode(TEMPLATE).decode(), "more than 128 characters of base64"),
        (base64.urlsafe_b64encode(TEMPLATE).decode(), "more than 128 characters of base64"),
        (base64.encodebytes(TEMPLATE).decode(), "more than 128 characters of base64"),
        (str(VECTOR), "a list of more than 32 numbers"),
        (" ".join(f"{x:.3f}" for x in VECTOR), "a list of more than 32 numbers"),
        (";".join(f"{x:e}" for x in VECTOR), "a list of more than 32 numbers"),
        ("\n".join(f"{x:+.2f}" for x in VECTOR), "a list of more than 32 numbers"),
        (str(list(TEMPLATE[:64])), "a list of more than 32 numbers"),
    ],
)
def test_faces_and_templates_are_told(text: str, found: str) -> None:
    assert resembles_biometrics(text) == found


@pytest.mark.slow
@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "text",
    ["1 " * 31 + "x ", "1", "1 ", "1.", "+-", "1e5", "ab ", "a" * 60 + " ", "data:a/b", "/9j/"],
)
def test_no_text_takes_long(text: str) -> None:
    resembles_biometrics((text * 100_000)[:100_000])
