"""Hooks that plugins offer to plugins: found, checked, guarded, and closed where they say so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogengine.hookspecs.markers import closed
from tests.conftest import Blog
from tests.core.bad_plugins import enable
from tests.core.test_plugin_host import drop_in

HEAD = "from blogengine.api import *\n\nplugin = Plugin(summary='One.')\n\n"

OFFERING = (
    HEAD
    + """
import types


@closed(False)
@hookspec(firstresult=True)
def gate_may_enter(site, who):
    pass


@closed("locked")
@hookspec
def gate_locks(site, who):
    pass


@hookspec(firstresult=True)
def gate_name(site, who):
    pass


@hookspec
def gate_on_entered(site, who) -> None:
    pass


@hookimpl
def register_hookspecs():
    found = types.ModuleType("hooks")
    for item in (gate_may_enter, gate_locks, gate_name, gate_on_entered):
        setattr(found, item.__name__, item)
    return found


@hookimpl
def register_commands(site, cli):
    @cli.command("try")
    def try_it():
        print(site.hooks.gate_may_enter(who="Ann"), site.hooks.gate_locks(who="Ann"))
"""
)


@pytest.fixture
def gate(make_blog: Callable[..., Blog], tmp_path: Path) -> Callable[..., Blog]:
    """Make a blog whose plugin `gate` offers hooks, with others of these texts."""

    def make(*, strict: bool = False, on: bool = True, **plugins: str) -> Blog:
        folder = tmp_path / "site"
        make_blog(folder=folder, plugins=[])
        drop_in(folder, "gate", OFFERING)
        for name, text in plugins.items():
            drop_in(folder, name, HEAD + text)
        names = [*plugins, *(["gate"] if on else [])]
        return make_blog(folder=folder, plugins=names, strict=strict)

    return make


def answer(hook: str, body: str) -> str:
    return f"@hookimpl\ndef {hook}(site, who):\n    {body}\n\n"


def test_register_hookspecs_lets_others_answer(gate: Callable[..., Blog]) -> None:
    text = answer("gate_may_enter", "return who == 'Ann'")
    text += answer("gate_name", "return f'{who} of {site.id}'")
    text += answer("gate_locks", "return f'{__name__[-1]} for {who}'")
    blog = gate(aa=text, bb=text, strict=True)
    hooks = blog.site.hooks
    assert (hooks.gate_may_enter(who="Ann"), hooks.gate_may_enter(who="Ben")) == (True, False)
    assert hooks.gate_name(who="Ann") == f"Ann of {blog.site.id}"
    assert hooks.gate_locks(who="Ann") == ["a for Ann", "b for Ann"]
    assert hooks.gate_on_entered(who="Ann") == []
    assert hooks.offered_by("gate") == (
        "gate_locks",
        "gate_may_enter",
        "gate_name",
        "gate_on_entered",
    )


def test_without_an_answer_there_is_none(gate: Callable[..., Blog]) -> None:
    hooks = gate(strict=True).site.hooks
    assert hooks.gate_may_enter(who="Ann") is None
    assert hooks.gate_name(who="Ann") is None
    assert hooks.gate_locks(who="Ann") == []
    with pytest.raises(AttributeError, match="There is no hook gate_comet to call"):
        hooks.gate_comet(who="Ann")


def test_an_answer_to_a_plugin_that_is_off_is_no_mistake(gate: Callable[..., Blog]) -> None:
    blog = gate(on=False, aa=answer("gate_name", "return 'x'") + answer("gate_later", "pass"))
    assert blog.reason("aa") == ""
    with pytest.raises(AttributeError):
        blog.site.hooks.gate_name(who="Ann")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@hookimpl\ndef gate_name(who, age):\n    pass\n", "gate_name has no argument age"),
        (answer("gate_nane", "pass"), "There is no hook gate_nane; there are: gate_locks, gate_"),
        ("@hookimpl(wrapper=True)\ndef on_post_saved():\n    yield\n", "is a wrapper"),
    ],
)
def test_a_wrong_answer_fails_its_own_plugin(
    gate: Callable[..., Blog], text: str, said: str
) -> None:
    blog = gate(wrong=text, fine=answer("gate_name", "return 'x'"))
    assert said in blog.reason("wrong")
    assert (blog.reason("gate"), blog.reason("fine")) == ("", "")
    assert blog.site.hooks.gate_name(who="Ann") == "x"


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("return 'a text'", "not a module"),
        ("return types.ModuleType('empty')", "specifies no hook"),
        (
            "found = types.ModuleType('h'); found.other_x = hookspec(lambda site: 1); return found",
            "the hook other_x must begin with sonde_",
        ),
        (
            "found = types.ModuleType('h'); found.sonde_x = hookspec(lambda x: 1); return found",
            "the hook sonde_x must have the argument site",
        ),
        ("raise ZeroDivisionError('oh')", "oh"),
        ("raise SystemExit", "register_hookspecs"),
    ],
)
def test_a_wrong_offer_fails_its_plugin(gate: Callable[..., Blog], rest: str, said: str) -> None:
    blog = gate(sonde=f"import types\n\n@hookimpl\ndef register_hookspecs(site):\n    {rest}\n")
    assert said in blog.reason("sonde")
    assert blog.get("/").status_code == 200


def test_plugin_info_says_what_is_offered(
    gate: Callable[..., Blog], capsys: pytest.CaptureFixture[str]
) -> None:
    blog = gate()
    enable(blog.folder, "gate")
    capsys.readouterr()
    assert blog.run("plugin", "info", "gate") == 0
    assert "offers: gate_locks, gate_may_enter, gate_name, gate_on_entered" in (
        capsys.readouterr().out
    )


# --- closed -----------------------------------------------------------------------------------

MISBEHAVING = {
    "raises": "raise ValueError",
    "exits": "raise SystemExit",
    "an engine's error": "raise NotFound('x', code='x', action='x')",
    "refuses": "raise Reject('x')",
    "interrupts": "raise KeyboardInterrupt",
    "wrong type": "return 'yes'",
    "almost": "return 1",
    "poses": "return type('Yes', (), {'__eq__': lambda self, other: True})()",
    "recursion": "return gate_may_enter(site, who)",
}


@pytest.mark.parametrize("way", MISBEHAVING)
@pytest.mark.parametrize("first", [True, False])
def test_a_closed_hook_denies_when_one_misbehaves(
    gate: Callable[..., Blog], monkeypatch: pytest.MonkeyPatch, way: str, first: bool
) -> None:
    """Whatever the others grant, before it or after it, and also once it is paused."""
    monkeypatch.setattr("blogengine.guard.wrapping.stopped_by_hand", lambda _error: False)
    bad = answer("gate_may_enter", MISBEHAVING[way]) + answer("gate_locks", "return 5")
    granting = answer("gate_may_enter", "return True") + answer("gate_locks", "return 'open'")
    name = "a_bad" if first else "c_bad"
    blog = gate(**{name: bad, "b_good": granting})
    for _ in range(7):
        assert blog.site.hooks.gate_may_enter(who="Ann") is False
        assert sorted(blog.site.hooks.gate_locks(who="Ann")) == ["locked", "open"]
    assert blog.site.host.status(name).state == "paused"
    assert {fault.plugin for fault in blog.site.guard.faults} == {name}


@given(st.lists(st.sampled_from([True, False, None])))
def test_the_answer_of_all_is_a_grant_only_if_nobody_denies(answers: list[bool | None]) -> None:
    mark = closed(False)(lambda: None)
    found = mark.blogengine_closed.one_of([one for one in answers if one is not None])  # type: ignore[attr-defined]
    assert found is (False if False in answers else True if True in answers else None)


QUICK = """
import sys
from blogengine.guard import limits

object.__setattr__(limits.PART, "hang", 1.0)

from blogengine.cli import main
main(sys.argv[1:])
"""


@pytest.mark.usefixtures("real_bounds")
def test_a_closed_hook_denies_when_one_hangs(gate: Callable[..., Blog]) -> None:
    spin = "while True: pass"
    blog = gate(aa=answer("gate_may_enter", spin), bb=answer("gate_may_enter", "return True"))
    enable(blog.folder, "gate", "aa", "bb")
    command = [sys.executable, "-c", QUICK, "--site", str(blog.folder)]
    for _ in range(2):  # the second time it is paused
        done = subprocess.run(
            [*command, "gate", "try"], capture_output=True, text=True, timeout=90, check=False
        )
        assert done.stdout == "False []\n", done.stderr
    errors = subprocess.run(
        [*command, "plugin", "errors", "--json"], capture_output=True, text=True, check=True
    )
    (fault,) = json.loads(errors.stdout)
    assert (fault["plugin"], fault["hook"], fault["kind"]) == ("aa", "gate_may_enter", "hang")
