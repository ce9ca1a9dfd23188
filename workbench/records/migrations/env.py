"""What Alembic runs: the migrations, on the connection that the caller handed over."""

from __future__ import annotations

from alembic import context

from workbench.records.schema import metadata

__all__: list[str] = []

connection = context.config.attributes.get("connection")
if connection is not None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=False)
    with context.begin_transaction():
        context.run_migrations()
