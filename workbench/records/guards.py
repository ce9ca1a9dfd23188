"""What makes a database itself refuse to change or to shorten the audit log.

It stops mistakes, and on PostgreSQL everyone who does not own the tables. Whoever owns the file or
the tables can remove it; that such a change shows is the work of the hash chain and its witnesses.
"""

from __future__ import annotations

from typing import Final

__all__ = ["guards"]

_REFUSAL: Final = "the audit log is only ever added to"

_SQLITE: Final = tuple(
    f"CREATE TRIGGER audit_no_{event} BEFORE {event.upper()} ON audit "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for event in ("update", "delete")
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
