"""Rules that the database keeps by itself: which function watches over which table."""

from __future__ import annotations

from typing import Final, NamedTuple

from workbench.governance.conclusions import Conclusion
from workbench.governance.evaluation_sets import LONGEST_KEPT
from workbench.governance.reference_collections import LONGEST_COLLECTION
from workbench.governance.retention import RetentionClass
from workbench.governance.roles import Role
from workbench.records.engine import SERIAL_LOCK
from workbench.records.team.needs import VERSION, needs_of
from workbench.records.team.rows import class_roles
from workbench.records.team.sql_files import array, name, sql_file

__all__ = ["CALLED", "WATCHES", "rules"]


class _Watch(NamedTuple):
    """A trigger: the table, when it fires, and the function."""

    table: str
    event: str
    function: str
    deferred: bool = False


_FIRST: Final = "BEFORE INSERT"
_BEFORE: Final = "BEFORE UPDATE"
_AFTER: Final = "AFTER UPDATE"

WATCHES: Final = (
    _Watch("alerts", _BEFORE, "lfr_alert_changed"),
    _Watch("bench", _BEFORE, "lfr_rules_changed"),
    _Watch("cases", _BEFORE, "lfr_case_changed"),
    _Watch("cases", _AFTER, "lfr_case_was_due", deferred=True),
    _Watch("collections", "AFTER INSERT", "lfr_collection_made", deferred=True),
    _Watch("collection_parts", _BEFORE, "lfr_part_changed"),
    _Watch("collections", _BEFORE, "lfr_collection_changed"),
    _Watch("data_keys", _AFTER, "lfr_key_marked", deferred=True),
    _Watch("deployments", _BEFORE, "lfr_deployment_changed"),
    _Watch("deployments", _AFTER, "lfr_deployment_was_due", deferred=True),
    _Watch("erasures", _FIRST, "lfr_erasure_begun"),
    _Watch("erasures", _BEFORE, "lfr_erasure_changed"),
    _Watch("evaluation_sets", "AFTER INSERT", "lfr_set_made", deferred=True),
    _Watch("evaluation_sets", _BEFORE, "lfr_set_changed"),
    _Watch("examinations", _FIRST, "lfr_examination_said"),
    _Watch("footage", _BEFORE, "lfr_footage_changed"),
    _Watch("holds", _BEFORE, "lfr_hold_changed"),
    _Watch("locked_openings", "AFTER INSERT", "lfr_test_opened", deferred=True),
    _Watch("policies", _FIRST, "lfr_policy_issued"),
    _Watch("policies", _BEFORE, "lfr_policy_changed"),
    _Watch("rule_changes", _BEFORE, "lfr_rule_decided"),
    _Watch("searches", _FIRST, "lfr_search_made"),
    _Watch("sessions", "AFTER INSERT", "lfr_search_begun", deferred=True),
    _Watch("verdicts", _FIRST, "lfr_verdict_said"),
    _Watch("watchlist_entries", _BEFORE, "lfr_entry_changed"),
    _Watch("watchlists", _BEFORE, "lfr_list_changed"),
)

CALLED: Final = (
    "lfr_account_stands(text)",
    "lfr_case_goes_on(text)",
    "lfr_goes(text)",
    "lfr_holds_set(text)",
    "lfr_imports(text, text)",
    "lfr_indexes(text)",
    "lfr_is_held(text, text)",
    "lfr_is_kept(text)",
    "lfr_is_of_collection(text, text, text)",
    "lfr_is_of_set(text)",
    "lfr_is_unkept(text)",
    "lfr_is_owner(oid)",
    "lfr_is_waste(text)",
    "lfr_loses_people(text, text)",
    "lfr_opens(text)",
    "lfr_opens_object(text)",
    "lfr_own_looks(text)",
    "lfr_parts_stand(text, jsonb)",
    "lfr_refuse(text)",
    "lfr_revised(text)",
    "lfr_row_stands(text, text)",
    "lfr_review_state(text)",
    "lfr_runs(text)",
    "lfr_sees_examinations(text)",
    "lfr_sees_verdicts(text)",
    "lfr_settle_alert(text)",
    "lfr_unsettled()",
    "lfr_was_alerted(text)",
)
"""Functions that the policies and triggers of a connection call as its own user."""

_UNWATCHED: Final = frozenset({"audit", "audit_head", "session_status", VERSION})
"""What is written without an entry of the log: the log itself, and how a search that runs is doing,
counts alone, of which an entry every second would bury the others."""


def rules(schema: str) -> list[str]:
    """Return the statements that make or renew them.

    Args:
        schema: of the tables.
    """
    classes = class_roles()
    values = {
        "schema": name(schema),
        "lock": str(SERIAL_LOCK),
        "longest_set_s": str(LONGEST_KEPT.total_seconds()),
        "longest_collection_s": str(LONGEST_COLLECTION.total_seconds()),
        "conclusions": array(Conclusion),
        "of_a_candidate": array(one for one in Conclusion if one.is_about_a_candidate),
        "of_one_person": array(one for one in Conclusion if one.supports_same),
        **{
            f"{one.value.replace('-', '_')}_roles": array(classes[one])
            for one in (
                RetentionClass.WATCHLIST,
                RetentionClass.ALERT,
                RetentionClass.CASE,
                RetentionClass.EVALUATION_SET,
                RetentionClass.COLLECTION,
            )
        },
    }
    statements = [
        sql_file("rules", values),
        sql_file("verdicts", values),
        sql_file("retrospective", values),
    ]
    for watch in (*WATCHES, *_logged()):
        kind = "CONSTRAINT TRIGGER" if watch.deferred else "TRIGGER"
        when = " DEFERRABLE INITIALLY DEFERRED" if watch.deferred else ""
        each = "FOR EACH ROW EXECUTE FUNCTION"
        trigger, table = name(watch.function), name(watch.table)
        statements += [
            f"DROP TRIGGER IF EXISTS {trigger} ON {table}",
            f"CREATE {kind} {trigger} {watch.event} ON {table}{when} {each} {watch.function}()",
        ]
    return statements


def _logged() -> list[_Watch]:
    """Return one watch for each table that some role writes: nothing unlogged."""
    written = {
        table
        for role in Role
        for table, need in needs_of(role).items()
        if need.insert or need.update or need.delete
    }
    event = "AFTER INSERT OR UPDATE OR DELETE"
    return [
        _Watch(table, event, "lfr_logged", deferred=True) for table in sorted(written - _UNWATCHED)
    ]
