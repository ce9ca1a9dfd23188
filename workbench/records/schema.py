"""The tables: one schema for SQLite (embedded) and PostgreSQL (team).

No column holds a face, a template or key material: those are in the vault and in the key store.
Moments are text, ISO 8601 in UTC with microseconds, so that both stores order them alike; records
of governance are JSON as `workbench.governance.record.Record.plain` gives it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "actors",
    "alerts",
    "audit",
    "audit_head",
    "bench",
    "blue_members",
    "blue_passes",
    "cases",
    "certificates",
    "collection_parts",
    "collections",
    "data_keys",
    "deployment_notes",
    "deployments",
    "engagements",
    "erasures",
    "evaluation_sets",
    "examinations",
    "exports",
    "footage",
    "footage_segments",
    "held_objects",
    "holds",
    "locked_openings",
    "metadata",
    "policies",
    "rule_changes",
    "searches",
    "session_status",
    "sessions",
    "vault_chunks",
    "vault_objects",
    "verdicts",
    "watchlist_entries",
    "watchlists",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(name: str = "id") -> Column[str]:
    return Column(name, String(64), primary_key=True)


def _ref(name: str, to: str, *, nullable: bool = False, index: bool = True) -> Column[str]:
    return Column(name, String(64), ForeignKey(to), nullable=nullable, index=index)


def _at(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(32), nullable=nullable)


def _json(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(40), nullable=nullable)


def _account(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(64), nullable=nullable)


bench = Table(
    "bench",
    metadata,
    _id(),
    _word("kind"),
    _at("created"),
    _json("settings"),
)

actors = Table(
    "actors",
    metadata,
    Column("folded", String(64), primary_key=True),  # the name case-folded: no two of one name
    _account("name"),
    Column("display", String(200), nullable=False),
    _word("role"),
    _word("rank", nullable=True),
    Column("active", Boolean, nullable=False),
    Column("database_user", String(64), nullable=True, unique=True),
    _at("added"),
)

policies = Table(
    "policies",
    metadata,
    Column("id", String(100), primary_key=True),
    _json("content"),
    _account("issued_by"),
    _at("issued"),
    _account("approver", nullable=True),
    _at("approved", nullable=True),
)

locked_openings = Table(
    "locked_openings",
    metadata,
    Column("policy", String(100), primary_key=True),  # of no table: the policy is issued later
    Column("digest", String(64), nullable=False),
    Column("data_set", String(200), nullable=False),
    Column("justification", Text, nullable=False),
    _account("opened_by"),
    _at("opened"),
    Column("place", Integer, nullable=False),
    _json("chosen", nullable=True),  # of openings before it was fixed
    UniqueConstraint("digest", "place"),
)

rule_changes = Table(
    "rule_changes",
    metadata,
    _id(),
    _json("content"),
    _account("proposed_by"),
    _at("proposed"),
    _account("decided_by", nullable=True),
    _at("decided", nullable=True),
    _word("decision", nullable=True),
)

deployments = Table(
    "deployments",
    metadata,
    _id(),
    Column("reference", String(100), nullable=False, unique=True),
    _word("state"),
    _account("applicant"),
    _json("content"),
    _json("authority", nullable=True),
    _json("withdrawal", nullable=True),
    _at("starts", nullable=True),
    _at("ends", nullable=True),
    _at("created"),
    _at("changed"),
    _at("ended", nullable=True),
    _json("record", nullable=True),
)

deployment_notes = Table(
    "deployment_notes",
    metadata,
    _id(),
    _ref("deployment", "deployments.id"),
    _word("kind"),
    _json("content"),
    _account("actor"),
    _at("at"),
)

sessions = Table(
    "sessions",
    metadata,
    _id(),
    _ref("deployment", "deployments.id"),
    _account("operator"),
    Column("feed", String(100), nullable=False),
    Column("policy", String(100), ForeignKey("policies.id"), nullable=False),
    Column("threshold", Float, nullable=False),
    _json("setup"),
    Column("process", String(200), nullable=False),  # which runs it, to tell when that is gone
    _at("started"),
    _at("ended", nullable=True),
    _word("stopped_by", nullable=True),  # asked for as long as there is no end
    _json("counts", nullable=True),
    _json("pauses", nullable=True),
    _json("record", nullable=True),  # what it came to, with what is counted of alerts that went
)

session_status = Table(
    "session_status",
    metadata,
    Column("session", String(64), ForeignKey("sessions.id"), primary_key=True),
    _at("at"),
    _json("content"),  # counts alone; the process that runs it says every second how it is
)

watchlists = Table(
    "watchlists",
    metadata,
    _id(),
    Column("deployment", String(64), ForeignKey("deployments.id"), nullable=False, unique=True),
    _word("state"),
    _account("builder"),
    _at("built"),
    Column("object_id", String(64), nullable=True),
    Column("key_id", String(64), nullable=True),
    Column("references_count", Integer, nullable=False),
    Column("subjects_count", Integer, nullable=False),
    Column("digest", String(64), nullable=True),
    _at("destroyed", nullable=True),
)

watchlist_entries = Table(
    "watchlist_entries",
    metadata,
    _id(),
    _ref("watchlist", "watchlists.id"),
    Column("subject", String(100), nullable=False, index=True),
    _word("category"),
    _word("state"),
    _account("added_by"),
    _at("added"),
    _json("content"),
    _json("quality", nullable=True),
    _json("identity_check", nullable=True),
    _json("review", nullable=True),
    _at("removed", nullable=True),
)

alerts = Table(
    "alerts",
    metadata,
    _id(),
    _ref("deployment", "deployments.id"),
    _ref("session", "sessions.id"),
    Column("feed", String(100), nullable=False),
    _ref("entry", "watchlist_entries.id"),
    Column("raised", String(32), nullable=False, index=True),
    Column("time_s", Float, nullable=False),
    Column("score", Float, nullable=False),
    Column("threshold", Float, nullable=False),
    _word("category"),
    Column("blue_list", Boolean, nullable=False),
    Column("state", String(40), nullable=False, index=True),
    _at("decided", nullable=True),
    Column("object_id", String(64), nullable=False),
    Column("key_id", String(64), nullable=False),
    _ref("moved_to", "cases.id", nullable=True),
)

verdicts = Table(
    "verdicts",
    metadata,
    _id(),
    _ref("alert", "alerts.id"),
    Column("place", Integer, nullable=False),
    _word("kind"),
    _account("actor"),
    _word("verdict"),
    _json("content"),
    _at("at"),
    UniqueConstraint("alert", "place"),
)

engagements = Table(
    "engagements",
    metadata,
    _id(),
    _ref("alert", "alerts.id"),
    _word("kind"),  # decision or engagement: what was decided, and what was done
    _account("actor"),
    _json("content"),
    _at("at"),
)

blue_members = Table(
    "blue_members",
    metadata,
    Column("reference", String(100), primary_key=True),
    _json("content"),
    _account("added_by"),
    _at("added"),
)

blue_passes = Table(
    "blue_passes",
    metadata,
    _id(),
    _ref("deployment", "deployments.id"),
    Column("member", String(100), ForeignKey("blue_members.reference"), nullable=False),
    _json("content"),
    _account("actor"),
    _at("at"),
)

cases = Table(
    "cases",
    metadata,
    _id(),
    Column("number", String(100), nullable=False, unique=True),
    _word("state"),
    _account("requester"),
    _json("content"),
    _at("opened"),
    _at("authorise_by"),
    _json("authority", nullable=True),
    _at("expires"),
    _at("ended", nullable=True),
)

evaluation_sets = Table(
    "evaluation_sets",
    metadata,
    _id(),
    Column("name", String(100), nullable=False, unique=True),
    _account("owner"),
    _json("content"),
    _at("made"),
    Column("ends", String(32), nullable=False, index=True),
    Column("key_id", String(64), nullable=False),
    _at("destroyed", nullable=True),
)

collections = Table(
    "collections",
    metadata,
    _id(),
    Column("name", String(100), nullable=False, unique=True),
    _word("state"),
    _account("owner"),
    _json("content"),
    _json("counts", nullable=True),
    _at("made"),
    Column("ends", String(32), nullable=False, index=True),
    _at("finished", nullable=True),
    Column("key_id", String(64), nullable=False),
    _at("destroyed", nullable=True),
)

collection_parts = Table(
    "collection_parts",
    metadata,
    Column("collection", String(64), ForeignKey("collections.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("shard", String(64), nullable=True),  # none where every image of it was refused
    Column("refusals", String(64), nullable=True),
    _json("counts"),
    _at("kept"),
)

footage = Table(
    "footage",
    metadata,
    _id(),
    _ref("of_case", "cases.id"),
    _word("state"),
    _account("added_by"),
    _at("added"),
    _json("content"),
    _json("counts", nullable=True),
    _at("indexed", nullable=True),
)

footage_segments = Table(
    "footage_segments",
    metadata,
    Column("footage", String(64), ForeignKey("footage.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("object_id", String(64), nullable=False),
    _json("counts"),
    _at("kept"),
)

searches = Table(
    "searches",
    metadata,
    _id(),
    _ref("of_case", "cases.id"),
    _account("actor"),
    _at("at"),
    _json("content"),
    Column("object_id", String(64), nullable=False),
)

examinations = Table(
    "examinations",
    metadata,
    _id(),
    _ref("search", "searches.id"),
    Column("place", Integer, nullable=False),
    _word("kind"),  # examination or surrender
    _account("actor"),
    _json("content"),
    _at("at"),
    UniqueConstraint("search", "place"),
)

holds = Table(
    "holds",
    metadata,
    _id(),
    _json("content"),
    _account("placed_by"),
    _at("placed"),
    _at("review"),
    _json("released", nullable=True),
)

held_objects = Table(
    "held_objects",
    metadata,
    Column("hold", String(64), ForeignKey("holds.id"), primary_key=True),
    Column("object", String(64), primary_key=True),
)

data_keys = Table(
    "data_keys",
    metadata,
    _id(),
    _word("retention"),
    Column("purpose", String(100), nullable=False, index=True),
    _at("created"),
    _at("destroying", nullable=True),
    _at("destroyed", nullable=True),
)

vault_objects = Table(
    "vault_objects",
    metadata,
    _id(),
    _ref("key_id", "data_keys.id"),
    _word("kind"),
    Column("purpose", String(100), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    _at("stored"),
)

vault_chunks = Table(
    "vault_chunks",
    metadata,
    Column("object_id", String(64), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)

erasures = Table(
    "erasures",
    metadata,
    _id(),
    _word("retention"),
    Column("purpose", String(100), nullable=False),
    _json("content"),
    _account("actor"),
    _at("started"),
    Column("finished", String(32), nullable=True, index=True),
)

certificates = Table(
    "certificates",
    metadata,
    _id(),
    _word("retention"),
    Column("purpose", String(100), nullable=False, index=True),
    _json("content"),
    Column("digest", String(64), nullable=False, unique=True),
    _at("at"),
)

exports = Table(
    "exports",
    metadata,
    _id(),
    Column("purpose", String(100), nullable=False, index=True),
    _account("actor"),
    _at("at"),
    Column("what", String(200), nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("sha256", String(64), nullable=True),
    _json("objects"),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("body", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("one", Integer, CheckConstraint("one = 1", name="single"), primary_key=True),
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("hash", String(64), nullable=False),
    _at("at"),
    Column("signature", String(200), nullable=True),
)
