"""Where: a place at street level, the area about it, and the feeds that look at it.

In R (Bridges) v Chief Constable of South Wales Police [2020] EWCA Civ 1058, paragraph 130, nothing
laid down where the cameras may stand. A borough or a city alone is refused here; so is an address
that could hold a credential.
"""

from __future__ import annotations

import math
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from workbench.governance import polygons
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Line
from workbench.localities import locality, same_place

__all__ = ["FARTHEST_M", "Area", "Coordinates", "Location", "NamedFeed"]

FARTHEST_M: Final = 200.0
"""How far, in metres, a place may lie from its area. Own choice: it catches swapped numbers."""

_SMALLEST_M2: Final = 1.0
_SMALLEST_SHARE: Final = 1e-6

_RADIUS_M: Final = 6_378_137.0
_ECCENTRICITY_2: Final = 0.006_694_379_990_14
"""Equatorial radius and square of the first eccentricity of WGS 84."""


class Coordinates(Record):
    """A point on the ground.

    Attributes:
        latitude: degrees north, WGS 84.
        longitude: degrees east, WGS 84; west of Greenwich is negative.
    """

    latitude: Annotated[float, Field(strict=True, ge=-90, le=90)]
    longitude: Annotated[float, Field(strict=True, ge=-180, le=180)]


class Area(Record):
    """The ground that the cameras see: a simple polygon.

    Attributes:
        corners: in order, either way round; the last joins the first.
    """

    corners: Annotated[
        tuple[Coordinates, ...], Field(min_length=3, max_length=polygons.MOST_CORNERS)
    ]

    @model_validator(mode="after")
    def _is_polygon(self) -> Self:
        fault = polygons.fault(self._plane(self.corners), smallest=_SMALLEST_M2)
        if fault is not None:
            raise ValueError(fault)
        return self

    @property
    def square_metres(self) -> float:
        """Its area, on a plane that touches the ground there."""
        return polygons.area(self._plane(self.corners))

    @property
    def extent_m(self) -> float:
        """The distance in metres between the two corners that lie farthest apart."""
        return polygons.extent(self._plane(self.corners))

    def distance_m(self, point: Coordinates) -> float:
        """Return how many metres a point lies from it: 0 inside."""
        return polygons.distance(self._plane(self.corners), *self._plane((point,)))

    def _plane(self, points: tuple[Coordinates, ...]) -> list[polygons.Point]:
        """Return metres east and north of the first corner, exact to a thousandth in a town.

        The scales are those of the WGS 84 ellipsoid at the middle latitude. Longitudes go the
        short way round, so that an area may lie across the 180th meridian.
        """
        latitudes = [corner.latitude for corner in self.corners]
        middle = math.radians((min(latitudes) + max(latitudes)) / 2)
        bend = 1 - _ECCENTRICITY_2 * math.sin(middle) ** 2
        north = math.radians(_RADIUS_M * (1 - _ECCENTRICITY_2) / bend**1.5)
        east = math.radians(_RADIUS_M * math.cos(middle) / math.sqrt(bend))
        origin = self.corners[0]
        return [
            (
                math.remainder(point.longitude - origin.longitude, 360) * east,
                (point.latitude - origin.latitude) * north,
            )
            for point in points
        ]


def _narrow(text: str) -> str:
    """Return the name of a place, unless it is only that of a borough, city, county or country."""
    kind = locality(text)
    if kind is not None:
        msg = (
            f"names nothing narrower than {kind}; write the street and the spot on it, such as "
            "'High Street, outside the station'"
        )
        raise ValueError(msg)
    if not any(letter.isalpha() for letter in text):
        msg = "has no letter in it; write the name that stands on the street sign"
        raise ValueError(msg)
    return text


_Spot = Annotated[Line, AfterValidator(_narrow)]


class Location(Record):
    """Where a deployment takes place, at street level.

    Attributes:
        name: the spot, for example `North End, outside the Whitgift Centre`.
        street: the street alone, for example `North End`.
        coordinates: where the cameras stand; inside the area or within 200 m of it.
        area: the ground that they see.
        town: the town, or the part of a city.
    """

    name: _Spot
    street: _Spot
    coordinates: Coordinates
    area: Area
    town: Line

    @model_validator(mode="after")
    def _is_one_place(self) -> Self:
        for field, text in (("name", self.name), ("street", self.street)):
            if same_place(text, self.town) or locality(text, town=self.town) is not None:
                msg = (
                    f"{field} only names the town again; write the street and the spot on it, "
                    "and the town under town"
                )
                raise ValueError(msg)
        far = self.area.distance_m(self.coordinates)
        if far > FARTHEST_M:
            msg = (
                f"coordinates lie {far:,.0f} m from the area, and may lie {FARTHEST_M:.0f} m from "
                "it at most; check that latitude and longitude are not swapped"
            )
            raise ValueError(msg)
        return self


def _no_address(text: object) -> object:
    """Return a name, unless it is an address; addresses can hold a password."""
    if isinstance(text, str) and ("://" in text or "@" in text):
        msg = (
            "looks like an address, which may hold a password; record the feed by a name such as "
            "'camera-1' and give its address when the search starts"
        )
        raise ValueError(msg)
    return text


_Share = Annotated[float, Field(strict=True, ge=0, le=1)]


def _zone(corners: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    fault = polygons.fault(corners, smallest=_SMALLEST_SHARE)
    if fault is not None:
        raise ValueError(fault)
    return corners


class NamedFeed(Record):
    """One feed of a deployment, by name: what is recorded never holds a credential.

    Attributes:
        name: for example `camera-1`; its address is given when a search starts.
        zone: corners `(x, y)` in shares of the frame, `(0, 0)` top left and `(1, 1)` bottom right;
            only faces inside it are compared. `None` is the whole frame.
        place: where the camera stands and which way it looks.
    """

    name: Annotated[Identifier, BeforeValidator(_no_address)]
    zone: Annotated[tuple[tuple[_Share, _Share], ...], AfterValidator(_zone)] | None = None
    place: Annotated[Line, BeforeValidator(_no_address)]
