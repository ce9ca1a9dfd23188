"""`workbench outcomes import|check|correct|summary`, as somebody types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from workbench.cli import main
from workbench.outcomes import newest
from workbench.outcomes.files import read_records

GRID = """Deployment Location,Date,Duration,Watchlist Size,Total Alerts,True Alerts,False Alerts,Arrest,Faces seen,Weather
"Powis St, Woolwich",11/07/24,5h03m,"15,695",3,2,1,1,"21,940",rain
"Powis St, Woolwich",12/07/24,4hr 47m,"15,700",2,2,0,,"20,000",
"""

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "grid.csv").write_text(GRID, encoding="utf-8")

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["outcomes", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


IMPORT = ("import", "grid.csv", "--police-force", "A force", "--title", "Grid", "-o", "g.parquet")


def test_a_grid_is_read_looked_at_put_right_and_summed_up(command: Command, tmp_path: Path) -> None:
    code, out, err = command(*IMPORT, "--keep-mapping", "m.json")
    assert code == 0, err
    assert "not read: Weather" in err
    assert "g.parquet: 2 records written" in err
    code, out, _ = command("check", "g.parquet", "--json")
    assert code == 0
    assert json.loads(out) == {"findings": []}
    code, out, err = command(
        "correct", "g.parquet", "--record", "Grid#3", "--set", "arrests=2", "--set",
        "date=2024-07-13", "--author", "A. Analyst", "--reason", "the log", "-o", "c.parquet",
    )  # fmt: skip
    assert code == 0, err
    assert "Grid#3 has 2 versions now" in err
    put_right = newest(read_records(tmp_path / "c.parquet"))
    assert put_right.select("date", "arrests").rows() == [
        (date(2024, 7, 11), 1),
        (date(2024, 7, 13), 2),
    ]
    code, out, _ = command("summary", "c.parquet", "--by", "year", "--json")
    (group,) = json.loads(out)["groups"]
    assert (group["year"], group["arrests"], group["faces_seen"]) == (2024, 3, 41_940)
    assert (group["false_of_faces_count"], group["false_of_faces_n"]) == (1, 41_940)
    code, out, _ = command(
        "import", "grid.csv", "--police-force", "A force", "--title", "Again", "--mapping",
        "m.json", "-o", "again.parquet",
    )  # fmt: skip
    assert code == 0


def test_without_a_file_the_published_example_is_shown(command: Command) -> None:
    code, out, _ = command("summary")
    assert code == 0
    whole = " ".join(out.split())
    assert "deployments 285, and 1 broken off" in whole
    assert "faces seen 2,529,031" in whole
    assert "44 of 2,529,031: 0.00174 % (95 % interval 0.00126 % to 0.00234 %)" in whole
    assert "counted in 6 ways, so that rates of faces mix them" in whole
    assert "cost, pounds unknown a deployment unknown an alert unknown an arrest unknown" in whole
    for said in (
        "caution unresolved alerts are unknown of 285 of 285 deployments",
        "at worst 76 of 2,186: 3.48 % (95 % interval 2.75 % to 4.33 %)",
        "true alerts 2,143 never confirmed 32, unknown for 8 of them unresolved unknown",
        "arrests 960 an hour 0.64 (951 in 1,474.7 hours known)",
    ):
        assert said in whole, said
    code, out, _ = command("check")
    assert code == 0
    assert "total alerts 1, but true 2 and false 0 make 2" in out
    code, out, _ = command("check", "--rule", "above-the-cap")
    assert out.count("the interval holds the cap of 0.1 %") == 6


def test_a_cost_for_each_stands_where_all_of_it_is_known(command: Command) -> None:
    assert command(*IMPORT)[0] == 0
    for record, at in (("Grid#2", "a"), ("Grid#3", "b")):
        more = ("--set", "arrests=1", "--set", "cost=500", "--author", "A", "--reason", "B")
        before = "g.parquet" if at == "a" else "a.parquet"
        words = ("correct", before, "--record", record, *more, "-o", f"{at}.parquet")
        assert command(*words)[0] == 0
    for file, said in (
        ("a", "cost, pounds 500.00, unknown for 1 of them a deployment unknown an alert unknown"),
        ("b", "1,000.00 a deployment 500.00 an alert 200.00 an arrest 500.00"),
    ):
        assert said in " ".join(command("summary", f"{file}.parquet")[1].split())


def test_figures_of_several_forces_are_never_added_up(command: Command) -> None:
    assert command(*IMPORT)[0] == 0
    other = ["Another force" if word == "A force" else word for word in IMPORT]
    other[other.index("Grid")], other[-1] = "Other", "o.parquet"
    assert command(*other)[0] == 0
    for more in ((), ("--by", "year"), ("--json",)):
        code, out, err = command("summary", "g.parquet", "o.parquet", *more)
        assert (code, out) == (2, "")
        assert "2 forces (A force, Another force)" in " ".join(err.split())
        assert "Say --by force." in err
    words = ("summary", "g.parquet", "o.parquet", "--by", "force", "--json")
    groups = json.loads(command(*words)[1])["groups"]
    assert [(one["force"], one["total_alerts"]) for one in groups] == [
        ("A force", 5),
        ("Another force", 5),
    ]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("check", "none.parquet"), 1, "none.parquet cannot be read"),
        (("check", "grid.csv"), 1, "Read a published table with `workbench outcomes import`"),
        (("check", "--rule", "colour"), 2, "there is no rule 'colour'"),
        (("summary", "--by", "colour"), 2, "cannot be summed up by 'colour'"),
        ((*IMPORT[:-1], "g.csv"), 2, "ends in .parquet"),
        (("import", "none.csv", *IMPORT[2:]), 1, "none.csv cannot be read"),
        ((*IMPORT, "--mapping", "none.json"), 1, "none.json cannot be read"),
        ((*IMPORT, "--sheet", "one"), 1, "has no sheet 'one'"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    command: Command, tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    ended, _, err = command(*words)
    assert ended == code, err
    assert says in " ".join(err.split())
    assert [one.name for one in tmp_path.iterdir()] == ["grid.csv"]


def test_a_cell_that_is_wrong_keeps_the_whole_table_out(command: Command, tmp_path: Path) -> None:
    (tmp_path / "grid.csv").write_text(GRID.replace("21,940", "21,94"), encoding="utf-8")
    code, _, err = command(*IMPORT)
    assert code == 1
    assert "row 2, Faces seen: '21,94'" in err
    assert "nothing was taken. row 2, column 'Faces seen'" in " ".join(err.split())
    assert not (tmp_path / "g.parquet").exists()


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (("--set", "arrests"), 2, "says no value"),
        (("--set", "arrests=many"), 1, "cannot stand in arrests"),
        (("--set", "arrests=-1"), 1, "arrests is -1"),
        (("--set", "date=11/07/24"), 1, "Write a day as 2026-07-11"),
        (("--set", "starts_at=noon"), 1, "a time as 2026-07-11T12:00Z"),
        (("--set", "colour=1"), 1, "no column 'colour'"),
        (("--set", "arrests=1", "--record", "Grid#9"), 1, "no outcome record 'Grid#9'"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    command: Command, tmp_path: Path, change: tuple[str, ...], code: int, says: str
) -> None:
    assert command(*IMPORT)[0] == 0
    ended, _, err = command(
        "correct", "g.parquet", "--record", "Grid#3", *change, "--author", "A", "--reason", "B",
        "-o", "c.parquet",
    )  # fmt: skip
    assert ended == code, err
    assert says in " ".join(err.split())
    assert not (tmp_path / "c.parquet").exists()


def test_times_are_those_of_utc(command: Command, tmp_path: Path) -> None:
    command(*IMPORT)
    code, _, err = command(
        "correct", "g.parquet", "--record", "Grid#2", "--set", "starts_at=2024-07-11T12:00+01:00",
        "--author", "A", "--reason", "B", "-o", "c.parquet",
    )  # fmt: skip
    assert code == 0, err
    starts = newest(read_records(tmp_path / "c.parquet"))["starts_at"].to_list()
    assert starts == [datetime(2024, 7, 11, 11, tzinfo=UTC), None]


def test_an_unknown_figure_becomes_unknown(command: Command, tmp_path: Path) -> None:
    command(*IMPORT)
    command(
        "correct", "g.parquet", "--record", "Grid#2", "--set", "arrests=", "--author", "A",
        "--reason", "B", "-o", "c.parquet",
    )  # fmt: skip
    assert newest(read_records(tmp_path / "c.parquet"))["arrests"].to_list() == [None, None]
