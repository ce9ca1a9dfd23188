"""Adjudicated alerts as a table: what is in it, and what cannot be."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import AlertScores, alert_scores, check_alert_scores

HEAD = "deployment,alert,score,threshold,label,faces_seen"
GOOD = f"{HEAD}\nd1,x,3.5,2.5,true,900\nd1,y,2.5,2.5,false,900\nd2,,,2.75,,400\n"


def write(tmp_path: Path, text: str, name: str = "alerts.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_alerts_are_read(tmp_path: Path) -> None:
    found = alert_scores(write(tmp_path, GOOD))
    assert found.rows() == [
        ("d1", "x", 3.5, 2.5, "true", None, 2.5, 900, None, None, 0),
        ("d1", "y", 2.5, 2.5, "false", None, 2.5, 900, None, None, 0),
        ("d2", None, None, 2.75, None, None, 2.75, 400, None, None, 0),
    ]
    found.write_parquet(tmp_path / "alerts.parquet")
    assert alert_scores(tmp_path / "alerts.parquet").equals(found)


def test_what_else_may_be_said_of_a_deployment(tmp_path: Path) -> None:
    text = (
        f"{HEAD},policy,known_from,list_size,alerts_gone,note\n"
        "d1,x,3.5,2.5,unresolved,,street/1,3,1200,4,\nd1,y,3.25,3,false,,street/1,3.0,1200.0,4,why\n"
    )
    found = alert_scores(write(tmp_path, text))
    assert found["known_from"].to_list() == [3.0, 3.0]
    assert found["faces_seen"].to_list() == [None, None]
    assert found.select("policy", "list_size", "alerts_gone").row(1) == ("street/1", 1200, 4)


def test_left_out_the_highest_threshold_of_the_deployment_is_known_from(tmp_path: Path) -> None:
    text = f"{HEAD}\nd1,x,-0.5,-2,true,9\nd2,z,9,7,true,9\nd1,y,-0.5,-1,true,9\n"
    assert alert_scores(write(tmp_path, text))["known_from"].to_list() == [-1, 7, -1]


def test_all_scores_may_tie_and_all_labels_be_one(tmp_path: Path) -> None:
    rows = "".join(f"d,{at},2.5,2.5,false,9\n" for at in range(5))
    assert alert_scores(write(tmp_path, f"{HEAD}\n{rows}"))["score"].n_unique() == 1


def test_no_deployment_at_all(tmp_path: Path) -> None:
    assert alert_scores(write(tmp_path, HEAD)).rows() == []


FACTS = HEAD + ",policy,known_from,list_size,alerts_gone"
BAD: dict[str, tuple[str, str]] = {
    "no label": ("deployment,alert,score,threshold,faces_seen\n", "line 1 must name .* Add label"),
    "a name of somebody": (HEAD + ",subject\n", "names the column 'subject', which is unknown"),
    "a time": (HEAD + ",raised\n", "names the column 'raised', which is unknown"),
    "a score that is NaN": (HEAD + "\nd,x,nan,2,true,9\n", "line 2: score is 'nan', not a finite number"),
    "a score without end": (HEAD + "\nd,x,inf,2,true,9\n", "line 2: score is 'inf'"),
    "a score in words": (HEAD + "\nd,x,high,2,true,9\n", "line 2: score is 'high'"),
    "a threshold that is NaN": (HEAD + "\nd,x,1,NaN,true,9\n", "line 2: threshold is 'NaN'"),
    "a score below": (HEAD + "\nd,x,1.5,2,true,9\n", "line 2: score 1.5 is below the threshold 2"),
    "an unknown label": (HEAD + "\nd,x,3,2,open,9\n", "line 2: label 'open' is unknown. Use true, false or unresolved"),
    "no deployment": (HEAD + "\n,x,3,2,true,9\n", "line 2: deployment is empty"),
    "no score": (HEAD + "\nd,x,,2,true,9\n", "line 2: score is empty, and alert is not"),
    "a label of no alert": (HEAD + "\nd,,,2,true,9\n", "line 2: label is filled in, and alert is empty"),
    "an alert twice": (HEAD + "\nd,x,3,2,true,9\ne,x,3,2,true,9\n", "line 3: alert x is in line 2 already"),
    "none beside some": (HEAD + "\nd,x,3,2,true,9\nd,,,2,,9\n", "line 3: alert is empty here or in line 2"),
    "faces in part": (HEAD + "\nd,x,3,2,true,9.5\n", "line 2: faces_seen is '9.5', not a whole number from 0"),
    "two counts of faces": (HEAD + "\nd,x,3,2,true,9\nd,y,3,2,true,8\n", "line 3: faces_seen of deployment d is 8, but 9 in line 2"),
    "a list of nobody": (FACTS + "\nd,x,3,2,true,9,p,2,0,0\n", "line 2: list_size is '0', not a whole number from 1"),
    "two policies": (FACTS + "\nd,x,3,2,true,9,p,2,7,0\nd,y,3,2,true,9,q,2,7,0\n", "line 3: policy of deployment d is q, but p in line 2"),
    "a threshold above": (FACTS + "\nd,x,3,2,true,9,p,1,7,0\n", "line 2: threshold is above known_from"),
    "no count of the gone": (FACTS + "\nd,x,3,2,true,9,p,2,7,\n", "line 2: alerts_gone is empty"),
}  # fmt: skip


@pytest.mark.parametrize("column", ["subject", "entry", "raised", "feed", "place", "category"])
def test_a_table_with_more_in_it_is_refused(tmp_path: Path, column: str) -> None:
    says = rf"line 1 names the column '{column}', which is unknown. Known are deployment, alert"
    with pytest.raises(ProtocolError, match=says):
        alert_scores(write(tmp_path, GOOD.replace("faces_seen", f"faces_seen,{column}")))


def test_nothing_below_its_threshold_is_an_alert(tmp_path: Path) -> None:
    says = r"line 3: score 2.25 is below the threshold 2.5, and nothing below it raises an alert"
    with pytest.raises(ProtocolError, match=says):
        alert_scores(write(tmp_path, GOOD.replace("y,2.5", "y,2.25")))


@pytest.mark.parametrize(("text", "says"), BAD.values(), ids=BAD)
def test_every_bad_table_is_refused_whole(tmp_path: Path, text: str, says: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ProtocolError, match=says) as caught:
        alert_scores(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"score": 2.25}, r"an_alert_reached_its_threshold.*row 2"),
        ({"score": float("nan")}, r"score.*row 2"),
        ({"label": None}, r"an_alert_has_score_and_label.*row 2"),
        ({"label": "open"}, r"label.*row 2"),
        ({"alert": "x"}, r"an_alert_is_there_once.*row 1"),
        ({"faces_seen": 3}, r"facts_of_a_deployment_are_one.*row 1"),
        ({"threshold": 2.625, "score": 3.0}, r"known_from_the_highest_threshold.*row 2"),
        (
            {"alert": None, "score": None, "label": None},
            r"without_an_alert_there_is_one_row.*row 2",
        ),
    ],
)
def test_frames_keep_to_the_same_rules(
    tmp_path: Path, change: dict[str, object], says: str
) -> None:
    rows = alert_scores(write(tmp_path, GOOD)).to_dicts()
    frame = pl.DataFrame(
        [rows[0], rows[1] | change, rows[2]], schema=pl.Schema(AlertScores.create_empty().schema)
    )
    with pytest.raises(ProtocolError, match=says):
        check_alert_scores(frame)
