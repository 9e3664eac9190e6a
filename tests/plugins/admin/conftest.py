"""What the tests of the admin share: one site, and people who are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from blogengine.testing.blog import Workshop
from blogengine.testing.visitor import Visitor, arrive
from tests.conftest import Blog

Enter = Callable[[str], Visitor]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, blogengine_workshop: Workshop) -> Iterator[Blog]:
    """A site with the plugins of a new one."""
    made = blogengine_workshop.build(tmp_path_factory.mktemp("desk") / "site", plugins=None)
    yield made
    made.close()


@pytest.fixture(scope="module")
def at_desk(desk: Blog) -> Enter:
    """Return the same person for each role, signed in."""
    return cache(lambda role: arrive(Visitor(desk.app), desk.site.identity, role))


@pytest.fixture
def sign_in_to() -> Callable[..., Visitor]:
    """Return somebody new who is signed in to a blog: `sign_in_to(blog, "admin")`."""
    return lambda blog, role="owner": arrive(Visitor(blog.app), blog.site.identity, role)
