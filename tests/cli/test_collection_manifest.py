"""`workbench collection import --manifest`: what is taken, what is refused and why, and the dates."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from kept_values import rows_of
from retro_values import CASE, LISTED, authorise_case, checklist, probe_of

from workbench.retrospective.manifests import COLUMNS

pytestmark = pytest.mark.slow

SEALED = "vault_objects WHERE kind = 'collection-refusals'"
FIRST, SECOND, THIRD = LISTED[:3]
SOON = (datetime.now(UTC) + timedelta(days=60)).isoformat()
CUSTODY = ("custody", "police-function")
ROWS = (
    ("first/1.jpg", "NOM-1", "2019-05-01", *CUSTODY),
    ("second/1.jpg", "NOM-2", "11/02/2025", *CUSTODY),
    ("second/2.jpg", "NOM-2", "2021-02-28", "Partner agency", "safeguarding"),
    ("third/1.jpg", "NOM-3", "2020-01-01", "passport", "police-function"),
    ("third/2.jpg", "NOM-3", "2020-01-01", *CUSTODY),
    ("second/1.jpg", "NOM-2", "", *CUSTODY),
    ("third/1.jpg", "NOM-3", "", *CUSTODY),
    ("first/2.jpg", "NOM-1", "2019-05-01", *CUSTODY),
)
"""Rows of a manifest; `third/2.jpg` is not in the folder."""
WHY = {
    2: "image_date is no day such as 2025-02-11",
    4: "images of passports and driving licences are never used",
    5: "there is no such file",
    6: "path is that of row 2 again",
    7: "path is that of row 4 again",
}
"""Why a row is refused: a path stands for one row, also where that one is refused."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    made = make_command_bench(tmp_path_factory.mktemp("manifest"))
    authorise_case(made, datetime.now(UTC))
    return made


@pytest.fixture
def images(lfw: Path, tmp_path: Path) -> Path:
    """Make a folder of photographs, with a manifest of it beside it."""
    folder = tmp_path / "photographs"
    for name, person in (("first", FIRST), ("second", SECOND), ("third", THIRD)):
        (folder / name).mkdir(parents=True)
        for number, path in enumerate(sorted((lfw / person).iterdir())[:2], 1):
            shutil.copy(path, folder / name / f"{number}.jpg")
    (folder / "third" / "2.jpg").unlink()
    with folder.with_name("people.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows((COLUMNS, *ROWS))
    return folder


def reported(run: Run, search: str, folder: Path) -> str:
    """Return the HTML of the report of a search that two examiners concluded."""
    marks = folder / "checklist.json"
    marks.write_text(json.dumps(checklist()), "utf-8")
    put = ("--conclusion", "support-same", "--candidate", "candidate-1", "--checklist", marks)
    for name in ("examiner", "examiner-2"):
        ended = run(name, "review", "examine", search, *put, "--reason", "nose agrees")
        assert ended.code == 0, ended.err
    report = folder / "report.html"
    given = ("--recipient", "DI Farrow", "--justification", "for the file of the case")
    ended = run("investigator", "review", "export", search, report, *given)
    assert ended.code == 0, ended.err
    return report.read_text("utf-8")


def test_what_a_manifest_says_goes_from_import_to_report(
    run: Run,
    bench: CommandBench,
    images: Path,
    lfw: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    manifest = images.with_name("people.csv")
    said = ("--use", "searches for people seen committing robberies", "--origin", "two systems")
    more = ("--evidence", "policy 7", "--ends", SOON, "--workers", "1")
    words = ("collection", "import", images, "listed", "--manifest", manifest, *said, *more)
    with monkeypatch.context() as terminal:
        terminal.setenv("FORCE_COLOR", "1")
        terminal.setenv("TERM", "xterm")
        made = run("analyst", *words)
    assert made.code == 0, made.err
    assert "Importing" in made.err
    assert "1 refused" in made.err, "the bar tells of what was looked at"
    assert "listed is ready: 3 images of 2 people, until " in made.err
    assert "5 images were refused, 62.5 %, and no search finds whoever is on such" in made.err
    assert "images alone: workbench collection refusals listed." in made.err

    told = run("analyst", "collection", "refusals", "listed")
    assert told.err == "5 images were refused.\n"
    plain = run("analyst", "collection", "refusals", "listed", "--json").said["refusals"]
    assert [one["row"] for one in plain] == list(WHY)
    for one, line in zip(plain, told.out.splitlines(), strict=True):
        assert line == f"row {one['row']}: {ROWS[one['row'] - 1][0]}: {one['why']}"
        assert WHY[one["row"]] in one["why"]
    assert run("investigator", "collection", "refusals", "listed").code == 3
    shown = run("investigator", "collection", "show", "listed", "--json").said
    assert shown["counts"]["sources"] == {"custody": 2, "partner-agency": 1}
    assert shown["counts"]["bases"] == {"police-function": 2, "safeguarding": 1}
    assert (shown["counts"]["refused"], shown["listed"], shown["rows"]) == (5, 4, 4)

    probe = images.with_name("still.jpg")
    probe.write_bytes(probe_of(lfw, FIRST, 2))
    asked = ("--kind", "camera", "--origin", "camera 4", "--reason", "the man with the bag")
    search = ("case", "search", CASE, probe, *asked, "--collection", "listed")
    found = run("investigator", *search, "--json").said
    dated = [("NOM-1", "2019-05-01"), ("NOM-2", "2021-02-28")]
    assert [(one["subject"], one["image_date"]) for one in found["candidates"]] == dated
    looking = ("review", "show", found["id"], "-j", "looking at it, for a test")
    assert "2019-05-01" in run("examiner", *looking).out
    considered = reported(run, found["id"], images.parent).split('id="considered"')[1]
    assert "<td>2019-05-01</td>" in considered
    assert "<td>2021-02-28</td>" in considered

    with bench.open("analyst") as analyst:
        assert rows_of(analyst, SEALED)
    dropped = run("analyst", "collection", "drop", "listed", "--json").said
    assert (dropped["result"], dropped["counts"]["references"]) == ("complete", 3)
    gone = run("analyst", "collection", "refusals", "listed")
    assert (gone.code, gone.out) == (3, "")
    with bench.open("analyst") as analyst:
        assert not rows_of(analyst, SEALED)
    again = run("analyst", *("anew" if word == "listed" else word for word in words), "--json").said
    assert (again["name"], again["state"], again["counts"]["references"]) == ("anew", "ready", 3)
    assert not any(one[1] in json.dumps(again) for one in ROWS if one[1]), "and nobody of it"
