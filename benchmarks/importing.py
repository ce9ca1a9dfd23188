"""Import of a reference collection beside a loop of facenet-pytorch: images a second.

Run: python benchmarks/importing.py [--rounds 5] [--images 640] [--loop-images 160]

Photographs of LFW people, 250x250 px, as they are. Each round runs the loop that one would write,
MTCNN and InceptionResnetV1 on one image after the other, and this import, which also judges
quality, refuses, and makes templates of a second encoder; the first to go changes from round to
round. The loop runs with every core and, since torch's threads wait for each other where a machine
has other work, with one thread; ratios are to the latter. Models are loaded and, in an import, the
processes have begun before a rate is counted; beside it is the rate with their start, which a long
import does not notice. The loop takes fewer images a round, since it is slower.
"""

from __future__ import annotations

import argparse
import queue
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import torch
from facenet_pytorch import MTCNN, InceptionResnetV1
from harness import LFW, machine, markdown_table, versions, write_result
from PIL import Image
from safetensors.torch import load_file

from workbench.faces.analysis import build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.runtimes.cores import cores
from workbench.images import ImageLimits
from workbench.retrospective.image_folder import ImageFolder
from workbench.retrospective.import_messages import Batch, Row
from workbench.retrospective.import_reader import Reader
from workbench.retrospective.importing import BATCH_ROWS, import_shards
from workbench.retrospective.manifests import Manifest, manifest_of
from workbench.settings import Settings

BASE = "facenet-pytorch loop, one thread"
OURS = "this import, both encoders"


@dataclass(frozen=True, slots=True)
class Run:
    """One way, once.

    Attributes:
        rate: images a second, models loaded.
        whole: images a second, the start of processes included; `None` where there is none.
        taken: share of the images that became references.
        mib: peak memory of a reader, what it shares with others included; `None` where unknown.
    """

    rate: float
    whole: float | None
    taken: float
    mib: float | None = None


def peer(paths: Sequence[Path], store: ArtefactStore, count: int) -> Callable[[], Run]:
    """facenet-pytorch as its README has it, image by image, on so many threads."""
    encoder = InceptionResnetV1(classify=False).eval()
    encoder.load_state_dict(load_file(store.path("facenet-casia-webface-20180408")))
    detector = MTCNN()

    def run() -> Run:
        torch.set_num_threads(count)
        start, found = time.perf_counter(), 0
        for path in paths:
            with Image.open(path) as picture:
                face = detector(picture)
            if face is not None:
                with torch.inference_mode():
                    encoder(face[None])
                found += 1
        return Run(len(paths) / (time.perf_counter() - start), None, found / len(paths))

    return run


def ours(manifest: Manifest, root: Path, settings: Settings, workers: int) -> Callable[[], Run]:
    """This import."""

    def run() -> Run:
        marks: list[tuple[float, int]] = []
        peak = 0.0

        def told(done: int, _of: int, _refused: int) -> None:
            nonlocal peak
            marks.append((time.perf_counter(), done))
            peak = max(peak, peak_mib())

        start = time.perf_counter()
        parts = list(import_shards(manifest, root, settings, workers=workers, progress=told))
        (begun, before), (end, done) = marks[workers - 1], marks[-1]
        return Run(
            (done - before) / (end - begun),
            done / (end - start),
            sum(part.counts.accepted for part in parts) / done,
            peak,
        )

    return run


def threads(
    manifest: Manifest, root: Path, settings: Settings, store: ArtefactStore
) -> Callable[[], Run]:
    """The same work on threads of this process, each with models of its own."""
    fixed = settings.model_copy(update={"runtime": "openvino", "threads": 1})
    readers = [
        Reader(build_analyser(fixed, store), ImageFolder(root), ImageLimits())
        for _ in range(cores())
    ]
    paths = manifest.references["path"].to_list()

    def run() -> Run:
        batches: queue.SimpleQueue[Batch | None] = queue.SimpleQueue()
        for at in range(0, len(paths), BATCH_ROWS):
            rows = tuple(Row(path=path) for path in paths[at : at + BATCH_ROWS])
            batches.put(Batch(number=at, rows=rows))
        taken: list[int] = []

        def work(reader: Reader) -> None:
            while (batch := batches.get()) is not None:
                taken.append(len(reader.read(batch, BytesIO()).thumbnails))

        working = [threading.Thread(target=work, args=(reader,)) for reader in readers]
        start = time.perf_counter()
        for one in working:
            batches.put(None)
            one.start()
        for one in working:
            one.join()
        return Run(len(paths) / (time.perf_counter() - start), None, sum(taken) / len(paths))

    return run


def peak_mib() -> float:
    """The most memory that a reader of this process has held, MiB."""
    peaks = [0.0]
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if b"import_reader" in (place / "cmdline").read_bytes():
                lines = (place / "status").read_text("utf-8").splitlines()
                peaks += [int(line.split()[1]) / 1024 for line in lines if "VmHWM" in line]
        except OSError:
            continue
    return max(peaks)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """The median, and the ends."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def table_of(runs: dict[str, list[Run]]) -> list[dict[str, object]]:
    """One row a way; ratios are taken round by round."""
    rows: list[dict[str, object]] = []
    for name, made in runs.items():
        whole = [run.whole for run in made if run.whole is not None]
        mib = [run.mib for run in made if run.mib is not None]
        ratios = [one.rate / base.rate for base, one in zip(runs[BASE], made, strict=True)]
        rows.append(
            {
                "way": name,
                "images/s": spread([run.rate for run in made]),
                "times the loop": spread(ratios, 2),
                "images/s with the start": spread(whole) if whole else "",
                "became references": f"{made[-1].taken:.3f}",
                "peak MiB a process": f"{max(mib):.0f}" if mib else "",
            }
        )
    return rows


def main() -> None:
    """Compare, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--images", type=int, default=640)
    parser.add_argument("--loop-images", type=int, default=160)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    today = datetime.now(UTC).date()
    all_of_it = manifest_of(
        options.root, source="custody", legal_basis="police-function", today=today
    )
    # Every so many, so that no person has many of them.
    step = max(1, all_of_it.references.height // options.images)
    some = all_of_it.references.gather_every(step).head(options.images)
    manifest = Manifest(some, all_of_it.refusals)
    paths = [options.root / path for path in some["path"]]
    for path in paths:
        path.read_bytes()  # nobody waits for the disk
    settings = Settings()
    store = ArtefactStore.from_settings(settings)
    alone = settings.model_copy(update={"encoder": "facenet"})
    both = settings.model_copy(update={"encoder": "fused"})
    each = max(1, len(paths) // options.loop_images)
    of_loop = paths[::each][: options.loop_images]
    ways = {
        BASE: peer(of_loop, store, 1),
        "facenet-pytorch loop, every core": peer(of_loop, store, cores()),
        OURS: ours(manifest, options.root, both, cores()),
        "this import, FaceNet alone": ours(manifest, options.root, alone, cores()),
        "this import, both encoders, one process": ours(manifest, options.root, both, 1),
        "this import, both on ONNX Runtime": ours(
            manifest, options.root, both.model_copy(update={"runtime": "onnxruntime"}), cores()
        ),
        "both encoders on threads": threads(manifest, options.root, both, store),
    }
    ways[BASE]()  # what is made at the first image is not counted
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    names = list(ways)
    for number in range(options.rounds):
        for at in range(len(names)):
            name = names[(at + number) % len(names)]
            runs[name].append(ways[name]())
            print(f"  {name}: {runs[name][-1].rate:.1f} images/s", flush=True)
    rows = table_of(runs)
    print(f"\n{machine()}\n{versions()}\n{options.rounds} rounds, {len(paths)} images\n")
    print(markdown_table(rows))
    if not options.no_write:
        result = {"rounds": options.rounds, "images": len(paths), "table": rows}
        print(f"written: {write_result('importing', result).name}")


if __name__ == "__main__":
    main()
