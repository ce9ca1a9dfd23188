"""What must hold of the rows that allow something: that the audit log made them what they are.

Whoever can write the database could make a deployment authorised, or an account an officer's, with
no entry of it. What starts asks for that first; what was done so at other times is found by the
verification of the log.
"""

from __future__ import annotations

from sqlalchemy import Connection

from workbench.bench.context import Acting
from workbench.errors import NotAuthorisedError
from workbench.records.cases import CaseRow
from workbench.records.collections import CollectionRow
from workbench.records.deployments import DeploymentRow
from workbench.records.footage import FootageRow
from workbench.records.row_digests import (
    ACCOUNT,
    CASE,
    COLLECTION,
    DEPLOYMENT,
    FOOTAGE,
    SEARCH,
    Governed,
)
from workbench.records.searches import SearchRow
from workbench.records.standing_rows import parts_stand, stands

__all__ = [
    "require_standing",
    "require_standing_case",
    "require_standing_collection",
    "require_standing_footage",
    "require_standing_parts",
    "require_standing_search",
]


def require_standing(acting: Acting, row: DeploymentRow) -> None:
    """Refuse a deployment that is not what the audit log says, or whose people are not.

    Those are whoever applied, authorised and reviewed, and whoever acts now.

    Raises:
        NotAuthorisedError: says which row it is.
    """
    authority = row.authority
    names = [row.applicant, acting.name]
    if authority is not None:
        names.append(authority.officer)
        if authority.review is not None:
            names.append(authority.review.officer)
    _require(acting, DEPLOYMENT, row.id, f"deployment {row.reference}")
    for name in dict.fromkeys(names):
        _require(acting, ACCOUNT, name, f"account {name}")


def require_standing_case(acting: Acting, row: CaseRow) -> None:
    """Refuse a case that is not what the audit log says.

    Raises:
        NotAuthorisedError: says so.
    """
    _require(acting, CASE, row.id, f"case {row.number}")


def require_standing_collection(acting: Acting, row: CollectionRow) -> None:
    """Refuse a collection that is not what the audit log says.

    Raises:
        NotAuthorisedError: says so.
    """
    _require(acting, COLLECTION, row.id, f"collection {row.name}")


def require_standing_footage(acting: Acting, row: FootageRow) -> None:
    """Refuse footage that is not what the audit log says: another file, or from elsewhere.

    Raises:
        NotAuthorisedError: says so.
    """
    _require(acting, FOOTAGE, row.id, f"footage {row.id}")


def require_standing_search(acting: Acting, row: SearchRow) -> None:
    """Refuse a search that is not what the audit log says: another's, of triage, or other faces.

    Raises:
        NotAuthorisedError: says so.
    """
    _require(acting, SEARCH, row.id, f"search {row.id}")


def require_standing_parts(connection: Connection, row: CollectionRow) -> None:
    """Refuse a collection of which a part is not what the audit log says, missing or put in.

    Args:
        connection: that its parts are read by.
        row: of the collection.

    Raises:
        NotAuthorisedError: says so.
    """
    if not parts_stand(connection, row.id):
        msg = _not_standing(f"a part of collection {row.name}")
        raise NotAuthorisedError(msg)


def _require(acting: Acting, governed: Governed, name: str, what: str) -> None:
    if not stands(acting.connection, governed, name):
        msg = _not_standing(what)
        raise NotAuthorisedError(msg)


def _not_standing(what: str) -> str:
    return (
        f"the row of {what} is not what the audit log says of it, so nothing is done on it. "
        "Have an administrator run workbench audit verify, and tell a data-protection officer."
    )
