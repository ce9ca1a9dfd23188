"""Openings of before they fixed a threshold: kept by the upgrade, and good for no policy."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bench_steps import AsRole
from policy_values import chosen_for, opened_for, with_evidence

from workbench.bench.upgrading import Upgrade, upgrade_bench
from workbench.errors import PolicyError, StoreError
from workbench.governance.policies import ThresholdPolicy
from workbench.records.migrations import head

PASSWORD = "a long enough password"  # noqa: S105 - of an account in a temporary folder


def test_an_upgrade_keeps_them_and_they_issue_nothing(bench: Any, as_role: AsRole) -> None:
    scientist = as_role("data-scientist")
    before = opened_for(scientist, "street/1")
    values = dict(scientist.policies.get("default-fused/1")) | {"id": "street/1"}
    policy = with_evidence(scientist, ThresholdPolicy.read(values, what="street/1"), before)
    bench.close()
    with closing(sqlite3.connect(Path(bench.folder) / "records.sqlite")) as records:
        records.execute("ALTER TABLE locked_openings DROP COLUMN chosen")
        records.execute("UPDATE alembic_version SET version_num = '0005'")
        records.commit()

    done = upgrade_bench(
        bench.folder, "administrator", PASSWORD, settings=bench.settings, clock=bench.clock
    )
    assert done == Upgrade("0005", head())
    with bench.open("data-scientist") as scientist:
        assert scientist.policies.openings() == [before.model_copy(update={"chosen": None})]
        with pytest.raises(PolicyError, match="no threshold was fixed then"):
            scientist.policies.issue(policy)
        after = opened_for(scientist, "street/2", chosen=chosen_for(errors=4))
        assert [one.words for one in after.earlier] == [
            "for policy street/1, by data-scientist at 2026-11-25 09:00 UTC"
        ]
        with (
            pytest.raises(StoreError, match="a locked test that was opened stays opened"),
            scientist._context.store.writing() as writing,
        ):
            writing.connection.exec_driver_sql("UPDATE locked_openings SET chosen = '{}'")
