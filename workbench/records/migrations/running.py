"""Bringing a store to the schema of this version, and telling which one it has."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from workbench.errors import StoreError, StoreVersionError
from workbench.records.schema import metadata

__all__ = ["at_head", "current", "head", "migrate"]

_HERE: Final = Path(__file__).parent


def migrate(connection: Connection) -> None:
    """Bring the schema to this version, in the caller's transaction.

    Raises:
        StoreVersionError: when the schema is newer than this version of the workbench.
    """
    found = current(connection)
    if found is not None:
        _require_known(found)
    scripts = _scripts(_HERE)

    def to_head(revision: Any, _context: MigrationContext) -> Any:  # noqa: ANN401 - Alembic's own
        return scripts._upgrade_revs("head", revision)  # noqa: SLF001 - as its manual shows

    with EnvironmentContext(_config(_HERE), scripts, fn=to_head) as environment:
        environment.configure(connection=connection, target_metadata=metadata)
        environment.run_migrations()


def at_head(connection: Connection) -> None:
    """Raise unless the schema is that of this version.

    Raises:
        StoreError: when there is no schema at all.
        StoreVersionError: when it is older or newer; says what to do.
    """
    found = current(connection)
    if found is None:
        msg = "there are no records here. Make a bench with workbench init."
        raise StoreError(msg)
    _require_known(found)
    needed = head()
    if found != needed:
        msg = (
            f"the records have schema {found}, this version of the workbench needs {needed}. "
            "Make a backup, then run workbench upgrade; an administrator may."
        )
        raise StoreVersionError(msg)


def head() -> str:
    """Return the version of the schema that this version of the workbench has."""
    return _versions(_HERE)[0]


def current(connection: Connection) -> str | None:
    """Return the version of the schema, `None` where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return MigrationContext.configure(connection).get_current_revision()


def _require_known(found: str) -> None:
    if found not in _versions(_HERE):
        msg = (
            f"the records have schema {found}, which this version of the workbench does not know: "
            "a newer one wrote them. Install that version; nothing was changed."
        )
        raise StoreVersionError(msg)


@cache  # Alembic compiles every migration to read its number, and each opening asks
def _versions(location: Path) -> tuple[str, ...]:
    """Return every version of the schema that is known, the newest first."""
    found = tuple(script.revision for script in _scripts(location).walk_revisions())
    if not found:  # the package was installed without its migrations
        msg = "this copy of the workbench lacks its migrations. Install it again."
        raise StoreError(msg)
    return found


def _config(location: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(location).replace("%", "%%"))
    return config


def _scripts(location: Path) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(location))
