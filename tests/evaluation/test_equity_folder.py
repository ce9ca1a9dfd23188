"""The folder of a comparison of groups: read back, recounted, and refused where it was changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from equity_values import COMPARED, equity_folder, grouped

from workbench.errors import ProtocolError
from workbench.evaluation.equity import SMALLEST_PEOPLE, equity_at
from workbench.evaluation.equity_folder import EQUITY_FILE, EQUITY_PARTS, read_equity
from workbench.governance.policy_equity_rules import SMALLEST_GROUP

T = 0.43


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that no test changes."""
    return equity_folder(tmp_path_factory.mktemp("equity"), grouped(groups=("a", "b", "c")), T)


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(written, tmp_path / "groups"))


def changed(folder: Path, change: Any) -> None:
    """Change `equity.json` as somebody may who edits it."""
    path = folder / EQUITY_FILE
    values = json.loads(path.read_text("utf-8"))
    change(values)
    path.write_text(json.dumps(values), "utf-8")


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_it_says_on_whom_at_which_thresholds_and_what_is_told(written: Path) -> None:
    kept = read_equity(written)
    facts, measured = kept.facts, grouped(groups=("a", "b", "c"))
    assert (facts.created, facts.measurement) == (COMPARED, measured.facts)
    assert (facts.groups, facts.reference, facts.people) == (("a", "b", "c"), "a", 2_400)
    assert facts.files == {name: digest_of(written / name) for name in EQUITY_PARTS}
    assert kept.sha256 == digest_of(written / EQUITY_FILE)
    found = equity_at(measured.searches, T, replicates=0)
    assert [(one.step, one.threshold) for one in facts.steps] == [
        (one.step, one.threshold) for one in found.steps
    ]
    told = [
        (at.threshold, one.rate, one.group, one.people, one.searches, one.errors, one.suppressed)
        for at in facts.steps
        for one in at.rates
    ]
    names = ("threshold", "rate", "group", "people", "searches", "errors", "suppressed")
    assert told == found.rates.select(names).rows()
    assert any(one.suppressed for at in facts.steps for one in at.rates)
    assert [at.comparisons for at in facts.steps] == [
        len(found.comparisons.filter(step=at.step)) for at in facts.steps
    ]


def test_a_rate_of_fewer_than_three_errors_is_not_measurable(tmp_path: Path) -> None:
    measured = grouped()
    others = measured.searches.filter(~pl.col("mated")).sort("top_score", descending=True)
    best = others.filter(group="a")["probe"].head(8).to_list()
    searches = measured.searches.with_columns(
        top_score=pl.when(pl.col("probe").is_in(best)).then(0.9).otherwise("top_score")
    )
    folder = equity_folder(
        tmp_path, type(measured).of(measured.facts, searches, measured.references), 0.6
    )
    rates = {
        one.group: one for one in read_equity(folder).facts.steps[0].rates if one.rate == "FPIR"
    }
    assert (rates["a"].errors, rates["a"].measurable) == (8, True)
    assert (rates["b"].errors, rates["b"].measurable) == (0, False)


def test_the_limit_of_the_rules_is_that_of_the_comparison() -> None:
    assert SMALLEST_GROUP == SMALLEST_PEOPLE


@pytest.mark.parametrize("name", EQUITY_PARTS)
def test_a_part_that_is_another_file_is_named(name: str, folder: Path) -> None:
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with pytest.raises(ProtocolError, match="is not the file that groups were compared with") as no:
        read_equity(folder)
    assert str(folder / name) in str(no.value)
    assert "Make it again with workbench evaluate equity" in str(no.value)
    (folder / name).unlink()
    with pytest.raises(ProtocolError, match=f"{name}: cannot be read"):
        read_equity(folder)


def _more_told(values: dict[str, Any]) -> None:
    rate = next(one for at in values["steps"] for one in at["rates"] if one["suppressed"])
    rate |= {"suppressed": None, "errors": 4, "measurable": True}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_more_told, "its searches do not come to what it says of steps"),
        (lambda v: v["steps"][0].update(threshold=0.44), "what it says of steps"),
        (lambda v: v["steps"].pop(), "what it says of steps"),
        (lambda v: v["steps"][0].update(differences=0, comparisons=1), "what it says of steps"),
        (lambda v: v.update(people=9_000), "what it says of people"),
        (lambda v: v.update(groups=["a", "b"]), "what it says of groups"),
        (lambda v: v.update(reference="b"), "what it says of reference"),
        (lambda v: v["measurement"].update(data_set="our street"), "says of measurement"),
        (lambda v: v["measurement"].update(runtime="int8"), "says of measurement"),
        (lambda v: v["files"].pop("searches.parquet"), "names other parts than searches.parquet"),
        (lambda v: v.update(note="all is well"), "note: Extra inputs are not permitted"),
        (lambda v: v.pop("people"), "people: Field required"),
        (lambda v: v.update(schema_version=2), "schema_version: Input should be 1"),
    ],
)
def test_what_its_searches_do_not_come_to_is_refused(change: Any, said: str, folder: Path) -> None:
    changed(folder, change)
    with pytest.raises(ProtocolError, match=said):
        read_equity(folder)


def test_searches_that_were_changed_with_their_digest_are_counted_again(folder: Path) -> None:
    path = folder / "searches.parquet"
    score = pl.when(pl.col("mated")).then("top_score").otherwise(pl.col("top_score") - 0.2)
    pl.read_parquet(path).with_columns(top_score=score).write_parquet(path)
    changed(folder, lambda values: values["files"].update({path.name: digest_of(path)}))
    with pytest.raises(ProtocolError, match="its searches do not come to what it says of steps"):
        read_equity(folder)


def test_a_folder_without_it_or_too_large_a_file_is_named(folder: Path) -> None:
    path = folder / EQUITY_FILE
    path.write_bytes(b" " * (1 << 20) + b" {}")
    with pytest.raises(ProtocolError, match="is too large for a comparison of groups"):
        read_equity(folder)
    path.write_text("no JSON", "utf-8")
    with pytest.raises(ProtocolError, match="the document: Invalid JSON"):
        read_equity(folder)
    path.unlink()
    with pytest.raises(ProtocolError, match=r"equity\.json: cannot be read .*evaluate equity"):
        read_equity(folder)
