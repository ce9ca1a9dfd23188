"""Retrospective work in a team's store: each person by their own connection, blind and bound."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import psycopg
import pytest
from retro_examinations import CONCLUDED, said_row, seen
from retro_values import (
    BASIS,
    CASE,
    COLLECTION,
    LISTED,
    checklist,
    collection_values,
    probe_of,
)
from test_database_rules import attempted

from workbench.bench import Workbench
from workbench.bench.audit_offline import verify_offline
from workbench.bench.search_views import ProbeRequest
from workbench.errors import BlockedError, IllegalMoveError, NotAuthorisedError, NotPermittedError
from workbench.gallery_settings import GallerySettings, QdrantSettings
from workbench.governance.certificates import Result
from workbench.governance.roles import Role
from workbench.records.audit.faults import FaultKind, Verification

pytestmark = pytest.mark.slow

Team = Any
WHY = "looking for who was found, in a test"


def concluded(team: Team, account: str, conclusion: str = "support-same") -> Any:
    """Conclude as an examiner: that it is the first candidate, or what needs none."""
    about = conclusion not in {"no-candidate", "unsuitable"}
    said = {"candidate": "candidate-1", "checklist": checklist()} if about else {}
    with team.open(account) as examiner:
        return examiner.reviews.examine(team.search, conclusion, reason=CONCLUDED, **said)


def verified(team: Team) -> Verification:
    return verify_offline(team.owner_address, settings=team.settings("owner"))


def test_no_collection_of_a_team_lies_on_a_gallery_server(team: Team, tmp_path: Path) -> None:
    qdrant = QdrantSettings(path=tmp_path / "server", storage_encrypted=True)
    settings = team.settings("analyst").model_copy(
        update={"gallery": GallerySettings(qdrant=qdrant)}
    )
    values = collection_values(team.clock(), gallery="qdrant")
    with (
        Workbench.open(team.address("analyst"), settings=settings, clock=team.clock) as analyst,
        pytest.raises(BlockedError, match="a team's people have one key to a gallery server"),
    ):
        analyst.collections.import_(tmp_path, values, workers=1, **BASIS)
    assert not (tmp_path / "server").exists()


class TestBlind:
    def test_nobody_reads_anothers_before_their_own_is_kept(self, searched: Team) -> None:
        team = searched
        mine = concluded(team, "examiner")
        assert (mine.state, [one.by for one in mine.examinations]) == ("open", ["examiner"])
        assert seen(team, "examiner") == [("examiner",)]
        others = ("examiner-2", "investigator", "analyst", "reviewer", "authorising-officer")
        for account in (*others, "data-protection-officer", "administrator"):
            assert seen(team, account) == [], account
        for account in ("examiner-2", "investigator", "analyst", "reviewer"):
            with team.open(account) as other:
                view = other.reviews.get(team.search, justification=WHY)
                assert (view.state, view.examinations, view.outcome) == ("open", (), None)
        with team.open("examiner-2") as second:
            second.searches.get(team.search, justification=WHY)
        over = concluded(team, "examiner-2")
        assert (over.state, len(over.examinations)) == ("concluded", 2)
        assert [one.scores_seen for one in over.examinations] == [False, True]
        for account in ("investigator", "reviewer", "examiner"):
            assert len(seen(team, account)) == 2, account
        with team.open("investigator") as bench:
            view = bench.reviews.get(team.search, justification=WHY)
            assert view.outcome.candidate == "candidate-1"
        assert verified(team).faults == ()

    @pytest.mark.parametrize("guessed", ["support-same", "no-candidate"])
    def test_a_transaction_that_is_rolled_back_shows_nothing(
        self, searched: Team, guessed: str
    ) -> None:
        team = searched
        concluded(team, "examiner")
        with psycopg.connect(
            host="127.0.0.1",
            port=team.server.port,
            dbname=team.database,
            user=team.user("examiner-2"),
        ) as connection:
            for savepoint in (False, True):
                if savepoint:
                    connection.execute("SAVEPOINT before")
                connection.execute(said_row(team, "examiner-2", conclusion=guessed).encode())
                if savepoint:
                    connection.execute("RELEASE SAVEPOINT before")
                found = connection.execute("SELECT actor FROM examinations").fetchall()
                assert found == [("examiner-2",)]
                asked = "SELECT lfr_review_state(%s), lfr_sees_examinations(%s)"
                state = connection.execute(asked, [team.search, team.search]).fetchone()
                assert state == ("open", False), "whether both said the same is not told"
                surrender = said_row(team, "examiner-2", kind="surrender")
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="nobody concludes"):
                    connection.execute(surrender.encode())
                connection.rollback()
        assert concluded(team, "examiner-2", "no-candidate").state == "disputed"

    def test_the_third_concludes_without_having_seen_either(self, searched: Team) -> None:
        team = searched
        with team.as_owner() as owner:
            team.server.new_user("examiner_3")
            owner.team.add("examiner-3", "examiner_3", role=Role.EXAMINER)
        concluded(team, "examiner")
        assert concluded(team, "examiner-2", "no-candidate").state == "disputed"
        assert seen(team, "examiner-3") == seen(team, "reviewer") == []
        with pytest.raises(NotPermittedError, match="has concluded on search"):
            concluded(team, "examiner", "no-candidate")
        with psycopg.connect(
            host="127.0.0.1", port=team.server.port, dbname=team.database, user="examiner_3"
        ) as connection:
            connection.execute(said_row(team, "examiner-3").encode())
            state = connection.execute("SELECT lfr_review_state(%s)", [team.search]).fetchone()
            assert state == ("disputed",)
            assert len(connection.execute("SELECT FROM examinations").fetchall()) == 1
            connection.rollback()
        with team.open("examiner-3") as third:
            over = third.reviews.examine(team.search, "no-candidate", reason=CONCLUDED)
        assert (over.state, over.outcome.conclusion) == ("concluded", "no-candidate")
        assert len(seen(team, "investigator")) == 3
        assert verified(team).faults == ()

    def test_or_a_reviewer_leaves_it_so_and_the_two_do_not_examine_it_again(
        self, searched: Team, lfw: Path
    ) -> None:
        team = searched
        reason = "There is no third examiner on duty this week."
        concluded(team, "examiner")
        with team.open("reviewer") as reviewer:
            with pytest.raises(IllegalMoveError, match="on which two examiners differ"):
                reviewer.reviews.surrender(team.search, reason=reason)
            concluded(team, "examiner-2", "no-candidate")
            assert seen(team, "reviewer") == []
            left = reviewer.reviews.surrender(team.search, reason=reason)
        assert (left.state, left.outcome.conclusion) == ("concluded", "inconclusive")
        with pytest.raises(IllegalMoveError, match="is concluded"):
            concluded(team, "examiner-2")
        with team.as_owner() as owner:
            team.server.new_user("examiner_3")
            owner.team.add("examiner-3", "examiner_3", role=Role.EXAMINER)
        with team.open("examiner-3") as third:
            assert len(third.reviews.get(team.search, justification=WHY).examinations) == 2
        probe = ProbeRequest((probe_of(lfw, LISTED[0]),), "camera of the shop", kind="camera")
        with team.open("investigator") as bench:
            first, team.search = (
                team.search,
                bench.searches.against_collection(CASE, probe, COLLECTION, reason=WHY).id,
            )
        for account in ("examiner", "examiner-2"):
            with pytest.raises(NotPermittedError, match="was shown what another said of it"):
                concluded(team, account)
        mine = concluded(team, "examiner-3")
        assert [one.aware_of for one in mine.examinations] == [(first,)], "who read it is told of"
        asked = f"SELECT count(*) FROM lfr_own_looks('{first}')"  # noqa: S608
        assert team.run(asked, "examiner-3") == [(1,)], "of one's own alone"
        assert team.run(asked, "operator") == [(0,)]
        assert verified(team).faults == ()


def test_who_reads_no_entry_learns_nothing_of_it_by_trying_letters(searched: Team) -> None:
    team = searched
    concluded(team, "examiner")
    ((body,),) = team.run('SELECT body FROM audit WHERE strpos(body, \'"place":1,"said":\') > 0')
    digest = str(body).split('"said":"')[1][:64]
    hidden = (f'"said":"{digest[:4]}', f'"{digest}"', f'"place":1,"said":"{digest}"', '"said":"')
    for piece in hidden:
        assert str(body).find(piece) >= 0 or piece == f'"{digest}"'
        query = f"SELECT lfr_row_stands('{piece}', repeat('0', 64))"
        assert team.run(query, "examiner-2") == [(False,)], piece
    asked = f'SELECT lfr_row_stands(\'"objects":["{team.search}"\', \'x","y":"z\')'
    assert team.run(asked, "examiner-2") == [(False,)]


class TestSealed:
    @pytest.mark.parametrize(
        ("account", "shards", "of_case"),
        [
            ("analyst", 1, 1), ("investigator", 1, 1), ("examiner", 0, 1), ("reviewer", 0, 1),
            ("authorising-officer", 0, 1), ("operator", 0, 0), ("engagement-officer", 0, 0),
            ("manager", 0, 0), ("administrator", 0, 0), ("data-scientist", 0, 0),
        ],
    )  # fmt: skip
    def test_who_comes_to_which_bytes(
        self, searched: Team, account: str, shards: int, of_case: int
    ) -> None:
        def count(kind: str) -> int:
            may = "SELECT has_table_privilege('vault_objects', 'SELECT')"
            if not searched.run(may, account)[0][0]:
                return 0
            query = f"SELECT count(*) FROM vault_objects WHERE kind = '{kind}'"  # noqa: S608
            return int(str(searched.run(query, account)[0][0]))

        assert (count("collection-shard"), count("search")) == (shards, of_case)

    def test_a_data_protection_officer_destroys_and_reads_no_byte(self, searched: Team) -> None:
        why = attempted(searched, "data-protection-officer", "SELECT bytes FROM vault_chunks")
        assert why == "permission denied for table vault_chunks"

    def test_nobody_of_a_collection_or_a_list_is_in_the_database_in_clear(
        self, searched: Team
    ) -> None:
        tables = searched.run(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
            "(SELECT relnamespace FROM pg_class WHERE oid = to_regclass('audit'))"
        )
        rows = [
            str(row[0])
            for (table,) in tables
            for row in searched.run(f"SELECT t::text FROM {table} t")  # noqa: S608
        ]
        everything = "\n".join(rows)
        assert CASE in everything
        assert not any(name in everything for name in LISTED[:3])


class TestEnd:
    def test_a_case_takes_along_what_it_held(
        self, searched: Team, tmp_path: Path, kms: Any
    ) -> None:
        team = searched
        for account in ("examiner", "examiner-2"):
            concluded(team, account)
        with team.open("investigator") as bench:
            (added,) = bench.footage.list(CASE)
            assert bench.footage.index(added.id, workers=1).state == "indexed"
            export = bench.reviews.export(
                team.search, tmp_path / "r.html", recipient="DI Farrow", justification=WHY
            )
            text = (tmp_path / "r.html").read_bytes()
            assert export.sha256 == hashlib.sha256(text).hexdigest()
            assert verified(team).faults == ()
            kms.refused.clear()
            certificate = bench.cases.close(CASE).certificate
        assert certificate.result is Result.COMPLETE
        assert (certificate.counts["searches"], certificate.counts["footage"]) == (1, 1)
        with team.open("analyst-2") as other:
            why = "The charges were dropped on 20 November."
            removed = other.collections.remove(COLLECTION, [LISTED[0]], reason=why).certificate
            assert removed is not None
            assert (removed.result, removed.counts["people"]) == (Result.COMPLETE, 1)
            assert other.collections.get(COLLECTION).counts.references == 2
        assert verified(team).faults == ()
        with team.open("analyst") as analyst:
            dropped = analyst.collections.drop(COLLECTION)
            assert (dropped.result, dropped.counts["references"]) == (Result.COMPLETE, 2)
        assert kms.refused == []
        for table in ("examinations", "searches", "footage_segments", "footage", "vault_chunks"):
            assert team.run(f"SELECT count(*) FROM {table}") == [(0,)], table  # noqa: S608
        with team.open("data-protection-officer") as officer:
            told = {one.id: one for one in officer.retention.certificates(COLLECTION)}
            assert told == {removed.id: removed, dropped.id: dropped}
            assert officer.audit.verify().ok
        assert verified(team).faults == ()

    def test_at_their_ends_a_data_protection_officers_process_destroys_both(
        self, searched: Team
    ) -> None:
        team = searched
        concluded(team, "examiner")
        team.clock.turn(days=11)
        with pytest.raises(NotAuthorisedError):
            concluded(team, "examiner-2")
        with team.open("data-protection-officer") as officer:
            (of_case,) = officer.at_opening.certificates
        assert (of_case.counts["searches"], of_case.result) == (1, Result.COMPLETE)
        team.clock.turn(days=80)
        with team.open("data-protection-officer") as officer:
            (of_collection,) = officer.at_opening.certificates
            assert officer.audit.verify().ok
        assert (of_collection.counts["collections"], of_collection.result) == (1, Result.COMPLETE)
        assert team.run("SELECT count(*) FROM vault_objects") == [(0,)]
        assert verified(team).faults == ()


EDITS = {
    "UPDATE searches SET actor = 'analyst'": "search ",
    "UPDATE searches SET content = replace(content, '\"candidates\":3', '\"candidates\":2')": "search ",
    "DELETE FROM examinations WHERE place = 2": "what was said at place 2 about search",
    "UPDATE examinations SET actor = 'examiner-3' WHERE place = 2": "what was said at place 2 about",
    "UPDATE examinations SET content = replace(content, 'support-same', 'inconclusive') "
    "WHERE place = 1": "what was said at place 1 about search",
    "UPDATE footage SET added_by = 'analyst'": "footage ",
}


@pytest.mark.parametrize(("statement", "said"), EDITS.items())
def test_what_its_owner_edits_is_found(searched: Team, statement: str, said: str) -> None:
    for account in ("examiner", "examiner-2"):
        concluded(searched, account)
    searched.run(statement)
    (fault,) = verified(searched).faults
    assert fault.kind is FaultKind.ROW
    assert said in fault.text
