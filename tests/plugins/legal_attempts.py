"""Somebody tries something on a bench, and what it did is held against the model of the records.

`legal_model` says beforehand whether a deed is legal and what it makes of the records. After each:

- it was done if, and only if, it was legal; and the records are then what the model says;
- what was refused changed no row, no key and no sealed file, and the refusal itself is in the log;
- what was done has its entry, by whoever did it, about what it was done to.

At the end of each sequence the log verifies.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Final

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from legal_bench import LegalBench, first_model, read, seen

from workbench.bench import Workbench
from workbench.errors import RecordError, RefusedError, UnknownRecordError

__all__ = ["DECIDERS", "OFFICERS", "SAID", "VERBS", "Attempts", "by"]

PEOPLE: Final = (
    "analyst", "analyst-2", "operator", "operator-2", "engagement-officer", "reviewer",
    "reviewer-2", "authorising-officer", "authorising-officer-2", "data-protection-officer",
    "data-scientist", "manager", "administrator",
)  # fmt: skip
DECIDERS: Final = ("operator", "operator-2", "engagement-officer", "reviewer", "reviewer-2")
OFFICERS: Final = ("authorising-officer", "authorising-officer-2")
SAID: Final = "A reason that says something."
VERBS: Final = {
    "apply": "apply",
    "withdraw-application": "withdraw",
    "authorise": "authorise",
    "refuse": "refuse",
    "cancel": "withdraw",
    "withdraw-authority": "withdraw",
    "start": "start",
    "close": "stop",
}
"""Under which verb a move of a deployment or case is logged."""


def by(*right: str) -> st.SearchStrategy[str]:
    """Somebody: two times in three one of those who may."""
    return st.one_of(st.sampled_from(right), st.sampled_from(right), st.sampled_from(PEOPLE))


class Attempts(RuleBasedStateMachine):
    """People at work on a bench that `legal_bench.prepare` made; rules are added by its parts."""

    def __init__(self, bench: LegalBench) -> None:
        super().__init__()
        self.bench = bench
        self.model = first_model(bench.clock(), read(bench)["policies"])
        self.known: list[str] = []
        self.numbers = count(1)

    def teardown(self) -> None:
        try:
            with self.bench.open("data-protection-officer") as officer:
                found = officer.audit.verify()
                assert found.ok, found
        finally:
            self.bench.close()

    def attempt(
        self,
        who: str,
        deed: Callable[[Workbench], Any],
        legal: Callable[[], bool],
        verb: str,
        *about: str,
    ) -> Any:
        """Have somebody do something, and hold what it did against the rules.

        Args:
            who: account.
            deed: what they do; it returns something.
            legal: says by the model whether they may, as things are at that opening.
            verb: under which it is logged.
            about: ids of what it is done to, as far as they are known before.

        Returns:
            What the deed returned; `None` where it was refused.
        """
        self.bench.settle()
        refused: Exception | None = None
        done = None
        with self.bench.open(who) as workbench:
            self.model.opened(self.bench.clock())
            self.agree()
            before, expected = seen(self.bench), legal()
            try:
                done = deed(workbench)
            except (RefusedError, RecordError, UnknownRecordError) as error:
                refused = error
        after = seen(self.bench)
        entries = after.log[len(before.log) :]
        added = [(one["verb"], one["actor"], one["result"]) for one in entries]
        event(f"{verb}: {'done' if refused is None else 'refused'}")
        if refused is not None:
            assert not expected, f"{who} was not let {verb} {about}: {refused}"
            assert after.is_as(before), "what is refused changes nothing"
            said = [("refusal", who, "refused")] if isinstance(refused, RefusedError) else []
            assert added == said
            return None
        assert expected, f"{who} was let {verb} {about}"
        assert (verb, who, "done") in added
        named = {name for one in entries if one["verb"] == verb for name in one["objects"]}
        assert named.issuperset(about), "the entry says what it was done to"
        assert verb != "consult" or after.is_as(before), "looking changes nothing"
        return done

    def agree(self) -> None:
        """Require that the records are what the model says."""
        found, ought = read(self.bench), self.model.records()
        assert found == ought, {
            what: (found[what], ought[what]) for what in ought if found[what] != ought[what]
        }
