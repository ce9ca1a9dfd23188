"""The rule on skips holds where it is asked for, and only there."""

from __future__ import annotations

import pytest

SKIPS = """
    import pytest

    def test_in_the_test():
        pytest.skip("needs a browser")

    @pytest.mark.skip(reason="needs a server")
    def test_by_mark(): ...

    @pytest.fixture
    def data():
        pytest.skip("needs data")

    def test_in_a_fixture(data): ...

    @pytest.mark.xfail(reason="known")
    def test_known(): assert False

    def test_good(): ...
"""
WHOLE_MODULE = "import pytest; pytest.skip('needs a package', allow_module_level=True)"


def test_skips_stay_skips_on_a_persons_machine(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKBENCH_REQUIRE_ALL", raising=False)
    pytester.makepyfile(SKIPS)
    pytester.runpytest_inprocess("-p", "required").assert_outcomes(passed=1, skipped=3, xfailed=1)


def test_skips_fail_where_all_is_required(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_REQUIRE_ALL", "1")
    pytester.makepyfile(SKIPS)
    result = pytester.runpytest_inprocess("-p", "required")
    outcomes = result.parseoutcomes()
    assert "skipped" not in outcomes
    assert outcomes["passed"] == 1
    assert outcomes["xfailed"] == 1
    assert outcomes.get("failed", 0) + outcomes.get("errors", 0) == 3
    result.stdout.fnmatch_lines(["*WORKBENCH_REQUIRE_ALL=1, but this was skipped: *needs data"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_module_that_skips_whole_fails_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_REQUIRE_ALL", "1")
    pytester.makepyfile(WHOLE_MODULE)
    result = pytester.runpytest_inprocess("-p", "required")
    result.assert_outcomes(errors=1)
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_an_example_not_to_be_run_stays_a_skip(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_REQUIRE_ALL", "1")
    pytester.makepyfile(shown='"""Say it.\n\n>>> unlikely()  # doctest: +SKIP\n"""')
    result = pytester.runpytest_inprocess("-p", "required", "--doctest-modules", "shown.py")
    result.assert_outcomes(skipped=1)


def test_what_needs_a_gpu_stays_a_skip_and_nothing_else_that_is_needed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_REQUIRE_ALL", "1")
    pytester.makepyfile("""
        import pytest

        @pytest.mark.skipif(True, reason="needs an NVIDIA GPU")
        def test_on_a_gpu():
            pass

        @pytest.mark.skipif(True, reason="needs an NVIDIA GPU or Chromium")
        def test_on_either():
            pass
    """)
    result = pytester.runpytest_inprocess("-p", "required")
    outcomes = result.parseoutcomes()
    assert outcomes["skipped"] == 1
    assert outcomes.get("failed", 0) + outcomes.get("errors", 0) == 1


def test_this_very_run_follows_the_rule(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.has_plugin("required")
