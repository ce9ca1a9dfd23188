"""Make the pictures of docs/pictures again: `python docs/make_pictures.py`.

It runs the demonstration in a temporary bench and keeps four pictures of it, with the credits of
whom they show: an alert as it was decided, a redacted frame, the deletion certificate, and what
two examiners compared in a search of its case. Of the three alerts only one is shown: the files of
the two White House photographs ask not to be reproduced, so that no committed picture has them in
clear.

Needs Chromium (`--chromium` says where) and the package `playwright`.
"""  # noqa: INP001 - a script, no package

from __future__ import annotations

import argparse
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from workbench import demonstration
from workbench.bench.search_views import ProbeRequest
from workbench.demonstration import Outcome, Sample, casework
from workbench.demonstration.cast import EXAMINER, INVESTIGATOR, SECOND_EXAMINER
from workbench.images import encode_jpeg

PICTURES = Path(__file__).parent / "pictures"
SHOWN = "Jacinda Ardern"
"""Whose alert is shown; both photographs of her may be reproduced with credit."""
REFERENCE = "Jacinda-Ardern"
UNRECOGNISABLE = "Rishi Sunak"
"""Who else is in the chosen frame, under a mosaic."""
CERTIFIED = "section[aria-labelledby=destroyed]"
AFTER_ALERT_S = 0.5
COMPARED = "section[aria-labelledby=examined]"
BESIDE = f"main > :not(.outcome):not({COMPARED}), .made"
"""What is left out of the report of a search."""
PROBE = ("Emmanuel Macron, 2014", "Emmanuel Macron, 2025")
"""Photographs of the candidate and of the probe; everybody else in that report is pixelated."""
EXAMINED = (
    (EXAMINER, {"nose": "similar", "ears": "similar"}, "Bridge of the nose and both ears agree."),
    (SECOND_EXAMINER, {"mouth": "similar", "ears": "similar"}, "Mouth and ears agree."),
)
WIDTH = 1080
MOST_BYTES = 300_000
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def photograph_page(page: Path, last: str, chromium: str, hidden: str = "") -> bytes:
    """Return the top of a page, down to the end of one element, as PNG with 256 colours.

    Args:
        page: an HTML file of the demonstration.
        last: selector of the element that ends the picture.
        chromium: path of the browser.
        hidden: selector of what is left out.
    """
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=FLAGS)
        tab = browser.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="light")
        tab.goto(page.resolve().as_uri())
        if hidden:
            tab.add_style_tag(content=f"{hidden} {{ display: none }}")
        box = tab.locator(last).first.bounding_box()
        if box is None:
            msg = f"{page.name} shows no {last}. Run `workbench demo` and look at it."
            raise SystemExit(msg)
        height = box["y"] + box["height"] + 24
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": height}
        shot = tab.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type] # a plain dict
        browser.close()
    buffer = io.BytesIO()
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(256).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def frame_at(video: Path, time_s: float) -> bytes:
    """Return the first frame of a redacted video from `time_s` on, as JPEG."""
    with av.open(str(video)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= time_s:
                return encode_jpeg(
                    np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), quality=88
                )
    msg = f"{video.name} ends before {time_s:.1f} s."
    raise SystemExit(msg)


def search_report(sample: Sample, bench: demonstration.DemonstrationBench, folder: Path) -> Path:
    """Search a case of the demonstration, have two examiners conclude, and return its report."""
    casework.import_collection(bench, sample)
    case, given = casework.open_case(bench), casework.probe(sample)
    with bench.opened(INVESTIGATOR) as investigator:
        search = investigator.searches.against_collection(
            case,
            ProbeRequest((given.data,), given.origin, given.name, kind="photograph"),
            casework.COLLECTION,
            reason="The demonstration shows a search.",
            analyser=sample.analyser,
        ).id
    for account, marks, reason in EXAMINED:
        with bench.opened(account) as examiner:
            examiner.reviews.examine(
                search,
                "support-same",
                reason=reason,
                candidate="candidate-1",
                checklist={"marks": {part: {"seen": seen} for part, seen in marks.items()}},
            )
    page = folder / "search.html"
    with bench.opened(INVESTIGATOR) as investigator:
        investigator.reviews.export(
            search,
            page,
            recipient="readers of the README",
            justification="Shows what it looks like.",
        )
    return page


def credits_text(outcome: Outcome) -> str:
    """Return the credits of the pictures as Markdown."""
    lines = [
        "# Credits of these pictures",
        "",
        "Made by `python docs/make_pictures.py` from the demonstration. `alerts.png` holds a "
        "photograph under CC BY-SA 4.0 and is offered under that licence, `search.png` one under "
        "CC BY-SA 3.0 FR, likewise; `certificate.png` holds no photograph. "
        + demonstration.CREDITS_NOTE,
        "",
        "| Photograph | Author | Licence | Source | Where |",
        "|---|---|---|---|---|",
    ]
    for one in outcome.credits:
        if one.what.startswith(SHOWN):
            where = "alerts.png, redacted.jpg" if one.what.endswith("2022") else "alerts.png"
        elif one.what in PROBE:
            where = "search.png"
        elif one.what.startswith(UNRECOGNISABLE):
            where = "redacted.jpg, made unrecognisable"
        else:
            continue
        lines.append(f"| {one.what} | {one.author} | {one.licence} | <{one.source}> | {where} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the demonstration and write the pictures."""
    parser = argparse.ArgumentParser(description="Make the pictures of docs/pictures again.")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="path of the browser")
    chromium = parser.parse_args().chromium
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="workbench-pictures-") as temporary:
        folder = Path(temporary)
        sample = demonstration.prepare()
        bench = demonstration.DemonstrationBench.temporary(sample.settings)
        outcome = demonstration.run(sample, bench, folder).outcome
        report = search_report(sample, bench, folder)
        number, alert = next(
            (number, alert)
            for number, alert in enumerate(outcome.finding.alerts, 1)
            if alert.subject == REFERENCE
        )
        page, mine = folder / "alerts.html", f"#alert-{number}"
        files = {
            "alerts.png": photograph_page(page, mine, chromium, f"article.alert:not({mine})"),
            "certificate.png": photograph_page(folder / "certificate.html", CERTIFIED, chromium),
            "search.png": photograph_page(report, COMPARED, chromium, BESIDE),
            "redacted.jpg": frame_at(folder / "redacted.mp4", alert.time_s + AFTER_ALERT_S),
        }
    for name, data in files.items():
        if len(data) > MOST_BYTES:
            msg = f"{name} has {len(data):,} bytes, more than {MOST_BYTES:,}. Make it smaller."
            raise SystemExit(msg)
        (PICTURES / name).write_bytes(data)
    (PICTURES / "CREDITS.md").write_text(credits_text(outcome), "utf-8")


if __name__ == "__main__":
    main()
