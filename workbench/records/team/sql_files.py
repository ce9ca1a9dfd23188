"""The statements of this package: files of SQL, in which `@name@` stands for a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Final

from sqlalchemy import Connection

from workbench.governance.permissions import Permission
from workbench.governance.roles import Role
from workbench.records.team.needs import granted

__all__ = ["array", "holding", "literal", "name", "run", "sql_file"]

_PLACE: Final = re.compile(r"@([a-z_]+)@")
_HOLDERS: Final = "may_"


def sql_file(file: str, values: Mapping[str, str]) -> str:
    """Return the statements of a file, each `@name@` replaced by its value.

    `@may_...@` is the array of the roles that hold a permission, `@may_alert_move@` of those that
    may move an alert.

    Args:
        file: its name, without `.sql`.
        values: SQL by name, as `literal`, `name` and `array` write it.
    """

    def value(found: re.Match[str]) -> str:
        place = found.group(1)
        if place.startswith(_HOLDERS):
            return array(holding(Permission[place.removeprefix(_HOLDERS).upper()]))
        return values[place]

    text = (resources.files(__package__) / "sql" / f"{file}.sql").read_text("utf-8")
    return _PLACE.sub(value, text)


def holding(*permissions: Permission) -> tuple[Role, ...]:
    """Return the roles whose connections are given the means for one of some permissions."""
    return tuple(role for role in Role if set(permissions) & granted(role))


def literal(text: str) -> str:
    """Return a text as a constant of SQL."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def name(text: str) -> str:
    """Return a text as the name of something in SQL."""
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


def array(texts: Iterable[str]) -> str:
    """Return texts as a constant array of SQL."""
    return f"ARRAY[{', '.join(map(literal, texts))}]::text[]"


def run(connection: Connection, statements: str) -> None:
    """Run statements as they stand: nothing in them is taken for a parameter."""
    connection.exec_driver_sql(statements, execution_options={"no_parameters": True})
