"""What aggregates of outcomes are made of: queries, written once for both stores.

On SQLite and over the connection of the owner they are run as they stand. In a team's store each
is the text of a view (`workbench.records.team.views`), since those who read aggregates come to no
table there.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Label,
    Select,
    TableValuedAlias,
    Text,
    and_,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from workbench.governance.alerts import AlertState
from workbench.governance.outcomes import Outcome
from workbench.records.deployment_views import deployment_queries
from workbench.records.deployments import PERHAPS_NEVER_APPLIED
from workbench.records.schema import (
    alerts,
    deployment_notes,
    deployments,
    engagements,
    sessions,
    watchlists,
)

__all__ = [
    "APPLICATIONS",
    "DEPLOYMENTS",
    "SEARCHES",
    "WATCHLISTS",
    "Json",
    "json_of",
    "outcome_queries",
    "view_texts",
]

APPLICATIONS: Final = "outcome_applications"
DEPLOYMENTS: Final = "outcome_deployments"
SEARCHES: Final = "outcome_searches"
WATCHLISTS: Final = "outcome_watchlists"

_Text: TypeAlias = ColumnElement[str]
_Number: TypeAlias = type[Integer] | type[Float[Any]]

_AUTHORISED: Final = deployments.c.authority.is_not(None)
_DAY: Final = len("2026-11-25")
_ENGAGEMENT: Final = "engagement"
"""Kind of a row of `engagements` that says what was done; the others say what was decided."""
_COSTS: Final = "costs"
"""Kind of a note that holds costs."""


def outcome_queries(*, on_postgresql: bool) -> Mapping[str, Select[Any]]:
    """Return the queries by the name of their view.

    Args:
        on_postgresql: write them for PostgreSQL; else for SQLite.
    """
    json = json_of(on_postgresql=on_postgresql)
    return {
        APPLICATIONS: _applications(),
        DEPLOYMENTS: _deployments(json),
        SEARCHES: _searches(json),
        WATCHLISTS: _watchlists(),
        **deployment_queries(json, on_postgresql=on_postgresql),
    }


def view_texts() -> dict[str, str]:
    """Return the queries as PostgreSQL reads them, every value in its place."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return {
        view: str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        for view, query in outcome_queries(on_postgresql=True).items()
    }


class _SqliteJson:
    """Parts of a JSON text on SQLite."""

    def text(self, column: ColumnElement[Any], *path: str) -> _Text:
        """Return a value as text; of objects and arrays the JSON."""
        return cast(_extracted(column, path), Text)

    def number(self, column: ColumnElement[Any], *path: str, of: _Number) -> ColumnElement[Any]:
        """Return a value as a number."""
        return cast(_extracted(column, path), of)

    def is_true(self, column: ColumnElement[Any], key: str) -> ColumnElement[bool]:
        """Return whether a value is `true`."""
        return func.json_type(column, f"$.{key}") == "true"

    def names(self, column: ColumnElement[Any], key: str) -> _Text:
        """Return the `name` of each object in an array, as a JSON array."""
        each = func.json_each(column, f"$.{key}").table_valued("value", name="each_named")
        name = func.json_group_array(func.json_extract(each.c.value, "$.name"))
        return select(type_coerce(name, Text)).select_from(each).scalar_subquery()

    def counts(self, column: ColumnElement[Any], key: str) -> TableValuedAlias:
        """Return the members of an object of counts as rows of `key` and `value`."""
        return func.json_each(column, f"$.{key}").table_valued("key", "value", name="each_counted")


class _PostgresqlJson:
    """Parts of a JSON text on PostgreSQL."""

    def text(self, column: ColumnElement[Any], *path: str) -> _Text:
        """Return a value as text; of objects and arrays the JSON."""
        return type_coerce(func.jsonb_extract_path_text(cast(column, JSONB), *path), Text)

    def number(self, column: ColumnElement[Any], *path: str, of: _Number) -> ColumnElement[Any]:
        """Return a value as a number."""
        return cast(self.text(column, *path), of)

    def is_true(self, column: ColumnElement[Any], key: str) -> ColumnElement[bool]:
        """Return whether a value is `true`."""
        return self.text(column, key) == "true"

    def names(self, column: ColumnElement[Any], key: str) -> _Text:
        """Return the `name` of each object in an array, as a JSON array."""
        path: ColumnElement[str] = literal_column(f"'$.{key}[*].name'")
        return cast(func.jsonb_path_query_array(cast(column, JSONB), path), Text)

    def counts(self, column: ColumnElement[Any], key: str) -> TableValuedAlias:
        """Return the members of an object of counts as rows of `key` and `value`."""
        counted = func.jsonb_extract_path(cast(column, JSONB), key)
        return func.jsonb_each_text(counted).table_valued("key", "value", name="each_counted")


def _extracted(column: ColumnElement[Any], path: tuple[str, ...]) -> ColumnElement[Any]:
    return func.json_extract(column, f"$.{'.'.join(path)}")


Json: TypeAlias = _SqliteJson | _PostgresqlJson
"""Parts of a JSON text, as the one or the other store takes them out."""


def json_of(*, on_postgresql: bool) -> Json:
    """Return what takes parts out of a JSON text.

    Args:
        on_postgresql: as PostgreSQL does it; else as SQLite does.
    """
    return _PostgresqlJson() if on_postgresql else _SqliteJson()


def _deployments(json: Json) -> Select[Any]:
    """One row a deployment that was authorised; alerts whose rows are gone are counted in it."""
    table = deployments.c
    raised, done = _raised().subquery("raised"), _done(json).subquery("done")
    return (
        select(
            table.reference,
            table.state,
            table.starts,
            table.ends,
            table.ended,
            *(
                json.text(table.content, *path).label(name)
                for name, path in (
                    ("force", ["force"]),
                    ("place", ["location", "name"]),
                    ("town", ["location", "town"]),
                )
            ),
            json.names(table.content, "feeds").label("feeds"),
            func.coalesce(_costs(), json.text(table.content, "costs")).label("costs"),
            *(
                _with_gone(json, raised, name, ["counts", name])
                for name in _states()
                if name != _OPEN
            ),
            func.coalesce(raised.c[_OPEN], 0).label(_OPEN),
            _destroyed_undecided(json),
            _with_gone(json, raised, "blue_list_alerts", ["blue_list_alerts"]),
            *(_with_gone(json, done, name, ["counts", name]) for name in _ENGAGED),
            *(_with_gone(json, done, name, ["counts", "outcomes", name]) for name in _CAME_OF_IT),
        )
        .outerjoin(raised, raised.c.deployment == table.id)
        .outerjoin(done, done.c.deployment == table.id)
        .where(_AUTHORISED)
    )


def _applications() -> Select[Any]:
    """One row a day on which something was to begin that nobody authorised: how much, and no more.

    What was never authorised is no outcome, and neither its place nor its hour is shown.
    """
    table = deployments.c
    day = func.substr(table.starts, 1, _DAY).label("day")
    applied = or_(
        table.record.is_not(None),
        table.state.not_in(sorted(state.value for state in PERHAPS_NEVER_APPLIED)),
    )
    return (
        select(day, func.count().label("applications")).where(~_AUTHORISED, applied).group_by(day)
    )


def _searches(json: Json) -> Select[Any]:
    """One row a live search; neither who ran it nor what broke."""
    table = sessions.c
    found = select(
        deployments.c.reference,
        table.feed,
        table.policy,
        table.threshold,
        table.started,
        table.ended,
        table.stopped_by,
        json.number(table.counts, "faces_seen", of=Integer).label("faces_seen"),
        json.text(table.counts, "counting_method").label("counting_method"),
    ).join(deployments, deployments.c.id == table.deployment)
    return found.where(_AUTHORISED)


def _watchlists() -> Select[Any]:
    """One row a list: its size, and nobody on it."""
    table = watchlists.c
    found = select(
        deployments.c.reference,
        table.state,
        table.built,
        table.destroyed,
        table.references_count,
        table.subjects_count,
    ).join(deployments, deployments.c.id == table.deployment)
    return found.where(_AUTHORISED)


def _states() -> dict[str, AlertState]:
    """Return the states of an alert by the names under which they are counted."""
    return {state.value.replace("-", "_"): state for state in AlertState}


def _destroyed_undecided(json: Json) -> Label[Any]:
    """Return how many alerts went undecided; older records count them as open among the gone."""
    gone = (
        func.coalesce(json.number(deployments.c.record, "gone", "counts", name, of=Integer), 0)
        for name in (_OPEN, _DESTROYED_UNDECIDED)
    )
    return functools.reduce(operator.add, gone).label(_DESTROYED_UNDECIDED)


def _raised() -> Select[Any]:
    """How many alerts there are in each state, by deployment."""
    seeded = alerts.c.blue_list
    return select(
        alerts.c.deployment,
        *(
            func.count().filter(and_(alerts.c.state == state.value, ~seeded)).label(name)
            for name, state in _states().items()
        ),
        func.count().filter(seeded).label("blue_list_alerts"),
    ).group_by(alerts.c.deployment)


_OPEN: Final = AlertState.OPEN.value
_DESTROYED_UNDECIDED: Final = "destroyed_undecided"
_ENGAGED: Final = (
    "engagements",
    "stops",
    "engagement_minutes",
    "false_alert_engagements",
    "false_alert_minutes",
    "false_alert_arrests",
)
_CAME_OF_IT: Final = (*(one.value.replace("-", "_") for one in Outcome), "with_outcome")


def _done(json: Json) -> Select[Any]:
    """What officers did about alerts and what came of it, by deployment."""
    content = engagements.c.content
    minutes = func.sum(json.number(content, "minutes", of=Float))
    is_false = alerts.c.state.in_([state.value for state in AlertState if state.is_false])
    came_of_it = json.text(content, "outcome")
    alerted = func.count(alerts.c.id.distinct())
    return (
        select(
            alerts.c.deployment,
            func.count().label("engagements"),
            func.count().filter(json.is_true(content, "stopped")).label("stops"),
            minutes.label("engagement_minutes"),
            func.count().filter(is_false).label("false_alert_engagements"),
            minutes.filter(is_false).label("false_alert_minutes"),
            alerted.filter(and_(is_false, came_of_it == Outcome.ARREST.value)).label(
                "false_alert_arrests"
            ),
            *(
                alerted.filter(came_of_it == one.value).label(one.value.replace("-", "_"))
                for one in Outcome
            ),
            alerted.label("with_outcome"),
        )
        .join(alerts, alerts.c.id == engagements.c.alert)
        .where(engagements.c.kind == _ENGAGEMENT, ~alerts.c.blue_list)
        .group_by(alerts.c.deployment)
    )


def _with_gone(json: Json, there: FromClause, name: str, path: list[str]) -> Label[Any]:
    """Return a count of what is there, and of what went since: the record keeps that."""
    kind: _Number = Float if name.endswith("_minutes") else Integer
    gone = json.number(deployments.c.record, "gone", *path, of=kind)
    none = literal(0, kind)
    return (func.coalesce(there.c[name], none) + func.coalesce(gone, none)).label(name)


def _costs() -> _Text:
    """Return the costs as they were noted last."""
    note = deployment_notes.c
    return (
        select(note.content)
        .where(note.deployment == deployments.c.id, note.kind == _COSTS)
        .order_by(note.at.desc(), note.id.desc())
        .limit(1)
        .scalar_subquery()
    )
