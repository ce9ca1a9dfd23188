"""Places: at street level, with an area that is one, and feeds without a credential."""

from __future__ import annotations

import math
from typing import Any

import pytest
from deployment_values import location_values

from workbench.errors import RecordError
from workbench.governance.places import Area, Coordinates, Location, NamedFeed


def area(*corners: tuple[float, float]) -> Area:
    """An area of corners `(latitude, longitude)`."""
    points = [{"latitude": latitude, "longitude": longitude} for latitude, longitude in corners]
    return Area.read({"corners": points}, what="area")


def block(latitude: float, longitude: float, degrees: float = 0.001) -> Area:
    """A block of some thousandths of a degree."""
    north, east = latitude + degrees, longitude + degrees
    return area((latitude, longitude), (latitude, east), (north, east), (north, longitude))


@pytest.mark.parametrize(
    ("latitude", "north_km", "east_km"),
    # Length of a degree of latitude and of longitude on WGS 84, as tables print it.
    [(0, 110.574, 111.320), (30, 110.852, 96.486), (45, 111.132, 78.847), (60, 111.412, 55.800)],
)
def test_the_scale_of_the_ground(latitude: float, north_km: float, east_km: float) -> None:
    half = 0.0005
    measured = block(latitude - half, -0.1).square_metres
    assert measured == pytest.approx(north_km * east_km, rel=1e-4)
    assert block(latitude - half, -0.1).extent_m == pytest.approx(
        math.hypot(north_km, east_km), rel=1e-4
    )


@pytest.mark.parametrize("longitude", [-180.0, -0.0005, 0.0, 179.0, 179.9985])
def test_an_area_is_as_large_wherever_it_lies(longitude: float) -> None:
    assert block(51.5, longitude).square_metres == pytest.approx(block(51.5, 0).square_metres)


def test_an_area_may_lie_across_the_180th_meridian() -> None:
    across = area((51.5, 179.9995), (51.5, -179.9995), (51.501, -179.9995), (51.501, 179.9995))
    assert across.square_metres == pytest.approx(block(51.5, 0).square_metres)
    assert across.distance_m(Coordinates(latitude=51.5005, longitude=-180)) == 0
    assert across.distance_m(Coordinates(latitude=51.5005, longitude=180)) == 0


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        ((), "corners: .* at least 3 items"),
        (((51.5, -0.1), (51.5, -0.2)), "corners: .* at least 3 items"),
        (((51.5, -0.1), (51.6, -0.1), (51.7, -0.1)), "no area"),
        (((51.5, -0.1),) * 3, "no area"),
        (((51.5, -0.1), (51.500001, -0.1), (51.5, -0.100001)), "no area"),
        (((51.5, -0.1), (51.6, -0.2), (51.6, -0.1), (51.5, -0.2)), "sides 1 and 3 cross or touch"),
        (((91.0, -0.1), (51.6, -0.1), (51.5, -0.2)), "corners.0.latitude: .* less than or equal"),
        (((51.5, -181.0), (51.6, -0.1), (51.5, -0.2)), "corners.0.longitude: .* greater than or"),
        (((float("nan"), -0.1), (51.6, -0.1), (51.5, -0.2)), "corners.0.latitude"),
        (((float("inf"), -0.1), (51.6, -0.1), (51.5, -0.2)), "corners.0.latitude"),
        (((90.0, 0.0), (90.0, 120.0), (90.0, -120.0)), "no area"),
        (
            tuple((51.5 + x / 1000, x * x / 1e5) for x in range(201)),
            "corners: .* at most 200 items",
        ),
    ],
)
def test_what_is_no_area_is_refused(corners: tuple[tuple[float, float], ...], words: str) -> None:
    with pytest.raises(RecordError, match=f"area cannot be used: .*{words}"):
        area(*corners)


@pytest.mark.parametrize("value", ["51.5", True, None, [51.5]])
def test_coordinates_are_numbers(value: object) -> None:
    with pytest.raises(RecordError, match="point cannot be used: latitude: input should be a val"):
        Coordinates.read({"latitude": value, "longitude": 0}, what="point")


def location(**changes: Any) -> Location:
    """A location in order, but for the changes."""
    return Location.read(location_values(**changes), what="location")


def test_a_location_survives_its_plain_values() -> None:
    assert Location.read(location().plain(), what="location") == location()


@pytest.mark.parametrize("field", ["name", "street"])
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Islington", "a London borough"),
        ("London Borough of Camden", "a London borough"),
        ("Manchester", "a city"),
        ("City of London", "a London borough"),
        ("Kent", "a county"),
        ("East Midlands", "a region"),
        ("Wales", "a country"),
        ("Peckham", "a part of London"),
        ("Solihull Borough", "a borough or town"),
    ],
)
def test_a_borough_or_city_alone_is_refused_with_the_reason(
    field: str, text: str, kind: str
) -> None:
    with pytest.raises(RecordError) as refused:
        location(**{field: text})
    assert str(refused.value) == (
        f"location cannot be used: {field}: names nothing narrower than {kind}; write the street "
        "and the spot on it, such as 'High Street, outside the station'. Correct what is named."
    )


@pytest.mark.parametrize("field", ["name", "street"])
@pytest.mark.parametrize("text", ["Bexhill", "BEXHILL", "Bexhill, East Sussex", "Bexhill-on-Sea"])
def test_the_town_again_is_no_place_in_it(field: str, text: str) -> None:
    town = "Bexhill-on-Sea" if text == "Bexhill-on-Sea" else "Bexhill"
    with pytest.raises(RecordError, match=f"{field} only names the town again; write the street"):
        location(**{field: text, "town": town})


@pytest.mark.parametrize("text", ["12", "?", "--"])
def test_a_street_has_a_name(text: str) -> None:
    with pytest.raises(RecordError, match="street: has no letter in it; write the name"):
        location(street=text)


@pytest.mark.parametrize(
    ("latitude", "longitude", "metres"),
    [
        (51.3753, -0.1008, 0),
        (51.3757, -0.1003, 0),
        (51.3770, -0.1008, 145),
        (51.3753, -0.0980, 160),
    ],
)
def test_cameras_stand_in_the_area_or_near_it(
    latitude: float, longitude: float, metres: float
) -> None:
    there = {"latitude": latitude, "longitude": longitude}
    placed = location(coordinates=there)
    assert placed.area.distance_m(placed.coordinates) == pytest.approx(metres, abs=1)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(51.3780, -0.1008), (-0.1008, 51.3753), (51.3753, 0.1008)]
)
def test_cameras_far_from_the_area_are_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(RecordError, match=r"coordinates lie [\d,]+ m from the area, .* 200 m"):
        location(coordinates={"latitude": latitude, "longitude": longitude})


@pytest.mark.parametrize("field", ["name", "street", "coordinates", "area", "town"])
def test_every_part_of_a_location_is_needed(field: str) -> None:
    values = {name: value for name, value in location_values().items() if name != field}
    with pytest.raises(RecordError, match=f"location cannot be used: {field}: field required"):
        Location.read(values, what="location")


def feed(**changes: Any) -> NamedFeed:
    """A feed in order, but for the changes."""
    return NamedFeed.read({"name": "camera-1", "place": "lamp post 12"} | changes, what="feed")


@pytest.mark.parametrize(
    "zone", [None, [[0, 0], [1, 0], [0, 1]], [[0.1, 0.2], [0.9, 0.2], [0.9, 1.0], [0.1, 1.0]]]
)
def test_a_feed_survives_its_plain_values(zone: object) -> None:
    assert NamedFeed.read(feed(zone=zone).plain(), what="feed") == feed(zone=zone)


@pytest.mark.parametrize("field", ["name", "place"])
@pytest.mark.parametrize(
    "address",
    [
        "rtsp://viewer:hunter2@10.0.0.7/stream",
        "rtsp://10.0.0.7/stream",
        "viewer:hunter2@10.0.0.7",
        "HTTP://10.0.0.7",
        "://",
    ],
)
def test_an_address_is_no_name_and_is_not_repeated(field: str, address: str) -> None:
    with pytest.raises(RecordError) as refused:
        feed(**{field: address})
    assert str(refused.value) == (
        f"feed cannot be used: {field}: looks like an address, which may hold a password; record "
        "the feed by a name such as 'camera-1' and give its address when the search starts. "
        "Correct what is named."
    )


@pytest.mark.parametrize("name", ["", "a b", "<b>", "-x", "camera\n1", "x" * 101, 3, None])
def test_a_name_that_is_none_is_refused(name: object) -> None:
    with pytest.raises(RecordError, match="feed cannot be used: name: "):
        feed(name=name)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ([], "needs 3 to 200 corners, but has 0"),
        ([[0, 0], [1, 1]], "but has 2"),
        ([[0, 0], [1, 1], [1, 0], [0, 1]], "sides 1 and 3 cross"),
        ([[0, 0], [0.5, 0.5], [1, 1]], "no area"),
        ([[0, 0], [1.2, 0], [1, 1]], "zone.1.0: input should be less than or equal to 1"),
        ([[0, 0], [-0.1, 0], [1, 1]], "zone.1.0: input should be greater than or equal to 0"),
        ([[0, 0], [float("nan"), 0], [1, 1]], "zone.1.0: input should be"),
        ([[0, 0], [1], [1, 1]], "zone.1.1: field required"),
        ([[0, 0], ["1", 0], [1, 1]], "zone.1.0: input should be a valid number"),
    ],
)
def test_a_zone_that_is_none_is_refused(zone: object, words: str) -> None:
    with pytest.raises(RecordError, match=f"feed cannot be used: .*{words}"):
        feed(zone=zone)
