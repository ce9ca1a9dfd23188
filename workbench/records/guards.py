"""What makes a database itself refuse to change or to shorten the audit log.

It stops mistakes, and on PostgreSQL everyone who does not own the tables. Whoever owns the file or
the tables can remove it; that such a change shows is the work of the hash chain and its witnesses.
"""

from __future__ import annotations

from typing import Final

__all__ = ["guards"]

_REFUSAL: Final = "the audit log is only ever added to"

_ABORT: Final = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"

_SQLITE: Final = (
    f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit {_ABORT}",
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit {_ABORT}",
    # INSERT OR REPLACE fires no trigger of deletion.
    f"""CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
    WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit) {_ABORT}""",
    f"CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head {_ABORT}",
    f"""CREATE TRIGGER audit_head_once BEFORE INSERT ON audit_head
    WHEN EXISTS (SELECT 1 FROM audit_head) {_ABORT}""",
    f"""CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head
    WHEN NEW.seq <= OLD.seq {_ABORT}""",
)

_POSTGRESQL: Final = (
    f"""CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
    """CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_no_truncation BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
)


def guards(dialect: str) -> tuple[str, ...]:
    """Return the statements for `sqlite` or `postgresql`."""
    return _POSTGRESQL if dialect == "postgresql" else _SQLITE
