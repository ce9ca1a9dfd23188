"""A vault for each test, a small disk that fills, and permissions that bind root too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Test folders are no packages, so a module that several of them share is found by its folder.
sys.path.insert(0, str(Path(__file__).parent))

from vault_bench import Kept, make_vault


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """Return a new vault, with its objects in files."""
    made = make_vault(tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture(params=["folder", "table"])
def either(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Kept]:
    """Return a new vault, with its objects in files and then in rows."""
    made = make_vault(tmp_path, request.param)
    yield made
    made.engine.dispose()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of its own, of 1 MiB."""
    place = tmp_path / "small-disk"
    place.mkdir()
    mount = shutil.which("mount")
    words = [mount or "mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(place)]
    if os.geteuid() != 0 or mount is None or subprocess.run(words, check=False).returncode:
        pytest.skip("needs root, and the right to mount a small disk")
    yield place
    subprocess.run([shutil.which("umount") or "umount", "-l", str(place)], check=True)


@pytest.fixture
def without_privilege() -> list[str]:
    """Return what to put before a command so that permissions bind it, for root as well."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    prefix = [setpriv or "setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    if setpriv is None or subprocess.run([*prefix, "true"], check=False).returncode:
        pytest.skip("needs setpriv, to drop root's right to read and write everything")
    return prefix
