"""The helper process: warm, bounded, replaced, never in the way of the next text."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from blogengine.rendering import Renderer, RenderJob, TextTooCostly, place
from blogengine.rendering.limits import MAX_SOURCE_BYTES
from blogengine.rendering.process import Child, ChildGone

BOUND_SECONDS = 5.0
SIZE = 100_000

VECTORS = {
    "brackets": "[",
    "links": "[a](",
    "images": "![a](",
    "nested images": "![![",
    "cdata": "<![CDATA[",
    "open tags": "<a ",
    "autolinks": "<http://",
    "comments": "<!--",
    "instructions": "<?",
    "stars": "*a ",
    "strong": "**a ",
    "underscores": "_a ",
    "backticks": "`a``",
    "strikes": "~~a ",
    "quotes": "> ",
    "setext": "a\n=\n",
    "footnotes": "[^a] ",
    "definitions": "[a]: b\n",
    "notes": "[^a]: b\n",
    "entities": "&amp;&#",
    "pipes": "|a",
    "deep lists": "- ",
    "numbers": "1. ",
    "escapes": "\\[",
    "divs": "<div>",
    "spans": "<b>",
    "tables": "<table><tr><td>",
    "fences": "```\n",
    "details": "<details>\n\n",
    "hard breaks": "a  \n",
    "www": "www.a",
    "mails": "a@",
    "carets": "^",
    "braces": "{:",
    "alerts": "> [!NOTE]\n",
}


@pytest.fixture(scope="module")
def child() -> Iterator[Renderer]:
    made = Renderer()
    made.render(RenderJob("warm"))
    yield made
    made.close()


@pytest.mark.parametrize("form", ["markdown", "html"])
@pytest.mark.parametrize("unit", VECTORS.values(), ids=VECTORS)
def test_hostile_text_is_rendered_or_refused_in_time(child: Renderer, unit: str, form: str) -> None:
    began = time.monotonic()
    try:
        child.render(RenderJob(unit * (SIZE // len(unit)), form))
    except TextTooCostly as error:
        assert error.status == 422
        assert error.action
    assert time.monotonic() - began < BOUND_SECONDS
    assert "fine" in child.render(RenderJob("All is *fine*.")).html


def test_nested_lists_of_growing_depth_are_bounded(child: Renderer) -> None:
    text = "".join(f"{'  ' * depth}- item\n" for depth in range(400))
    began = time.monotonic()
    with suppress(TextTooCostly):
        child.render(RenderJob(text))
    assert time.monotonic() - began < BOUND_SECONDS


def test_a_text_over_the_limit_is_refused_before_it_is_sent(child: Renderer) -> None:
    with pytest.raises(TextTooCostly) as caught:
        child.render(RenderJob("x" * (MAX_SOURCE_BYTES + 1)))
    assert "512 kB" in caught.value.message
    child.render(RenderJob("word " * (MAX_SOURCE_BYTES // 6)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\ud800",
        "\ufeff# Hi",
        "a\r\nb\rc",
        "\x02\x11<h\x11>",
        "\U0001f389" * 50,
        "ﷺ" * 99,
    ],
)
def test_odd_characters_come_out_as_text_a_page_may_hold(child: Renderer, text: str) -> None:
    html = place(child.render(RenderJob(text)).html)
    assert html == html.encode("utf-8").decode("utf-8")
    assert not {"\x00", "\x02", "\x11", "\r"} & set(html)


def test_a_killed_child_is_replaced(child: Renderer) -> None:
    running = child._child
    assert running is not None
    os.kill(running._process.pid, signal.SIGKILL)
    running._process.wait(timeout=BOUND_SECONDS)
    assert "not lost" in child.render(RenderJob("This text is not lost with it.")).html
    assert "next" in child.render(RenderJob("The next one.")).html


def test_the_child_outlives_the_thread_that_started_it() -> None:
    made = Renderer()
    used = []

    def render() -> None:
        made.render(RenderJob("One text from one thread."))
        assert made._child is not None
        used.append(made._child._process.pid)

    try:
        for _ in range(3):
            thread = threading.Thread(target=render)
            thread.start()
            thread.join()
    finally:
        made.close()
    assert len(used) == 3
    assert len(set(used)) == 1


def test_a_text_that_kills_its_child_gets_its_time_only_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[float] = []

    def dies(_child: Child, _message: object, *, timeout: float) -> dict[str, object]:
        given.append(timeout)
        end = time.monotonic() + 0.02
        while time.monotonic() < end:
            pass
        raise ChildGone

    made = Renderer()
    try:
        made.render(RenderJob("warm"))
        monkeypatch.setattr(Child, "ask", dies)
        with pytest.raises(TextTooCostly):
            made.render(RenderJob("This one is fatal."))
    finally:
        made.close()
    assert len(given) == 2
    assert given[1] <= given[0] - 0.02


def test_a_text_that_overruns_its_time_is_stopped() -> None:
    hasty = Renderer(timeout=0.000_01)
    try:
        with pytest.raises(TextTooCostly, match="longer than"):
            hasty.render(RenderJob("word " * 50_000))
    finally:
        hasty.close()


def test_the_child_ends_with_its_parent() -> None:
    code = (
        "from blogengine.rendering import Renderer, RenderJob\n"
        "r = Renderer(); r.render(RenderJob('x'))\n"
        "print(r._child._process.pid, flush=True)\n"
        "import os; os._exit(9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    child = int(done.stdout)
    end = time.monotonic() + BOUND_SECONDS
    while time.monotonic() < end:
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its parent")


def test_a_serving_process_never_imports_the_libraries_that_render() -> None:
    code = (
        "import sys, blogengine.app\n"
        "heavy = {'markdown', 'nh3', 'pygments', 'alembic'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "[]\n")
