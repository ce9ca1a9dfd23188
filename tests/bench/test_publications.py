"""What a bench publishes: of what ended alone, and as its roles may read it."""

from __future__ import annotations

from typing import Any

import pytest
from bench_steps import REFERENCE, AsRole, Authorised, log_of, went_live
from bench_values import application_values
from outcome_values import searched
from retro_values import case_values

from workbench.errors import NotPermittedError, RecordError, UnknownRecordError
from workbench.outcomes import findings_of
from workbench.records.audit.verbs import Verb
from workbench.reports.publication_notes import note_sentences


@pytest.fixture
def closed(as_role: AsRole, authorised: Authorised) -> None:
    """Let a deployment be searched and closed."""
    authorised()
    operator = as_role("operator")
    went_live(operator)
    searched(operator)
    operator.deployments.close(REFERENCE)


def test_nothing_is_published_of_what_did_not_end(as_role: AsRole, authorised: Authorised) -> None:
    authorised()
    operator, manager = as_role("operator"), as_role("manager")
    went_live(operator)
    searched(operator)
    nothing = "no deployment of the period ended and was searched, so that there is nothing to pub"
    with pytest.raises(RecordError, match=nothing):
        manager.publications.outcomes(source="b")
    operator.deployments.close(REFERENCE)
    assert len(manager.publications.outcomes(source="b").records) == 1


@pytest.mark.usefixtures("closed")
def test_a_deployment_is_a_record_with_the_counts_that_were_made_by_hand(as_role: AsRole) -> None:
    found = as_role("manager").publications.outcomes(source="a bench")
    (one,) = found.records.to_dicts()
    assert {name: one[name] for name in (
        "total_alerts", "true_alerts", "false_alerts", "unresolved", "arrests", "other_disposals",
        "no_action", "faces_seen", "false_alert_engagements", "false_alert_arrests",
        "duration_minutes", "source",
    )} == {
        "total_alerts": 6, "true_alerts": 2, "false_alerts": 2, "unresolved": 2, "arrests": 2,
        "other_disposals": 1, "no_action": 0, "faces_seen": 800, "false_alert_engagements": 2,
        "false_alert_arrests": 1, "duration_minutes": 20.0, "source": "a bench",
    }  # fmt: skip
    assert (one["cost"], one["cost_lines_unknown"]) == (None, 1)
    assert "alerts-add-up" not in set(findings_of(found.records)["rule"])


@pytest.mark.usefixtures("closed")
def test_what_is_held_besides_is_read_as_aggregates(as_role: AsRole) -> None:
    for role in ("manager", "reviewer", "authorising-officer"):
        found = as_role(role).publications.outcomes(source="b")
        (one,) = found.records.to_dicts()
        assert one["use_case"] == "Crime Hotspots"
        assert (one["latitude"], one["longitude"]) == (51.3753, -0.1008)
        (held,) = found.held
        assert (held.rank, held.urgent, held.feeds) == ("superintendent", False, ("gate",))
        assert (held.categories, held.too_few) == ({}, True)
        assert held.documents[0] == "Data protection impact assessment of 2026-01-15, version 2.0"
        assert "LFR" not in str(held), "no title of a document"
        assert one["site"] is None, "a feed is called as its operator likes"
    assert found.outcome(REFERENCE).counts.alerts == 6
    with pytest.raises(UnknownRecordError, match="that ended and was searched"):
        found.outcome("another")


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("role", ["operator", "data-scientist", "data-protection-officer"])
def test_who_may_not_publish_is_refused_before_anything_is_read(as_role: AsRole, role: str) -> None:
    bench = as_role(role)
    with pytest.raises(NotPermittedError, match="may not publish figures"):
        bench.publications.outcomes(source="b")
    assert log_of(bench)[-1].verb is Verb.REFUSAL
    assert not [one for one in log_of(bench) if one.actor == role and one.verb is Verb.CONSULT]


@pytest.mark.usefixtures("closed")
def test_the_extract_of_the_log_shows_kinds_and_nobody(as_role: AsRole) -> None:
    officer = as_role("data-protection-officer")
    with officer._context.system() as acting:
        acting.log(Verb.ERASE, ["Jane.Doe", "alert-0678f3c2a1b0-9f2c4d7a1e5b3c60"])
    found = officer.publications.acts()
    assert found.faults == 0
    assert found.acts[-1].objects == {"alert": 1, "other": 1}
    assert found.head.seq > found.acts[-1].seq
    assert "Jane" not in str([act.plain() for act in found.acts])
    assert {act.verb for act in found.acts} <= {
        Verb.COLLECT, Verb.ALTER, Verb.CONSULT, Verb.DISCLOSE, Verb.COMBINE, Verb.ERASE,
    }  # fmt: skip
    for role in ("manager", "administrator"):
        with pytest.raises(NotPermittedError, match="may not export the audit log"):
            as_role(role).publications.acts()


def test_the_extract_names_no_case_and_no_deployment_that_was_never_authorised(
    as_role: AsRole, authorised: Authorised, clock: Any
) -> None:
    authorised()
    analyst, officer = as_role("analyst"), as_role("data-protection-officer")
    analyst.deployments.draft(application_values(reference="2026-11/SURNAME-ROAD"))
    numbers = ("CASE/SURNAME/1", "CASE/SURNAME/2")
    why = "The exhibits were listed for the officer in the case."
    ids = {analyst.cases.open(case_values(clock(), number=number)).id for number in numbers}
    for number in (*numbers, *numbers[::-1]):
        analyst.cases.get(number, justification=why)
    found = officer.publications.acts()
    assert "SURNAME" not in str([act.plain() for act in found.acts])
    said = [act.purpose for act in found.acts]
    assert f"deployment {REFERENCE}" in said
    assert "a deployment that was never authorised" in said
    logged = [one.purpose for one in log_of(officer)]
    assert ids <= set(logged)
    assert [one for one in dict.fromkeys(said) if one.startswith("case ")] == [
        "case 1 of this extract", "case 2 of this extract",
    ]  # fmt: skip


def test_what_the_check_notes_is_published_in_fixed_sentences(as_role: AsRole, bench: Any) -> None:
    officer = as_role("data-protection-officer")
    [witness] = bench.settings.witness.iterdir()
    witness.write_text('{"torn', "utf-8")
    assert str(witness) in " ".join(officer.audit.verify().notes)
    assert officer.publications.acts().notes == (
        "Some checkpoints of a witness were cut short and tell nothing.",
    )


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("this check is not in the log: /srv/a of A. Surname is full", "could not be written"),
        ("signatures were not checked: no public key was given", "Signatures were not checked"),
        ("the head is not signed, as where a team logs", "The newest entry is not signed"),
        ("4,000 rows were last written before entries bore their digests", "Some rows were last"),
        ("rows were not held against the log, since this connection", "Rows were not held"),
        ("A. Surname made it up", "The check noted something else"),
    ],
)
def test_no_note_is_published_as_it_is(note: str, said: str) -> None:
    (sentence,) = note_sentences([note, note])
    assert sentence.startswith(said) or said in sentence
    assert "Surname" not in sentence
    assert "/srv" not in sentence
