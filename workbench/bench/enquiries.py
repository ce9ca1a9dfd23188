"""`bench.enquiries`: was a reference on a list on a day?

The faces of a list are gone within a day of its deployment; its references stay, so that a list
can be told for a given date by the force's own references (as South Wales Police's procedure has
it, quoted in R (Bridges) v CC South Wales Police [2020] EWCA Civ 1058). An answer is given by
reference and in no other way: there is no enquiry by face or by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from workbench.bench.context import ADMINISTRATION, Context
from workbench.errors import UsageError
from workbench.governance.categories import Category
from workbench.governance.permissions import Permission
from workbench.governance.record import Record
from workbench.governance.text import Identifier
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import find_deployment, find_deployment_by_id
from workbench.records.watchlist_entries import EntryRow, EntryState, entries_of_subject

__all__ = ["Enquiries", "Enquiry", "Listing"]


@dataclass(frozen=True, slots=True)
class Listing:
    """That a reference was on a list.

    Attributes:
        deployment: reference of the deployment whose list it was.
        category: why such people are on lists.
        state: what became of the entry.
        since: when it was put on the list.
        until: when it ceased to be on it; `None` while it is.
        reviewed: whether it was reviewed for that deployment.
        checked: whether a second person compared its image with the record.
        entry: id of the entry, as the audit log names it.
    """

    deployment: str
    category: Category
    state: EntryState
    since: datetime
    until: datetime | None
    reviewed: bool
    checked: bool
    entry: str

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "deployment": self.deployment,
            "category": self.category.value,
            "state": self.state.value,
            "since": self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "reviewed": self.reviewed,
            "checked": self.checked,
            "entry": self.entry,
        }


@dataclass(frozen=True, slots=True)
class Enquiry:
    """The answer to an enquiry.

    Attributes:
        subject: the reference that was asked about.
        day: the day that was asked about, in UTC; `None` for any.
        deployment: reference of the deployment that was asked about; `None` for any.
        listings: when it was on which list, oldest first; empty where it was on none.
    """

    subject: str
    day: date | None
    deployment: str | None
    listings: tuple[Listing, ...]

    @property
    def was_listed(self) -> bool:
        """Whether the answer is yes."""
        return bool(self.listings)

    def describe(self) -> str:
        """Return the answer in a sentence."""
        where = "any list" if self.deployment is None else f"the list of {self.deployment}"
        when = "" if self.day is None else f" on {self.day.isoformat()}"
        answer = "was" if self.was_listed else "was not"
        return f"{self.subject} {answer} on {where}{when}."

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "subject": self.subject,
            "on": None if self.day is None else self.day.isoformat(),
            "deployment": self.deployment,
            "was_listed": self.was_listed,
            "listings": [one.plain() for one in self.listings],
        }


class _Asked(Record):
    subject: Identifier


class Enquiries:
    """Enquiries by reference; each is logged, whatever the answer."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def ask(
        self,
        subject: str,
        *,
        on: date | None = None,
        deployment: str | None = None,
        justification: str,
    ) -> Enquiry:
        """Return whether a reference was on a list.

        Args:
            subject: the reference, exactly as on lists.
            on: a day, in UTC.
            deployment: reference of a deployment. A day, a deployment or both must be named.
            justification: why it is asked, for example the number of the request.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: when subject or justification cannot be used.
            UnknownRecordError: when there is no such deployment.
            UsageError: when neither a day nor a deployment is named.
        """
        asked = _Asked.read({"subject": subject}, what="the enquiry").subject
        if on is None and deployment is None:
            msg = "an enquiry is about a day or a deployment. Name one of them, or both."
            raise UsageError(msg)
        with self._context.acting(Permission.ENQUIRY_ASK) as acting:
            wanted = (
                None if deployment is None else find_deployment(acting.connection, deployment).id
            )
            found = [
                (find_deployment_by_id(acting.connection, of).reference, row)
                for of, row in entries_of_subject(acting.connection, asked)
                if wanted in (None, of) and _was_on(row, on)
            ]
            acting.serving(wanted or ADMINISTRATION).log(
                Verb.CONSULT,
                [row.id for _, row in found],
                justification=justification,
                details={
                    "enquiry": asked,
                    "on": None if on is None else on.isoformat(),
                    "reference": deployment,
                    "found": len(found),
                },
            )
        return Enquiry(asked, on, deployment, tuple(_listing(*one) for one in found))


def _was_on(row: EntryRow, day: date | None) -> bool:
    """Return whether an entry was on its list, at any time of a day in UTC if one is named."""
    if row.state is EntryState.REFUSED:
        return False
    if day is None:
        return True
    until = None if row.removed is None else row.removed.astimezone(UTC).date()
    return row.added.astimezone(UTC).date() <= day and (until is None or day <= until)


def _listing(reference: str, row: EntryRow) -> Listing:
    return Listing(
        deployment=reference,
        category=row.entry.category,
        state=row.state,
        since=row.added,
        until=row.removed,
        reviewed=row.review is not None,
        checked=row.check is not None,
        entry=row.id,
    )
