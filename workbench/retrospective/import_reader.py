"""A process that reads images for an import: finds the face of each, judges it and encodes it.

Started as `python -m workbench.retrospective.import_reader` with a pipe at each end. It ends when
whoever started it ends, however that was: there is nothing to read from it any more.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import traceback
from collections import defaultdict
from dataclasses import asdict
from typing import IO

import numpy as np

from workbench.arrays import ImageArray
from workbench.errors import ImageError, WorkbenchError
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.quality import Verdict
from workbench.faces.surroundings import KeptPicture, keep_picture
from workbench.hygiene.process import harden_process
from workbench.images import ImageLimits, image_bytes, load_image
from workbench.matching.judging import judge_image
from workbench.retrospective.image_folder import ImageFolder
from workbench.retrospective.import_messages import (
    Batch,
    Hello,
    Job,
    Kind,
    Read,
    ReadBatch,
    Row,
    receive,
    send,
)
from workbench.settings import Settings

__all__ = ["Reader", "main"]

_CALLED = "image"


class Reader:
    """Makes references of images, a batch at a time."""

    def __init__(self, analyser: FaceAnalyser, folder: ImageFolder, limits: ImageLimits) -> None:
        """Take what it works with.

        Args:
            analyser: what finds, judges and encodes faces.
            folder: where the images are.
            limits: largest image that is read.
        """
        self._analyser = analyser
        self._folder = folder
        self._limits = limits

    def read(self, batch: Batch, pipe: IO[bytes]) -> ReadBatch:
        """Read the images of a batch and encode their faces together.

        Only the crops of a picture are kept: 32 of the largest would take gigabytes.

        Args:
            batch: which images.
            pipe: is told of each row before it is begun, so that it is known which image ended
                the process.
        """
        crops: dict[str, list[ImageArray]] = defaultdict(list)
        shown: list[KeptPicture] = []
        rows = []
        for at, row in enumerate(batch.rows):
            if not row.unread:
                send(pipe, Kind.ROW, at.to_bytes(4))
            rows.append(self._row(row, crops, shown))
        send(pipe, Kind.ROW, len(rows).to_bytes(4))
        templates = {
            name: encoder.encode(
                np.concatenate(crops[name])
                if shown
                else np.zeros((0, encoder.alignment.size, encoder.alignment.size, 3), np.uint8)
            ).vectors.astype(np.float16)
            for name, encoder in self._analyser.encoders.items()
        }
        return ReadBatch(
            tuple(rows),
            templates,
            tuple(one.thumbnail for one in shown),
            tuple(one.jpeg for one in shown),
            np.array([one.eyes for one in shown], np.float32).reshape(-1, 2, 2),
        )

    def _row(self, row: Row, crops: dict[str, list[ImageArray]], shown: list[KeptPicture]) -> Read:
        """Read one image, and keep the crops of its face if it may be a reference."""
        found = self._picture(row)
        if isinstance(found, str):
            return Read(refused=found)
        image, digest = found
        try:
            judged = judge_image(image, self._analyser)
            if judged.refused is not None or judged.face is None:
                return Read(refused=judged.refused or "no face found")
            face = judged.face
            pictures = keep_picture(
                image, face.boxes[0], face.landmarks[0, :2], judged.others, judged.faint
            )
            cut = self._analyser.crops(image, face)
        except Exception as error:  # noqa: BLE001 - one image in a million must not end the import
            return Read(refused=f"cannot be worked with ({type(error).__name__}); save it anew")
        for name, crop in cut.items():
            crops[name].append(crop)
        shown.append(pictures)
        return Read(
            sha256=digest,
            verdict="warn" if judged.verdict == Verdict.WARN else "accept",
            reasons=judged.reasons,
        )

    def _picture(self, row: Row) -> tuple[ImageArray, str] | str:
        """Return the pixels of an image and the digest of its file, or why it is refused."""
        if row.unread:
            return row.refused
        path, why = self._folder.file(row.path)
        if path is None:
            return why
        try:
            data = image_bytes(path, limits=self._limits, name=_CALLED)
            image = load_image(data, limits=self._limits, name=_CALLED)
        except ImageError as error:
            return str(error).removeprefix(f"{_CALLED}: ").rstrip(".")
        # Only now: two files that are empty are no copies of an image.
        return row.refused or (image, hashlib.sha256(data).hexdigest())


def main() -> None:
    """Load the models, then read batch after batch until no more come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it decides when it ends
    asked, said = _pipes()
    harden_process()
    try:
        _work(asked, said)
    except (BrokenPipeError, KeyboardInterrupt):
        return
    except WorkbenchError as error:
        send(said, Kind.FAULT, str(error).encode())
    except Exception as error:  # noqa: BLE001 - told to whoever started it
        # Not its message, in which there may be numbers of a face.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{os.path.basename(place.filename)}:{place.lineno}"  # noqa: PTH119
        send(said, Kind.FAULT, f"{type(error).__name__} at {where}".encode())


def _work(asked: IO[bytes], said: IO[bytes]) -> None:
    first = receive(asked)
    if first is None:
        return
    job = Job.model_validate_json(first[1])
    settings = Settings(**job.settings)
    analyser = build_analyser(settings, ArtefactStore.from_settings(settings))
    limits = ImageLimits(settings.images.max_pixels, settings.images.max_bytes)
    reader = Reader(analyser, ImageFolder(job.folder), limits)
    identities = analyser.identities.values()
    send(said, Kind.HELLO, Hello.model_validate({"encoders": [asdict(one) for one in identities]}))
    while (message := receive(asked)) is not None:
        batch = Batch.model_validate_json(message[1])
        send(said, Kind.READ, reader.read(batch, said).to_bytes())


def _pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Return both pipes; what a library prints from now on is neither a message nor shown."""
    asked = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    said = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)
    return asked, said


if __name__ == "__main__":
    main()
