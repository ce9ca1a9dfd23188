"""Whatever people say in whatever order: two decide, nobody peeks, and counts add up."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import IllegalMoveError, NotPermittedError
from workbench.governance.adjudication import (
    Adjudication,
    Revision,
    Verdict,
)
from workbench.governance.agreement import cohens_kappa
from workbench.governance.alerts import ALERT_MOVES, DECIDED, AlertMove, AlertState
from workbench.governance.deployment_counts import DeploymentCounts
from workbench.governance.engaging import EngagementChoice, require_engagement_decidable
from workbench.governance.outcomes import Engagement, Outcome
from workbench.governance.people import same_person
from workbench.governance.recognition import clustered_interval
from workbench.intervals import clopper_pearson

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PEOPLE = ["a.khan", "A.Khan", "b.osei", "c.byrne", "C.BYRNE", "d.lee"]
SAID = [state for state in AlertState if state is not AlertState.OPEN]

people = st.sampled_from(PEOPLE)
verdicts = st.builds(
    Verdict, by=people, verdict=st.sampled_from(SAID), reason=st.just("Seen."), at=st.just(AT)
)
revisions = st.builds(
    Revision,
    by=people,
    move=st.sampled_from([AlertMove.REVIEW, AlertMove.CONFIRM, AlertMove.CORRECT]),
    to=st.sampled_from(sorted(DECIDED)),
    reason=st.just("Checked."),
    at=st.just(AT),
)
acts = st.lists(st.one_of(verdicts, revisions), max_size=12)


def history(acts: list[Verdict | Revision], *, two_person: bool) -> list[Adjudication]:
    """Every stage that is reached; what is refused changes nothing."""
    stages = [Adjudication("A", two_person)]
    for act in acts:
        now = stages[-1]
        try:
            after = now.with_verdict(act) if isinstance(act, Verdict) else now.with_revision(act)
        except (IllegalMoveError, NotPermittedError):
            continue
        stages.append(after)
    return stages


def distinct(names: list[str]) -> int:
    found: list[str] = []
    for name in names:
        if not any(same_person(name, other) for other in found):
            found.append(name)
    return len(found)


@given(acts)
def test_one_person_never_decides_under_the_two_person_rule(
    acts: list[Verdict | Revision],
) -> None:
    for stage in history(acts, two_person=True):
        assert distinct([verdict.by for verdict in stage.verdicts]) == len(stage.verdicts)
        if stage.state is not AlertState.OPEN:
            assert len(stage.verdicts) >= 2
        if stage.state.is_decided:
            agreed = [verdict.verdict for verdict in stage.verdicts]
            assert agreed[0] is agreed[1] or len(agreed) == 3 or stage.revisions


@given(acts, st.booleans())
def test_every_change_is_a_legal_move_and_none_leads_back_to_open(
    acts: list[Verdict | Revision], two_person: bool
) -> None:
    states = [stage.state for stage in history(acts, two_person=two_person)]
    for before, after in pairwise(states):
        assert before is after or after in ALERT_MOVES.table[before].values()
        if before is not AlertState.OPEN:
            assert after is not AlertState.OPEN


@given(acts, people, st.booleans())
def test_nobody_sees_a_verdict_before_their_own_while_one_is_owed(
    acts: list[Verdict | Revision], actor: str, two_person: bool
) -> None:
    for stage in history(acts, two_person=two_person):
        gave = any(same_person(verdict.by, actor) for verdict in stage.verdicts)
        if stage.owed and not gave:
            assert stage.visible_to(actor) == ()
        else:
            assert stage.visible_to(actor) == stage.verdicts


@given(acts, people)
def test_who_may_still_give_a_verdict_has_seen_none(
    acts: list[Verdict | Revision], actor: str
) -> None:
    """Along the whole history: a verdict is accepted only from somebody who was shown nothing."""
    stages = history(acts, two_person=True)
    for place, stage in enumerate(stages):
        try:
            stage.require_verdict_by(actor)
        except (IllegalMoveError, NotPermittedError):
            continue
        assert all(earlier.visible_to(actor) == () for earlier in stages[: place + 1])


@given(acts)
def test_nobody_is_engaged_on_the_word_of_one(acts: list[Verdict | Revision]) -> None:
    for stage in history(acts, two_person=True):
        try:
            require_engagement_decidable(stage, EngagementChoice.ENGAGE)
        except IllegalMoveError:
            continue
        said = [verdict.by for verdict in stage.verdicts if verdict.verdict.is_true]
        said += [revision.by for revision in stage.revisions if revision.to.is_true]
        assert stage.state.is_true
        assert distinct(said) >= 2


@given(acts, st.booleans())
def test_a_history_can_be_told_again(acts: list[Verdict | Revision], two_person: bool) -> None:
    last = history(acts, two_person=two_person)[-1]
    again = Adjudication("A", two_person, last.verdicts, last.revisions)
    assert again == last
    assert again.state is last.state


@given(st.lists(st.tuples(st.sampled_from(SAID), st.sampled_from(SAID)), max_size=60))
def test_kappa_keeps_its_bounds(pairs: list[tuple[AlertState, AlertState]]) -> None:
    found = cohens_kappa(pairs)
    assert found.n == len(pairs)
    assert 0 <= found.agreed <= found.n
    if found.kappa is not None:
        assert -1.0 <= found.kappa <= 1.0
        assert (found.kappa == 1.0) is (found.agreed == found.n)
    swapped = cohens_kappa([(other, one) for one, other in pairs])
    assert swapped == found


@given(
    st.lists(
        st.tuples(
            st.sampled_from(AlertState),
            st.sampled_from([None, *Outcome]),
            st.floats(0, 60),
            st.booleans(),
        ),
        max_size=30,
    ),
    st.integers(0, 1_000),
    st.booleans(),
)
def test_counts_add_up(
    alerts: list[tuple[AlertState, Outcome | None, float, bool]], more: int, said: bool
) -> None:
    states = {f"A-{i}": state for i, (state, *_) in enumerate(alerts)}
    engagements = [
        Engagement(
            alert=f"A-{i}",
            started=AT,
            minutes=minutes,
            stopped=stopped or outcome is Outcome.ARREST,
            outcome=outcome,
        )
        for i, (_, outcome, minutes, stopped) in enumerate(alerts)
        if outcome is not None
    ]
    found = DeploymentCounts.of(
        states, engagements, faces_seen=len(alerts) + more, unengaged_is_no_action=said
    )
    assert found.alerts == len(alerts)
    assert found.open + found.true + found.false + found.unresolved == found.alerts
    outcomes = found.outcomes
    total = outcomes.arrest + outcomes.other_disposal + outcomes.no_action
    assert total == (found.alerts if said else found.engagements)
    assert outcomes.with_outcome + outcomes.without_outcome == found.alerts
    for rates in (found.false_of_faces, found.false_of_alerts):
        assert rates.best.count <= rates.worst.count <= rates.severest.count <= found.alerts
        for rate in rates:
            assert rate.rate is None or rate.interval.low <= rate.rate <= rate.interval.high
    assert DeploymentCounts.read(found.plain(), what="it") == found


@given(
    st.lists(
        st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=2,
        max_size=20,
    )
)
def test_an_interval_by_person_is_never_narrower_than_one_by_pass(
    people: list[tuple[int, int]],
) -> None:
    found = clustered_interval(people)
    assert found is not None
    count, n = sum(good for good, _ in people), sum(trials for _, trials in people)
    naive = clopper_pearson(count, n)
    slack = 1e-9
    assert 0.0 <= found.low <= naive.low + slack
    assert naive.high - slack <= found.high <= 1.0
    assert found.low <= count / n <= found.high
