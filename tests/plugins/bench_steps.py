"""The usual steps of a deployment on a test bench, and what is in its log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from bench_values import application_values

from workbench.bench import Workbench
from workbench.bench.deployment_access import moved, on_deployment
from workbench.governance.permissions import Permission
from workbench.records.audit.entries import Entry
from workbench.records.audit.reading import entries
from workbench.records.audit.verbs import Verb

__all__ = [
    "REFERENCE",
    "WORDS",
    "AsRole",
    "Authorised",
    "applied",
    "approve",
    "log_of",
    "went_live",
]

AsRole: TypeAlias = Callable[[str], Workbench]
Authorised: TypeAlias = Callable[..., str]

REFERENCE = "2026-11/HIGH-ST-1"
WORDS = {"necessity": "I see no other way.", "proportionality": "Short and small."}
"""What an officer writes, for `authorise`."""


def log_of(workbench: Workbench) -> list[Entry]:
    """The audit log, in order."""
    with workbench._context.store.reading() as connection:
        return [logged.entry for logged in entries(connection)]


def went_live(workbench: Workbench, reference: str = REFERENCE) -> None:
    """Move a deployment on, as the start of a search does."""
    with on_deployment(workbench._context, Permission.LIVE_START, reference) as (acting, row):
        moved(acting, row, "start", Verb.START)


def applied(as_role: AsRole, **changes: Any) -> Workbench:
    """Draft and apply as `analyst`, and return the bench opened by them."""
    analyst = as_role("analyst")
    analyst.deployments.draft(application_values(**changes))
    analyst.deployments.apply(REFERENCE)
    return analyst


def approve(as_role: AsRole, policy: str = "default-fused/1") -> Workbench:
    """Approve a policy as `authorising-officer`, and return the bench opened by them."""
    officer = as_role("authorising-officer")
    officer.policies.approve(policy)
    return officer
