"""What a camera is found to be, by drawn pictures and a clock of the test."""

from __future__ import annotations

import numpy as np
import pytest
from camera_servers import scene

from workbench.feeds.cameras import Health
from workbench.feeds.cameras.health import GRID, Look
from workbench.feeds.cameras.watching import HealthWatch
from workbench.settings import CameraSettings

SETTINGS = CameraSettings(dead_s=5.0, frozen_s=10.0, dark_s=3.0, covered_s=3.0)


def look(index: int = 0, *, noise: float = 0.0, gain: float = 1.0, flat: float = 0.0) -> Look:
    """Return a look at a scene: moving with `index`, dimmed by `gain`, or flat at a level."""
    image = scene(index, size=(640, 360), noise=noise).mean(axis=2) * gain
    if flat:
        image = np.full_like(image, flat)
    rows, columns = GRID
    cells = image.reshape(rows, 360 // rows, columns, 640 // columns).mean(axis=(1, 3))
    return Look.of(cells.astype(np.float32))


def watched(*looks: tuple[float, Look]) -> HealthWatch:
    watch = HealthWatch(SETTINGS)
    for now_s, one in looks:
        watch.look(one, now_s)
    return watch


def test_nothing_is_wrong_at_first() -> None:
    watch = HealthWatch(SETTINGS)
    assert (watch.health, watch.gaps) == (Health.LIVE, ())


def test_motion_is_live() -> None:
    watch = watched(*((float(s), look(s)) for s in range(60)))
    assert (watch.health, watch.gaps) == (Health.LIVE, ())


@pytest.mark.parametrize("noise", [0.0, 4.0])
def test_a_still_picture_is_frozen_whatever_its_noise(noise: float) -> None:
    looks = [(float(s), look(0, noise=noise + s * 1e-9)) for s in range(12)]
    watch = watched((0.0, look(5)), *((s + 1.0, one) for s, one in looks))
    assert watch.health is Health.FROZEN
    (gap,) = watch.gaps
    assert (gap.start_s, gap.end_s, gap.kind) == (1.0, None, Health.FROZEN)
    change = watch.look(look(40), 13.0)
    assert change is not None
    assert (change.was, change.now, change.ended) == (Health.FROZEN, Health.LIVE, watch.gaps[0])
    assert watch.gaps[0].end_s == 13.0


def test_a_dark_picture_is_dark_and_not_just_covered_or_frozen() -> None:
    watch = watched(*((float(s), look(s, gain=0.02)) for s in range(30)))
    assert [gap.kind for gap in watch.gaps] == [Health.DARK]
    assert watch.gaps[0].start_s == 0.0


def test_a_street_by_night_with_lamps_is_not_dark() -> None:
    def night(index: int) -> Look:
        one = look(index, gain=0.05)
        cells = one.cells.copy()
        cells[::4, ::4] = 180.0
        cells[10, index % 64] = 120.0
        return Look.of(cells)

    assert watched(*((float(s), night(s)) for s in range(30))).gaps == ()


def test_a_covered_lens_is_covered_and_not_just_frozen() -> None:
    watch = watched(*((float(s), look(flat=130.0)) for s in range(30)))
    assert [gap.kind for gap in watch.gaps] == [Health.COVERED]


def test_the_clock_that_a_camera_writes_does_not_hide_that_it_is_covered() -> None:
    def covered(index: int) -> Look:
        cells = np.full(GRID, 90.0, np.float32)
        cells[1:3, 2:30] = np.random.default_rng(index).integers(0, 255, (2, 28))
        return Look.of(cells)

    watch = watched(*((float(s), covered(s)) for s in range(30)))
    assert [gap.kind for gap in watch.gaps] == [Health.COVERED]


def test_a_short_fault_is_no_gap() -> None:
    watch = watched((0.0, look(0)), (1.0, look(flat=130.0)), (2.0, look(flat=5.0)), (3.5, look(9)))
    assert (watch.health, watch.gaps) == (Health.LIVE, ())


def test_silence_is_death_and_begins_with_the_last_picture() -> None:
    watch = watched((0.0, look(0)), (1.0, look(1)))
    watch.seen(1.5)
    assert watch.silence(6.4) is None
    change = watch.silence(6.5)
    assert change is not None
    assert (change.now, change.at_s) == (Health.DEAD, 6.5)
    assert watch.silence(7.0) is None
    assert watch.gaps[0].start_s == 1.5
    again = watch.look(look(2), 9.0)
    assert again is not None
    assert again.why == "pictures come again"
    assert [(gap.start_s, gap.end_s) for gap in watch.gaps] == [(1.5, 9.0)]


def test_each_reason_of_a_long_absence_is_kept_once() -> None:
    watch = watched((1.0, look(0)))
    for second, why in enumerate(["cut off", "refused", "refused", "cut off", "lost", "e", "f"]):
        watch.lost(2.0 + second, why)
    assert watch.gaps[0].why == "cut off; then refused; then lost; then e"


def test_one_fault_follows_another_without_a_hole_or_an_overlap() -> None:
    watch = watched(
        *((float(s), look(flat=130.0)) for s in range(6)),
        *((float(s), look(flat=5.0)) for s in range(6, 12)),
        *((float(s), look(flat=130.0)) for s in range(12, 15)),
    )
    watch.lost(20.0, "cut off")
    watch.look(look(3), 25.0)
    found = [(gap.kind, gap.start_s, gap.end_s) for gap in watch.gaps]
    assert found == [
        (Health.COVERED, 0.0, 6.0),
        (Health.DARK, 6.0, 12.0),
        (Health.COVERED, 12.0, 14.0),
        (Health.DEAD, 14.0, 25.0),
    ]


def test_cells_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="cells must have shape"):
        Look.of(np.zeros((3, 3), np.float32))
