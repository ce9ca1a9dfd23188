"""A list whose sealed faces are gone from a team's store is no list to start with, and says so."""

from __future__ import annotations

from typing import Any

from bench_steps import REFERENCE
from bench_values import application_values
from kept_values import plant_list

from workbench.bench.list_views import ListView
from workbench.governance.permissions import Permission, holders

Team = Any
WHY = "preparing, for a test"


def shown(team: Team, account: str) -> ListView:
    with team.open(account) as bench:
        view = bench.watchlists.show(REFERENCE, WHY)
        assert isinstance(view, ListView)
        return view


def test_every_role_that_looks_at_a_list_is_told_when_it_is_gone(team: Team) -> None:
    with team.open("analyst") as analyst:
        analyst.deployments.draft(application_values())
    with team.as_owner() as owner:
        sealed = plant_list(owner, REFERENCE).object_id
    roles = [role.value for role in holders(Permission.WATCHLIST_CONSULT)]
    assert "reviewer" in roles
    assert {role: shown(team, role).missing for role in roles} == dict.fromkeys(roles)
    team.run(f"DELETE FROM vault_chunks WHERE object_id = '{sealed}'")  # noqa: S608
    for role in roles:
        view = shown(team, role)
        assert "are gone from the vault" in str(view.missing)
        assert not view.is_startable
