"""`workbench policy open-test`: a locked test set opened for one policy, once and on record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Justification
from workbench.cli.policy_options import GivenThreshold, MinimumThreshold, TargetFpir
from workbench.errors import UsageError

__all__ = ["OPEN_EXAMPLE", "open_test"]

OPEN_EXAMPLE = example(
    "workbench policy open-test street/1 --tuning tuning --target-fpir 0.001 --planned-list 2000 "
    "--protocol protocol.csv --root photographs --data-set 'Our street of May' "
    "--justification 'The threshold is chosen.'"
)


def open_test(
    policy: Annotated[
        str, typer.Argument(metavar="ID", help="Id that the policy will be issued under.")
    ],
    *,
    tuning: Annotated[
        Path,
        typer.Option(
            "--tuning",
            readable=False,
            metavar="DIR",
            help="Measurement of tuning people that the threshold is chosen on, as --report of "
            "evaluate writes it.",
        ),
    ],
    planned_list: Annotated[
        int,
        typer.Option("--planned-list", min=1, help="List that the threshold is chosen for."),
    ],
    target_fpir: TargetFpir = None,
    threshold: GivenThreshold = None,
    minimum_threshold: MinimumThreshold = None,
    bound_in_words: Annotated[
        bool,
        typer.Option(
            "--bound-in-words",
            help="Open it although the threshold was chosen on fewer than three errors; draft then "
            "takes the same.",
        ),
    ] = False,
    protocol: Annotated[
        Path | None,
        typer.Option(
            "--protocol", readable=False, help="Split protocol whose test rows are opened."
        ),
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option("--root", readable=False, help="Folder that the protocol's paths start from."),
    ] = None,
    digest: Annotated[
        str | None,
        typer.Option(
            "--digest", metavar="SHA256", help="Digest of the test rows, in place of a protocol."
        ),
    ] = None,
    data_set: Annotated[
        str, typer.Option("--data-set", metavar="NAME", help="Name of its images.")
    ],
    justification: Justification,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Open a locked test set for a policy that is yet to be issued; one test once for each.

    It fixes the threshold that is chosen on tuning people, before the test is searched: draft and
    issue the policy with the same. Only then is the test measured.
    """
    from workbench.bench.policy_choosing import choose_threshold  # noqa: PLC0415 - quick `--help`
    from workbench.evaluation.measurement import read_measurement  # noqa: PLC0415

    wanted = _digest(protocol, root, digest)
    chosen = choose_threshold(
        read_measurement(tuning),
        planned_list=planned_list,
        target_fpir=target_fpir,
        threshold=threshold,
        minimum_threshold=minimum_threshold,
        bound_in_words=bound_in_words,
    )
    with opened(bench) as workbench:
        found = workbench.policies.open_test(
            policy,
            digest=wanted,
            data_set=data_set,
            justification=justification,
            chosen=chosen,
        )
    if as_json:
        say_json(found.plain())
    else:
        say(f"{policy}: locked test {found.digest[:12]} ({found.data_set}) {found.words}.")
        say(f"{policy}: fixed by it: {chosen.words}.")
        if (few := chosen.tuning.few_words) is not None:
            say(f"{policy}: beware: {few}.")


def _digest(protocol: Path | None, root: Path | None, digest: str | None) -> str:
    """Return the digest that was given, or that of the test rows of a protocol."""
    if (protocol is None) == (digest is None) or (protocol is None) != (root is None):
        msg = "a locked test is named by --protocol with --root, or by --digest. Give one of them."
        raise UsageError(msg)
    if protocol is None or root is None:
        return str(digest)
    from workbench.evaluation.locked import locked_test  # noqa: PLC0415 - keeps `--help` quick
    from workbench.evaluation.protocols import read_protocol  # noqa: PLC0415

    return locked_test(read_protocol(protocol, root)).digest
