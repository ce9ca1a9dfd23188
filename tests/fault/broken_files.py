"""Makers of broken and odd files, and of the words that start the command line."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

__all__ = [
    "REFUSED",
    "Command",
    "Ended",
    "as_mode",
    "assert_one_line",
    "bomb",
    "command_line",
    "make_refused",
    "no_face",
    "noise_video",
    "silent_sound",
    "truncated",
]

ENTRY = "from workbench.cli import main; raise SystemExit(main())"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]
Make = Callable[[Path, Path], None]


def assert_one_line(ended: Ended, code: int, *words: str) -> None:
    """Check that a command ended with one line that says what, where and what to do."""
    assert ended.code == code, ended
    assert "Traceback" not in ended.err
    errors = [line for line in ended.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, ended.err
    assert ended.err.splitlines()[-1] == errors[0], "the error is the last thing said"
    for word in words:
        assert word in errors[0], f"{word!r} not in {errors[0]!r}"


def command_line(*words: object) -> list[str]:
    """Return the words that start the command line in a process of its own."""
    return [sys.executable, "-c", ENTRY, *map(str, words)]


def noise_video(path: Path, *, frames: int = 50, size: tuple[int, int] = (320, 240)) -> Path:
    """Write a video without a face."""
    width, height = size
    random = np.random.default_rng(0)
    still = random.integers(0, 255, (height // 16, width // 16, 3), dtype=np.uint8)
    picture = np.kron(still, np.ones((16, 16, 1), np.uint8))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"g": "10", "preset": "ultrafast"}
        for index in range(frames):
            frame = av.VideoFrame.from_ndarray(np.roll(picture, 4 * index, 1), format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def silent_sound(path: Path) -> Path:
    """Write a file with sound and no picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000)
        stream.layout = "mono"
        for index in range(20):
            frame = av.AudioFrame.from_ndarray(
                np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
            )
            frame.sample_rate, frame.pts = 16000, 1024 * index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def bomb(path: Path) -> Path:
    """Write a PNG of a few bytes that claims to be 60,000 pixels on each side."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = (
        chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def as_mode(portrait: Path, target: Path, mode: str) -> Path:
    """Write the portrait in another mode."""
    image = Image.open(portrait)
    if mode == "16 bit":
        grey = np.asarray(image.convert("L")).astype(np.uint16) * 257
        Image.fromarray(grey).save(target)
    elif mode == "40 megapixels":
        image.convert("RGB").resize((5664, 7072)).save(target, quality=80)
    else:
        image.convert(mode).save(target)
    return target


def truncated(portrait: Path, target: Path) -> None:
    """Keep the first half."""
    content = portrait.read_bytes()
    target.write_bytes(content[: len(content) // 2])


def animated(portrait: Path, target: Path) -> None:
    """Make a GIF of two pictures."""
    first = Image.open(portrait).convert("P")
    second = first.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    first.save(target, save_all=True, append_images=[second])


def no_face(_portrait: Path, target: Path) -> None:
    """Make an even grey."""
    Image.new("RGB", (300, 300), (120, 120, 120)).save(target)


REFUSED: list[tuple[str, str, Make]] = [
    ("truncated", "bad.jpg", truncated),
    ("zero bytes", "bad.jpg", lambda _, target: target.touch()),
    ("text renamed", "bad.jpg", lambda _, target: target.write_text("no picture") and None),
    ("animated", "bad.gif", animated),
    ("one pixel", "bad.png", lambda _, target: Image.new("RGB", (1, 1)).save(target)),
    ("bomb", "bad.png", lambda _, target: bomb(target) and None),
    ("no face", "bad.png", no_face),
    ("name with line break", "bad\nname.jpg", truncated),
]


def make_refused(label: str, portrait: Path, folder: Path) -> Path:
    """Make the broken image of that label in a folder, and return its path."""
    (name, make) = next((name, make) for one, name, make in REFUSED if one == label)
    make(portrait, folder / name)
    return folder / name
