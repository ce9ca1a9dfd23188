"""What the database refuses of retrospective work to a kernel that does as it likes."""

# The statements are those of the tests.
# ruff: noqa: S608

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from retro_examinations import said_row
from retro_values import CASE, case_values
from test_database_rules import attempted, begun

from workbench.governance.holds import HoldGround
from workbench.records.moments import as_text
from workbench.records.standing_rows import parts_stand

pytestmark = pytest.mark.slow

Team = Any
ROW_SECURITY = "violates row-level security policy"
ENDED = "UPDATE cases SET state = 'closed'"
PAST = "UPDATE cases SET expires = '2026-11-25T08:00:00.000000+00:00'"


def only(team: Team, query: str) -> str:
    ((value,),) = team.run(query)
    return str(value)


class TestExaminations:
    @pytest.mark.parametrize(
        ("account", "changes", "said"),
        [
            ("examiner", {"actor": "examiner-2"}, "in one's own name"),
            ("examiner", {"by": "examiner-2"}, "in one's own name"),
            ("examiner", {"by": None}, "in one's own name"),
            ("examiner", {"conclusion": "identified"}, "this is no conclusion on that search"),
            ("examiner", {"candidate": "candidate-4"}, "this is no conclusion on that search"),
            ("examiner", {"candidate": None}, "this is no conclusion on that search"),
            ("examiner", {"checklist": None}, "this is no conclusion on that search"),
            (
                "examiner",
                {"conclusion": "no-candidate", "candidate": "candidate-1"},
                "this is no conclusion on that search",
            ),
            ("examiner", {"kind": "other"}, "only examinations are kept here"),
            ("examiner", {"kind": "surrender"}, "only a search on which examiners differ"),
            ("reviewer", {}, "examining is for an examiner"),
            ("reviewer", {"kind": "surrender"}, "only a search on which examiners differ"),
            ("investigator", {}, "permission denied"),
            ("analyst", {}, "permission denied"),
            ("authorising-officer", {}, "permission denied"),
            ("data-protection-officer", {}, "permission denied"),
            ("administrator", {}, "permission denied"),
            ("operator", {}, "permission denied"),
            ("manager", {}, "permission denied"),
        ],
    )
    def test_what_is_no_conclusion_of_ones_own(
        self, searched: Team, account: str, changes: dict[str, Any], said: str
    ) -> None:
        assert said in str(attempted(searched, account, said_row(searched, account, **changes)))

    def test_nobody_concludes_on_a_search_that_they_made_whatever_their_role_was(
        self, searched: Team
    ) -> None:
        searched.run("UPDATE searches SET actor = 'examiner'")
        why = attempted(searched, "examiner", said_row(searched, "examiner"))
        assert why == "nobody concludes on a search that they made"
        assert attempted(searched, "examiner-2", said_row(searched, "examiner-2")) is None

    def test_nobody_concludes_twice_nor_after_the_conclusion(self, searched: Team) -> None:
        team = searched
        first = said_row(team, "examiner")
        again = first.replace("examination-examination", "examination-again")
        assert attempted(team, "examiner", first, again) == "nobody concludes twice on a search"
        assert attempted(team, "examiner", first) is None
        assert attempted(team, "examiner", again) == "nobody concludes twice on a search"
        assert attempted(team, "examiner-2", said_row(team, "examiner-2")) is None
        assert attempted(team, "examiner", again) == "that search is concluded"
        left = said_row(team, "reviewer", kind="surrender")
        assert attempted(team, "reviewer", left) == "that search is concluded"
        assert only(team, "SELECT count(*) FROM examinations") == "2"

    def test_nobody_examines_a_search_made_again_who_was_shown_what_another_said(
        self, searched: Team
    ) -> None:
        team = searched
        (row,) = team.run("SELECT content FROM searches")
        content = json.loads(str(row[0]))
        target, probe = content["target"], content["probe"]
        crop = {"operation": {"kind": "crop"}, "before": "0", "after": "1"}
        other = {**probe, "log": {**probe["log"], "file": "0" * 64}, "pictures": ["0" * 64]}

        def again(account: str, **changes: Any) -> str | None:
            said = json.dumps({**content, **changes}).replace("'", "''")
            team.run(
                "INSERT INTO searches SELECT 'search-again', of_case, actor, at, "
                f"'{said}', object_id FROM searches"
            )
            said = said_row(team, account).replace(team.search, "search-again")
            why = attempted(team, account, said.replace("examination-exam", "examination-x"))
            team.run("DELETE FROM examinations WHERE search = 'search-again'")
            team.run("DELETE FROM searches WHERE id = 'search-again'")
            return why

        assert attempted(team, "examiner", said_row(team, "examiner")) is None
        assert again("examiner") is None, "nobody has shown them another's words"
        differs = said_row(team, "examiner-2", conclusion="no-candidate")
        assert attempted(team, "examiner-2", differs) is None
        why = "nobody examines a search made again who read of the first"
        asked_before = (
            {},
            {"reason": "to be sure of it"},
            {"probe": {**probe, "pictures": ["1" * 64, *probe["pictures"]]}},
            {"probe": {**probe, "pictures": []}},
        )
        for changes in asked_before:
            for account in ("examiner", "examiner-2"):
                assert again(account, **changes) == why, changes
        asks_more = (
            {"target": [*target, "collection-other"]},
            {"target": ["collection-other"]},
            {"probe": other},
            {"probe": {**probe, "face": 1}},
            {"probe": {**probe, "log": {**probe["log"], "steps": [crop]}}},
            {"probe": {**probe, "by_hand": {}}},
        )
        for changes in asks_more:
            assert again("examiner", **changes) is None, changes
        of_one = {**probe, "appearance": "footage-1/0/3"}
        team.run(
            "UPDATE searches SET content = jsonb_set(content::jsonb, '{probe,appearance}', "
            "'\"footage-1/0/3\"')::text"
        )
        seen_again = {**of_one, "log": other["log"], "pictures": other["pictures"]}
        assert again("examiner", probe=seen_again) == why

    def test_support_for_one_person_explains_each_part_that_differs(self, searched: Team) -> None:
        marks: dict[str, Any] = {"nose": {"seen": "similar"}, "ears": {"seen": "different"}}

        def said(conclusion: str) -> str:
            row = said_row(searched, "examiner", checklist={"marks": marks})
            return row.replace("support-same", conclusion)

        for note in (None, ""):
            marks["ears"]["note"] = note
            why = attempted(searched, "examiner", said("support-same"))
            assert why == "support for one person explains each part that differs"
        assert attempted(searched, "examiner", said("support-different")) is None
        searched.run("DELETE FROM examinations")
        marks["ears"]["note"] = "seen from another angle"
        assert attempted(searched, "examiner", said("limited-support-same")) is None

    @pytest.mark.parametrize("conclusion", ["support-same", "no-candidate"])
    @pytest.mark.parametrize(
        "change",
        [
            {"full_scan": False},
            {"full_scan": None},
            {"full_scan": "true"},
            {"kind": "between"},
            {"kind": None},
        ],
    )
    def test_nor_on_triage_nor_on_pairs_of_footage(
        self, searched: Team, change: dict[str, Any], conclusion: str
    ) -> None:
        searched.run(
            f"UPDATE searches SET content = (content::jsonb || '{json.dumps(change)}'::jsonb)::text"
        )
        said = said_row(searched, "examiner", conclusion=conclusion)
        why = attempted(searched, "examiner", said)
        assert why == "a conclusion rests on a full scan, and on one probe"
        assert only(searched, "SELECT count(*) FROM examinations") == "0"

    @pytest.mark.parametrize("end", [ENDED, PAST])
    def test_nor_for_a_case_that_has_ended(self, searched: Team, end: str) -> None:
        searched.run(end)
        why = attempted(searched, "examiner", said_row(searched, "examiner"))
        assert why == "nothing is concluded for a case that has ended"

    def test_nobody_changes_or_takes_away_what_was_concluded(self, searched: Team) -> None:
        assert attempted(searched, "examiner", said_row(searched, "examiner")) is None
        for account in ("examiner", "reviewer", "investigator", "data-protection-officer"):
            why = attempted(searched, account, "UPDATE examinations SET kind = 'surrender'")
            assert "permission denied" in str(why), account
        for account in ("investigator", "analyst", "data-protection-officer"):
            for table in ("examinations", "searches", "footage", "footage_segments"):
                assert attempted(searched, account, f"DELETE FROM {table}") is None, "none is seen"
        for account in ("examiner", "reviewer"):
            why = attempted(searched, account, "DELETE FROM examinations")
            assert "permission denied" in str(why)
        for table in ("examinations", "searches", "footage"):
            assert only(searched, f"SELECT count(*) FROM {table}") == "1"


class TestCollections:
    @pytest.mark.parametrize("account", ["analyst", "analyst-2"])
    def test_no_part_is_added_to_anothers_nor_once_it_is_imported(
        self, searched: Team, account: str
    ) -> None:
        of = only(searched, "SELECT id FROM collections")
        part = (
            f"INSERT INTO collection_parts VALUES ('{of}', 7, NULL, NULL, '{{}}', "
            f"'{as_text(searched.clock())}')"
        )
        assert ROW_SECURITY in str(attempted(searched, account, part))
        searched.run("UPDATE collections SET state = 'importing', counts = NULL, finished = NULL")
        why = attempted(searched, account, part)
        assert (why is None) is (account == "analyst"), why

    def test_parts_that_are_not_what_the_log_says_do_not_stand(self, searched: Team) -> None:
        of = only(searched, "SELECT id FROM collections")

        def stands(account: str) -> bool:
            with searched.open(account) as bench, bench._context.store.reading() as connection:
                return parts_stand(connection, of)

        assert stands("investigator")
        before = only(searched, "SELECT shard FROM collection_parts")
        searched.run("UPDATE collection_parts SET shard = 'object-of-another'")
        assert not stands("investigator")
        assert not stands("analyst")
        searched.run(f"UPDATE collection_parts SET shard = '{before}'")
        assert stands("analyst")
        searched.run(
            "INSERT INTO collection_parts SELECT collection, 1, shard, refusals, counts, kept "
            "FROM collection_parts"
        )
        assert not stands("investigator")
        searched.run("DELETE FROM collection_parts")
        assert not stands("investigator")

    def test_nothing_but_of_parts_is_told_so(self, searched: Team) -> None:
        assert attempted(searched, "examiner", said_row(searched, "examiner")) is None
        for of in (searched.search, '","said":"', ""):
            asked = f"SELECT lfr_parts_stand('{of}', '{{}}')"
            assert searched.run(asked, "examiner-2") == [(True,)], "as of what there is not"

    def test_an_import_is_ended_once_and_whole(self, searched: Team) -> None:
        ready = "UPDATE collections SET state = 'ready', counts = '{}', finished = '2026-11-25'"
        assert "ended once" in str(attempted(searched, "analyst", ready))
        back = "UPDATE collections SET state = 'importing'"
        assert "ended once" in str(attempted(searched, "analyst", back))
        searched.run(f"{back}, counts = NULL, finished = NULL")
        assert "ended once" in str(attempted(searched, "analyst-2", ready))
        bare = "UPDATE collections SET state = 'ready'"
        assert "ended once" in str(attempted(searched, "analyst", bare))
        assert attempted(searched, "analyst", ready) is None

    def test_a_part_changes_only_where_people_are_removed_from_it(self, searched: Team) -> None:
        team = searched
        of = only(team, "SELECT id FROM collections")
        key, shard = (
            only(team, f"SELECT {column} FROM vault_objects WHERE kind = 'collection-shard'")
            for column in ("key_id", "id")
        )
        own = only(team, "SELECT key_id FROM collections")
        emptied = "UPDATE collection_parts SET shard = NULL, counts = '{\"references\": 0}'"
        fewer = "UPDATE collections SET counts = '{\"references\": 1}'"
        why = "a part of a collection changes when people are removed from it"
        assert attempted(team, "analyst", emptied) == why
        assert "ended once" in str(attempted(team, "analyst", fewer))
        for account in ("data-protection-officer", "investigator", "administrator"):
            assert "permission denied" in str(attempted(team, account, emptied)), account
        for named, keys in (("object-of-another", [key]), (shard, [own])):
            refused = begun(team, "analyst", "collection", purpose=of, objects=[named], keys=keys)
            assert refused is not None, "what is no part, or the key of all of it"
        assert begun(team, "analyst", "collection", purpose=of, objects=[shard], keys=[key]) is None
        for change in (
            f"UPDATE collection_parts SET shard = '{shard}x'",
            "UPDATE collection_parts SET counts = '{\"references\": 4}'",
        ):
            assert attempted(team, "analyst", change) == why
        assert "ended once" in str(
            attempted(team, "analyst", "UPDATE collections SET counts = '{\"references\": 4}'")
        )
        assert attempted(team, "analyst", emptied) is None
        assert attempted(team, "analyst", fewer) is None

    def test_nobody_prolongs_changes_or_deletes_one(self, searched: Team) -> None:
        for account in ("analyst", "data-protection-officer", "investigator", "administrator"):
            for change in ("ends = '2030-01-01'", "content = '{}'", "owner = 'x'", "key_id = 'x'"):
                why = attempted(searched, account, f"UPDATE collections SET {change}")
                assert "permission denied" in str(why), (account, change)
            for table in ("collections", "collection_parts"):
                why = attempted(searched, account, f"DELETE FROM {table}")
                assert "permission denied" in str(why)
        gone = "UPDATE collections SET destroyed = '2026-11-25'"
        for account in ("analyst", "data-protection-officer"):
            assert attempted(searched, account, gone) == "a collection is destroyed with its key"
        assert "permission denied" in str(attempted(searched, "investigator", gone))

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({}, None),
            ({"owner": "analyst-2"}, ROW_SECURITY),
            ({"state": "ready"}, ROW_SECURITY),
            ({"days": -1}, "a collection ends when it is said to"),
            ({"days": 367}, "a collection ends when it is said to"),
            ({"said": "2026-11-26T00:00:00.000000+00:00"}, "a collection ends when it is said to"),
            ({"made": "2027-11-25T09:00:00.000000+00:00"}, "a collection ends when it is said to"),
            ({"id": "collection-3"}, "a collection has a key of its own"),
        ],
    )
    def test_one_is_made_as_it_should_be(
        self, searched: Team, changes: dict[str, Any], said: str | None
    ) -> None:
        why = attempted(searched, "analyst", KEY, made(searched, **changes))
        assert why is None if said is None else said in str(why)

    def test_the_rules_of_the_force_may_want_it_shorter(self, searched: Team) -> None:
        searched.run(
            "UPDATE bench SET settings = "
            '(settings::jsonb || \'{"longest_collection": "P10D"}\')::text'
        )
        why = attempted(searched, "analyst", KEY, made(searched, days=11))
        assert "not too far ahead" in str(why)
        assert attempted(searched, "analyst", KEY, made(searched, days=10)) is None


KEY = (
    "INSERT INTO data_keys (id, retention, purpose, created) "
    "VALUES ('key-two', 'collection', 'collection-2', '2026-11-25')"
)


def made(team: Team, days: int = 30, **changes: str) -> str:
    """Return the statement that begins an import."""
    now = team.clock()
    ends = as_text(now + timedelta(days=days))
    row = {"id": "collection-2", "owner": "analyst", "state": "importing", "made": as_text(now)}
    row |= changes
    content = json.dumps({"name": "second", "ends": changes.get("said", ends)})
    return (
        "INSERT INTO collections (id, name, state, owner, content, made, ends, key_id) VALUES "
        f"('{row['id']}', 'second', '{row['state']}', '{row['owner']}', '{content}', "
        f"'{row['made']}', '{ends}', 'key-two')"
    )


class TestSearches:
    @pytest.mark.parametrize(
        ("account", "actor", "before", "said"),
        [
            ("investigator", "investigator", "SELECT 1", None),
            ("investigator", "analyst", "SELECT 1", ROW_SECURITY),
            ("investigator", "investigator", ENDED, ROW_SECURITY),
            ("investigator", "investigator", PAST, ROW_SECURITY),
            ("examiner", "examiner", "SELECT 1", "permission denied"),
            ("operator", "operator", "SELECT 1", "permission denied"),
        ],
    )
    def test_one_is_made_in_ones_own_name_for_a_case_that_goes_on(
        self, searched: Team, account: str, actor: str, before: str, said: str | None
    ) -> None:
        (row,) = searched.run("SELECT of_case, content, object_id FROM searches")
        searched.run(before)
        content = str(row[1]).replace("'", "''")
        why = attempted(
            searched,
            account,
            "INSERT INTO searches (id, of_case, actor, at, content, object_id) VALUES "
            f"('search-2', '{row[0]}', '{actor}', 'x', '{content}', '{row[2]}')",
        )
        assert why is None if said is None else said in str(why)

    @pytest.mark.parametrize("kind", ["footage", "everyone", "between"])
    def test_footage_is_searched_for_its_own_case_alone(self, searched: Team, kind: str) -> None:
        (row,) = searched.run("SELECT of_case, content, object_id FROM searches")
        held = only(searched, "SELECT id FROM footage")
        content = json.loads(str(row[1]))

        def made(case: object, **changes: Any) -> str:
            said = json.dumps({**content, **changes}).replace("'", "''")
            return (
                "INSERT INTO searches (id, of_case, actor, at, content, object_id) VALUES "
                f"('search-2', '{case}', 'investigator', 'x', '{said}', '{row[2]}')"
            )

        why = "footage is searched for its own case alone"
        other = "footage-of-another-case"
        of_footage = {"kind": kind, "target": [held, other]}
        assert attempted(searched, "investigator", made(row[0], **of_footage)) == why
        probe = {**content["probe"], "appearance": f"{other}/0/0"}
        assert attempted(searched, "investigator", made(row[0], probe=probe)) == why
        with searched.open("investigator") as bench:
            bench.cases.open(case_values(searched.clock(), number="CASE/2026/999"))
        second = only(searched, "SELECT id FROM cases WHERE number = 'CASE/2026/999'")
        of_footage = {"kind": kind, "target": [held]}
        assert attempted(searched, "investigator", made(second, **of_footage)) == why
        own = {**content["probe"], "appearance": f"{held}/0/0"}
        assert attempted(searched, "investigator", made(second, probe=own)) == why
        assert attempted(searched, "investigator", made(row[0], probe=own, **of_footage)) is None

    @pytest.mark.parametrize("account", ["investigator", "analyst", "examiner", "reviewer"])
    def test_nobody_changes_one(self, searched: Team, account: str) -> None:
        for change in ("content = '{}'", "actor = 'x'", "object_id = 'x'"):
            why = attempted(searched, account, f"UPDATE searches SET {change}")
            assert "permission denied" in str(why)


class TestFootage:
    def test_a_segment_is_added_while_it_is_indexed_for_a_case_that_goes_on(
        self, searched: Team
    ) -> None:
        of = only(searched, "SELECT id FROM footage")

        def add(place: int) -> str | None:
            segment = f"INSERT INTO footage_segments VALUES ('{of}', {place}, 'o', '{{}}', 'x')"
            return attempted(searched, "investigator", segment)

        assert add(0) is None
        searched.run(PAST)
        assert ROW_SECURITY in str(add(1))
        searched.run("UPDATE cases SET expires = '2026-12-25T08:00:00.000000+00:00'")
        assert add(1) is None
        indexed = "UPDATE footage SET state = 'indexed', counts = '{}', indexed = 'x'"
        assert attempted(searched, "investigator", indexed) is None
        assert ROW_SECURITY in str(add(2))
        back = "UPDATE footage SET state = 'added'"
        assert attempted(searched, "investigator", back) == "footage is indexed once"
        for change in ("content = '{}'", "added_by = 'x'", "of_case = 'x'"):
            why = attempted(searched, "investigator", f"UPDATE footage SET {change}")
            assert "permission denied" in str(why)


@pytest.mark.parametrize(
    ("account", "kind", "said"),
    [
        ("analyst", "collection-shard", ROW_SECURITY),
        ("investigator", "collection-shard", ROW_SECURITY),
        ("investigator", "search", ROW_SECURITY),
        ("examiner", "search", "permission denied"),
    ],
)
def test_nobody_adds_a_byte_to_what_is_kept(
    searched: Team, account: str, kind: str, said: str
) -> None:
    kept = only(searched, f"SELECT id FROM vault_objects WHERE kind = '{kind}'")
    more = f"INSERT INTO vault_chunks VALUES ('{kept}', 99, '\\x00')"
    assert said in str(attempted(searched, account, more))


def test_what_a_hold_on_its_case_keeps_is_not_begun_to_be_destroyed_piece_by_piece(
    searched: Team,
) -> None:
    with searched.open("data-protection-officer") as officer:
        officer.holds.place(
            CASE,
            ground=HoldGround.JUDICIAL,
            reason="The trial begins in January.",
            review_by=searched.clock() + timedelta(days=60),
        )
    searched.run(ENDED)
    case = only(searched, "SELECT id FROM cases")
    keys = [only(searched, "SELECT id FROM data_keys WHERE retention = 'case'")]
    for objects in ([searched.search], []):
        for account in ("investigator", "data-protection-officer"):
            said = {"objects": objects, "keys": keys}
            why = begun(searched, account, "case", purpose=case, **said)
            assert why == "a legal hold keeps some of it"
    searched.run("UPDATE holds SET released = '{}'")
    said = {"objects": [searched.search], "keys": keys}
    assert begun(searched, "investigator", "case", purpose=case, **said) is None
