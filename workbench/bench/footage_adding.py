"""A video file is added to a case: what it is, where it comes from, and when it was taken."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.bench.context import Context
from workbench.bench.footage_access import footage_view, on_footage_work
from workbench.bench.footage_views import FootageView
from workbench.errors import RefusedError
from workbench.governance.footage import Footage, FootagePlan, FootageState
from workbench.governance.text import require_said
from workbench.records.audit.verbs import Verb
from workbench.records.footage import FootageRow, add_footage, footage_of
from workbench.records.identifiers import new_id
from workbench.records.row_digests import FOOTAGE, ROW, row_digest

__all__ = ["add_file"]


def add_file(context: Context, case: str, file: Path, values: Mapping[str, Any]) -> FootageView:
    """Add a video file to a case: `FootageIndex.add`."""
    from workbench.retrospective.segments import plan_footage  # noqa: PLC0415 - loads PyAV

    with on_footage_work(context, case) as (acting, row):
        planned = FootagePlan.read(values, what="the footage")
        require_said(planned, what="the footage", reasons=("basis",), names=("origin",))
        acting.log(
            Verb.CONSULT,
            [row.id],
            justification="looking at a file that is to be added to the case",
        )
    cut = plan_footage(file)
    facts = cut.facts
    footage = Footage.read(
        {
            **planned.plain(),
            "name": file.name,
            "place": str(file.resolve()),
            "sha256": facts.sha256,
            "bytes": facts.size_bytes,
            "facts": {
                name: value
                for name, value in facts.model_dump(mode="json").items()
                if name not in {"sha256", "size_bytes"}
            },
            "segments": len(cut.segments),
        },
        what=f"footage {file.name}",
    )
    with on_footage_work(context, case) as (acting, row):
        for one in footage_of(acting.connection, row.id):
            if one.footage.sha256 == footage.sha256:
                msg = (
                    f"{file}: case {row.number} holds the same file already, as {one.id} "
                    f"({one.footage.name}). Add each file once."
                )
                raise RefusedError(msg)
        added = FootageRow(
            id=new_id("footage", acting.now),
            case=row.id,
            state=FootageState.ADDED,
            added_by=acting.name,
            added=acting.now,
            footage=footage,
        )
        add_footage(acting.connection, added)
        acting.log(
            Verb.COLLECT,
            [added.id],
            details={
                "step": "added",
                "segments": footage.segments,
                ROW: row_digest(acting.connection, FOOTAGE, added.id),
            },
        )
        return footage_view(acting, row, added)
