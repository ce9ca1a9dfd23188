"""`--evaluation-set`: images sealed in a bench are measured, and none is written anywhere.

An image is named by the SHA-256 of its file, as the threshold lab asks the set for it, and a person
by a digest of those names: whom an image shows lies sealed with it, and stays there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from workbench.cli.console import image_limits, progress_bar
from workbench.cli.evaluate_making import Encoded, analysers_of
from workbench.cli.opening import opened
from workbench.errors import ProtocolError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from workbench.bench.evaluation_images import EvaluationImage
    from workbench.settings import Settings

__all__ = ["EvaluationSetOption", "SetImages", "require_one_source", "set_protocol"]

EvaluationSetOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--evaluation-set",
        metavar="NAME",
        help="Measure the images of this sealed set of a bench, in place of PROTOCOL and --root. "
        "It takes --justification, and is logged.",
    ),
]

_SHORTENED: Final = 16
"""Hexadecimal digits of a person's name in a result: 64 bits, for at most 10,000 people."""


@dataclass(frozen=True, slots=True)
class SetImages:
    """An evaluation set of a bench, read by whoever is logged in.

    It is read twice: for what its images are called, and for the templates of those that are
    wanted. So no more than one image at a time is in memory, and of the people of a locked test
    no template is made before it was opened.

    Attributes:
        set_name: of the set.
        justification: why it is read; in the audit log, at each reading.
        bench: folder or address of the bench; that of the settings where `None`.
        settings: of the bench.
    """

    set_name: str
    justification: str
    bench: str | None
    settings: Settings
    _read_as: dict[str, str] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """The set's name, and that it is a set."""
        return f"evaluation set {self.set_name}"

    @property
    def name(self) -> str:
        """As in an error."""
        return self.called

    @property
    def data_set(self) -> str:
        """The set's name."""
        return self.set_name

    def rows(self, part: str | None) -> pl.DataFrame:
        """Read the set once, and return its protocol.

        Args:
            part: `tuning` or `test`: the people are parted by the rule of
                `workbench.evaluation.splits`; `None`: they are not.

        Raises:
            NotPermittedError: when the role may not, and the other errors of
                `bench.evaluation_sets.read`.
            ProtocolError: when an image is there twice, or nobody has two.
        """
        from workbench.evaluation.locked import locked_test  # noqa: PLC0415 - quick `--help`
        from workbench.evaluation.protocols import protocol_digest  # noqa: PLC0415

        with self._read() as images:
            named = [(one.subject, _name_of(one)) for one in images]
        found = set_protocol(named, is_split=part is not None, what=self.called)
        self._read_as["rows"] = protocol_digest(found)
        if part is not None:
            self._read_as["test"] = locked_test(found).digest
        return found

    def digest(self) -> str:
        """Return the digest of the rows: the set is no file that could be digested."""
        return self._read_as["rows"]

    @property
    def words(self) -> str:
        """What a result calls images and people, and how the locked test is named."""
        named = (
            f"{self.called}: images are named by the SHA-256 of their files, people by a digest of "
            "those; a name leads to an image for whoever may read the set."
        )
        test = self._read_as.get("test")
        if test is None:
            return named
        return f"{named} Its locked test has the digest {test} (workbench policy open-test)."

    def encode(
        self, references: Sequence[str], probes: Sequence[str], settings: Settings
    ) -> Encoded:
        """Read the set again, and keep the templates of the images of these names alone."""
        from workbench.matching.measured_images import TemplateMaker  # noqa: PLC0415 - quick

        enrolling, searching = analysers_of(settings)
        limits = image_limits(settings)
        if enrolling is searching:
            makers = [(TemplateMaker(searching, limits=limits), {*references, *probes})]
        else:
            makers = [
                (TemplateMaker(enrolling, limits=limits), set(references)),
                (TemplateMaker(searching, limits=limits), set(probes)),
            ]
        wanted, done = {*references, *probes}, 0
        with self._read() as images, progress_bar("Encoding", "images") as progress:
            for image in images:
                name = _name_of(image)
                if name not in wanted:
                    continue
                for maker, names in makers:
                    if name in names:
                        maker.add(name, image.data)
                done += 1
                progress(done, len(wanted))
        first, *others = [maker.finish() for maker, _ in makers]
        return Encoded(first, others[0] if others else first, searching)

    @contextmanager
    def _read(self) -> Iterator[Iterator[EvaluationImage]]:
        with opened(self.bench, self.settings) as workbench:
            yield workbench.evaluation_sets.read(self.set_name, justification=self.justification)


def set_protocol(
    images: Iterable[tuple[str, str]], *, is_split: bool, what: str = "the evaluation set"
) -> pl.DataFrame:
    """Return the protocol of a set, in which nobody is named.

    The image of a person whose SHA-256 comes first is the reference, the others are probes; of
    whom there is one image, that is a non-mated probe. Which part somebody is in follows from the
    name that was sealed, so that it is the part that `evaluate protocol --split` gives of the
    folder that the set was made of.

    Args:
        images: whom each shows, and the SHA-256 of its file.
        is_split: whether to fill the column `split`.
        what: what to call the set in an error.

    Returns:
        With the schema `Protocol`: `path` is the SHA-256, `identity` is `person ` and the first
        16 digits of the SHA-256 of that person's names of images, sorted, one a line.

    Raises:
        ProtocolError: when an image is there twice, or nobody has two images.
    """
    import polars as pl  # noqa: PLC0415 - keeps `--help` quick

    from workbench.evaluation.folders import people_protocol  # noqa: PLC0415
    from workbench.evaluation.protocols import REFERENCE, as_protocol  # noqa: PLC0415
    from workbench.evaluation.splits import split_people  # noqa: PLC0415

    people: dict[str, list[str]] = {}
    seen: set[str] = set()
    for subject, name in images:
        if name in seen:
            msg = (
                f"{what}: the image with the SHA-256 {name} is in it twice, so that it would be "
                "compared with itself. Seal a set that has it once."
            )
            raise ProtocolError(msg)
        seen.add(name)
        people.setdefault(subject, []).append(name)
    called = {subject: _person(names) for subject, names in people.items()}
    rows = people_protocol(
        {
            called[subject]: sorted(people[subject])
            for subject in sorted(called, key=called.__getitem__)
        }
    )
    if REFERENCE not in rows["role"]:
        msg = (
            f"{what}: nobody in it has two images, so there is no reference and a probe of one "
            "person. Seal a set with two images or more of some people."
        )
        raise ProtocolError(msg)
    if not is_split:
        return rows
    parts = split_people({subject: len(names) for subject, names in people.items()})
    of_person = {called[subject]: part for subject, part in parts.items()}
    filled = pl.col("identity").replace_strict(of_person, return_dtype=pl.String)
    return as_protocol(rows.with_columns(split=filled))


def require_one_source(
    *, protocol: object, root: object, evaluation_set: str | None, justification: str | None
) -> None:
    """Let options pass that name one source of images, and why a set is read.

    Raises:
        UsageError: says which is missing, or which do not belong together.
    """
    if evaluation_set is not None:
        if protocol is not None or root is not None:
            msg = "images come from --evaluation-set, or from PROTOCOL with --root. Give one."
        elif justification is None:
            msg = "an evaluation set is read for a reason, which is logged. Say --justification."
        else:
            return
    elif protocol is None:
        msg = "Missing argument 'PROTOCOL': give it with --root, or give --evaluation-set."
    elif root is None:
        msg = "Missing option '--root': the folder that the paths of PROTOCOL start from."
    else:
        return
    raise UsageError(msg)


def _person(names: Sequence[str]) -> str:
    digest = hashlib.sha256("\n".join(sorted(names)).encode("ascii")).hexdigest()
    return f"person {digest[:_SHORTENED]}"


def _name_of(image: EvaluationImage) -> str:
    return hashlib.sha256(image.data).hexdigest()
