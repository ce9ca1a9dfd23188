"""The review after a deployment: whether it did what it was for, and what is to be learnt.

That there is one, by somebody who neither applied for it nor ran it, is what is generally said of
the College of Policing's practice, which was not read; its questions are the product's own choice.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from workbench.governance.record import Record
from workbench.governance.text import Prose

__all__ = ["DeploymentReview"]


class DeploymentReview(Record):
    """What a reviewer found; the descriptions are what a form asks."""

    aims_met: Annotated[
        StrictBool, Field(description="whether the deployment did what it was applied for")
    ]
    assessment: Annotated[Prose, Field(description="why, and whether it stayed proportionate")]
    alerts: Annotated[
        Prose, Field(description="what false, unconfirmed and unresolved alerts show")
    ]
    public: Annotated[
        Prose | None,
        Field(description="how people took it: notices seen, complaints, who was affected"),
    ] = None
    lessons: Annotated[Prose, Field(description="what is to be done differently next time")]
