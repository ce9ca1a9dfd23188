"""`workbench publish` of the published example and of files of records, without any bench."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from outcome_rows import records_of
from publication_pages import PublishedPage

from workbench.cli import main
from workbench.outcomes.corrections import Correction, correct
from workbench.outcomes.files import records_bytes


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["publish", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let no bench and no login be there."""
    monkeypatch.delenv("WORKBENCH_CREDENTIAL", raising=False)
    monkeypatch.setenv("WORKBENCH_BENCH", str(tmp_path / "no-bench"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "nowhere"))


def test_the_example_needs_no_bench(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ("annual", 2024, "--example", "--no-pdf", "-o", tmp_path, "--json")
    code, out, err = run(capsys, *words)
    assert code == 0, err
    said = json.loads(out)
    assert "export" not in said
    folder = tmp_path / "annual-2024"
    assert set(said["files"]) == {
        "annual-2024.html", "annual-2024.json", "annual-2024-figures.csv",
        "annual-2024-tables.csv", "SHA256SUMS",
    }  # fmt: skip
    page = PublishedPage((folder / "annual-2024.html").read_text("utf-8"))
    assert page.figure("deployments")[1] == "180"
    assert "Met LFR deployment grid 2023 to 2024, file of 11 January 2025" in page.text
    assert "audit log" not in page.text


def test_a_record_of_the_example_by_its_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ("record", "met-2023-2024-113", "--example", "--no-pdf", "-o", tmp_path)
    assert run(capsys, *words)[0] == 0
    content = (tmp_path / "record-met-2023-2024-113" / "record-met-2023-2024-113.csv").read_text()
    assert "Dalston,11/07/24" in content


def test_files_of_records(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [{"faces_seen": 1_000, "total_alerts": 4, "false_alerts": 1, "arrests": 1}] * 3
    path = tmp_path / "grid.parquet"
    path.write_bytes(records_bytes(records_of(rows)))
    words = ("foi", "--records", path, "--from", "2026-01-06", "--no-pdf", "-o", tmp_path)
    assert run(capsys, *words)[0] == 0
    name = "foi-2026-01-06-to-end"
    page = PublishedPage((tmp_path / name / f"{name}.html").read_text("utf-8"))
    assert page.figure("deployments")[1] == "2"
    assert "2 of 2,000 faces seen" in page.text


def test_figures_of_several_forces_are_never_added_up(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files: list[object] = []
    for force in ("a force", "another"):
        path = tmp_path / f"{force}.parquet"
        row = {"force": force, "source": f"grid of {force}", "record": force, "faces_seen": 9}
        path.write_bytes(records_bytes(records_of([row])))
        files += ["--records", path]
    for words in (("annual", 2026), ("foi",)):
        code, out, err = run(capsys, *words, *files, "--no-pdf", "-o", tmp_path / "out")
        assert (code, out) == (2, "")
        assert "2 forces (a force, another), whose figures are never added up" in err
        assert "the files of one force" in err
        assert not (tmp_path / "out").exists()
        into = tmp_path / "alone"
        assert run(capsys, *words, *files[:2], "--no-pdf", "-o", into)[0] == 0


def test_reasons_are_published_where_that_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    records = records_of([{"record": "one", "total_alerts": 4}])
    change = Correction("one", {"total_alerts": 5}, "A. Surname", "B. Other counted them anew")
    path = tmp_path / "grid.parquet"
    path.write_bytes(records_bytes(correct(records, change)))
    for kind in (("record",), ("annual", 2026)):
        for more, told in (((), False), (("--with-reasons",), True)):
            into = tmp_path / f"{kind[0]}-{told}"
            words = (*kind, "--records", path, "--no-pdf", "-o", into, *more)
            assert run(capsys, *words)[0] == 0
            content = "".join(one.read_text("utf-8") for one in into.glob("*/*"))
            assert ("B. Other counted them anew" in content) is told
            assert "Surname" not in content


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("record", "nothing", "--example"), 1, "there is no record 'nothing'"),
        (("annual", "2021", "--example"), 1, "no record is of the period"),
        (("annual", "12", "--example"), 2, "1990"),
        (("foi", "--example", "--from", "2024-02-02", "--to", "2024-02-01"), 2, "before it begins"),
        (("foi", "--example", "--records", "x"), 2, "three sources"),
        (("record", "--records", "x.csv"), 1, "x.csv cannot be read"),
        (("foi",), 1, "no-bench"),
    ],
)
def test_bad_input_is_refused_whole(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    into = tmp_path / "out"
    found, out, err = run(capsys, *words, "--no-pdf", "-o", into)
    assert (found, out) == (code, ""), err
    assert said in err
    assert not into.exists()
