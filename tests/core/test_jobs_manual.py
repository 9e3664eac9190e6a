"""The samples of the manual's pages on jobs and mail do what these say."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from blogengine.testing.working_off import work_off
from tests.conftest import Blog
from tests.core.test_plugin_host import drop_in

PAGES = Path(__file__).parents[2] / "docs" / "plugins"
SAMPLE = re.compile(r"```python\n# plugins/(\w+)\.py\n(.*?)```", re.DOTALL)


@pytest.fixture
def sample(make_blog: Callable[..., Blog], tmp_path: Path) -> Callable[[str, str], Blog]:
    """Make a blog with one sample of a page, by its name."""

    def make(page: str, name: str) -> Blog:
        found = dict(SAMPLE.findall((PAGES / page).read_text("utf-8")))
        drop_in(tmp_path / "site", name, found[name])
        return make_blog(folder=tmp_path / "site", plugins=[name])

    return make


def test_words_are_counted_once_for_many_saves(
    sample: Callable[[str, str], Blog], caplog: pytest.LogCaptureFixture
) -> None:
    blog = sample("jobs.md", "word_counts")
    for number in range(3):
        blog.post(f"Post {number}", "Two words.")
    with caplog.at_level(logging.INFO):
        assert work_off(blog.site.jobs) == ["word_counts.count"]
    assert "The blog has 6 words." in caplog.text


def test_a_publication_is_counted_by_a_job_that_finishes_itself(
    sample: Callable[[str, str], Blog],
) -> None:
    blog = sample("jobs.md", "tally")
    blog.post("One")
    assert work_off(blog.site.jobs) == ["tally.add"]
    assert [job.state for job in blog.site.jobs.find(name="tally")] == ["done"]


def test_owners_are_told_of_a_long_post_by_mail(sample: Callable[[str, str], Blog]) -> None:
    blog = sample("mail.md", "long_posts")
    blog.site.users.create("Olga", email="olga@example.org", role="owner")
    blog.post("Short")
    assert blog.site.mail.find() == []
    blog.post("Long", "word " * 20_000)
    assert work_off(blog.site.jobs) == ["core.mail"]
    (mail,) = blog.site.mail.find()
    assert (mail.to, mail.subject) == ("olga@example.org", "A long read: Long")
    assert "20000 words" in mail.text
