"""Plugins in the pipeline: in order, with settings, and never at the cost of a text."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogengine.rendering import Recipe, Renderer, Rendering, RenderJob, TextTooCostly, place
from blogengine.rendering.mark import Mark
from blogengine.rendering.pipeline import Pipeline
from blogengine.rendering.recipe import Participant, Step, in_order
from blogengine.rendering.steps import Steps

BOUND_SECONDS = 20.0
TEXT = "# Title\n\nThe *whole* text.\n"

GOOD = """
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    word: str = "default"
    secret: str = "hidden"


def star(text):
    return text.replace("STAR", "*star*")


def late(text):
    return text + "\\n\\nlate"


def early(text):
    return text + "\\n\\nearly"


def say(html, settings):
    return html + f"<p>{settings.word} {settings.secret}</p>"


def frame(html):
    return html + '<p><iframe src="https://video.example/1"></iframe></p>'
"""

BAD = """
import ctypes, os, sys, threading, time


def raises(text):
    raise ValueError("broken")


def exits(text):
    sys.exit(3)


def ends(text):
    os._exit(3)


def aborts(text):
    os.abort()


def nothing(text):
    return None


def number(text):
    return 7


def recurses(text):
    return recurses(text)


def spins(text):
    while True:
        pass


def hangs(text):
    threading.Event().wait()


def eats(text):
    kept = [bytearray(1 << 20) for _ in range(100_000)]
    return str(kept)


def bloats(text):
    return text * 10_000_000


def half_signs(text):
    return text + "\\ud800"


def forks(text):
    os.fork()
    return text


def reads_what_is_not_its_own(text):
    return sys.stdin.buffer.readline().decode()


def closes(text):
    os.closerange(3, 64)
    return text


def interrupts(text):
    raise KeyboardInterrupt


class Odd(Exception):
    def __str__(self):
        raise RuntimeError("not even this")


def odd(text):
    raise Odd


def knots(text):
    return "<div><b>" * 400_000
"""

KINDS = [
    line.removeprefix("def ").partition("(")[0] for line in BAD.splitlines() if line[:4] == "def "
]


SUBTLE = ("forks", "closes")
"""They do harm to the whole process after they have answered: nobody can say who it was."""


def step(name: str, kind: str = "source", plugin: str = "", **more: object) -> Step:
    owner = plugin or "good"
    return Step(
        owner,
        f"register_{kind}_filters",
        kind,
        name,
        f"blogengine_local.{owner}:{name}",
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("plugins")
    for name, text in (("good", GOOD), ("bad", BAD), ("worse", BAD)):
        (folder / f"{name}.py").write_text(text)
    return {name: str(folder / f"{name}.py") for name in ("good", "bad", "worse")}


def recipe(files: dict[str, str], *steps: Step) -> Recipe:
    owners = sorted({item.plugin for item in steps})
    return Recipe(steps, tuple(Participant(name, file=files[name]) for name in owners))


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    made = Renderer(timeout=1.5)
    yield made
    made.close()


def html_of(made: Rendering) -> str:
    return place(made.html)


# --- what they may do --------------------------------------------------------------------------


def test_filters_run_in_order_around_markdown(files: dict[str, str], renderer: Renderer) -> None:
    values = {"word": "<em onclick='x()'>set</em>"}
    schema = "blogengine_local.good:Settings"
    steps = in_order([step("late", order=200), step("star"), step("early", order=50)])
    say = step("say", "html", schema=schema, values=values)
    html = html_of(renderer.render(RenderJob("A STAR."), recipe(files, *steps, say)))
    assert "<em>star</em>" in html
    assert html.index("early") < html.index("late") < html.index("<em>set</em> hidden")
    assert "onclick" not in html


def test_a_process_that_once_was_large_renders_with_plugins(
    files: dict[str, str], tmp_path: Path
) -> None:
    """What the parent took isn't counted as the child's."""
    code = """
import sys
from blogengine.rendering import Recipe, Renderer, RenderJob, place
from blogengine.rendering.limits import MEMORY_LIMIT
from blogengine.rendering.recipe import Participant, Step

large = bytearray(MEMORY_LIMIT + (64 << 20))
for place_in in range(0, len(large), 4096):
    large[place_in] = 1
del large
step = Step("good", "register_source_filters", "source", "star", "blogengine_local.good:star")
recipe = Recipe((step,), (Participant("good", file=sys.argv[1]),))
renderer = Renderer()
for number in range(2):
    print(place(renderer.render(RenderJob(f"STAR {number}"), recipe).html))
renderer.close()
"""
    command = [sys.executable, "-c", code, files["good"]]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path
    )
    assert done.stdout.split("\n")[:2] == [f"<p><em>star</em> {number}</p>" for number in (0, 1)], (
        done.stderr
    )


def test_imported_html_passes_the_html_filters_only(
    files: dict[str, str], renderer: Renderer
) -> None:
    made = recipe(files, step("star"), step("frame", "trusted"))
    html = html_of(renderer.render(RenderJob("<p>STAR</p>", "html"), made))
    assert "STAR" in html
    assert "<iframe" in html


def test_only_a_trusted_filter_makes_frames(files: dict[str, str], renderer: Renderer) -> None:
    source = '<iframe src="https://evil.example/"></iframe>\n\n<!--more-->\n\nRest.'
    made = renderer.render(RenderJob(source), recipe(files, step("frame", "trusted")))
    html = html_of(made)
    assert html.count("<iframe") == 1
    assert 'src="https://video.example/1" title="video.example" loading="lazy"' in html
    assert '<a href="https://evil.example/"' in html
    assert "Rest" not in made.excerpt_html
    assert made.excerpt_html
    plain = html_of(renderer.render(RenderJob(source), recipe(files, step("frame", "html"))))
    assert "<iframe" not in plain


HOSTILE = [
    "<script>alert(1)</script>",
    '<p onclick="x()" style="color:red">x</p>',
    '<a href="javascript:x()">x</a>',
    '<iframe srcdoc="&lt;script&gt;"></iframe>',
    '<iframe src="javascript:x()"></iframe>',
    '<iframe src="http://plain.example/"></iframe>',
    '<iframe src="https://a@b.example/" onload="x()"></iframe>',
    '<iframe src="https://ok.example/" onload="x()" style="top:0">inside</iframe>',
    '<h2 id="a">one</h2><h2 id="a">two</h2>',
    "<div><p>open",
    "</div></article></main>",
    "<svg><script>x()</script></svg>",
    '<form action="/x"><button>x</button></form>',
    "<p\x02id=x>\x11</p>",
]


@pytest.mark.parametrize("kind", ["html", "trusted"])
def test_hostile_output_is_cleaned(
    tmp_path: Path, files: dict[str, str], renderer: Renderer, kind: str
) -> None:
    (tmp_path / "hostile.py").write_text(
        f"def add(html):\n    return html + {''.join(HOSTILE)!r}\n"
    )
    made = recipe({**files, "hostile": str(tmp_path / "hostile.py")}, step("add", kind, "hostile"))
    html = html_of(renderer.render(RenderJob(TEXT), made))
    for never in ("<script", "onclick", "onload", "style=", "javascript:", "srcdoc", "<form"):
        assert never not in html
    assert "<svg" not in html
    assert "http://plain.example" not in html.replace('href="http://plain.example/"', "").replace(
        ">http://plain.example/<", ""
    )
    ids = [part.partition('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    for tag in ("div", "p", "h2", "iframe", "a"):
        assert html.count(f"<{tag}>") + html.count(f"<{tag} ") == html.count(f"</{tag}>"), tag
    assert "whole" in html


def test_the_recipe_is_part_of_what_a_rendering_is_marked_with(files: dict[str, str]) -> None:
    one = step("say", "html", values={"word": "a"})
    other = step("say", "html", values={"word": "b"})
    known = [recipe(files, one), recipe(files, other), recipe(files, one, step("star"))]
    newer = Recipe((one,), (Participant("good", "2"),))
    mended = Recipe((one,), (Participant("good", digest="x"),))
    assert len({made.marks() for made in (*known, newer, mended)}) == 5
    moved = Recipe((one,), (Participant("good", file="/elsewhere"),))
    assert moved.marks() == known[0].marks()


# --- what they can't do ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_filter_costs_its_own_part_only(
    files: dict[str, str], renderer: Renderer, kind: str
) -> None:
    began = time.monotonic()
    made = renderer.render(RenderJob(TEXT), recipe(files, step(kind, plugin="bad"), step("late")))
    assert time.monotonic() - began < BOUND_SECONDS
    html = html_of(made)
    assert "<em>whole</em>" in html
    if kind not in SUBTLE:
        assert "bad" in made.left_out
        assert [(item.plugin, item.name) for item in made.failures] == [("bad", kind)]
        assert made.failures[0].hook == "register_source_filters"
        assert made.failures[0].error
    assert "late" in html or "good" in made.left_out
    again = renderer.render(RenderJob("The next text."))
    assert "next text" in again.html
    assert again.left_out == ()


def test_an_error_is_told_with_its_place(files: dict[str, str], renderer: Renderer) -> None:
    made = renderer.render(RenderJob(TEXT), recipe(files, step("raises", plugin="bad")))
    (failure,) = made.failures
    assert failure.error.startswith("ValueError: broken (bad.py:")
    assert "raise ValueError" in failure.trace


def test_a_plugin_goes_with_all_its_steps(files: dict[str, str], renderer: Renderer) -> None:
    made = renderer.render(
        RenderJob(TEXT),
        recipe(files, step("odd", plugin="bad"), step("late"), step("nothing", "html", "bad")),
    )
    assert made.left_out == ("bad",)
    assert len(made.failures) == 1


def test_several_bad_ones_don_t_add_up(files: dict[str, str], renderer: Renderer) -> None:
    steps = (step("spins", plugin="bad"), step("hangs", plugin="worse"), step("late"))
    began = time.monotonic()
    made = renderer.render(RenderJob(TEXT), recipe(files, *steps))
    assert time.monotonic() - began < BOUND_SECONDS
    assert {"bad", "worse"} <= set(made.left_out)
    assert "whole" in html_of(made)


def test_who_overran_twice_is_left_out_at_once(files: dict[str, str]) -> None:
    made = recipe(files, step("hangs", plugin="bad"), step("late"))
    renderer = Renderer(timeout=1.0)
    try:
        first, second, third = (renderer.render(RenderJob(TEXT), made) for _ in range(3))
    finally:
        renderer.close()
    assert [len(item.failures) for item in (first, second, third)] == [1, 1, 0]
    assert [item.left_out for item in (first, second, third)] == [("bad",)] * 3
    assert "late" in third.html


@pytest.mark.parametrize(
    "module",
    ["raise ImportError('no')", "import sys; sys.exit()", "import os; os._exit(1)", "def f(", ""],
)
def test_a_module_that_can_t_be_loaded_there_is_left_out(
    tmp_path: Path, files: dict[str, str], renderer: Renderer, module: str
) -> None:
    (tmp_path / "broken.py").write_text(module)
    known = {**files, "broken": str(tmp_path / "broken.py")}
    made = recipe(known, step("f", plugin="broken"), step("late"))
    first, second = (renderer.render(RenderJob(TEXT), made) for _ in range(2))
    assert [item.plugin for item in first.failures] == ["broken"]
    assert second.failures == ()
    assert first.left_out == second.left_out == ("broken",)
    assert "late" in second.html


def test_a_costly_text_is_still_the_text_s_fault(files: dict[str, str]) -> None:
    hasty = Renderer(timeout=0.000_01)
    try:
        with pytest.raises(TextTooCostly, match="longer than"):
            hasty.render(RenderJob("word " * 50_000), recipe(files, step("late")))
    finally:
        hasty.close()


def test_no_plugin_is_asked_for_a_text_that_is_none_of_theirs(
    files: dict[str, str], renderer: Renderer
) -> None:
    made = recipe(files, step("late"))
    assert "late" in renderer.render(RenderJob(TEXT), made).html
    assert "late" not in renderer.render(RenderJob(TEXT)).html
    assert renderer._child is not None
    pid = renderer._child._process.pid
    assert "late" in renderer.render(RenderJob(TEXT), made).html
    assert renderer._child._process.pid == pid


# --- any of them, in any number ----------------------------------------------------------------

QUIET = ("raises", "exits", "nothing", "number", "recurses", "half_signs", "odd")


@given(st.lists(st.tuples(st.sampled_from(QUIET), st.sampled_from(["source", "html", "trusted"]))))
def test_with_any_failing_filters_the_text_stays(chosen: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as shared:
        shared.truncate(Mark.SIZE)
        files, steps = {}, []
        for number, (name, kind) in enumerate(chosen):
            plugin = f"bad{number}"
            files[plugin] = str(Path(folder) / f"{plugin}.py")
            Path(files[plugin]).write_text(BAD)
            steps.append(step(name, kind, plugin))
        mark = Mark(shared.fileno())
        pipeline = Pipeline(Steps(recipe(files, *steps), mark))
        made = pipeline.render(RenderJob(TEXT))
        mark.close()
        assert made.html == Pipeline().render(RenderJob(TEXT)).html
        assert set(made.left_out) == set(files)
        assert {failure.plugin for failure in made.failures} == set(files)


# --- Markdown extensions -----------------------------------------------------------------------

EXTENSIONS = """
import time

from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from xml.etree.ElementTree import Element


def make(part):
    class Made(Extension):
        def extendMarkdown(self, md):
            part(md)

    return Made()


class Loud(Preprocessor):
    def run(self, lines):
        return [line.upper() for line in lines]


def loud():
    return make(lambda md: md.preprocessors.register(Loud(md), "loud", 20))


class Raising(Treeprocessor):
    def run(self, root):
        root.clear()
        raise KeyError("tree")


def raising():
    return make(lambda md: md.treeprocessors.register(Raising(md), "raising", 5))


class Garbage(Treeprocessor):
    def run(self, root):
        for element in root:
            element.text = 7


def garbage():
    return make(lambda md: md.treeprocessors.register(Garbage(md), "garbage", 5))


class Wrong(Postprocessor):
    def run(self, text):
        return None


def wrong():
    return make(lambda md: md.postprocessors.register(Wrong(md), "wrong", 5))


class Knot(InlineProcessor):
    def handleMatch(self, m, data):
        return Element("b"), m.start(0), m.end(0)


def knot():
    pattern = r"(?:[A-Za-z]+ ?)+!"
    return make(lambda md: md.inlinePatterns.register(Knot(pattern, md), "knot", 50))


def none():
    return None


def joins_badly():
    def part(md):
        raise RuntimeError("can't join")

    return make(part)
"""


@pytest.mark.parametrize("name", ["raising", "garbage", "wrong", "knot", "none", "joins_badly"])
def test_a_bad_extension_is_found_among_good_ones(
    tmp_path: Path, renderer: Renderer, name: str
) -> None:
    names = ("first", "guilty", "other")
    for plugin in names:
        (tmp_path / f"{plugin}.py").write_text(EXTENSIONS)
    files = {plugin: str(tmp_path / f"{plugin}.py") for plugin in names}
    steps = [step("loud", "extension", "first"), step(name, "extension", "guilty")]
    made = renderer.render(RenderJob("The " + "whole " * 20 + "text"), recipe(files, *steps))
    assert "guilty" in made.left_out
    assert [failure.plugin for failure in made.failures] == ["guilty"]
    assert "whole" in made.html.lower()
    if name != "knot":
        assert "WHOLE" in made.html
