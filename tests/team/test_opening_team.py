"""Opening a team's store: whoever connects is who asks, and nobody claims to be another."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from postgresql_server import PostgresqlServer
from team_bench import token_of

from workbench.bench import Workbench
from workbench.errors import (
    CredentialError,
    KeyStoreError,
    NotPermittedError,
    RefusedError,
    StoreError,
)
from workbench.governance.permissions import Permission
from workbench.governance.roles import Role
from workbench.settings import Settings

Team = Any


@pytest.mark.parametrize("role", list(Role))
def test_each_person_is_whoever_connects(made_team: Team, as_anybody: None, role: Role) -> None:
    with made_team.open(f"{role.value}-2") as bench:
        assert (bench.actor.name, bench.actor.role) == (f"{role.value}-2", role)
        assert bench.actor.database_user == made_team.user(f"{role.value}-2")
        assert bench.expires == made_team.clock() + timedelta(hours=12)
        assert bench.promise is None


def test_a_kernel_holds_no_key_and_no_password_file(made_team: Team, as_anybody: None) -> None:
    with made_team.open("analyst") as bench:
        secrets = bench._opened.secrets
        assert (secrets.signer, secrets.credential_key, secrets.users_file) == (None, None, None)
        assert not bench._context.places.keys.exists()
        with pytest.raises(CredentialError, match="you are whoever your connection is"):
            _ = secrets.credentials
        with pytest.raises(CredentialError, match="you are whoever your connection is"):
            bench.users.change_own_password("x", "y")


def test_each_person_has_a_witness_of_their_own(made_team: Team, as_anybody: None) -> None:
    with made_team.open("operator") as bench:
        bench.deployments.list()
        witness = bench._context.places.witness
    assert "operator" in str(witness)
    assert stat.S_IMODE(witness.stat().st_mode) == 0o600
    assert witness.read_text("utf-8").count("\n") >= 1


class TestCredentials:
    def test_one_is_not_taken_where_nothing_could_check_it(
        self, made_team: Team, as_anybody: None
    ) -> None:
        with pytest.raises(CredentialError, match="no password and no credential is checked"):
            Workbench.open(
                made_team.address("analyst"),
                credential="a.b",
                settings=made_team.settings("analyst"),
                clock=made_team.clock,
            )

    def test_nobody_logs_in_with_a_password_there(self, made_team: Team, as_anybody: None) -> None:
        with pytest.raises(CredentialError, match="in a team's store you are whoever"):
            Workbench.login(
                made_team.address("analyst"),
                "ada",
                "a long enough password",
                settings=made_team.settings("analyst"),
                clock=made_team.clock,
            )

    def test_the_key_alone_lets_nobody_act_through_anothers_connection(self, team: Team) -> None:
        token = Workbench.login(
            team.owner_address,
            "ada",
            "a long enough password",
            settings=team.settings("owner"),
            clock=team.clock,
        )
        with pytest.raises(
            CredentialError, match=r"is that of ada, the connection that of analyst"
        ):
            Workbench.open(
                team.address("analyst"),
                credential=token,
                settings=team.settings("owner"),
                clock=team.clock,
            )

    def test_the_owner_of_the_database_logs_in_like_everybody_elsewhere(self, team: Team) -> None:
        with team.as_owner() as owner:
            assert (owner.actor.name, owner.actor.role) == ("ada", Role.ADMINISTRATOR)
            assert owner._context.store.through is None
        with pytest.raises(CredentialError, match="nobody is logged in"):
            Workbench.open(team.owner_address, settings=team.settings("owner"), clock=team.clock)

    def test_the_owner_may_be_an_account_too(self, team: Team) -> None:
        with team.as_owner() as owner:
            owner.team.add("ada", "lfr_owner")
        with Workbench.open(
            team.owner_address, settings=team.settings("elsewhere"), clock=team.clock
        ) as bench:
            assert bench.actor.name == "ada"


class TestStrangers:
    def test_a_user_without_an_account(self, team: Team) -> None:
        team.server.new_user("stranger")
        with pytest.raises(StoreError, match="permission denied for database"):
            team.open("stranger")
        team.server.run("GRANT lfr_analyst TO stranger")
        try:
            with pytest.raises(CredentialError, match="stranger has no account here"):
                team.open("stranger")
            assert team.run("SELECT count(*) FROM deployments", "stranger") == [(0,)]
            assert team.run("SELECT count(*) FROM actors", "stranger") == [(0,)]
        finally:
            team.server.run("REVOKE lfr_analyst FROM stranger")

    def test_a_disabled_account_is_out_at_once(self, team: Team) -> None:
        with team.open("analyst") as opened:
            opened.deployments.draft({"reference": "2026-11/A"})
            with team.open("administrator") as administrator:
                administrator.users.change("analyst", active=False)
            with pytest.raises(CredentialError, match="analyst is disabled"):
                opened.deployments.list()
        with pytest.raises(CredentialError, match="has no account here that is active"):
            team.open("analyst")
        assert team.run("SELECT count(*) FROM deployments", "analyst") == [(0,)]
        assert team.run("SELECT count(*) FROM deployments", "analyst-2") == [(1,)]

    def test_another_role_takes_effect_at_once_for_what_is_seen(self, team: Team) -> None:
        with team.open("analyst") as analyst:
            analyst.deployments.draft({"reference": "2026-11/A"})
        with team.open("administrator") as administrator:
            administrator.users.change("analyst", role=Role.MANAGER)
        assert team.run("SELECT count(*) FROM deployments", "analyst") == [(0,)]
        with team.as_owner() as owner:
            assert owner.team.check().faults == (
                "analyst: the database user analyst is in lfr_analyst, not in lfr_manager",
            )
            assert owner.team.set_up(clock_apart=None) == ()
        with team.open("analyst") as bench:
            assert bench.actor.role is Role.MANAGER
        with team.as_owner() as owner:  # groups are the server's, not the database's
            owner.users.change("analyst", role=Role.ANALYST)
            owner.team.set_up(clock_apart=None)

    def test_a_store_that_was_not_set_up(
        self, postgresql: PostgresqlServer, made_team: Team, tmp_path: Path, as_anybody: None
    ) -> None:
        database = postgresql.new_database("lfr_owner")
        Workbench.create(
            postgresql.address(database, "lfr_owner"),
            "ada",
            "a long enough password",
            settings=made_team.settings(f"plain-{database}"),
            clock=made_team.clock,
        )
        postgresql.run(
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO analyst", database, "lfr_owner"
        )
        with pytest.raises(StoreError, match=r"not set up for a team.* run workbench team setup"):
            Workbench.open(
                postgresql.address(database, "analyst"), settings=made_team.settings("analyst")
            )


class TestKeys:
    def test_a_folder_of_keys_is_refused_unless_it_is_said(
        self, postgresql: PostgresqlServer, made_team: Team, tmp_path: Path
    ) -> None:
        address = postgresql.address(postgresql.new_database("lfr_owner"), "lfr_owner")
        settings = Settings(keys={"folder": tmp_path / "keys"}, witness=tmp_path / "witness")
        with pytest.raises(
            RefusedError, match=r"needs a key service.*KEYS__SHARED=true, which tru"
        ):
            Workbench.create(address, "ada", "a long enough password", settings=settings)
        shared = Settings(
            keys={"folder": tmp_path / "keys", "shared": True}, witness=tmp_path / "witness"
        )
        Workbench.create(address, "ada", "a long enough password", settings=shared)
        with pytest.raises(RefusedError, match="needs a key service"):
            Workbench.login(address, "ada", "a long enough password", settings=settings)
        token = Workbench.login(address, "ada", "a long enough password", settings=shared)
        with Workbench.open(address, credential=token, settings=shared) as bench:
            assert bench.actor.name == "ada"

    def test_whoever_needs_no_key_needs_no_token_of_the_service(
        self, made_team: Team, as_anybody: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for role in ("manager", "analyst"):
            monkeypatch.delenv(token_of(role))
        with made_team.open("manager") as manager:
            assert manager.actor.role is Role.MANAGER
        with made_team.open("analyst") as analyst:
            from workbench.records.vault.register import KeyRegister

            def seal() -> None:
                with analyst._context.system() as acting:
                    KeyRegister(analyst._context.keys).make(
                        acting.connection,
                        key_id="key-1",
                        retention="watchlist",
                        purpose="x",
                        now=acting.now,
                    )

            with pytest.raises(KeyStoreError, match="TOKEN_OF_ANALYST"):
                seal()


class TestWithheld:
    """What an administrator may do elsewhere, and here would take reading what is not theirs."""

    @pytest.mark.parametrize(
        ("permission", "do"),
        [
            (Permission.RETENTION_PLAN, lambda bench: bench.retention.plan()),
            (Permission.RETENTION_RUN, lambda bench: bench.retention.run()),
            (Permission.AUDIT_VERIFY, lambda bench: bench.audit.verify()),
        ],
    )
    def test_it_is_refused_with_the_reason(
        self, made_team: Team, as_anybody: None, permission: Permission, do: Any
    ) -> None:
        with made_team.open("administrator") as administrator:
            assert not administrator._context.may(permission)
            with pytest.raises(
                NotPermittedError, match="it takes reading rows that an administrat"
            ):
                do(administrator)
        with made_team.open("data-protection-officer") as officer:
            do(officer)
