"""Functions of the database: who a connection is, and the only way into the audit log.

They run as the owner of the tables and look nothing up by the caller's search path. What they
compute is what `workbench.records.audit` computes, to the byte; what they take for an entry is what
that package reads.
"""

from __future__ import annotations

import sys
import unicodedata
from datetime import timedelta
from functools import cache
from typing import Final

from workbench.governance.permissions import PERMISSIONS, Permission
from workbench.governance.roles import Role
from workbench.records.audit.verbs import JUSTIFIED, Result, Verb
from workbench.records.engine import SERIAL_LOCK
from workbench.records.team.sql_files import array, name, sql_file

__all__ = [
    "ANY_S",
    "APART",
    "BROKEN",
    "EARLY",
    "FORM",
    "FUNCTIONS",
    "STRANGER",
    "SYSTEM",
    "by_itself",
    "functions",
]

SYSTEM: Final = "workbench"
"""Name in the log for what the workbench does by itself."""

APART: Final = timedelta(minutes=5)
"""How far the clock of an entry may be from that of the database; the product's own choice.

An entry of a time to come would keep everybody else from logging until then.
"""

ANY_S: Final = "'infinity'::float8"
"""What is written in its place where a clock may be any time away."""

STRANGER: Final = "LFR01"
FORM: Final = "LFR02"
EARLY: Final = "LFR03"
BROKEN: Final = "LFR04"

FUNCTIONS: Final = {
    "audit_append(text)": True,
    "lfr_account()": True,
    "lfr_role()": True,
    "lfr_prefixed(bytea)": False,
    "lfr_genesis(text)": False,
    "lfr_link(text, bigint, text)": False,
    "lfr_is_text(json, integer, boolean)": False,
    "lfr_is_identifier(json)": False,
    "lfr_is_number(text)": False,
    "lfr_is_detail(json)": False,
    "lfr_is_entry(text)": False,
}
"""By function, whether the people of the team call it; the others are called by these alone."""

_RECEIVED: Final = (Verb.DISCLOSE, Verb.EXPORT)


def functions(schema: str, *, apart: timedelta | None = APART) -> str:
    """Return the statements that make or renew them.

    Args:
        schema: of the tables.
        apart: how far the clock of an entry may be from that of the database; `None` for any.
    """
    return sql_file(
        "audit",
        {
            "schema": name(schema),
            "lock": str(SERIAL_LOCK),
            "hidden": _hidden(),
            "verbs": array(verb.value for verb in Verb),
            "results": array(result.value for result in Result),
            "justified": array(sorted(verb.value for verb in JUSTIFIED)),
            "received": array(verb.value for verb in _RECEIVED),
            "system": SYSTEM,
            "clock": Verb.CLOCK.value,
            "by_itself": array(role.value for role in by_itself()),
            "accepts_clock": array(
                role.value for role in Role if Permission.CLOCK_ACCEPT in PERMISSIONS[role]
            ),
            "apart_s": ANY_S if apart is None else str(apart.total_seconds()),
            "stranger": STRANGER,
            "form": FORM,
            "early": EARLY,
            "broken": BROKEN,
        },
    )


def by_itself() -> tuple[Role, ...]:
    """Return the roles in whose connections the workbench does anything by itself.

    It records what time alone made due whenever somebody comes to a deployment or a case, what a
    live search raises, and that what somebody ended is destroyed; whoever does none of it has no
    use of its name.
    """
    uses = {
        Permission.DEPLOYMENT_CONSULT,
        Permission.CASE_CONSULT,
        Permission.RETENTION_RUN,
        Permission.EVALUATION_SET_END,
    }
    return tuple(role for role in Role if uses & PERMISSIONS[role])


@cache
def _hidden() -> str:
    """Return what cannot be shown, for a bracket expression of PostgreSQL.

    All that Python calls not printable, but for what no text of a database can hold.
    """
    parts, start = [], None
    for code in range(1, sys.maxunicode + 2):
        shown = code > sys.maxunicode or _is_shown(chr(code))
        if not shown and start is None:
            start = code
        elif shown and start is not None:
            parts.append(f"\\U{start:08X}-\\U{code - 1:08X}")
            start = None
    return "".join(parts)


def _is_shown(letter: str) -> bool:
    return letter.isprintable() or unicodedata.category(letter) == "Cs"
