"""How the public is told: what is planned, what was put up, and who was spoken to beforehand.

Live facial recognition is overt: signs, leaflets, and the place announced in advance (press
notices and answers of the Metropolitan Police, as reported; as others summarise it, the College of
Policing's Authorised Professional Practice asks for notice unless there is a critical threat).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import Field, StrictBool, model_validator

from workbench.governance.days import Day
from workbench.governance.moments import spoken
from workbench.governance.record import Record
from workbench.governance.text import Line, Moment, Prose

__all__ = ["CommunityEngagement", "NoticePlan", "NoticeRecord"]

_MOST_SIGNS: Final = 10_000


class NoticePlan(Record):
    """How people will know before they walk past the cameras.

    Attributes:
        signs: how many; at least one, since a deployment is never covert.
        signs_where: where they will stand.
        leaflets: whether officers will hand them out.
        published_at: when the deployment is announced in advance; `None` if it is not.
        website: where it is announced.
        urgency: why it could not be announced before it starts; `None` if it is.
    """

    signs: Annotated[int, Field(strict=True, ge=1, le=_MOST_SIGNS)]
    signs_where: Prose
    leaflets: StrictBool
    published_at: Moment | None = None
    website: Line | None = None
    urgency: Prose | None = None

    @model_validator(mode="after")
    def _says_where_or_why(self) -> Self:
        if self.published_at is not None and self.website is None:
            msg = "website is missing: name the page that announces the deployment"
            raise ValueError(msg)
        if self.published_at is None and self.urgency is None:
            msg = (
                "published_at is missing: say when the deployment is announced in advance, or "
                "write under urgency why it cannot be"
            )
            raise ValueError(msg)
        return self

    def fault_for_start(self, starts: datetime) -> str | None:
        """Say why the plan will not do for a deployment that starts then; `None` when it does.

        Advance publication precedes the start, unless a reason for urgency is written.
        """
        published = self.published_at
        if published is None or published < starts or self.urgency is not None:
            return None
        return (
            f"the notice is published at {spoken(published)}, which is not before the start at "
            f"{spoken(starts)}; publish it earlier, or write under notice.urgency why it cannot be"
        )


class CommunityEngagement(Record):
    """One talk with those whom a deployment concerns.

    Attributes:
        held: the day.
        with_whom: the group or body, for example `Haringey independent advisory group`.
        said: what was said, by both sides.
        outcome: what came of it.
    """

    held: Day
    with_whom: Line
    said: Prose
    outcome: Prose


class NoticeRecord(Record):
    """What was put up.

    Attributes:
        what: the signs, leaflets or pages, and where.
        at: when.
        by: who did it.
    """

    what: Prose
    at: Moment
    by: Line
