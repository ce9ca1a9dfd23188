"""`workbench evaluate alerts`: what it says of a table, its report, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from workbench.cli import main
from workbench.evaluation.adjudicated import CENSORED

HEAD = (
    "deployment,alert,score,threshold,label,faces_seen,policy,known_from,counting_method,list_size"
)
FALSE = "".join(
    f"d1,f{at},{2.5 + at},2.5,false,3000,street/1,2.5,tracks/1,100\n" for at in range(4)
)
TABLE = (
    f"{HEAD}\n{FALSE}"
    "d1,t,3.5,2.5,true,3000,street/1,2.5,tracks/1,100\n"
    "d1,u,4.5,2.5,unresolved,3000,street/1,2.5,tracks/1,100\n"
    "d2,,,3.5,,1000,street/1,3.5,tracks/1,200\n"
    "d3,,,3.5,,,street/1,3.5,,200\n"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    place = tmp_path / "alerts.csv"
    place.write_text(TABLE, "utf-8")
    return place


def ended(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["evaluate", "alerts", *(str(word) for word in words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_what_it_says(
    table: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    code, out, err = ended(capsys, table)
    assert code == 0, err
    said = " ".join(out.split())
    for word in (
        "street/1, tracks/1: from the score",
        "2.5 faces seen 4 of 3,000, 1 in 750",
        "3.5 faces seen 3 of 4,000, 1 in 1,300",
        "3.5 alerts 3 of 5, 6 in 10",
    ):
        assert word in said, (word, said)
    assert CENSORED in " ".join(err.split())
    assert "1 deployment is in no rate" in " ".join(err.split())


def test_the_result_and_the_report_hold_both_shares_with_their_counts(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result, report = tmp_path / "result.json", tmp_path / "report"
    code, out, err = ended(capsys, table, "--output", result, "--report", report, "--json")
    assert code == 0, err
    found = json.loads(result.read_text("utf-8"))
    assert found == json.loads(out) == json.loads((report / "result.json").read_text("utf-8"))
    assert (found["censored"], found["deployments"], found["deployments_in_no_rate"]) == (
        CENSORED, 3, 1,
    )  # fmt: skip
    (rate,) = found["rates"]
    low, high = rate["thresholds"]
    assert (low["threshold"], low["faces_seen"], low["deployments_kept_from_higher"]) == (
        2.5,
        3000,
        1,
    )
    assert (high["threshold"], high["faces_seen"], high["alerts"]) == (3.5, 4000, 5)
    assert [high["of_faces"][kind]["count"] for kind in ("best", "worst")] == [3, 4]
    assert [high["of_alerts"][kind]["of"] for kind in ("best", "worst")] == [5, 5]
    assert high["of_faces"]["best"]["exact_interval"][0] < 3 / 4000
    rows = pl.read_parquet(report / "rates.parquet")
    assert rows.select("threshold", "false", "of_faces_worst_count", "of_alerts_best_of").rows() == [
        (2.5, 4, 5, 6), (3.5, 3, 4, 5),
    ]  # fmt: skip
    page = " ".join((report / "report.html").read_text("utf-8").split())
    for word in (
        CENSORED, "3 of 4,000", "4 of 4,000", "3 of 5", "4 of 5", "95 %, by deployment",
        "100 to 200 references", "Deployments in no rate: 1.", ">1 of 2<",
    ):  # fmt: skip
        assert word in page, word
    assert "<script" not in page
    assert (report.stat().st_mode & 0o777, result.stat().st_mode & 0o777) == (0o700, 0o600)


def test_too_few_are_no_rate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place, report = tmp_path / "alerts.csv", tmp_path / "report"
    place.write_text(
        f"{HEAD}\nd,x,2.5,2.5,false,600,p/1,2.5,t,9\ne,,,2.5,,300,p/1,2.5,t,9\n", "utf-8"
    )
    code, _, err = ended(capsys, place, "--report", report)
    assert code == 0, err
    page = (report / "report.html").read_text("utf-8")
    assert (
        "1 of 900, not measurable here: at most 1 in 160 (upper end of the 95 % interval)" in page
    )
    place.write_text(f"{HEAD},alerts_gone\nd,x,2.5,2.5,false,600,p/1,2.5,t,9,3\n", "utf-8")
    code, _, err = ended(capsys, place, "--report", report, "--force")
    assert code == 0, err
    assert (
        "Policy and way of counting p/1, t: no rate: column alerts_gone: 3 alerts of 1"
        in " ".join(err.split())
    )
    assert "There is no rate in this table." in (report / "report.html").read_text("utf-8")


def test_what_is_refused_leaves_nothing(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report"
    table.write_text(TABLE.replace("unresolved", "perhaps"), "utf-8")
    code, out, err = ended(capsys, table, "--report", report)
    assert (code, out) == (2, "")
    assert "line 7: label 'perhaps' is unknown" in err
    assert not report.exists()
    code, _, err = ended(capsys, tmp_path / "nowhere.csv")
    assert (code, "there is no such file" in err) == (1, True)
    code, _, err = ended(capsys, table, "--output", table)
    assert code == 3
    assert "perhaps" in table.read_text("utf-8")
