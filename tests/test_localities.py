"""Localities: a borough, city, county, region or country says nothing of where."""

from __future__ import annotations

import pytest

from workbench import localities
from workbench.localities import locality, same_place


def test_the_boroughs_are_the_32_and_the_city() -> None:
    assert len(localities.LONDON_BOROUGHS) == 33
    assert "city of london" in localities.LONDON_BOROUGHS


@pytest.mark.parametrize(
    "form", ["{}", "The {}", "{}, London", "{}, England, UK", "City of {}", "London Borough of {}"]
)
@pytest.mark.parametrize(
    "names",
    [
        localities.LONDON_BOROUGHS,
        localities.OTHER_BOROUGHS,
        localities.CITIES,
        localities.COUNTIES,
        localities.REGIONS,
        localities.COUNTRIES,
        localities.DISTRICTS,
    ],
)
def test_every_name_is_found_in_every_form(names: frozenset[str], form: str) -> None:
    assert names
    assert [name for name in sorted(names) if locality(form.format(name.title())) is None] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Islington", "a London borough"),
        ("ISLINGTON", "a London borough"),
        ("  islington . ", "a London borough"),
        ("London Borough of Islington", "a London borough"),
        ("the Islington area", "a London borough"),
        ("Islington, London", "a London borough"),
        ("Islington/Camden", "a London borough"),
        ("Islington, London N1", "a London borough"),
        ("Islington Borough", "a London borough"),
        ("Islington Borough Council", "a London borough"),
        ("Royal Borough of Kensington & Chelsea", "a London borough"),
        ("City of Westminster", "a London borough"),
        ("The City", "a city"),
        ("City of London", "a London borough"),
        ("Central London", "a city"),
        ("Thames Valley", "a region"),
        ("London", "a city"),
        ("City of Manchester", "a city"),
        ("Manchester city centre", "a city"),
        ("town centre", "a city"),
        ("St. Albans", "a city"),
        ("Saint Albans", "a city"),
        ("Stoke-on-Trent", "a city"),
        ("Kent", "a county"),
        ("County Durham", "a city"),
        ("Gwynedd", "a county"),
        ("West Midlands", "a region"),
        ("England", "a country"),
        ("UK", "a country"),
        ("Shepherd's Bush", "a part of London"),
        ("Shepherd\N{RIGHT SINGLE QUOTATION MARK}s Bush", "a part of London"),
        ("South Croydon", "a London borough"),
        # Whatever X is.
        ("Borough of Xanadu", "a borough, city, county or district"),
        ("Xanadu Borough Council", "a borough, city, county or district"),
        ("Xanadu Borough", "a borough, city, county or district"),
        ("Xanadu District Council", "a borough, city, county or district"),
    ],
)
def test_the_kind_is_named(text: str, kind: str | None) -> None:
    assert locality(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "High Street",
        "Camden High Street",
        "London Road",
        "Oxford Circus",
        "Leicester Square",
        "Westminster Bridge",
        "North End, Croydon",
        "Croydon, North End",
        "Broadway, Stratford",
        "Westfield, Stratford",
        "The Strand",
        "Birdcage Walk",
        "City Road",
        "The Borough",
        "Farnham, The Borough",
        "Borough High Street",
        "Kent House Road",
        "Reading Station",
        "City of Westminster College, Paddington Green",
        "London Borough of Camden town hall steps, Judd Street",
        "O2 Arena",
        "Clapham Junction",
        "Rushey Green, Catford",
        "A23",
        "A23 Croydon",
        "High Street N1",
    ],
)
def test_what_says_more_is_let_through(text: str) -> None:
    assert locality(text) is None


@pytest.mark.parametrize("text", ["Bexhill", "bexhill, East Sussex", "Bexhill town centre"])
def test_the_town_itself_says_no_more(text: str) -> None:
    assert locality(text, town="Bexhill") is not None
    assert locality(f"Marine Parade, {text}", town="Bexhill") is None


def test_no_town_is_no_locality() -> None:
    assert locality("High Street", town="") is None
    assert locality("", town="") is None


def test_the_longest_name_is_read_quickly() -> None:
    assert locality(" ".join(["north"] * 100)) is None


def test_same_place() -> None:
    assert same_place("St. Ann's", "saint anns")
    assert not same_place("North End", "South End")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Soho", "a place that the rules of the force call too wide"),
        ("SOHO, London", "a place that the rules of the force call too wide"),
        ("Soho and the West End", "a place that the rules of the force call too wide"),
        ("Soho Square", None),
        ("Islington", "a London borough"),
    ],
)
def test_names_that_a_force_adds_count_as_those_that_are_known(text: str, kind: str | None) -> None:
    assert locality(text, also=["Soho", "West End"]) == kind


def test_without_them_they_say_more() -> None:
    assert locality("Soho") is None
