"""The locked test set is taken with an opening of these very rows, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from pydantic import ValidationError

from workbench.errors import ProtocolError
from workbench.evaluation import LockedTest, Opening, locked_test, protocol_digest, take_split

ROWS = [
    ("a/1", "a", "reference", "tuning"),
    ("a/2", "a", "probe", "tuning"),
    ("b/1", "b", "probe", "tuning"),
    ("c/1", "c", "reference", "test"),
    ("c/2", "c", "probe", "test"),
    ("d/1", "d", "probe", "test"),
]
AT = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)


def split(rows: list[tuple[str, ...]] = ROWS) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["path", "identity", "role", "split"], orient="row")


def whole() -> pl.DataFrame:
    return split().drop("split")


def opened(protocol: pl.DataFrame | None = None) -> Opening:
    digest = locked_test(split() if protocol is None else protocol).digest
    return Opening(policy="street-2026/1", by="data-scientist", at=AT, digest=digest)


def test_tuning_needs_nothing() -> None:
    assert take_split(split(), "tuning")["identity"].to_list() == ["a", "a", "b"]
    assert take_split(whole(), "whole")["path"].to_list() == split()["path"].to_list()


def test_the_test_set_needs_its_opening() -> None:
    with pytest.raises(
        ProtocolError,
        match=r"locked test set of 2 people .* not opened.* workbench policy open-test",
    ):
        take_split(split(), "test")
    taken = take_split(split(), "test", opened())
    assert taken["path"].to_list() == ["c/1", "c/2", "d/1"]
    assert protocol_digest(taken) == opened().digest
    assert take_split(split().reverse(), "test", opened()).equals(taken.reverse())


@pytest.mark.parametrize(
    "rows",
    [
        ROWS[:-1],
        [*ROWS[:-1], ("d/1", "e", "probe", "test")],
        [*ROWS, ("c/3", "c", "probe", "test")],
    ],
)
def test_an_opening_of_other_rows_opens_nothing(rows: list[tuple[str, ...]]) -> None:
    with pytest.raises(
        ProtocolError, match=r"policy street-2026/1 of 2026-11-25 14:30 UTC is of a test set"
    ):
        take_split(split(rows), "test", opened())


def test_other_tuning_rows_leave_the_lock_as_it_is() -> None:
    assert len(take_split(split(ROWS[1:]), "test", opened())) == 3


def test_what_may_be_known_of_it() -> None:
    facts = locked_test(split())
    assert (facts.people, facts.references, facts.probes, facts.opened) == (2, 1, 2, None)
    assert facts.spoken().endswith(": not opened")
    known = locked_test(split(), opened())
    assert known.spoken().endswith(
        "opened 2026-11-25 14:30 UTC by data-scientist for policy street-2026/1"
    )
    assert LockedTest.model_validate_json(known.model_dump_json()) == known


def test_what_is_not_split_is_whole() -> None:
    for part in ("tuning", "test"):
        with pytest.raises(
            ProtocolError, match=f"no row of the protocol has {part} in the column split"
        ):
            take_split(whole(), part)
    with pytest.raises(ProtocolError, match="would open the locked test set"):
        take_split(split(), "whole")
    with pytest.raises(ProtocolError, match="no row of the protocol has test"):
        locked_test(split(ROWS[:3]))


def test_a_part_without_a_role_is_refused() -> None:
    with pytest.raises(
        ProtocolError, match=r"the tuning rows .* name no reference in the column role"
    ):
        take_split(split(ROWS[1:]), "tuning")
    only = split([*ROWS[:3], ROWS[3]])
    with pytest.raises(ProtocolError, match=r"the test rows .* name no probe"):
        take_split(only, "test", opened(only))


@pytest.mark.parametrize(
    "change",
    [{"policy": ""}, {"by": ""}, {"at": datetime(2026, 11, 25)}, {"digest": "0"}],  # noqa: DTZ001
)
def test_an_opening_says_all_of_it(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Opening.model_validate(opened().model_dump() | change)
