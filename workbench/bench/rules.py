"""The rules of a force: what law and policy leave to it, with the product's own defaults.

They lie in the store. A change takes two people, and both acts are logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final, TypeAlias

from pydantic import Field
from sqlalchemy import Connection

from workbench.governance.authorisation import RankRule
from workbench.governance.blue_list import PASS_WINDOW
from workbench.governance.evaluation_sets import LONGEST_KEPT
from workbench.governance.holds import LONGEST_TO_REVIEW, GroundsLeftOut
from workbench.governance.limits import DeploymentLimits
from workbench.governance.record import Record
from workbench.governance.reference_collections import LONGEST_COLLECTION
from workbench.governance.retention import Profile
from workbench.governance.retention_least import TooShort, at_least, too_short
from workbench.governance.retention_profiles import MET, completed
from workbench.governance.starting import StartLimits
from workbench.governance.withheld import Withheld
from workbench.records.damage import reads_whole
from workbench.records.rules import read_rules

__all__ = ["Rules", "changed_rules", "rules_in_force", "stored_rules", "too_short_in", "with_least"]

_Span: TypeAlias = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=366))]

_WHOLE: Final = "retention"
"""Limits of a profile are of one force: some of another's would make it neither's."""


class Rules(Record):
    """Rules of one bench.

    Attributes:
        retention: how long each class is kept.
        ranks: who may authorise.
        deployments: limits of a deployment.
        start: what a list may be at the start of a search.
        needs_approved_policy: whether a live search needs a threshold policy that an authorising
            officer approved; a demonstration does not.
        needs_equity: whether the policy must come with a measurement of equity.
        longest_to_review: how far ahead a legal hold may be looked at again.
        hold_grounds_left_out: grounds on which no legal hold is placed.
        pass_window: how far an alert may lie from the moment noted for a pass of staff.
        longest_evaluation_set: how far after its making an evaluation set may end.
        longest_collection: how far after its import a reference collection may end.
        withheld: permissions that roles do not hold here.
    """

    retention: Profile = MET
    ranks: RankRule = RankRule()
    deployments: DeploymentLimits = DeploymentLimits()
    start: StartLimits = StartLimits()
    needs_approved_policy: bool = True
    needs_equity: bool = False
    longest_to_review: _Span = LONGEST_TO_REVIEW
    hold_grounds_left_out: GroundsLeftOut = ()
    pass_window: _Span = PASS_WINDOW
    longest_evaluation_set: _Span = LONGEST_KEPT
    longest_collection: _Span = LONGEST_COLLECTION
    withheld: Withheld = Field(default_factory=dict)


def changed_rules(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return rules with some values changed, all of them plain.

    Where a rule has fields, those that are not named stay as they are; a retention profile is
    replaced whole.
    """
    after = dict(before)
    for name, value in values.items():
        had = before.get(name)
        parts = isinstance(had, Mapping) and isinstance(value, Mapping) and name != _WHOLE
        after[name] = changed_rules(had or {}, value) if parts else value
    return after


def rules_in_force(connection: Connection) -> Rules:
    """Return the rules as they are now; a process that is open for long may know older ones."""
    return stored_rules(read_rules(connection))


def stored_rules(settings: Mapping[str, Any]) -> Rules:
    """Return rules that are stored; a limit from before there was a least one is the least.

    Raises:
        StoreError: when they are not what the workbench writes.
    """
    with reads_whole("the rules of", "this bench"):
        return Rules.read(with_least(settings), what="the rules of the bench")


def with_least(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored rules, plain, with the least in place of every limit that is below it.

    Limits of classes of data that came after the rules were stored are those that ship.
    """
    return {
        name: at_least(completed(value)) if name == _WHOLE else value
        for name, value in settings.items()
    }


def too_short_in(settings: Mapping[str, Any]) -> tuple[TooShort, ...]:
    """Return the limits of stored rules in whose place the least applies."""
    return too_short(settings.get(_WHOLE))
