"""What is known of a list before it is built, and images that are handed over as bytes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bench_values import SFACE
from drawn_faces import drawn_analyser, portrait
from list_values import entry_of
from worked_bench import WorkedBench, make_worked_bench

from workbench.bench.list_views import EntryImage
from workbench.errors import IllegalMoveError, NotPermittedError, UnknownRecordError
from workbench.governance.deployments import DeploymentState
from workbench.governance.roles import Role
from workbench.governance.starting import CautionCode
from workbench.images import encode_png
from workbench.records.audit.verbs import Verb


@pytest.fixture
def bench(tmp_path: Path) -> WorkedBench:
    """Make a bench with a deployment that was drafted."""
    made = make_worked_bench(tmp_path)
    made.draft()
    return made


def given(*numbers: int, **changes: Any) -> list[EntryImage]:
    """Return entries whose images are bytes."""
    return [EntryImage(entry_of(f"NOM-{n}", **changes), encode_png(portrait(n))) for n in numbers]


def test_only_an_analyst_prepares_a_list(bench: WorkedBench) -> None:
    reference = bench.references[0]
    for role in Role:
        with bench.open(role.value) as opened:
            if role is Role.ANALYST:
                assert [one.reference for one in opened.watchlists.buildable()] == [reference]
                assert opened.watchlists.prepare(reference).deployment.reference == reference
                continue
            with pytest.raises(NotPermittedError, match=r"may not build a watchlist.*Ask an an"):
                opened.watchlists.buildable()
            with pytest.raises(NotPermittedError, match="may not build a watchlist"):
                opened.watchlists.prepare(reference)


def test_what_a_list_may_be_is_said_before_there_is_one(bench: WorkedBench) -> None:
    reference = bench.references[0]
    with bench.open("analyst") as analyst:
        prepared = analyst.watchlists.prepare(reference)
        assert prepared.present is None
        assert (prepared.largest, prepared.own_limit) == (20_000, None)
        assert prepared.deployment.state is DeploymentState.DRAFT
        assert prepared.deployment.place.startswith("North End")
        assert prepared.policy is not None
        assert (prepared.policy.id, prepared.is_demonstration) == (SFACE, False)
        assert prepared.age_warning(date(2026, 2, 11)) is None
        assert "more than 5 years" in str(prepared.age_warning(date(2019, 1, 1)))
        analyst.deployments.amend(reference, {"watchlist_limit": 12})
        assert analyst.watchlists.prepare(reference).largest == 12
        with pytest.raises(UnknownRecordError, match="NOWHERE"):
            analyst.watchlists.prepare("NOWHERE")
        analyst.deployments.cancel(reference, "the event was called off")
        assert analyst.watchlists.buildable() == []
        with pytest.raises(IllegalMoveError, match="A list is built before the search starts"):
            analyst.watchlists.prepare(reference)


def test_the_false_alerts_of_a_plan_are_those_of_the_list_that_it_becomes(
    bench: WorkedBench,
) -> None:
    reference = bench.references[0]
    with bench.open("analyst") as analyst:
        planned = analyst.watchlists.prepare(reference).expected(3, 14_000)
        report = analyst.watchlists.build(reference, given(1, 2, 3), drawn_analyser())
        assert len(report.enrolled) == 3
        assert analyst.watchlists.expected_false_alerts(reference, 14_000) == planned
        prepared = analyst.watchlists.prepare(reference)
        assert prepared.present is not None
        assert (prepared.present.references, prepared.present.builder) == (3, "analyst")
        codes = [one.code for one in prepared.cautions(3, None)]
        assert codes == [CautionCode.FALSE_ALERTS_UNKNOWN]
        assert prepared.cautions(3, 100) == ()
        assert [one.code for one in prepared.cautions(2_000, 14_000)] == [
            CautionCode.FALSE_ALERTS_ABOVE_CAP
        ]
        analyst.watchlists.purge(reference)
        assert analyst.watchlists.prepare(reference).present is None


def test_without_a_policy_a_plan_says_nothing_of_false_alerts(bench: WorkedBench) -> None:
    with bench.open("analyst") as analyst:
        analyst.deployments.draft({"reference": "2026-11/BARE"})
        prepared = analyst.watchlists.prepare("2026-11/BARE")
        assert prepared.expected(3, 10) is None
        assert (prepared.deployment.place, prepared.deployment.starts) == ("", None)


def test_each_look_is_logged_and_tells_of_nobody(bench: WorkedBench) -> None:
    with bench.open("analyst") as analyst:
        analyst.watchlists.prepare(bench.references[0])
    with bench.open("data-protection-officer") as officer:
        found = [one.entry for one in officer.audit.show(justification="looking at the log")]
    looked = [one for one in found if one.verb is Verb.CONSULT and one.actor == "analyst"]
    assert [one.justification for one in looked] == ["preparing a watchlist, nobody who is on one"]


def test_the_bytes_of_a_file_are_the_same_image_as_the_file(
    bench: WorkedBench, tmp_path: Path
) -> None:
    reference = bench.references[0]
    entries = given(1, 2)
    path = tmp_path / "NOM-1.jpg"
    path.write_bytes(encode_png(portrait(1)))
    with bench.open("analyst") as analyst:
        first = analyst.watchlists.build(reference, entries, drawn_analyser())
        again = analyst.watchlists.build(
            reference, [EntryImage(entries[0].entry, path), entries[1]], drawn_analyser()
        )
        assert [one.id for one in again.enrolled] == [one.id for one in first.enrolled]
        assert again.kept == 2
        broken = EntryImage(entry_of("NOM-3"), encode_png(portrait(3))[:90])
        report = analyst.watchlists.build(reference, [*entries, broken], drawn_analyser())
        assert "damaged or cut short" in report.refused[0].quality.reasons[0]
        assert "x89PNG" not in repr(broken)
