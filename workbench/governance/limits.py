"""How large and how long a deployment may be: limits that a force sets for itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import Field

from workbench.errors import RecordError
from workbench.governance.deployments import Application
from workbench.governance.moments import duration
from workbench.governance.places import FARTHEST_M, Location
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Line
from workbench.localities import locality

__all__ = ["DeploymentLimits"]

_SOURCE: Final = Source(
    text=(
        "limited time and a limited footprint weighed for lawfulness; the numbers are this "
        "product's, not the court's"
    ),
    where="R (Bridges) v CC South Wales Police [2020] EWCA Civ 1058, paragraph 132",
    standing=Standing.OWN_CHOICE,
)


class DeploymentLimits(Record):
    """The limits; each number is the product's own choice unless a force sets its own.

    Attributes:
        largest_area_m2: of the area that the cameras see, in square metres.
        longest_extent_m: between any two corners of it, in metres, so that an area is not a
            line across a town.
        longest: from start to end.
        farthest_m: from where the cameras stand to that area, in metres; a force sets less alone.
        too_wide: names that say as little of where as a borough's, besides those that are known.
        source: what the numbers rest on.
    """

    largest_area_m2: Annotated[float, Field(gt=0)] = 250_000.0
    longest_extent_m: Annotated[float, Field(gt=0)] = 2_000.0
    longest: Annotated[timedelta, Field(gt=timedelta(0))] = timedelta(hours=12)
    farthest_m: Annotated[float, Field(ge=0, le=FARTHEST_M)] = FARTHEST_M
    too_wide: tuple[Line, ...] = ()
    source: Source = _SOURCE

    def faults_of_place(self, location: Location) -> list[str]:
        """Say which limits a place breaks."""
        faults = []
        area = location.area
        if area.square_metres > self.largest_area_m2:
            faults.append(
                f"the area has {area.square_metres:,.0f} square metres, and "
                f"{self.largest_area_m2:,.0f} are allowed; draw what the cameras see, not the "
                "neighbourhood"
            )
        if area.extent_m > self.longest_extent_m:
            faults.append(
                f"the area is {area.extent_m:,.0f} m long, and {self.longest_extent_m:,.0f} m are "
                "allowed; apply for each place of its own"
            )
        far = area.distance_m(location.coordinates)
        if far > self.farthest_m:
            faults.append(
                f"the cameras stand {far:,.0f} m from the area, and {self.farthest_m:,.0f} m are "
                "allowed; draw the area that they see"
            )
        for field, text in (("name", location.name), ("street", location.street)):
            kind = locality(text, town=location.town, also=self.too_wide)
            if kind is not None:
                faults.append(
                    f"{field} names nothing narrower than {kind}; write the street and the spot "
                    "on it"
                )
        return faults

    def faults_of_time(self, starts: datetime, ends: datetime) -> list[str]:
        """Say which limits a window breaks."""
        if ends - starts <= self.longest:
            return []
        fault = (
            f"the deployment lasts {duration(ends - starts)}, and {duration(self.longest)} are "
            "allowed; end it earlier, or apply for each day of its own"
        )
        return [fault]

    def check(self, application: Application) -> None:
        """Refuse an application that breaks a limit.

        Raises:
            RecordError: names every limit that is broken.
        """
        faults = [
            *self.faults_of_place(application.location),
            *self.faults_of_time(application.starts, application.ends),
        ]
        if faults:
            msg = f"deployment {application.reference} cannot be applied for: {'; '.join(faults)}."
            raise RecordError(msg)
