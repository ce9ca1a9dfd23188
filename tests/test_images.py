"""Any image file becomes upright RGB, or one error that says what is wrong with it."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from workbench.arrays import ImageArray
from workbench.errors import ImageError
from workbench.images import (
    IMAGE_SUFFIXES,
    ImageLimits,
    encode_jpeg,
    encode_png,
    image_files,
    load_image,
)

RED, BLUE = (220, 30, 40), (20, 40, 200)


def two_colours(width: int = 60, height: int = 40) -> Image.Image:
    """Return a picture that is red above and blue below, so that turns and swaps show."""
    picture = Image.new("RGB", (width, height), BLUE)
    picture.paste(RED, (0, 0, width, height // 2))
    return picture


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as the bytes of a file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def is_close(found: ImageArray, expected: Image.Image, most: int = 12) -> bool:
    """Whether two pictures have one size and nearly the same pixels, edges aside."""
    want = np.asarray(expected.convert("RGB"), np.int16)
    return found.shape == want.shape and bool(
        np.median(np.abs(found.astype(np.int16) - want)) <= most
        and (np.abs(found.astype(np.int16) - want) > 40).mean() < 0.1
    )


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds one byte of picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP", "PPM", "AVIF"])
def test_every_format_is_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"bild_ñ_顔.{kind.lower()}"
    path.write_bytes(saved(two_colours(), kind))
    image = load_image(path)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert is_close(image, two_colours())
    assert np.array_equal(image, load_image(str(path)))
    assert np.array_equal(image, load_image(path.read_bytes()))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I", "CMYK", "F"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    grey = mode in {"1", "L", "LA", "I;16", "I", "F"}
    expected = two_colours().convert("L") if grey else two_colours()
    if mode == "1":
        expected = Image.new("1", (60, 40))
        expected.paste(1, (0, 0, 60, 20))
    if mode in {"I;16", "I"}:
        deep = np.asarray(expected, np.uint16) * 257
        picture = Image.fromarray(deep if mode == "I;16" else deep.astype(np.int32))
    elif mode == "F":
        picture = Image.fromarray(np.asarray(expected, np.float32) / 255)
    elif mode == "P":
        picture = expected.quantize(4)
    else:
        picture = expected.convert(mode)
    assert picture.mode == mode
    image = load_image(saved(picture, "TIFF"))
    assert is_close(image, expected, most=1 if grey else 6)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_sixteen_bits_are_scaled_not_clipped(channels: int, suffix: str) -> None:
    ramp = np.linspace(0, 65535, 256).round().astype(np.uint16)
    deep = np.repeat(np.tile(ramp, (20, 1))[..., None], channels, axis=2)
    done, data = cv2.imencode(suffix, deep)
    assert done
    image = load_image(data.tobytes())
    expected = np.arange(256)
    assert np.abs(image[0, :, 0].astype(int) - expected).max() <= 1


def test_cmyk_jpeg_with_adobe_inversion_has_its_colours() -> None:
    data = saved(two_colours().convert("CMYK"), "JPEG", quality=95)
    assert b"Adobe" in data
    assert is_close(load_image(data), two_colours())


def test_cielab_has_its_colours() -> None:
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = ImageCms.applyTransform(two_colours(), ImageCms.buildTransform(*profiles, "RGB", "LAB"))
    assert lab is not None
    assert is_close(load_image(saved(lab, "TIFF")), two_colours())


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "RGB", "L"])
def test_transparency_is_composited_on_white(mode: str) -> None:
    if mode in {"RGBA", "LA"}:
        picture = Image.new(mode, (8, 8), (10,) * (len(mode) - 1) + (0,))
        data = saved(picture, "PNG")
    elif mode == "P":
        picture = Image.new("P", (8, 8), 0)
        picture.putpalette([10, 10, 10, 200, 0, 0])
        data = saved(picture, "PNG", transparency=0)
    else:
        clear = (10, 10, 10) if mode == "RGB" else 10
        data = saved(Image.new(mode, (8, 8), clear), "PNG", transparency=clear)
    assert (load_image(data) == 255).all()


def test_half_transparency_is_mixed() -> None:
    image = load_image(saved(Image.new("RGBA", (4, 4), (0, 0, 0, 128)), "PNG"))
    assert np.abs(image.astype(int) - 127).max() <= 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_honoured(orientation: int, kind: str) -> None:
    upright = two_colours()
    upright.paste((240, 240, 20), (0, 0, 30, 10))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = load_image(saved(stored, kind, exif=exif))
    assert is_close(image, upright)


def test_damaged_exif_does_not_cost_the_picture() -> None:
    data = saved(two_colours(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xffgarbage")
    assert is_close(load_image(data), two_colours())


def test_one_pixel_and_one_row() -> None:
    assert load_image(saved(Image.new("RGB", (1, 1), RED), "PNG")).tolist() == [[list(RED)]]
    assert load_image(saved(Image.new("RGB", (300, 1)), "PNG")).shape == (1, 300, 3)


@pytest.mark.slow
def test_forty_megapixels() -> None:
    image = load_image(saved(Image.new("RGB", (7300, 5480), RED), "JPEG"))
    assert image.shape == (5480, 7300, 3)


@pytest.mark.parametrize(("kind", "frames"), [("GIF", 3), ("PNG", 2), ("WEBP", 2), ("TIFF", 2)])
def test_animation_and_pages_are_refused(kind: str, frames: int) -> None:
    more = [Image.new("RGB", (60, 40), (index * 70, 9, 9)) for index in range(1, frames)]
    data = saved(two_colours(), kind, save_all=True, append_images=more)
    with pytest.raises(ImageError, match="it holds several pictures"):
        load_image(data)


def test_pages_beyond_counting_cost_no_time() -> None:
    """Pillow looks each page up among all those before it."""
    pages = 40_000
    tags = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (278, 1), (279, 1)]
    page = struct.pack("<H", len(tags)) + b"".join(
        struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags
    )
    begins, size = 16, len(page) + 4
    nexts = [*(begins + at * size for at in range(1, pages)), 0]
    data = struct.pack("<4sI8s", b"II*\0", begins, b"\x80")
    data += b"".join(page + struct.pack("<I", one) for one in nexts)
    began = time.monotonic()
    with pytest.raises(ImageError, match="it holds several pictures"):
        load_image(data)
    assert time.monotonic() - began < 5


def test_first_picture_of_mpo_is_the_picture() -> None:
    data = saved(two_colours(), "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40))])
    assert is_close(load_image(data), two_colours())


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "TIFF", "WEBP", "GIF", "AVIF"])
def test_truncated_is_an_error(kind: str, share: float, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 255, (90, 120, 3), np.uint8).repeat(2, 0))
    whole = saved(noise, kind)
    path = tmp_path / "cut.jpg"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ImageError, match=r"cut\.jpg: ") as caught:
        load_image(path)
    assert len(str(caught.value).splitlines()) == 1


def _fifo(path: Path) -> None:
    os.mkfifo(path)


BAD_FILES = {
    "empty": (lambda p: p.write_bytes(b""), r"is empty \(0 bytes\)"),
    "text": (lambda p: p.write_text("this is no picture\n"), "not an image, whatever its name"),
    "missing": (lambda _: None, "no such file"),
    "folder": (lambda p: p.mkdir(), "a folder, not an image file"),
    "pipe": (_fifo, "a pipe or a device"),
    "device": (lambda p: p.symlink_to("/dev/zero"), "a pipe or a device"),
    "loop": (lambda p: p.symlink_to(p), "cannot be read"),
    "below a file": (lambda p: p.parent.joinpath("f").write_text("") and None, "no such file"),
    "bomb": (lambda p: p.write_bytes(png_header(100_000, 100_000)), "far too large"),
    "large": (lambda p: p.write_bytes(png_header(8000, 8001)), r"8000 x 8001 px, more than the"),
    "postscript": (lambda p: p.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n"), "not an image"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_file_is_one_clear_line(case: str, tmp_path: Path) -> None:
    make, reason = BAD_FILES[case]
    path = tmp_path / "bad.jpg"
    make(path)
    with pytest.raises(ImageError, match=reason) as caught:
        load_image(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    assert caught.value.exit_code == 1


def test_limits_come_before_decoding() -> None:
    data = saved(Image.new("RGB", (100, 100)), "PNG")
    with pytest.raises(ImageError, match="100 x 100 px, more than the 9,999"):
        load_image(data, limits=ImageLimits(max_pixels=9_999))
    with pytest.raises(ImageError, match="bytes, more than the 10 allowed"):
        load_image(data, limits=ImageLimits(max_bytes=10))


def test_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "sparse.jpg"
    with path.open("wb") as file:
        file.truncate(300 * 2**20)
    with pytest.raises(ImageError, match="314,572,800 bytes"):
        load_image(path)


def test_name_is_put_on_one_line() -> None:
    with pytest.raises(ImageError, match=r"^a b\?: the file is empty"):
        load_image(b"", name="a\nb\x1b")


def test_nul_in_path_is_an_error() -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        load_image("a\0b.jpg")


def test_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(saved(two_colours(), "PNG"))
    path.chmod(0)
    expected = f"{path}: the file may not be read. Ask for the right to read it."
    if os.geteuid() != 0:
        with pytest.raises(ImageError) as caught:
            load_image(path)
        assert str(caught.value) == expected
        return
    # Root reads everything, so another user asks: nobody, in a process of its own.
    for folder in (tmp_path, *tmp_path.parents):
        if "pytest" in folder.name:
            folder.chmod(0o755)
    code = (
        "import os, sys; from workbench.images import load_image\n"
        "from workbench.errors import ImageError\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: load_image(sys.argv[1])\n"
        "except ImageError as error: sys.stdout.write(str(error))\n"
    )
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == expected


def test_several_threads_at_once() -> None:
    data = saved(two_colours(), "JPEG", quality=95)
    wrong: list[int] = []

    def work() -> None:
        wrong.extend(1 for _ in range(20) if not is_close(load_image(data), two_colours()))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


_WHOLE = [saved(two_colours(), kind) for kind in ("JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP")]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    whole=st.sampled_from(_WHOLE),
    cut=st.floats(0, 1),
    changes=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), max_size=8),
)
def test_damage_gives_pixels_or_an_image_error(
    whole: bytes, cut: float, changes: list[tuple[float, int]]
) -> None:
    data = bytearray(whole)
    for place, value in changes:
        data[int(place * len(data))] = value
    try:
        image = load_image(bytes(data[: int(len(data) * cut) + 1]))
    except ImageError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right, if it is whole
    else:
        assert image.ndim == 3
        assert image.dtype == np.uint8


@given(st.binary(max_size=200))
def test_any_bytes_give_an_image_error_or_pixels(data: bytes) -> None:
    try:
        assert load_image(data).ndim == 3
    except ImageError as error:
        assert str(error).startswith("image: ")  # noqa: PT017


def test_image_files_lists_by_ending(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.png", ".hidden.jpg", "notes.txt", "é.tif", "sub/c.webp", ".h/d.jpg"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "folder.jpg").mkdir()
    names = [path.name for path in image_files(tmp_path)]
    assert names == ["a.png", "b.JPG", "é.tif"]
    every = [str(path.relative_to(tmp_path)) for path in image_files(tmp_path, recursive=True)]
    assert every == ["a.png", "b.JPG", "sub/c.webp", "é.tif"]


def test_image_files_of_an_empty_folder(tmp_path: Path) -> None:
    assert image_files(tmp_path) == []


def test_image_files_below_a_hidden_folder(tmp_path: Path) -> None:
    folder = tmp_path / ".cache"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"x")
    assert image_files(folder) == [folder / "a.jpg"]


@pytest.mark.parametrize("recursive", [False, True])
@pytest.mark.parametrize("exists", [False, True])
def test_image_files_needs_a_folder(tmp_path: Path, *, exists: bool, recursive: bool) -> None:
    path = tmp_path / "people"
    if exists:
        path.write_text("")
    with pytest.raises(ImageError, match="people: the folder "):
        image_files(path, recursive=recursive)


def test_suffixes_are_lower_case() -> None:
    assert {".jpg", ".png", ".tif", ".webp"} <= IMAGE_SUFFIXES
    assert all(suffix == suffix.lower() and suffix[0] == "." for suffix in IMAGE_SUFFIXES)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_png_round_trip_is_exact(height: int, width: int, seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    assert np.array_equal(load_image(encode_png(image)), image)


def test_jpeg_round_trip_keeps_colours_and_drops_metadata() -> None:
    image = np.array(two_colours())
    assert is_close(load_image(encode_jpeg(image)), two_colours())
    assert len(encode_jpeg(image, 30)) < len(encode_jpeg(image, 95))
    assert not Image.open(io.BytesIO(encode_jpeg(image))).getexif()


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
    ],
)
def test_encoding_refuses_what_is_no_image(image: ImageArray) -> None:
    for encode in (encode_jpeg, encode_png):
        with pytest.raises(ImageError, match="must be \\(height, width, 3\\)"):
            encode(image)


@pytest.mark.slow
def test_truncated_is_an_error_whatever_else_the_process_has_loaded(tmp_path: Path) -> None:
    """WeasyPrint has Pillow fill in what is missing, for every picture of the process."""
    path = tmp_path / "cut.jpg"
    data = encode_jpeg(np.full((64, 64, 3), 90, np.uint8))
    path.write_bytes(data[: len(data) // 2])
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PIL import ImageFile\n"
        "{before}\n"
        "from workbench.errors import ImageError\n"
        "from workbench.images import load_image\n"
        "try:\n"
        "    load_image(Path(sys.argv[1]))\n"
        "except ImageError as error:\n"
        "    print('refused' if 'damaged or cut short' in str(error) else error)\n"
    )
    pdf = "from workbench.reports.pdf import _weasyprint; _weasyprint()\n"
    for before in (
        "ImageFile.LOAD_TRUNCATED_IMAGES = True",
        pdf + "assert not ImageFile.LOAD_TRUNCATED_IMAGES",
    ):
        done = subprocess.run(
            [sys.executable, "-c", code.format(before=before), str(path)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert done.stdout == "refused\n"
