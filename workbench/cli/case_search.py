"""`workbench case search` and `searches`: a probe, what it is compared with, and who is like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from workbench.cli.candidates import plain_candidates, show_finding
from workbench.cli.console import (
    example,
    image_limits,
    load_settings,
    printable,
    say,
    say_json,
)
from workbench.cli.documents import moment
from workbench.cli.footage_searches import say_everyone, say_pairs
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, CaseNumber, Reason, said
from workbench.cli.probe_options import (
    CropOption,
    DeinterlaceOption,
    DenoiseOption,
    EyesOption,
    KindOption,
    RotateOption,
    ToneOption,
    UpscaleOption,
    operations_of,
)
from workbench.cli.tables import show_table
from workbench.errors import UsageError
from workbench.governance.conclusions import LEAD_ONLY
from workbench.governance.searches import DEFAULT_LENGTH, LONGEST_LENGTH, GalleryChoice
from workbench.governance.text import LONGEST_LINE

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.search_views import SearchView

__all__ = [
    "SEARCHES_EXAMPLE",
    "SEARCH_COLUMNS",
    "SEARCH_EXAMPLE",
    "search",
    "search_rows",
    "searches",
]

SEARCH_EXAMPLE = example(
    "workbench case search CASE/2026/118 still.png --collection custody-2026 --kind camera "
    '--origin "camera 4 of the shop, 24 November" --reason "the man who takes the bag"',
    "workbench case search CASE/2026/118 photo.jpg --footage all --kind photograph "
    '--origin "taken from the wallet" --reason "was the owner of the wallet in the shop" '
    "--crop 120,40,300,300 --tone 0.1,1.2,1",
    'workbench case search CASE/2026/118 --everyone --reason "who of them was on the bus"',
    "workbench case search CASE/2026/118 --everyone --except search-4a1f "
    '--reason "who of them was on the bus"',
    "workbench case search CASE/2026/118 --between footage-4a1f footage-9c02 "
    '--reason "who was in the shop and on the bus"',
)
SEARCHES_EXAMPLE = example("workbench case searches CASE/2026/118")
SEARCH_COLUMNS: Final = ("search", "when", "by", "of", "compared", "candidates", "examination")
_ALL: Final = "all"
_CHOICES: Final = {True: GalleryChoice.TRIAGE, False: GalleryChoice.EXACT}
_READS: Final = "reading what the search found, right after making it"


def search(
    number: CaseNumber,
    image: Annotated[
        Path | None,
        typer.Argument(
            metavar="[IMAGE]",
            readable=False,
            show_default=False,
            help="The picture to search with.",
        ),
    ] = None,
    *,
    reason: Reason,
    origin: Annotated[
        str | None, typer.Option("--origin", help="Where the picture comes from.")
    ] = None,
    kind: KindOption = None,
    appearance: Annotated[
        str | None,
        typer.Option(
            "--appearance",
            metavar="ID",
            help="Search with somebody who is seen in footage of the case, instead of a picture: "
            "an id as case timeline lists them.",
        ),
    ] = None,
    everyone: Annotated[
        bool,
        typer.Option(
            "--everyone",
            help="Search footage with each probe that the case was searched with, and with the "
            "picture if one is given; a search is kept for each.",
        ),
    ] = False,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--except",
            metavar="SEARCH",
            help="Leave the probe of this earlier search out of --everyone, for example one that "
            "cannot be used any more; an id, or the beginning or end of one, may be given several "
            "times. Each list and report of the others says so.",
        ),
    ] = None,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--between",
            metavar="ID ID",
            help="Compare two pieces of footage of the case for the same people.",
        ),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy",
            metavar="ID",
            help="Threshold policy from which on two appearances are a pair, with --between. "
            "Default: the product's own.",
        ),
    ] = None,
    collection: Annotated[
        str | None,
        typer.Option("--collection", metavar="NAME", help="Compare it with this collection."),
    ] = None,
    footage: Annotated[
        list[str] | None,
        typer.Option(
            "--footage",
            metavar="ID",
            help="Compare it with footage of the case instead: an id, or the beginning or end of "
            "one, may be given several times; all for all that is indexed.",
        ),
    ] = None,
    triage: Annotated[
        bool | None,
        typer.Option(
            "--triage/--full-scan",
            help="Triage goes through a large collection faster and may lose people; nobody "
            "concludes on it. Default: what the settings say, a full scan unless changed.",
        ),
    ] = None,
    override: Annotated[
        str | None,
        typer.Option(
            "--override",
            parser=said,
            metavar="TEXT",
            help="Why it is searched with although the quality of a picture is rejected; or @FILE.",
        ),
    ] = None,
    length: Annotated[
        int,
        typer.Option(
            "--length", min=1, max=LONGEST_LENGTH, help="How many candidates the list has."
        ),
    ] = DEFAULT_LENGTH,
    face: Annotated[
        int | None,
        typer.Option(
            "--face",
            min=0,
            metavar="N",
            help="Which face of it is meant, from 0, most surely found first. Default: the main "
            "one.",
        ),
    ] = None,
    eyes: EyesOption = None,
    frame: Annotated[
        list[Path] | None,
        typer.Option(
            "--frame",
            metavar="IMAGE",
            readable=False,
            help="Another picture of the same face, joined with it by what each is worth; may be "
            "given several times, 19 at the most.",
        ),
    ] = None,
    same_person: Annotated[
        str | None,
        typer.Option(
            "--same-person",
            parser=said,
            metavar="TEXT",
            help="Why pictures show the same person that are less like the first than 1 in 100 "
            "pairs of different people; or @FILE. List and report say so.",
        ),
    ] = None,
    taken: Annotated[
        datetime | None,
        typer.Option("--taken", parser=moment, metavar="TIME", help="When it was taken."),
    ] = None,
    deinterlace: DeinterlaceOption = None,
    crop: CropOption = None,
    denoise: DenoiseOption = None,
    rotate: RotateOption = None,
    upscale: UpscaleOption = None,
    tone: ToneOption = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Search for a case, and list who is most like it: candidates, and no finding.

    The file stays as it is. What is done to a copy of it is done in this order, each step kept
    with its digests: deinterlace, crop, denoise, rotate, upscale, tone.
    """
    _require_one_kind(
        {
            "--collection": collection is not None,
            "--footage": bool(footage) and not everyone,
            "--everyone": everyone,
            "--between": between is not None,
        }
    )
    if triage and collection is None:
        msg = "--triage is for a collection: footage is always compared as a whole."
        raise UsageError(msg)
    if without and not everyone:
        msg = (
            "--except leaves an earlier search out of --everyone. Say that, or leave --except out."
        )
        raise UsageError(msg)
    from workbench.bench.search_views import ProbeRequest  # noqa: PLC0415 - keeps `--help` quick
    from workbench.governance.joined_pictures import require_few  # noqa: PLC0415
    from workbench.images import image_bytes  # noqa: PLC0415

    operations = operations_of(
        deinterlace=deinterlace,
        crop=crop,
        denoise=denoise,
        rotate=rotate,
        upscale=upscale,
        tone=tone,
    )
    of_picture = (
        bool(operations or frame or taken or eyes or same_person or kind) or face is not None
    )
    _require_probe(
        image=image is not None,
        appearance=appearance is not None,
        said=origin is not None and kind is not None,
        kind="between" if between is not None else "everyone" if everyone else "one",
        of_picture=of_picture,
    )
    settings = load_settings(bench=bench)
    limits = image_limits(settings)
    probe = None
    if image is not None:
        require_few(1 + len(frame or ()))
        probe = ProbeRequest(
            pictures=tuple(image_bytes(one, limits=limits) for one in (image, *(frame or ()))),
            origin=origin or "",
            name=_short(printable(image.name)),
            operations=operations,
            face=face,
            eyes=eyes,
            taken=taken,
            override=override,
            same_person=same_person,
            kind=kind,
        )
    with opened(bench, settings) as workbench:
        if appearance is not None:
            probe = workbench.footage.probe_of(appearance, justification=reason, override=override)
        made = workbench.searches
        if between is not None:
            first, second = (workbench.whole_id("footage", one) for one in between)
            view = made.between_footage(
                number, first, second, reason=reason, policy=policy, length=length
            )
            say_pairs(made.pairs(view.id, justification=_READS), as_json=as_json)
            return
        chosen = _chosen(workbench, footage or ())
        if everyone:
            views = made.everyone_against_footage(
                number,
                reason=reason,
                probes=() if probe is None else (probe,),
                left_out=[workbench.whole_id("search", one) for one in without or ()],
                footage=chosen,
                length=length,
            )
            every = [made.get(one.id, justification=_READS) for one in views]
            say_everyone(every, as_json=as_json)
            return
        assert probe is not None  # noqa: S101 - as was required above
        if collection is not None:
            view = made.against_collection(
                number,
                probe,
                collection,
                reason=reason,
                length=length,
                gallery=None if triage is None else _CHOICES[triage],
            )
        else:
            view = made.against_footage(number, probe, reason=reason, footage=chosen, length=length)
        found = made.get(view.id, justification=_READS)
    if as_json:
        candidates = plain_candidates(found)
        say_json({**view.plain(), "candidates": candidates, "means": LEAD_ONLY})
    else:
        show_finding(found)


def searches(number: CaseNumber, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """List the searches of a case and how far their examination is; nobody whom they found."""
    with opened(bench) as workbench:
        found = workbench.searches.list(number)
    if as_json:
        say_json({"searches": [one.plain() for one in found]})
    elif not found:
        say(f"Nothing was searched for {number}.")
    else:
        show_table(SEARCH_COLUMNS, search_rows(found))


def search_rows(found: Sequence[SearchView]) -> list[tuple[object, ...]]:
    """Return a row of `SEARCH_COLUMNS` for each search."""
    return [
        (
            one.id,
            f"{one.at:%Y-%m-%d %H:%M} UTC",
            one.actor,
            one.record.target_name,
            f"{one.record.references:,}",
            one.record.candidates,
            # Nobody examines pairs: examiners conclude on a search with one of the two.
            None if one.record.pairs is not None else one.stands,
        )
        for one in found
    ]


def _require_one_kind(asked: Mapping[str, bool]) -> None:
    if sum(asked.values()) != 1:
        msg = (
            "say what it is compared with, one of: --collection NAME, --footage ID (or all), "
            "--everyone, --between ID ID."
        )
        raise UsageError(msg)


def _require_probe(
    *, image: bool, appearance: bool, said: bool, kind: str, of_picture: bool
) -> None:
    """Refuse what does not say what is searched with, once."""
    if kind == "between" and (image or appearance):
        msg = "--between compares footage with footage: leave IMAGE and --appearance out."
        raise UsageError(msg)
    if kind == "one" and not (image or appearance):
        msg = "say what is searched with: IMAGE, or --appearance ID of somebody in footage."
        raise UsageError(msg)
    if image and (appearance or not said):
        msg = (
            "an IMAGE needs --origin, where it comes from, and --kind, what kind of picture it is, "
            "and goes without --appearance."
        )
        raise UsageError(msg)
    if of_picture and not image:
        msg = (
            "--kind, --face, --frame, --taken and what is done to a copy are of an IMAGE. Give one."
        )
        raise UsageError(msg)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LINE else f"{name[: LONGEST_LINE - 3]}..."


def _chosen(workbench: Workbench, footage: Sequence[str]) -> list[str]:
    """Return ids of footage; none for all that is indexed."""
    if _ALL in footage and len(footage) > 1:
        msg = "--footage all is all of it: leave the other ids out."
        raise UsageError(msg)
    return [workbench.whole_id("footage", one) for one in footage if one != _ALL]
