"""What every test may use; the rules for tests that can't run."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI=true, a test skipped because it "needs …" something has failed."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason.startswith("needs "):
            report.outcome = "failed"
            report.longrepr = f"{reason} (CI=true: a missing tool is a failure, not a skip)"
    return report


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real exports, which aren't ours to ship: BLOGENGINE_TEST_CORPORA names it."""
    folder = os.environ.get("BLOGENGINE_TEST_CORPORA", "")
    if not folder:
        pytest.skip("no real exports: BLOGENGINE_TEST_CORPORA names no folder")
    assert Path(folder).is_dir(), f"BLOGENGINE_TEST_CORPORA: {folder} is no folder"
    return Path(folder)
