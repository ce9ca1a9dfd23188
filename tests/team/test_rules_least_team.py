"""Rules stored before an alert had a least limit, in a team's store: it opens, and two change it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from workbench.bench.notices import NoticeKind
from workbench.bench.rules import Rules
from workbench.governance.retention import RetentionClass
from workbench.records.audit.verbs import Verb
from workbench.records.rules import replace_rules

Team = Any


def test_it_opens_with_the_least_and_its_rules_can_be_changed(live: Team) -> None:
    stored = Rules().plain()
    for one in stored["retention"]["limits"]:
        if one["retention"] == "alert":
            one["keep"] = "PT5M"
    with live.as_owner() as owner, owner._context.system() as acting:
        replace_rules(acting.connection, stored)
        acting.log(Verb.ADMINISTER)
    with live.open("administrator") as administrator:
        alert = administrator.rules.retention.limit(RetentionClass.ALERT)
        assert alert.keep == timedelta(hours=1)
        assert [one.kind for one in administrator.notices].count(NoticeKind.RETENTION) == 1
        change = administrator.rule_changes.propose({"needs_equity": True}, "our policy of May")
    with live.open("data-protection-officer") as officer:
        rules = officer.rule_changes.confirm(change.id)
        assert rules.retention.limit(RetentionClass.ALERT).keep == timedelta(hours=1)
