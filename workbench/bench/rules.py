"""The rules of a force: what law and policy leave to it, with the product's own defaults.

They lie in the store. A change takes two people, and both acts are logged.
"""

from __future__ import annotations

from sqlalchemy import Connection

from workbench.governance.authorisation import RankRule
from workbench.governance.limits import DeploymentLimits
from workbench.governance.record import Record
from workbench.governance.retention import Profile
from workbench.governance.retention_profiles import MET
from workbench.governance.starting import StartLimits
from workbench.records.rules import read_rules

__all__ = ["Rules", "rules_in_force"]


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
    """

    retention: Profile = MET
    ranks: RankRule = RankRule()
    deployments: DeploymentLimits = DeploymentLimits()
    start: StartLimits = StartLimits()
    needs_approved_policy: bool = True
    needs_equity: bool = False


def rules_in_force(connection: Connection) -> Rules:
    """Return the rules as they are now; a process that is open for long may know older ones."""
    return Rules.read(read_rules(connection), what="the rules of the bench")
