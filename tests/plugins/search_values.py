"""A deployment that `workbench search` may search now, on a bench of the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from command_bench import CommandBench
from list_values import checked_and_reviewed, pictured

from workbench.faces.analysis import build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.settings import Settings

__all__ = ["LEAVING", "authorised_now"]

LEAVING = ("--recipient", "CID", "--justification", "for the review of tomorrow")
"""What `--output` needs beside it."""


def authorised_now(bench: CommandBench, photograph: Path, reference: str, **changes: Any) -> str:
    """Authorise a deployment as of now, with a list of one person, and return its reference.

    Args:
        bench: to do it on.
        photograph: of the person.
        reference: of the deployment.
        changes: of its application.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    times = {
        "starts": (now - timedelta(minutes=5)).isoformat(),
        "ends": (now + timedelta(hours=2)).isoformat(),
    }
    bench.apply(reference=reference, **(times | changes))
    with bench.open("authorising-officer") as officer:
        policy = officer.deployments.get(reference).draft["policy"]
        if officer.policies.get(policy).approver is None:
            officer.policies.approve(policy)
        officer.deployments.authorise(
            reference, necessity="needed, for a test", proportionality="small, for a test"
        )
    settings = Settings(threads=1)
    analyser = build_analyser(settings, ArtefactStore.from_settings(settings), "sface")
    with bench.open("analyst") as analyst:
        analyst.watchlists.build(reference, [pictured(photograph, "NOM-1")], analyser)
    checked_and_reviewed(bench.open, reference)
    return reference
