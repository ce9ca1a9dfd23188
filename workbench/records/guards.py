"""What makes a database itself refuse to change what is only ever added to: the audit log first.

It stops mistakes, and on PostgreSQL everyone who does not own the tables. Whoever owns the file or
the tables can remove it; that such a change shows is the work of the hash chain and its witnesses.
"""

from __future__ import annotations

from typing import Final

__all__ = ["guards", "opening_guards"]

_REFUSAL: Final = "the audit log is only ever added to"

_ABORT: Final = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"

_OPENED: Final = "a locked test that was opened stays opened, once for each policy"

_SQLITE: Final = tuple(
    f"CREATE TRIGGER {name} BEFORE {event} {_ABORT}"
    for name, event in (
        ("audit_no_update", "UPDATE ON audit"),
        ("audit_no_delete", "DELETE ON audit"),
        # INSERT OR REPLACE fires no trigger of deletion.
        (
            "audit_in_order",
            "INSERT ON audit WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit)",
        ),
        ("audit_head_stays", "DELETE ON audit_head"),
        ("audit_head_once", "INSERT ON audit_head WHEN EXISTS (SELECT 1 FROM audit_head)"),
        ("audit_head_forward", "UPDATE ON audit_head WHEN NEW.seq <= OLD.seq"),
    )
)

_POSTGRESQL: Final = (
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$""",
    # The table is named by what the trigger fires for, never looked up by the caller's path.
    """CREATE FUNCTION audit_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE due bigint;
    BEGIN
        EXECUTE pg_catalog.format(
            'SELECT coalesce(max(seq), 0) + 1 FROM %I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME
        ) INTO due;
        IF NEW.seq IS DISTINCT FROM due THEN RAISE EXCEPTION '%', TG_ARGV[0]; END IF;
        RETURN NEW;
    END $$""",
    *(
        f"CREATE TRIGGER {name} BEFORE {event} EXECUTE FUNCTION {function}('{_REFUSAL}')"
        for name, event, function in (
            ("audit_no_change", "UPDATE OR DELETE ON audit FOR EACH ROW", "audit_refuse"),
            ("audit_no_truncation", "TRUNCATE ON audit FOR EACH STATEMENT", "audit_refuse"),
            ("audit_in_order", "INSERT ON audit FOR EACH ROW", "audit_in_order"),
            ("audit_head_stays", "DELETE ON audit_head FOR EACH ROW", "audit_refuse"),
            ("audit_head_kept", "TRUNCATE ON audit_head FOR EACH STATEMENT", "audit_refuse"),
            (
                "audit_head_forward",
                "UPDATE ON audit_head FOR EACH ROW WHEN (NEW.seq <= OLD.seq)",
                "audit_refuse",
            ),
        )
    ),
)


def guards(dialect: str) -> tuple[str, ...]:
    """Return the statements for `sqlite` or `postgresql`."""
    return _POSTGRESQL if dialect == "postgresql" else _SQLITE


def opening_guards(dialect: str) -> tuple[str, ...]:
    """Return the statements that keep openings of locked tests, for `sqlite` or `postgresql`.

    That of PostgreSQL calls the function that `guards` made.
    """
    if dialect == "postgresql":
        call = f"EXECUTE FUNCTION audit_refuse('{_OPENED}')"
        return (
            (
                "CREATE TRIGGER opening_no_change BEFORE UPDATE OR DELETE ON locked_openings "
                f"FOR EACH ROW {call}"
            ),
            (
                "CREATE TRIGGER opening_no_truncation BEFORE TRUNCATE ON locked_openings "
                f"FOR EACH STATEMENT {call}"
            ),
        )
    abort = f"BEGIN SELECT RAISE(ABORT, '{_OPENED}'); END"
    # INSERT OR REPLACE fires no trigger of deletion.
    again = (
        "INSERT ON locked_openings WHEN EXISTS (SELECT 1 FROM locked_openings AS other WHERE "
        "other.policy = NEW.policy OR (other.digest = NEW.digest AND other.place = NEW.place))"
    )
    return (
        f"CREATE TRIGGER opening_no_update BEFORE UPDATE ON locked_openings {abort}",
        f"CREATE TRIGGER opening_no_delete BEFORE DELETE ON locked_openings {abort}",
        f"CREATE TRIGGER opening_once BEFORE {again} {abort}",
    )
