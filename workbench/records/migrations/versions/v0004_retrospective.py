"""Reference collections, footage of cases, searches of both, and what examiners concluded."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

__all__ = ["upgrade"]

revision: Final = "0004"
down_revision: Final = "0003"
branch_labels: Final = None
depends_on: Final = None


def _id(name: str = "id") -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=32), nullable=nullable)


def _json(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def upgrade() -> None:
    """Make their tables; nothing that is there is touched."""
    _collections()
    _footage()
    _searches()


def _collections() -> None:
    op.create_table(
        "collections",
        _id(),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        _id("owner"),
        _json("content"),
        _json("counts", nullable=True),
        _at("made"),
        _at("ends"),
        _at("finished", nullable=True),
        _id("key_id"),
        _at("destroyed", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_collections"),
        sa.UniqueConstraint("name", name="uq_collections_name"),
    )
    op.create_index("ix_collections_ends", "collections", ["ends"], unique=False)
    op.create_table(
        "collection_parts",
        _id("collection"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("shard", sa.String(length=64), nullable=True),
        sa.Column("refusals", sa.String(length=64), nullable=True),
        _json("counts"),
        _at("kept"),
        sa.ForeignKeyConstraint(
            ["collection"], ["collections.id"], name="fk_collection_parts_collection_collections"
        ),
        sa.PrimaryKeyConstraint("collection", "place", name="pk_collection_parts"),
    )


def _footage() -> None:
    op.create_table(
        "footage",
        _id(),
        _id("of_case"),
        sa.Column("state", sa.String(length=40), nullable=False),
        _id("added_by"),
        _at("added"),
        _json("content"),
        _json("counts", nullable=True),
        _at("indexed", nullable=True),
        sa.ForeignKeyConstraint(["of_case"], ["cases.id"], name="fk_footage_of_case_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_footage"),
    )
    op.create_index("ix_footage_of_case", "footage", ["of_case"], unique=False)
    op.create_table(
        "footage_segments",
        _id("footage"),
        sa.Column("place", sa.Integer(), nullable=False),
        _id("object_id"),
        _json("counts"),
        _at("kept"),
        sa.ForeignKeyConstraint(
            ["footage"], ["footage.id"], name="fk_footage_segments_footage_footage"
        ),
        sa.PrimaryKeyConstraint("footage", "place", name="pk_footage_segments"),
    )


def _searches() -> None:
    op.create_table(
        "searches",
        _id(),
        _id("of_case"),
        _id("actor"),
        _at("at"),
        _json("content"),
        _id("object_id"),
        sa.ForeignKeyConstraint(["of_case"], ["cases.id"], name="fk_searches_of_case_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_searches"),
    )
    op.create_index("ix_searches_of_case", "searches", ["of_case"], unique=False)
    op.create_table(
        "examinations",
        _id(),
        _id("search"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        _id("actor"),
        _json("content"),
        _at("at"),
        sa.ForeignKeyConstraint(
            ["search"], ["searches.id"], name="fk_examinations_search_searches"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_examinations"),
        sa.UniqueConstraint("search", "place", name="uq_examinations_search"),
    )
    op.create_index("ix_examinations_search", "examinations", ["search"], unique=False)
