"""The shipped profiles say what the forces published or are reported to have set, with sources."""

from __future__ import annotations

from datetime import timedelta

import pytest

from workbench.errors import UsageError
from workbench.governance.retention import Profile, RetentionClass
from workbench.governance.retention_profiles import (
    MET,
    PROFILES,
    STRICTEST,
    SWP,
    profile_named,
    strictest_of,
)
from workbench.governance.sources import Standing

R = RetentionClass


@pytest.mark.parametrize(
    ("profile", "retention", "keep"),
    [
        (MET, R.NON_MATCH, timedelta(0)),
        (SWP, R.NON_MATCH, timedelta(0)),
        (MET, R.WATCHLIST, timedelta(hours=24)),
        (SWP, R.WATCHLIST, timedelta(hours=24)),
        (MET, R.ALERT, timedelta(days=31)),
        (SWP, R.ALERT, timedelta(hours=24)),
        (STRICTEST, R.ALERT, timedelta(hours=24)),
        (MET, R.CCTV, timedelta(days=31)),
        (SWP, R.CCTV, timedelta(days=31)),
        (MET, R.CASE, timedelta(0)),
        (SWP, R.EVALUATION_SET, timedelta(0)),
        (MET, R.AUDIT_LOG, None),
        (STRICTEST, R.AUDIT_LOG, None),
    ],
)
def test_the_limits_are_the_published_ones(
    profile: Profile, retention: RetentionClass, keep: timedelta | None
) -> None:
    assert profile.limit(retention).keep == keep


@pytest.mark.parametrize("profile", list(PROFILES.values()), ids=list(PROFILES))
def test_every_limit_names_its_source_and_where_it_counts_from(profile: Profile) -> None:
    assert {limit.retention for limit in profile.limits} == set(RetentionClass)
    for limit in profile.limits:
        assert limit.source.text
        assert limit.starts_from
        assert limit.basis is None
    assert Profile.read(profile.plain(), what="profile") == profile


@pytest.mark.parametrize("retention", [R.CASE, R.EVALUATION_SET, R.AUDIT_LOG])
def test_what_no_force_published_is_marked_as_the_product_s_own(retention: RetentionClass) -> None:
    for profile in PROFILES.values():
        assert profile.limit(retention).source.standing is Standing.OWN_CHOICE


def test_the_strictest_is_nowhere_laxer_than_any() -> None:
    for retention in RetentionClass:
        keep = STRICTEST.limit(retention).keep
        for other in (MET.limit(retention).keep, SWP.limit(retention).keep):
            assert (keep is None) == (other is None)
            assert keep is None or other is None or keep <= other


def test_the_strictest_of_one_is_that_one() -> None:
    assert strictest_of("met", MET).limits == tuple(MET.limit(r) for r in RetentionClass)


def test_a_profile_is_found_by_its_name() -> None:
    assert [profile_named(name) for name in PROFILES] == [MET, SWP, STRICTEST]
    with pytest.raises(UsageError) as refused:
        profile_named("gmp")
    assert str(refused.value) == (
        "there is no retention profile 'gmp'. Choose one of met, swp, strictest."
    )
