"""Policies with a comparison of groups: read from its folder, issued with it, and asked for."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from bench_steps import AsRole
from equity_values import COMPARED, equity_folder, grouped, with_groups
from measured_values import MEASURED, measured
from policy_values import with_evidence

from workbench.bench.default_policies import load_default_policies
from workbench.bench.policy_drafting import PlannedUse, draft_policy
from workbench.bench.policy_equity import read_equity_evidence
from workbench.bench.policy_setups import measured_setup
from workbench.bench.rules import Rules
from workbench.errors import PolicyError, ProtocolError, RecordError
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.setups import Matcher
from workbench.matching.calibration import load_calibration
from workbench.records.audit.verbs import Verb
from workbench.records.policies import replace_policy

SFACE = load_default_policies()[Matcher.SFACE]
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a comparison of groups at the threshold that ships for the smaller encoder."""
    return equity_folder(tmp_path_factory.mktemp("groups"), grouped(), SFACE.threshold)


def street(scientist: Any, **changes: Any) -> ThresholdPolicy:
    """A policy such as an evaluation drafts, with the evidence of a test that is opened now."""
    values = dict(SFACE) | {"id": "street/1"} | changes
    return with_evidence(scientist, ThresholdPolicy.read(values, what="street/1"))


def test_a_folder_is_read_as_what_a_policy_carries(groups: Path) -> None:
    found = read_equity_evidence(groups)
    facts = grouped().facts
    assert found.setup == measured_setup(facts) == SFACE.setup
    assert (found.data_set, found.split, found.digest) == ("made up", "tuning", "b" * 64)
    assert (found.list_size, found.people, found.groups) == (500, 2_400, ("a", "b"))
    assert (found.searched_at, found.compared_at) == (MEASURED, COMPARED)
    first = found.compared[0]
    assert (first.threshold, first.times) == (SFACE.threshold, 1.0)
    rates = {(one.rate, one.group): one for one in first.rates}
    mated = grouped().searches.filter(pl.col("mated"), group="b")
    told = rates["FNIR", "b"]
    assert told.searches == len(mated) == 200
    assert told.people == mated["identity"].n_unique() == 200
    assert told.errors == 200 - int((mated["mate_score"] >= SFACE.threshold).sum())
    few = rates["FPIR", "b"]
    assert (few.people, few.searches, few.errors) == (1_000, 2_000, None)
    assert few.suppressed == "fewer than 3 expected errors"


def test_what_a_policy_cannot_carry_is_refused(tmp_path: Path) -> None:
    later = grouped(rule="rows; draw 3 of 500 references: shuffled")
    with pytest.raises(PolicyError, match="is of draw 3, and a policy rests on draw 0") as refused:
        read_equity_evidence(equity_folder(tmp_path / "draw", later, 0.43))
    assert str(tmp_path / "draw") in str(refused.value)
    shown = grouped(groups=("a", "\u202eb"))
    with pytest.raises(RecordError, match=r"groups\.1: character 1 cannot be shown"):
        read_equity_evidence(equity_folder(tmp_path / "shown", shown, 0.43))
    nameless = grouped(encoders={})
    with pytest.raises(RecordError, match="encoders"):
        read_equity_evidence(equity_folder(tmp_path / "nameless", nameless, 0.43))
    fused = grouped(matcher="fused", unit="log10 likelihood ratio", calibration="another/1")
    with pytest.raises(PolicyError, match="was fused by calibration another/1, and this is") as no:
        read_equity_evidence(equity_folder(tmp_path / "fused", fused, 0.43))
    assert load_calibration().id in str(no.value)


@pytest.mark.parametrize("threshold", [0.43, None])
def test_one_is_drafted_with_the_groups_at_its_threshold(
    threshold: float | None, tmp_path: Path
) -> None:
    chosen = {"threshold": threshold} if threshold else {"target_fpir": 0.003}
    lists = {"smallest_list": 1, "largest_list": 500}

    def draft(**more: Any) -> ThresholdPolicy:
        use = PlannedUse(**lists, **chosen, **more)  # type: ignore[arg-type]
        both = measured("tuning"), measured("test")
        return draft_policy("street/1", *both, use, now=NOW, replicates=100)

    plain = draft()
    folder = equity_folder(tmp_path, grouped(), round(plain.threshold, 3))
    equity = read_equity_evidence(folder)
    told = draft(equity=equity)
    assert told.evidence is not None
    assert told.evidence.by_group == equity
    assert told.equity_words.startswith("equity measured on made up, tuning people (2,400 people,")
    assert f"E{told.equity_words[1:]}. The encoders may have" in told.measured_on
    assert "Equity not measured" in plain.measured_on
    assert "Equity not measured" not in told.measured_on
    far = equity_folder(tmp_path / "far", grouped(), plain.threshold + 0.002)
    with pytest.raises(PolicyError, match="and not at its threshold"):
        draft(equity=read_equity_evidence(far))


def test_one_is_issued_with_the_folder_that_shows_its_groups(
    as_role: AsRole, groups: Path, tmp_path: Path
) -> None:
    scientist = as_role("data-scientist")
    plain = street(scientist)
    with pytest.raises(PolicyError, match="it holds a comparison of groups, and nothing shows it"):
        scientist.policies.issue(with_groups(plain))
    with pytest.raises(PolicyError, match="holds another comparison of groups than is given"):
        scientist.policies.issue(with_groups(plain), equity=groups)
    other = equity_folder(tmp_path / "int8", grouped(runtime="int8"), SFACE.threshold)
    with pytest.raises(PolicyError, match="the two differ in runtime"):
        scientist.policies.issue(plain, equity=other)
    with pytest.raises(ProtocolError, match=r"equity\.json: cannot be read"):
        scientist.policies.issue(plain, equity=tmp_path)
    assert [one.id for one in scientist.policies.list() if one.id == "street/1"] == []
    issued = scientist.policies.issue(plain, equity=groups)
    assert issued.evidence is not None
    assert issued.evidence.by_group == read_equity_evidence(groups)
    assert scientist.policies.get("street/1") == issued


def test_it_is_issued_as_it_was_drafted_and_no_edited_file(
    as_role: AsRole, groups: Path, tmp_path: Path
) -> None:
    scientist = as_role("data-scientist")
    edited = Path(shutil.copytree(groups, tmp_path / "edited"))
    values = json.loads((edited / "equity.json").read_text("utf-8"))
    values["people"] = 24_000
    (edited / "equity.json").write_text(json.dumps(values), "utf-8")
    with pytest.raises(ProtocolError, match="do not come to what it says of people"):
        scientist.policies.issue(street(scientist), equity=edited)


@pytest.mark.parametrize("words", ["x", "equal", "pending 2", "Not measured", "evaluation E-12"])
def test_words_are_no_measurement_of_equity(as_role: AsRole, words: str) -> None:
    scientist = as_role("data-scientist")
    with pytest.raises(PolicyError, match=r"cannot be issued: equity reads .* which nothing can"):
        scientist.policies.issue(street(scientist, equity=words))


def test_where_equity_is_a_condition_nobody_approves_without_it(
    make_bench: Any, clock: Any, groups: Path
) -> None:
    maker = make_bench(rules=Rules(needs_equity=True), name="equal")
    officer, scientist = maker.open("authorising-officer"), maker.open("data-scientist")
    with pytest.raises(PolicyError, match="its error rates by group are not measured, and this"):
        officer.policies.approve("default-sface/1")
    issued = scientist.policies.issue(street(scientist), equity=groups)
    assert issued.equity_words.startswith("equity measured on made up, tuning people")
    assert officer.policies.approve("street/1").approved == clock()


def test_what_was_issued_with_words_is_read_and_is_not_measured(
    make_bench: Any, clock: Any, groups: Path
) -> None:
    maker = make_bench(rules=Rules(needs_equity=True), name="equal")
    officer, scientist = maker.open("authorising-officer"), maker.open("data-scientist")
    issued = scientist.policies.issue(street(scientist))
    former = issued.plain()
    former |= {"equity": "evaluation E-12"}
    former["evidence"] = former["evidence"] | {"equity": "evaluation E-12"}
    del former["evidence"]["by_group"]
    with scientist._context.system() as acting:
        acting.connection.exec_driver_sql(
            "UPDATE policies SET content = ? WHERE id = 'street/1'", (json.dumps(former),)
        )
        acting.log(Verb.THRESHOLD_CHANGE, ["street/1"])
    words = scientist.policies.get("street/1").equity_words
    assert words == "equity not measured in a form that can be checked"
    with pytest.raises(PolicyError, match="not measured in a form that can be checked, and this"):
        officer.policies.approve("street/1")
    # As nobody can make it: a comparison that is of something else does not count when it is there.
    wrong = with_groups(issued, setup=load_default_policies()[Matcher.FACENET].setup)
    with scientist._context.system() as acting:
        replace_policy(acting.connection, wrong)
        acting.log(Verb.THRESHOLD_CHANGE, ["street/1"])
    with pytest.raises(PolicyError, match="does not cover it: the two differ in matcher"):
        officer.policies.approve("street/1")
    with scientist._context.system() as acting:
        replace_policy(acting.connection, with_groups(issued))
        acting.log(Verb.THRESHOLD_CHANGE, ["street/1"])
    assert officer.policies.approve("street/1").approved == clock()
