"""Galleries of any size: who is listed, who is searched for, and what cannot be drawn."""

from __future__ import annotations

import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import (
    as_protocol,
    draw_protocol,
    leave_out,
    people_protocol,
    repeated_draws,
    require_both_kinds,
)


def crowd(mated: int = 3, fillers: int = 4, others: int = 5) -> pl.DataFrame:
    """A protocol of people with both, with references alone, and with two probes each."""
    rows = []
    for at in range(mated):
        rows += [(f"m{at}/{k}", f"m{at}", "reference" if k == 0 else "probe") for k in range(3)]
    rows += [(f"f{at}/0", f"f{at}", "reference") for at in range(fillers)]
    for at in range(others):
        rows += [(f"n{at}/{k}", f"n{at}", "probe") for k in (1, 0)]
    return pl.DataFrame(rows, schema=["path", "identity", "role"], orient="row")


def people(drawn: pl.DataFrame, role: str) -> set[str]:
    return set(drawn.filter(pl.col("role") == role)["identity"])


def mated(drawn: pl.DataFrame) -> int:
    probes = drawn.filter(pl.col("role") == "probe")
    return sum(name in people(drawn, "reference") for name in probes["identity"])


@pytest.mark.parametrize("size", range(1, 12))
def test_a_gallery_has_exactly_as_many_references(size: int) -> None:
    drawn = draw_protocol(crowd(), size)
    listed = people(drawn, "reference")
    assert len(listed) == size == (drawn["role"] == "reference").sum()
    kinds = {kind: sum(name[0] == kind for name in listed) for kind in "mfn"}
    assert kinds == {
        "m": min(size, 3), "f": max(0, min(size - 3, 4)), "n": max(0, size - 7),
    }  # fmt: skip
    assert mated(drawn) == 2 * min(size, 3), "the mated probes are those of whoever is listed"
    # Who is not drawn stays to be searched for, and who became a filler does not.
    unlisted = {f"m{at}" for at in range(3)} | {f"n{at}" for at in range(5)}
    assert people(drawn, "probe") - listed == unlisted - listed
    assert not any(name[0] == "n" for name in people(drawn, "probe") & listed)


def test_a_new_filler_is_listed_by_the_first_image() -> None:
    drawn = draw_protocol(crowd(), 8)
    (path,) = [
        path for path in drawn.filter(pl.col("role") == "reference")["path"] if path[0] == "n"
    ]
    assert path.endswith("/0")
    assert path.replace("/0", "/1") not in drawn["path"].to_list()


def test_the_order_of_the_protocol_is_kept_and_does_not_matter() -> None:
    plain = draw_protocol(crowd(), 8)
    order = crowd()["path"].to_list()
    assert plain["path"].to_list() == sorted(plain["path"], key=order.index)
    assert draw_protocol(crowd().reverse(), 8).reverse().equals(plain)


def test_draws_differ_and_come_out_the_same_again() -> None:
    first = repeated_draws(crowd(20, 20, 20), 30, 4)
    assert [
        one.equals(again)
        for one, again in zip(first, repeated_draws(crowd(20, 20, 20), 30, 4), strict=True)
    ] == [True] * 4
    listed = {frozenset(people(one, "reference")) for one in first}
    assert len(listed) == 4
    assert first[2].equals(draw_protocol(crowd(20, 20, 20), 30, draw=2))


def test_who_is_drawn_stays_as_it_is() -> None:
    # Figures that were reported stand on draw 0; a change of the rule needs another version in it.
    assert people(draw_protocol(crowd(), 5), "reference") == {"m0", "m1", "m2", "f1", "f0"}
    assert people(draw_protocol(crowd(), 5, draw=1), "reference") == {"m0", "m1", "m2", "f0", "f2"}


def test_several_references_of_a_person_count_one_by_one() -> None:
    frame = pl.DataFrame(
        [("a/0", "a", "reference"), ("a/1", "a", "reference"), ("a/2", "a", "probe"),
         ("b/0", "b", "probe"), ("c/0", "c", "probe")],
        schema=["path", "identity", "role"], orient="row",
    )  # fmt: skip
    drawn = draw_protocol(frame, 1)
    assert drawn.filter(pl.col("role") == "reference")["path"].to_list() == ["a/0"]
    assert mated(drawn) == 1
    assert (draw_protocol(frame, 3)["role"] == "reference").sum() == 3


def test_groups_and_the_split_stay() -> None:
    frame = crowd().with_columns(group=pl.col("identity").str.head(1), split=pl.lit("test"))
    drawn = draw_protocol(frame, 9)
    assert drawn["group"].to_list() == [name[0] for name in drawn["identity"]]
    assert set(drawn["split"]) == {"test"}


def test_more_than_there_are_is_refused_with_what_there_is() -> None:
    says = (
        "list_size 13 is more than the 12 references .* 7 of its references, .* non-mated person, 5"
    )
    with pytest.raises(ProtocolError, match=says):
        draw_protocol(crowd(), 13)
    with pytest.raises(ProtocolError, match="a gallery of 12 has no non-mated probe among its 6"):
        draw_protocol(crowd(), 12)


@pytest.mark.parametrize(
    ("frame", "size", "draw", "says"),
    [
        (crowd(), 0, 0, "list_size is 0"),
        (crowd(), 3, -1, "draw -1"),
        (crowd(0), 3, 0, "a gallery of 3 has no mated probe among its 10"),
        (crowd(others=0), 3, 0, "no non-mated probe"),
        (crowd().clear(), 1, 0, "more than the 0 references"),
        (crowd().drop("role"), 1, 0, "role"),
        (
            crowd().with_columns(
                split=pl.when(pl.col("identity") == "m0").then(pl.lit("test")).otherwise(pl.lit("tuning"))
            ),
            3, 0, "column split .* names tuning and test",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn(frame: pl.DataFrame, size: int, draw: int, says: str) -> None:
    with pytest.raises(ProtocolError, match=says):
        draw_protocol(frame, size, draw=draw)


def test_no_draw_at_all_is_refused() -> None:
    with pytest.raises(ProtocolError, match="draws is 0"):
        repeated_draws(crowd(), 5, 0)


def test_one_class_is_refused() -> None:
    require_both_kinds(crowd())
    with pytest.raises(ProtocolError, match="the protocol has no mated probe among its 10"):
        require_both_kinds(crowd(0))
    with pytest.raises(ProtocolError, match="no non-mated probe among its 6"):
        require_both_kinds(crowd(others=0))


def test_images_that_are_left_out() -> None:
    protocol = people_protocol(
        {"a": ["a/1", "a/2", "a/3"], "b": ["b/1", "b/2"], "c": ["c/1"], "d": ["d/1"]}
    )
    listed = protocol.with_columns(
        role=pl.when(pl.col("identity") == "d").then(pl.lit("reference")).otherwise("role")
    )
    for gone, left in (
        ([], listed.rows()),
        (["a/2"], [row for row in listed.rows() if row[0] != "a/2"]),
        (["a/1"], [("a/2", "a", "reference", None, None), *listed.rows()[2:]]),
        (["d/1"], listed.rows()[:-1]),
        (["b/2"], [row for row in listed.rows() if row[0] != "b/2"]),
        (["a/1", "a/2", "a/3"], listed.rows()[3:]),
    ):
        assert leave_out(listed, gone).rows() == left, gone
    with pytest.raises(ProtocolError, match="no image z/9 in the column path"):
        leave_out(listed, ["z/9", "a/1"])


def test_a_person_with_another_reference_keeps_the_probes() -> None:
    frame = as_protocol(
        pl.DataFrame(
            [("a/1", "a", "reference"), ("a/2", "a", "reference"), ("a/3", "a", "probe")],
            schema=["path", "identity", "role"], orient="row",
        )
    )  # fmt: skip
    assert leave_out(frame, ["a/1"]).rows() == frame.rows()[1:]
