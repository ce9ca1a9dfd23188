"""What left the bench, edited in the database: found, since certificates list it from there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from kept_values import plant_said
from tampering import edit_rows

pytestmark = pytest.mark.slow

OFFICER = "data-protection-officer"
EDITS = {
    "deleted": ("DELETE FROM exports", "is missing, which entry "),
    "another recipient": ("UPDATE exports SET recipient = 'nobody at all'", "is not what entry "),
    "another thing": ("UPDATE exports SET what = 'a page'", "is not what entry "),
    "of another deployment": ("UPDATE exports SET purpose = 'administration'", "is not what entry"),
    "put in": (
        (
            "INSERT INTO exports SELECT 'export-0000000000000000-0000000000000000', purpose, actor, at,"
            " what, recipient, sha256, objects FROM exports"
        ),
        "export-0000000000000000-0000000000000000 is in no entry: it was put in",
    ),
}


@pytest.fixture
def bench(tmp_path: Path) -> CommandBench:
    return make_command_bench(tmp_path)


@pytest.fixture
def name(bench: CommandBench, run: Run) -> str:
    """Return the id of a certificate that nobody was given yet."""
    reference = bench.apply()
    with bench.open("operator") as workbench:
        plant_said(workbench, reference, raised=workbench.now() - timedelta(days=40))
    (issued,) = run(OFFICER, "retention", "run", "--json").said["certificates"]
    return str(issued["id"])


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_disclosure_is_found(
    bench: CommandBench, run: Run, name: str, tmp_path: Path, edit: str
) -> None:
    page = ("retention", "certificate", name, "--html", tmp_path / "c.html")
    assert run(OFFICER, *page, "--recipient", "the commissioner").code == 0
    assert run(OFFICER, "audit", "verify").code == 0
    statement, said = EDITS[edit]
    edit_rows(bench.folder, statement)
    verified = run(OFFICER, "audit", "verify")
    assert verified.code == 1
    assert said in verified.out + verified.err


def test_one_that_was_taken_back_is_missed_by_nobody(run: Run, name: str, tmp_path: Path) -> None:
    nowhere = tmp_path / "no folder" / "c.html"
    page = ("retention", "certificate", name, "--html", nowhere, "--recipient", "the commissioner")
    assert run(OFFICER, *page).code == 1
    assert run(OFFICER, "export", "list", "--json").said["exports"] == []
    assert run(OFFICER, "audit", "verify").code == 0
