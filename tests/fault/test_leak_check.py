"""The check of what a search leaves behind sees every way of leaving something, and no ghosts."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pictures import pictures
from safetensors.numpy import save
from trace_log import Written
from traces import Traced
from unwrapping import unwrapped
from vectors import alike, with_halves

RANDOM = np.random.default_rng(20261125)
NOISE = RANDOM.bytes(300_000)


def directions(count: int, dimension: int) -> NDArray[np.float32]:
    made = RANDOM.normal(size=(count, dimension)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


KNOWN = with_halves({"facenet": directions(20, 512), "sface": directions(20, 128)})
SFACE, FACENET = KNOWN["sface"][3], KNOWN["facenet"][4]


def as_npz(vector: NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, vector)
    return file.getvalue()


def as_npy(vector: NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    np.save(file, vector)
    return file.getvalue()


WAYS: dict[str, Callable[[NDArray[np.float32]], bytes]] = {
    "float32": lambda v: v.astype("<f4").tobytes(),
    "float16": lambda v: v.astype("<f2").tobytes(),
    "float64": lambda v: v.astype("<f8").tobytes(),
    "float32, big end first": lambda v: v.astype(">f4").tobytes(),
    "bfloat16": lambda v: (v.astype("<f4").view(np.uint32) >> 16).astype("<u2").tobytes(),
    "not of unit norm": lambda v: (17 * v).astype("<f4").tobytes(),
    "safetensors": lambda v: save({"a": v, "templates": np.stack([v, v])}),
    "npy": as_npy,
    "npz": as_npz,
    "gzip": lambda v: gzip.compress(v.tobytes()),
    "base64": lambda v: b"template=" + base64.b64encode(v.tobytes()),
    "base64 for addresses": lambda v: base64.urlsafe_b64encode(v.tobytes()),
    "base64 in lines": lambda v: base64.encodebytes(v.astype("<f2").tobytes()),
    "hexadecimal": lambda v: v.tobytes().hex().encode(),
    "JSON": lambda v: json.dumps({"template": v.tolist()}).encode(),
    "text with line breaks": lambda v: b"\n".join(b"%.4f" % number for number in v.tolist()),
    "base64 of gzip": lambda v: base64.b64encode(gzip.compress(v.tobytes())),
    "broken off in the middle": lambda v: v.tobytes()[: 2 * len(v)] + b"\0page\0" + NOISE[:99],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("vector", [SFACE, FACENET], ids=["sface", "facenet"])
@pytest.mark.parametrize("offset", [0, 1001])
def test_a_template_is_found_in_every_dress(
    way: str, vector: NDArray[np.float32], offset: int
) -> None:
    data = NOISE[:offset] + WAYS[way](vector) + b" " + NOISE[-500:]
    best = max(
        (one.cosine for _, inner in unwrapped(data) for one in alike(inner, KNOWN, 0.8)),
        default=-1.0,
    )
    assert best > 0.99


def test_noise_and_text_hold_no_template() -> None:
    text = Path(__file__).read_bytes() + b"0.1, 0.2" * 500 + bytes(5000)
    for data in (b"", NOISE, text, NOISE.hex().encode(), base64.b64encode(NOISE)):
        assert [one for _, inner in unwrapped(data) for one in alike(inner, KNOWN, 0.7)] == []


@pytest.mark.slow
def test_others_templates_are_left_in_peace() -> None:
    data = directions(100, 512).tobytes() + directions(100, 128).tobytes()
    assert list(alike(data, KNOWN, 0.7)) == []


def scene(side: int) -> NDArray[np.uint8]:
    """A picture with soft shades, as those of faces are."""
    rough = RANDOM.integers(0, 255, (side // 8, side // 8, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(rough, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


def packed(picture: NDArray[np.uint8], suffix: str) -> bytes:
    done, content = cv2.imencode(suffix, picture[..., ::-1])
    assert done
    return content.tobytes()


def shows(data: bytes, picture: NDArray[np.uint8]) -> bool:
    """Whether one of the pictures in some bytes shows this one, shifted or not."""
    wanted = picture[16:-16, 16:-16].astype(np.float32)
    for _, pixels in pictures(data):
        if pixels.shape[0] < wanted.shape[0] or pixels.shape[1] < wanted.shape[1]:
            continue
        match = cv2.matchTemplate(pixels.astype(np.float32), wanted, cv2.TM_CCOEFF_NORMED)
        if match.max() > 0.9:
            return True
    return False


@pytest.mark.parametrize("side", [48, 112, 256])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp", ".ppm", ".tiff"])
def test_a_picture_is_found_at_any_place(side: int, suffix: str) -> None:
    picture = scene(side)
    assert shows(NOISE[:1003] + packed(picture, suffix) + NOISE[:999], picture)


@pytest.mark.parametrize("side", [64, 112, 160])
def test_bare_pixels_are_found_in_colour_and_in_grey(side: int) -> None:
    picture = scene(side)
    grey = picture[..., 1]
    assert shows(NOISE[:20_001] + picture.tobytes() + NOISE[:9000], picture)
    assert shows(NOISE[:20_001] + grey.tobytes() + NOISE[:9000], np.repeat(grey[..., None], 3, 2))


def test_noise_and_text_show_nothing() -> None:
    for data in (b"", NOISE, bytes(50_000), Path(__file__).read_bytes()):
        assert not [one for one in pictures(data) if one.form.startswith("picture")]
    assert list(pictures(NOISE)) == []


def written_by(code: str, tmp_path: Path, *words: str) -> Written:
    """Run some lines of Python under watch."""
    code += "\nimport sys\nprint('done', flush=True)\nsys.stdin.readline()\n"
    with Traced([sys.executable, "-c", code, *words], log=tmp_path / "log") as process:
        return process.finish()


SECRET = "a secret of nineteen"  # noqa: S105 - to look for
LEAVING = {
    "a file": "open(sys.argv[1] + '/a', 'wb').write(secret)",
    "a file that is removed": "p = sys.argv[1] + '/a'; open(p, 'wb').write(secret); os.unlink(p)",
    "a file that never had a name": "held = tempfile.TemporaryFile(); held.write(secret); held.flush()",
    "pieces": "held = tempfile.TemporaryFile(buffering=0); [held.write(secret[n:n+1]) for n in range(20)]",
    "out of order": (
        "held = os.open(sys.argv[1], os.O_TMPFILE | os.O_RDWR); os.pwrite(held, secret[9:], 9); "
        "os.pwrite(held, secret[:9], 0)"
    ),
    "shared memory": "held = os.memfd_create('x'); os.write(held, secret)",
    "a mapping": (
        "held = os.memfd_create('x'); os.ftruncate(held, 4096); "
        "m = mmap.mmap(held, 4096); m[:20] = secret"
    ),
    "a socket": "a, b = socket.socketpair(); a.sendall(secret)",
    "a child": "subprocess.run(['sh', '-c', 'cat > \"$0/x\"', sys.argv[1]], input=secret)",
    "a thread": (
        "t = threading.Thread(target=lambda: open(sys.argv[1] + '/a', 'wb').write(secret)); "
        "t.start(); t.join()"
    ),
    "several at once": "os.writev(os.open(sys.argv[1] + '/a', 65), [secret[:7], secret[7:]])",
    "the name of a file": "open(os.path.join(sys.argv[1], secret.decode()), 'w').close()",
    "an attribute of a file": (
        "p = sys.argv[1] + '/a'; open(p, 'w').close(); os.setxattr(p, 'user.x', secret)"
    ),
}
IMPORTS = "import mmap, os, socket, subprocess, sys, tempfile, threading\n"


@pytest.mark.slow
@pytest.mark.parametrize("way", LEAVING)
def test_every_way_to_write_is_seen(way: str, tmp_path: Path) -> None:
    code = f"{IMPORTS}secret = {SECRET.encode()!r}\n{LEAVING[way]}"
    written = written_by(code, tmp_path, str(tmp_path))
    assert any(SECRET.encode() in data for _, data in written.streams())
    assert written.unseen == []


def test_what_cannot_be_seen_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"secret")
    copying = f"{IMPORTS}os.sendfile(os.open(sys.argv[1] + '/b', 66), os.open(sys.argv[1] + '/a', 0), 0, 6)"
    assert ["sendfile" in one for one in written_by(copying, tmp_path, str(tmp_path)).unseen] == [
        True
    ]
    mapping = (
        f"{IMPORTS}held = os.memfd_create('x'); os.ftruncate(held, 4096); m = mmap.mmap(held, 4096)\n"
        "m[:3] = b'abc'; m.close(); os.close(held)"
    )
    gone = written_by(mapping, tmp_path).unseen
    assert gone == ["mapped to be changed, and gone: /memfd:x"]


def test_a_process_that_fails_is_no_proof(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        written_by("1 / 0", tmp_path)


def test_nothing_written_is_nothing_seen(tmp_path: Path) -> None:
    written = written_by("", tmp_path)
    assert set(written.parts) - {"names of files"} <= {
        place for place in written.parts if place.startswith("pipe:")
    } | {f"{tmp_path}/log when it ended"}
    assert (tmp_path / "log").stat().st_size == 0
