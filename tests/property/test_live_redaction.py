"""Whatever is found in a frame, nothing of it is shown but what an open alert allows."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from workbench.errors import ZoneError
from workbench.faces.mosaic import pixel_regions
from workbench.feeds.frames import Frame
from workbench.live.redaction import Redactor, Sightings
from workbench.live.zone import Zone

WIDTH, HEIGHT = 96, 64
BOX = st.tuples(
    st.floats(-40, 120, width=32),
    st.floats(-40, 90, width=32),
    st.floats(0.25, 80, width=32),
    st.floats(0.25, 80, width=32),
).map(lambda b: [b[0], b[1], b[0] + b[2], b[1] + b[3]])
MARK = 255


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.lists(st.tuples(BOX, st.booleans()), max_size=4), st.lists(BOX, max_size=2)),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 4),
)
def test_every_pixel_of_every_face_is_overwritten(
    frames: list[tuple[list[tuple[list[float], bool]], list[list[float]]]], lookback: int
) -> None:
    """Raw pixels carry a value that no mosaic of them can have: the mean of a black-white weave."""
    weave = (np.indices((HEIGHT, WIDTH)).sum(axis=0) % 2 * MARK).astype(np.uint8)
    image = np.repeat(weave[..., None], 3, axis=2)
    redactor = Redactor(lookback_frames=lookback)
    shown = []
    for index, (faces, held) in enumerate(frames):
        boxes = np.array([box for box, _ in faces], np.float32).reshape(-1, 4)
        numbers = np.arange(1, len(faces) + 1)
        predicted = np.array(held, np.float32).reshape(-1, 4)
        seen = Sightings(
            boxes,
            numbers,
            predicted,
            np.arange(50, 50 + len(held)),
            np.full(len(held), 0.1, np.float32),
        )
        revealed = {
            int(number): f"alert-{number}"
            for number, (_, is_open) in zip(numbers, faces, strict=True)
            if is_open
        }
        shown += redactor.push(Frame(index, index * 0.04, image.copy()), seen, revealed)
        assert len(shown) == max(0, index + 1 - lookback)
    shown += redactor.flush()
    for (faces, held), out in zip(frames, shown, strict=True):
        others = [box for box, is_open in faces if not is_open] + held
        for x0, y0, x1, y1 in pixel_regions(
            np.array(others, np.float32).reshape(-1, 4), 1.0, (WIDTH, HEIGHT)
        ).tolist():
            # A region of a few pixels has few values; larger ones average to the middle.
            if (x1 - x0) * (y1 - y0) < 64:
                continue
            region = out.image[y0:y1, x0:x1, 0]
            rows, columns = region.shape
            if rows < 2 or columns < 2:
                continue
            flips = (np.abs(np.diff(region.astype(int), axis=1)) == MARK).mean()
            assert flips < 0.5
        for name, (x0, y0, x1, y1) in out.revealed.items():
            number = int(name.removeprefix("alert-"))
            box = np.array([faces[number - 1][0]], np.float32)
            assert faces[number - 1][1]
            assert [x0, y0, x1, y1] == pixel_regions(box, 1.0, (WIDTH, HEIGHT))[0].tolist()


@example([(1.0, 1.0), (1.0, 0.0), (5.1e-145, 0.0), (0.0, 0.0)], [])
@given(
    st.lists(st.tuples(st.floats(-0.1, 1.1), st.floats(-0.1, 1.1)), max_size=7),
    st.lists(BOX, max_size=8),
)
def test_a_zone_is_refused_or_answers_for_every_box(
    points: list[tuple[float, float]], boxes: list[list[float]]
) -> None:
    try:
        zone = Zone(tuple(points))
    except ZoneError:
        return
    table = np.array(boxes, np.float32).reshape(-1, 4)
    inside = zone.inside(table, (WIDTH, HEIGHT))
    assert inside.shape == (len(boxes),)
    backward = Zone(tuple(points[::-1])).inside(table, (WIDTH, HEIGHT))
    np.testing.assert_array_equal(inside, backward)


@given(st.lists(st.floats(0.01, 1), min_size=4, max_size=4), st.lists(BOX, max_size=20))
def test_a_rectangle_holds_what_lies_in_it(edges: list[float], boxes: list[list[float]]) -> None:
    x0, x1 = sorted(edges[:2])
    y0, y1 = sorted(edges[2:])
    assume(x1 - x0 > 0.01 and y1 - y0 > 0.01)
    table = np.array(boxes, np.float32).reshape(-1, 4)
    inside = Zone(((x0, y0), (x1, y0), (x1, y1), (x0, y1))).inside(table, (WIDTH, HEIGHT))
    for box, found in zip(table.astype(float), inside, strict=True):
        x = min(max((box[0] + box[2]) / 2 / WIDTH, 1e-9), 1 - 1e-9)
        y = min(max((box[1] + box[3]) / 2 / HEIGHT, 1e-9), 1 - 1e-9)
        if min(abs(x - x0), abs(x - x1), abs(y - y0), abs(y - y1)) > 1e-6:
            assert found == (x0 < x < x1 and y0 < y < y1)
