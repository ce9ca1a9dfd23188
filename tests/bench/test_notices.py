"""What is said when a bench is opened: what its store cannot promise, and that it was put back."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.bench import Workbench, notices
from workbench.bench.notices import Notice, NoticeKind
from workbench.bench.opening import TRUST

Maker = Any
WHY = "Looking at what was said."


@pytest.fixture(autouse=True)
def said() -> Iterator[None]:
    """Keep what this process has said from what these tests do with it."""
    before = set(notices._SAID)
    yield
    notices._SAID.update(before)


def put_back_of(workbench: Workbench) -> list[str]:
    return [one.text for one in workbench.notices if one.kind is NoticeKind.PUT_BACK]


def logged(bench: Maker, times: int) -> None:
    """Have entries written, each with its checkpoint at the witness."""
    with bench.open("data-protection-officer") as officer:
        for _ in range(times):
            officer.audit.show(justification=WHY)


def replaced(folder: Path, copy: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)


def test_a_kernel_is_told_once_what_a_folder_cannot_promise(
    bench: Maker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    notices._SAID.clear()  # what making it has said
    for _ in range(2):
        with bench.open("analyst") as workbench:
            assert Notice(NoticeKind.TRUST, TRUST) in workbench.notices
    assert [record.getMessage() for record in caplog.records].count(TRUST) == 1


def test_a_demonstration_has_nobody_to_protect(
    make_bench: Callable[..., Maker], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with make_bench("demonstration").open("analyst") as workbench:
        assert NoticeKind.TRUST not in {one.kind for one in workbench.notices}
        assert workbench.promise == TRUST
    assert TRUST not in caplog.text


def test_a_bench_that_was_put_back_says_so_when_it_is_opened(
    bench: Maker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(bench.folder, copy)
    logged(bench, 4)
    with bench.open("analyst") as workbench:
        assert put_back_of(workbench) == []
    replaced(bench.folder, copy)
    with bench.open("analyst") as workbench:
        (text,) = put_back_of(workbench)
    assert "the records were put back to an earlier state" in text
    assert "workbench audit verify" in text
    assert "WORKBENCH_WITNESS" in text
    assert text in caplog.text
    bench.clock.turn(seconds=1)  # else the entries would be the very same
    logged(bench, 6)  # past what the witness had seen before
    with bench.open("analyst") as workbench:
        (text,) = put_back_of(workbench)
    assert "went on from there" in text


def test_a_stranger_s_line_at_the_witness_says_nothing(bench: Maker) -> None:
    logged(bench, 1)
    (witness,) = [path for path in bench.settings.witness.rglob("*") if path.is_file()]
    line = witness.read_text("utf-8").splitlines()[-1]
    forged = line.replace('"seq":', '"seq":9')
    assert forged != line
    witness.write_text(f"{witness.read_text('utf-8')}{forged}\n", "utf-8")
    with bench.open("analyst") as workbench:
        assert put_back_of(workbench) == []


def test_a_witness_that_cannot_be_read_stops_nobody(bench: Maker) -> None:
    logged(bench, 1)
    (witness,) = [path for path in bench.settings.witness.rglob("*") if path.is_file()]
    witness.unlink()
    with bench.open("analyst") as workbench:
        assert put_back_of(workbench) == []
    witness.unlink(missing_ok=True)
    witness.mkdir()
    with bench.open("analyst") as workbench:
        assert put_back_of(workbench) == []


def test_what_a_long_witness_says_last_is_what_counts(bench: Maker, tmp_path: Path) -> None:
    (witness,) = [path for path in bench.settings.witness.rglob("*") if path.is_file()]
    first = witness.read_text("utf-8")
    copy = tmp_path / "copy"
    shutil.copytree(bench.folder, copy)
    logged(bench, 2)
    witness.write_text(first * 400 + witness.read_text("utf-8"), "utf-8")
    assert witness.stat().st_size > 2 * 65_536
    replaced(bench.folder, copy)
    with bench.open("analyst") as workbench:
        assert len(put_back_of(workbench)) == 1
