"""The kernel of a managers' page as it is started: code that runs in it reaches nothing else."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_bench import make_command_bench
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from widgets.dashboard_guard import FORBIDDEN, ImportGuard, guard_imports
from widgets.dashboard_kernels import PageKernelSpecs, kernel_environment
from workbench.bench.snapshots import published_snapshot
from workbench.hygiene.landlock import landlock_version
from workbench.outcomes import met_deployments
from workbench.outcomes.snapshot import write_snapshot

needs_landlock = pytest.mark.skipif(landlock_version() == 0, reason="needs Linux with Landlock")


class _Manager(KernelManager):
    """Starts what the server of the pages starts."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return PageKernelSpecs().get_kernel_spec("python3")


@pytest.fixture(scope="module")
def places() -> Iterator[tuple[Path, Path]]:
    """Give a folder with a bench and a snapshot beside it, and that of a kernel."""
    with tempfile.TemporaryDirectory(prefix="kernel-") as root:
        make_command_bench(Path(root) / "benches")
        own = Path(root) / "own"
        own.mkdir()
        write_snapshot(Path(root) / "snapshot", *published_snapshot(met_deployments()))
        yield Path(root), own


@pytest.fixture(scope="module")
def run(places: tuple[Path, Path]) -> Iterator[Callable[[str], str]]:
    """Give what runs code in such a kernel, and returns what it printed or how it failed."""
    root, own = places
    environ = os.environ | {
        "WORKBENCH_CREDENTIAL": "planted-credential",
        "WORKBENCH_BENCH": str(root / "benches" / "bench"),
        "WORKBENCH_KEYS__FOLDER": str(root / "benches" / "keys"),
    }
    manager = _Manager(transport="ipc", connection_file=str(own / "k.json"))
    manager.start_kernel(
        env=kernel_environment(environ, root / "snapshot", own), cwd=str(root / "snapshot")
    )
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=90)

    def run_code(code: str) -> str:
        told: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                told.append(content["text"].strip())
            elif message["msg_type"] == "error":
                told.append(f"{content['ename']}: {content['evalue']}")

        client.execute_interactive(code, output_hook=hear, timeout=90)
        return "\n".join(told)

    yield run_code
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_it_reads_its_snapshot_and_draws(run: Callable[[str], str]) -> None:
    code = """
import os, pathlib
import ipywidgets, plotly.graph_objects, polars
from workbench.outcomes.snapshot import read_snapshot
print(len(read_snapshot(pathlib.Path(os.environ["WORKBENCH_SNAPSHOT"]))[1]))
"""
    assert run(code) == str(len(met_deployments()))


@pytest.mark.parametrize("module", FORBIDDEN)
def test_it_imports_nothing_that_knows_a_face_a_key_or_a_record(
    run: Callable[[str], str], module: str
) -> None:
    for words in (f"import {module}", f"import importlib; importlib.import_module({module!r})"):
        assert run(words).startswith(
            f"ModuleNotFoundError: a managers' page does not import {module}: it shows counts"
        )


def test_torch_is_not_in_it_although_libraries_ask_for_it(run: Callable[[str], str]) -> None:
    assert run("import dataframely, sys; print('torch' in sys.modules)") == "False"


@needs_landlock
@pytest.mark.parametrize(
    "act",
    [
        "open('{database}', 'rb').read()",
        "open('{root}/benches/bench/bench.json').read()",
        "__import__('os').listdir('{root}/benches/bench')",
        "__import__('os').listdir('{root}/benches/keys')",
        "__import__('sqlite3').connect('{database}').execute('select * from sqlite_master')",
        "__import__('os').listdir('{home}')",
        "__import__('os').listdir('/')",
        "open('/etc/passwd').read()",
        "open('/proc/{parent}/environ').read()",
        "open('{snapshot}/snapshot.json', 'w')",
        "__import__('os').unlink('{snapshot}/snapshot.json')",
        "__import__('subprocess').run(['{python}', '-c', ''])",
        "__import__('os').kill({parent}, 15)",
        "open('{checkout}/pyproject.toml').read()",
    ],
)
def test_it_reaches_no_file_program_or_process_of_others(
    run: Callable[[str], str], places: tuple[Path, Path], act: str
) -> None:
    words = act.format(
        root=places[0],
        database=max((places[0] / "benches" / "bench").iterdir(), key=_size),
        snapshot=places[0] / "snapshot",
        home=Path.home(),
        parent=os.getpid(),
        python=sys.executable,
        checkout=Path(__file__).parents[2],
    )
    said = run(f"print(bool({words}))")
    assert said.startswith(("PermissionError", "OperationalError: unable to open database")), said


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def test_its_environment_holds_nothing_of_whoever_started_it(run: Callable[[str], str]) -> None:
    said = run("import os; print(*sorted(os.environ.items()), sep='\\n')")
    assert "WORKBENCH_SNAPSHOT" in said
    for planted in ("planted-credential", "WORKBENCH_BENCH", "WORKBENCH_KEYS", str(Path.home())):
        if planted != str(Path.home()) or planted not in os.environ["PATH"]:
            assert planted not in said, planted


def test_it_writes_to_its_own_folder(run: Callable[[str], str], places: tuple[Path, Path]) -> None:
    assert run("print(open(os.environ['HOME'] + '/own', 'w').write('x'))") == "1"
    assert (places[1] / "own").read_text() == "x"


def test_modules_that_were_there_before_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", sys)
    with pytest.raises(ImportError, match="cv2 was imported before it could be refused"):
        guard_imports()


def test_a_name_that_only_begins_like_one_is_left_to_others() -> None:
    assert ImportGuard().find_spec("torchlight") is None
    assert ImportGuard().find_spec("workbench.benches") is None
