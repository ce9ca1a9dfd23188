"""The threshold of a demonstration, what is refused in it, and how an interrupted one ends."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.demonstration import DemonstrationBench, require_threshold
from workbench.demonstration.cast import ANALYST, OFFICER
from workbench.demonstration.paperwork import application
from workbench.demonstration.refusals import Attempt, refused
from workbench.demonstration.running import _ended_in_any_case
from workbench.demonstration.thresholds import policy_for
from workbench.errors import PolicyError, UnknownRecordError, UsageError
from workbench.governance.deployments import DeploymentState

REFERENCE = "DEMO/1"


@pytest.mark.parametrize("encoder", ["facenet", "sface", "fused"])
def test_a_threshold_below_the_least_is_refused(encoder: str) -> None:
    policy = policy_for(encoder)
    for threshold in (None, policy.minimum_threshold, policy.minimum_threshold + 0.1):
        require_threshold(encoder, threshold)
    for threshold in (policy.minimum_threshold - 1e-6, -1.0, float("nan")):
        with pytest.raises(PolicyError, match=f"policy {policy.id} allows .* at the least"):
            require_threshold(encoder, threshold)


@pytest.mark.parametrize(
    ("encoder", "highest"), [("facenet", 1.0), ("sface", 1.0), ("fused", 10.4)]
)
def test_a_threshold_that_no_score_reaches_is_wrong_usage(encoder: str, highest: float) -> None:
    require_threshold(encoder, highest - 0.1)
    for threshold in (highest + 0.1, 1e300, float("inf")):
        with pytest.raises(UsageError, match="would alert on nobody"):
            require_threshold(encoder, threshold)


@pytest.mark.slow
def test_that_is_told_before_any_library_of_models_loads() -> None:
    script = (
        "import sys\n"
        "from workbench.cli import main\n"
        "code = main(['demo', '--output', 'nowhere', '--threshold', '0.1'])\n"
        "heavy = {'torch', 'cv2', 'onnxruntime', 'openvino', 'polars', 'av'} & set(sys.modules)\n"
        "sys.exit(code if not heavy else f'loaded {heavy}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "threshold 0.1 is asked for, and policy default-fused/1 allows" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_what_is_refused_is_told_in_the_words_of_the_rule(made: DemonstrationBench) -> None:
    attempts = [
        Attempt(OFFICER, "draft", lambda one: one.deployments.draft({"reference": "DEMO/2"})),
        Attempt(ANALYST, "find", lambda one: one.deployments.get("DEMO/3")),
    ]
    table = refused(made, attempts)
    assert table["who"].to_list() == [OFFICER, ANALYST]
    assert table["tried to"].to_list() == ["draft", "find"]
    for said, words in zip(
        table["refused because"], ("may not draft a deployment", "there is no"), strict=True
    ):
        assert words in said
    assert refused(made, []).columns == ["who", "tried to", "refused because"]


def test_what_is_possible_although_a_rule_forbids_it_is_a_fault(made: DemonstrationBench) -> None:
    possible = Attempt(ANALYST, "list deployments", lambda one: one.deployments.list())
    with pytest.raises(AssertionError, match="could list deployments, which a rule forbids"):
        refused(made, [possible])


@pytest.mark.slow
@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, PolicyError])
@pytest.mark.parametrize("authorised", [False, True])
def test_an_interrupted_one_is_cancelled(
    interruption: type[BaseException], authorised: bool, made: DemonstrationBench
) -> None:
    with made.opened(ANALYST) as analyst:
        analyst.deployments.draft(application(REFERENCE, policy_for("sface"), made.now()))
        analyst.deployments.apply(REFERENCE)
    if authorised:
        with made.opened(OFFICER) as officer:
            officer.deployments.authorise(
                REFERENCE, necessity="none, for a test", proportionality="none, for a test"
            )
    with pytest.raises(interruption), _ended_in_any_case(made, REFERENCE):
        raise interruption
    with made.opened(ANALYST) as analyst:
        view = analyst.deployments.get(REFERENCE)
        with pytest.raises(UnknownRecordError):
            analyst.watchlists.purge(REFERENCE)
    assert view.state in {DeploymentState.CANCELLED, DeploymentState.PURGED}
    assert view.withdrawal is not None
    assert "interrupted" in view.withdrawal.reason
