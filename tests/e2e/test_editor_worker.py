"""The worker that saves a post is killed in the middle of it, in the real server.

Whoever was writing has the text all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from blogengine.testing.blog import Workshop
from tests.core.identity import make_owner
from tests.e2e.conftest import NewPage
from tests.e2e.editing import Room, text_of
from tests.e2e.serving import serving

if TYPE_CHECKING:
    pass

DYING = '''
"""Kills its worker inside a save; after that the engine passes it over."""
import os
import signal
from pathlib import Path

from blogengine.api import Plugin, hookimpl

plugin = Plugin(summary=__doc__)


@hookimpl
def on_post_saving(change):
    told = Path(__file__).with_name("die")
    if told.exists():
        told.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
'''


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop
) -> Iterator[tuple[Room, Callable[[], Path]]]:
    """A served blog with one draft, and what tells the next save to die; returns the mark."""
    folder = tmp_path_factory.mktemp("worker") / "site"
    plugin = folder / "plugins" / "dying"
    plugin.mkdir(parents=True)
    (plugin / "__init__.py").write_text(DYING, encoding="utf-8")
    blog = blogengine_workshop.build(folder, plugins=["admin", "dying"], required=True)
    cookie = make_owner(blog).cookie
    blog.post("Ropes", "They hold.", status="draft")
    blog.close()

    def arm() -> Path:
        mark = plugin / "die"
        mark.touch()
        return mark

    with serving(folder, "--workers", "1") as server:
        server.wait_for("Stop with Ctrl-C.\n")
        yield Room(blog, server.address, cookie), arm


def test_a_save_whose_worker_is_killed_arrives_all_the_same(
    served: tuple[Room, Callable[[], Path]], new_page: NewPage
) -> None:
    desk, arm = served
    page = new_page(java_script_enabled=False)
    desk.open(page, "/admin/posts/1/")
    text_of(page).fill("They hold. Until they tear.")
    mark = arm()
    # The connection was used before, so the browser sends the form to the next worker by itself.
    page.get_by_role("button", name="Save draft").click(no_wait_after=True)
    page.get_by_role("main").get_by_text("Saved.").wait_for(timeout=60_000)
    assert not mark.exists()
    desk.open(page, "/admin/posts/1/")
    assert text_of(page).input_value() == "They hold. Until they tear."
