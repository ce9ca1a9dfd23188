"""What is left out of a run of all property tests."""

from __future__ import annotations

# Being finished: run it by name.
collect_ignore = ["test_bench_operations.py"]
