"""Where a feed's address may come from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbench.errors import RefusedError, UsageError
from workbench.hygiene import address_from

ADDRESS = "rtsp://bob:hunter2@10.0.0.7/ch1"


@pytest.mark.parametrize(
    "source", ["", "crowd.mp4", "rtsp://10.0.0.7/ch1", "a@b.mp4", "env", "password=1.mp4"]
)
def test_what_carries_no_login_is_taken_as_it_is(source: str) -> None:
    assert address_from(source, {}) == source


@pytest.mark.parametrize(
    "source", [ADDRESS, "rtsp:/bob:hunter2@10.0.0.7", "http://h/?token=hunter2"]
)
def test_a_login_on_the_command_line_is_refused_and_not_repeated(source: str) -> None:
    with pytest.raises(
        RefusedError, match=r"login or secret in it.*env:NAME.*0600.*@PATH"
    ) as refused:
        address_from(source, {})
    assert "hunter2" not in str(refused.value)
    assert "bob" not in str(refused.value)


def test_a_variable_is_read() -> None:
    assert address_from("env:FRONT_DOOR", {"FRONT_DOOR": f" {ADDRESS}\n"}) == ADDRESS


@pytest.mark.parametrize("environ", [{}, {"FRONT_DOOR": "  "}])
def test_a_variable_that_is_not_there_is_named(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="'FRONT_DOOR' is not set"):
        address_from("env:FRONT_DOOR", environ)


def write(folder: Path, text: bytes, mode: int = 0o600) -> str:
    path = folder / "camera"
    path.write_bytes(text)
    path.chmod(mode)
    return f"@{path}"


def test_a_private_file_is_read(tmp_path: Path) -> None:
    assert address_from(write(tmp_path, f"{ADDRESS}\r\nsecond line\n".encode()), {}) == ADDRESS


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o644])
def test_a_file_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    if os.name != "posix":
        pytest.skip("needs POSIX permissions")
    source = write(tmp_path, ADDRESS.encode(), mode)
    with pytest.raises(RefusedError, match="chmod 600") as refused:
        address_from(source, {})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("text", [b"", b"\n", b"\xff\xfe", b"a" * 10_000])
def test_a_file_without_an_address_is_refused(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(UsageError, match="does not hold an address"):
        address_from(write(tmp_path, text), {})


def test_another_secret_of_this_machine_is_no_address_and_is_not_repeated(tmp_path: Path) -> None:
    for source in ("env:SIGNING_KEY", write(tmp_path, b"c2VjcmV0LWtleQ==\n")):
        with pytest.raises(UsageError, match="holds no address of a camera") as refused:
            address_from(source, {"SIGNING_KEY": "c2VjcmV0LWtleQ=="})
        assert "c2VjcmV0" not in str(refused.value)
    assert address_from("env:DESK", {"DESK": "webcam:0"}) == "webcam:0"


@pytest.mark.parametrize("source", ["@/nowhere/at/all", "@", "@a\0b"])
def test_a_file_that_is_not_there_is_named(source: str) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        address_from(source, {})
