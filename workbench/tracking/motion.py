"""Where a face will be next: constant velocity, kept for all tracks at once in arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray, check_shape

__all__ = ["Motion"]

SHORTEST_STEP_S = 1e-3
"""Two detections nearer in time than this say nothing about velocity."""
LONGEST_SIZE_TREND_S = 0.5
"""After this long without a detection a face is taken to keep its size."""
_LEAST_GAIN = np.array([0.65, 0.2])


@dataclass(slots=True, eq=False)
class Motion:
    """Position, size and velocity of tracks.

    The filter is the expanding-memory least-squares one of first order, whose gains fall as
    `alpha = 2(2n-1)/(n(n+1))` and `beta = 6/(n(n+1))` with the n-th detection (E. Brookner,
    Tracking and Kalman Filtering Made Easy, 1998, section 1.2.10) and stay at a floor so that it
    follows a person who turns.

    Attributes:
        state: shape `(n, 4)` float64, pixels: centre x, centre y, width, height.
        velocity: shape `(n, 4)`, the same per second.
        time_s: shape `(n,)`, when each was last detected.
        detections: shape `(n,)`, how often.
    """

    state: NDArray[np.float64]
    velocity: NDArray[np.float64]
    time_s: NDArray[np.float64]
    detections: IntArray

    @classmethod
    def empty(cls) -> Motion:
        """Return the motion of no track."""
        return cls(np.zeros((0, 4)), np.zeros((0, 4)), np.zeros(0), np.zeros(0, np.int64))

    def __len__(self) -> int:
        """Return how many tracks there are."""
        return len(self.state)

    def start(self, boxes: FloatArray, time_s: float) -> None:
        """Append tracks first detected at `boxes`, shape `(n, 4)`, standing still."""
        check_shape("boxes", boxes, (None, 4))
        n = len(boxes)
        self.state = np.concatenate([self.state, _from_boxes(boxes)])
        self.velocity = np.concatenate([self.velocity, np.zeros((n, 4))])
        self.time_s = np.concatenate([self.time_s, np.full(n, time_s)])
        self.detections = np.concatenate([self.detections, np.ones(n, np.int64)])

    def keep(self, rows: IntArray) -> None:
        """Keep only these rows, in this order."""
        self.state, self.velocity = self.state[rows], self.velocity[rows]
        self.time_s, self.detections = self.time_s[rows], self.detections[rows]

    def predict(self, time_s: float) -> FloatArray:
        """Return where the tracks are at `time_s`: boxes of shape `(n, 4)` float32."""
        return _to_boxes(self._at(time_s))

    def correct(self, rows: IntArray, boxes: FloatArray, time_s: float) -> None:
        """Take in that the tracks of `rows` were detected at `boxes`."""
        if not len(rows):
            return
        measured = _from_boxes(boxes)
        predicted = self._at(time_s)[rows]
        step = np.maximum(time_s - self.time_s[rows], SHORTEST_STEP_S)[:, None]
        n = (self.detections[rows] + 1).astype(np.float64)[:, None]
        alpha = np.maximum(2 * (2 * n - 1) / (n * (n + 1)), _LEAST_GAIN[0])
        beta = np.maximum(6 / (n * (n + 1)), _LEAST_GAIN[1])
        residual = measured - predicted
        self.state[rows] = predicted + alpha * residual
        self.velocity[rows] += beta * residual / step
        self.time_s[rows] = time_s
        self.detections[rows] += 1

    def replace(self, row: int, other: int) -> None:
        """Let track `row` go on from where track `other` is."""
        self.state[row], self.velocity[row] = self.state[other], self.velocity[other]
        self.time_s[row] = self.time_s[other]
        self.detections[row] += self.detections[other]

    def _at(self, time_s: float) -> NDArray[np.float64]:
        step = np.maximum(time_s - self.time_s, 0.0)
        state = self.state.copy()
        state[:, :2] += self.velocity[:, :2] * step[:, None]
        trend = np.minimum(step, LONGEST_SIZE_TREND_S)[:, None]
        sizes = state[:, 2:]
        state[:, 2:] = np.clip(sizes + self.velocity[:, 2:] * trend, 0.5 * sizes, 2.0 * sizes)
        return state


def _from_boxes(boxes: FloatArray) -> NDArray[np.float64]:
    corners = boxes.astype(np.float64)
    size = np.maximum(corners[:, 2:] - corners[:, :2], 1.0)
    return np.concatenate([(corners[:, :2] + corners[:, 2:]) / 2, size], axis=1)


def _to_boxes(state: NDArray[np.float64]) -> FloatArray:
    half = state[:, 2:] / 2
    return np.concatenate([state[:, :2] - half, state[:, :2] + half], axis=1).astype(np.float32)
