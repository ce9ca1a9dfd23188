"""`workbench evaluate`: error rates of verification, identification, groups and labelled clips."""

from __future__ import annotations

import typer

from workbench.cli import (
    evaluate_alerts,
    evaluate_equity,
    evaluate_identification,
    evaluate_protocol,
    evaluate_staged,
    evaluate_verification,
    evaluate_video,
)
from workbench.cli.console import example

__all__ = ["evaluate_app"]

evaluate_app = typer.Typer(
    help="Measure error rates on labelled images and clips.",
    epilog=example("workbench evaluate identification protocol.csv --root lfw --report report"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)
evaluate_app.command("protocol", epilog=evaluate_protocol.EXAMPLE)(evaluate_protocol.protocol)
evaluate_app.command("identification", epilog=evaluate_identification.EXAMPLE)(
    evaluate_identification.identification
)
evaluate_app.command("verification", epilog=evaluate_verification.EXAMPLE)(
    evaluate_verification.verification
)
# The name that it had before.
evaluate_app.command("pairs", epilog=evaluate_verification.PAIRS_EXAMPLE, hidden=True)(
    evaluate_verification.verification
)
evaluate_app.command("equity", epilog=evaluate_equity.EXAMPLE)(evaluate_equity.equity)
evaluate_app.command("video", epilog=evaluate_video.EXAMPLE)(evaluate_video.video)
evaluate_app.command("alerts", epilog=evaluate_alerts.EXAMPLE)(evaluate_alerts.alerts)
evaluate_app.command("staged", epilog=evaluate_staged.EXAMPLE)(evaluate_staged.staged)
