"""Deletion certificates that somebody changed in the database: named, and in nobody's way."""

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
CHANGES = {
    "its content": (
        "UPDATE certificates SET content = replace(content, '\"complete\"', '\"partial\"')",
        "is not the one that entry",
    ),
    "content that is none": (
        "UPDATE certificates SET content = '[]'",
        "is not the one that entry",
    ),
    "its digest": (
        "UPDATE certificates SET digest = replace(digest, substr(digest, 1, 4), 'ffff')",
        "is not the one that entry",
    ),
    "its name": (
        "UPDATE certificates SET id = replace(id, substr(id, -8), '00000000')",
        "is in no entry: it was put in",
    ),
}


@pytest.fixture
def bench(tmp_path: Path) -> CommandBench:
    return make_command_bench(tmp_path)


@pytest.fixture
def names(bench: CommandBench, run: Run) -> tuple[str, str]:
    """Return the ids of two certificates, the older one first."""
    reference, issued = bench.apply(), []
    for _ in range(2):
        with bench.open("operator") as workbench:
            plant_said(workbench, reference, raised=workbench.now() - timedelta(days=40))
        (one,) = run(OFFICER, "retention", "run", "--json").said["certificates"]
        issued.append(one["id"])
    return issued[0], issued[1]


@pytest.mark.parametrize("change", CHANGES)
def test_the_others_are_listed_and_the_log_tells(
    bench: CommandBench, run: Run, names: tuple[str, str], change: str
) -> None:
    first, second = names
    assert run(OFFICER, "audit", "verify").code == 0
    statement, fault = CHANGES[change]
    edit_rows(bench.folder, f"{statement} WHERE id = '{first}'")
    listed = run(OFFICER, "retention", "certificate", "--json").said
    (changed,) = listed["changed"]
    assert changed == first or change == "its name"
    assert [one["id"] for one in listed["certificates"]] == [second]
    table = run(OFFICER, "retention", "certificate")
    assert table.code == 0
    assert second in table.out
    assert f"{changed} was changed after it was issued, and is not shown. " in table.err
    alone = run(OFFICER, "retention", "certificate", changed)
    assert alone.code == 1
    assert f"certificate {changed} was changed after it was issued" in alone.err
    verified = run(OFFICER, "audit", "verify")
    assert verified.code == 1
    assert f"certificate {changed} {fault}" in verified.err + verified.out


def test_one_that_is_missing_is_found(
    bench: CommandBench, run: Run, names: tuple[str, str]
) -> None:
    older = "(SELECT id FROM certificates ORDER BY at, id LIMIT 1)"
    edit_rows(bench.folder, f"DELETE FROM certificates WHERE id = {older}")  # noqa: S608
    verified = run(OFFICER, "audit", "verify")
    assert verified.code == 1
    assert f"certificate {names[0]} is missing, which entry " in verified.err + verified.out
