"""Examinations of a team's search as somebody writes them into the table by hand."""

from __future__ import annotations

from typing import Any

from retro_values import checklist

from workbench.records.moments import as_json, as_text

__all__ = ["CONCLUDED", "SAME", "said_row", "seen"]

CONCLUDED = "Nose and mouth agree as far as the picture shows them."
SAME = {"conclusion": "support-same", "candidate": "candidate-1", "checklist": checklist()}


def said_row(
    team: Any,
    account: str,
    *,
    conclusion: str = "support-same",
    kind: str = "examination",
    actor: str | None = None,
    **changes: Any,
) -> str:
    """Return the statement that adds what somebody concludes on the team's search."""
    now = as_text(team.clock())
    about = conclusion == SAME["conclusion"]
    content = {
        "by": account,
        "reason": CONCLUDED,
        "at": now,
        **({} if kind == "surrender" else SAME | {"conclusion": conclusion}),
        **({} if about or kind == "surrender" else {"candidate": None, "checklist": None}),
        **changes,
    }
    return (
        "INSERT INTO examinations (id, search, place, kind, actor, content, at) VALUES "  # noqa: S608
        f"('examination-{kind}-{account}', '{team.search}', 1, '{kind}', '{actor or account}', "
        f"'{as_json(content)}', '{now}')"
    )


def seen(team: Any, account: str) -> list[tuple[object, ...]]:
    """Return by whom the examinations are that an account sees."""
    if not team.run("SELECT has_any_column_privilege('examinations', 'SELECT')", account)[0][0]:
        return []
    if not team.run("SELECT has_column_privilege('examinations', 'actor', 'SELECT')", account)[0][
        0
    ]:
        return list(team.run("SELECT search FROM examinations", account))
    return list(team.run("SELECT actor FROM examinations ORDER BY place", account))
