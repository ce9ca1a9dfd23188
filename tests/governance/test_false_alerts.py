"""Counts of false alerts by group, as officers enter them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.governance.false_alerts import FalseAlertsByGroup


def read(**changed: Any) -> FalseAlertsByGroup:
    values = {
        "deployment": "DEP-1",
        "scheme": "16+1, officer-defined",
        "counts": {"B1": 2, "W1": 1},
        "false_alerts": 4,
        "by": "b.osei",
        "at": datetime(2026, 11, 25, 18, 0, tzinfo=UTC),
    }
    return FalseAlertsByGroup.read(values | changed, what="the field counts")


@pytest.mark.parametrize("counts", [{}, None, [], {"": 1}, {"B1": -1}, {"B1": 0.5}, {"B1": True},
                                    {"B1": "1"}, {"B1\x00": 1}, {"a\x1bb": 1}])  # fmt: skip
def test_what_are_no_counts_is_refused(counts: object) -> None:
    with pytest.raises(RecordError, match="counts"):
        read(counts=counts)


def test_what_was_not_written_down_is_said() -> None:
    assert read().not_recorded == 1
    assert read(counts={"B1": 0}, false_alerts=0).not_recorded == 0
    assert FalseAlertsByGroup.read(read().plain(), what="it") == read()


def test_more_than_there_were_is_refused() -> None:
    with pytest.raises(RecordError, match="counts sum to 5, more than the 4 false alerts"):
        read(counts={"B1": 2, "W1": 3})


def test_a_group_is_named_once() -> None:
    with pytest.raises(RecordError, match="counts names a group twice"):
        read(counts={"B1": 1, "b1": 1})


@pytest.mark.parametrize("scheme", ["", None, "two\nlines", "x" * 201])
def test_the_scheme_is_named(scheme: object) -> None:
    with pytest.raises(RecordError, match="scheme: "):
        read(scheme=scheme)
