"""Lines that the source itself keeps: what no file of engine and plugins may do."""

from __future__ import annotations

import ast
import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from blogengine.testing.blog import Blog
from tests.security.conftest import Build

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*(ROOT / "blogengine").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")])
TEMPLATES = sorted([*(ROOT / "blogengine").rglob("*.html"), *(ROOT / "plugins").rglob("*.html")])


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            yield f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node


def called(node: ast.AST) -> str:
    """Return the dotted name of what a call calls; nothing for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    return ast.unparse(node.func)


def imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {node.module.split(".")[0]}
    return set()


def test_asvs_1_1_2_every_template_escapes_and_none_says_otherwise(build: Build) -> None:
    environment = build().site.environment
    assert environment.autoescape is True
    for name in ("x.html", "x.xml", "x.txt", "x"):
        made = environment.from_string("{{ x }}")
        made.name = name
        assert made.render(x="<b>") == "&lt;b&gt;"
    for file in TEMPLATES:
        text = file.read_text("utf-8")
        assert "autoescape" not in text, file
        assert not re.search(r"\|\s*safe\b", text), file
    making = {
        place.split(":")[0]
        for place, node in nodes()
        if called(node).rpartition(".")[2] in ("Environment", "SandboxedEnvironment")
    }
    # The others render nothing: they are asked which names Jinja has, or to parse.
    assert making == {
        "blogengine/templating.py",
        "blogengine/host/kinds/template_functions.py",
        "blogengine/testing/messages.py",
        "blogengine/testing/theming/of_templates.py",
    }


def test_asvs_1_2_4_no_statement_is_put_together_from_texts() -> None:
    """A text with a hole in it goes to the database only if a constant fills the hole."""
    executing = ("text", "exec_driver_sql", "executescript", "literal_column")
    wrong = []
    for place, node in nodes():
        if called(node).rpartition(".")[2] not in executing or not isinstance(node, ast.Call):
            continue
        for argument in node.args[:1]:
            holes = [part for part in ast.walk(argument) if isinstance(part, ast.FormattedValue)]
            adds = isinstance(argument, ast.BinOp)
            if holes or adds or (isinstance(argument, ast.Call) and "format" in called(argument)):
                wrong.append(place.split(":")[0])
    # Each was read: names of tables and numbers of our own, quoted where a plugin named it.
    assert set(wrong) <= READ_AND_FOUND_SOUND, sorted(set(wrong) - READ_AND_FOUND_SOUND)


READ_AND_FOUND_SOUND = {
    "blogengine/db.py",
    "blogengine/limits/storage.py",
    "blogengine/patience.py",
    "blogengine/migrations/runner.py",
    "blogengine/lifecycle/tables.py",
    "blogengine/lifecycle/exporting.py",
}


THE_OPERATORS_OWN = "blogengine/lifecycle/outside.py"
"""`plugin bisect --command`: what its operator typed at a shell goes to a shell."""


def test_asvs_1_2_5_no_shell() -> None:
    for place, node in nodes():
        assert called(node) not in ("os.system", "os.popen", "subprocess.getoutput"), place
        if isinstance(node, ast.keyword) and node.arg == "shell":
            assert place.startswith(THE_OPERATORS_OWN), f"{place}: shell="


def test_asvs_1_2_9_no_pattern_comes_from_a_request() -> None:
    """Views read requests; in none of them is a pattern compiled from anything but a constant."""
    functions = {"re.compile", "re.match", "re.search", "re.fullmatch", "re.sub", "re.findall"}
    for place, node in nodes():
        if "/views" not in place or called(node) not in functions or not isinstance(node, ast.Call):
            continue
        pattern = node.args[0]
        assert isinstance(pattern, ast.Constant) or "escape" in ast.unparse(pattern), place


def test_asvs_1_3_2_nothing_runs_or_revives_what_it_reads() -> None:
    dangerous = {"eval", "exec", "compile", "yaml.load", "marshal.loads", "__import__"}
    for place, node in nodes():
        assert not imported(node) & {"pickle", "shelve", "marshal", "dill", "jsonpickle"}, place
        assert called(node) not in dangerous, f"{place}: {called(node)}"


def test_asvs_1_5_2_only_json_is_read_back(build: Build) -> None:
    from flask.sessions import SecureCookieSessionInterface

    from blogengine.identity.devices import URLSafeTimedSerializer

    blog = build()
    assert isinstance(blog.app.session_interface, SecureCookieSessionInterface)
    assert URLSafeTimedSerializer.default_serializer.__name__ in ("json", "_CompactJSON")
    test_asvs_1_3_2_nothing_runs_or_revives_what_it_reads()


def test_asvs_1_3_7_no_template_is_made_from_a_text() -> None:
    for place, node in nodes():
        name = called(node).rpartition(".")[2]
        assert name not in ("from_string", "render_template_string", "Template"), place


def test_asvs_11_4_2_passwords_by_argon2id_and_nothing_by_md5() -> None:
    from blogengine.identity.hashing import LANES, MEMORY_KIB, PASSES, Hashing

    assert Hashing().hash("seven quiet lighthouses").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (MEMORY_KIB, PASSES, LANES) == (19 * 1024, 2, 1)
    for place, node in nodes():
        weak = called(node) in ("hashlib.md5", "hashlib.sha1", "md5", "sha1")
        assert not weak, place


def test_asvs_11_5_1_chance_that_guards_comes_from_secrets() -> None:
    """`random` may choose a pause, a sample or a hash's seed; where it is imported is known."""
    using = {place.split(":")[0] for place, node in nodes() if "random" in imported(node)}
    assert using <= {
        "blogengine/jobs/claims.py",
        "blogengine/jobs/retrying.py",
        "plugins/blogengine_plugins/duplicates/marks.py",
    }, using


def test_asvs_13_3_1_the_key_is_made_at_first_run_for_the_owner_alone(build: Build) -> None:
    blog, other = build(), build()
    file = blog.folder / "instance" / "secret_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = file.read_text()
    assert len(key.strip()) >= 43
    assert key != (other.folder / "instance" / "secret_key").read_text()
    assert "/instance/" in (ROOT / ".gitignore").read_text()


def test_asvs_14_2_1_no_route_takes_a_secret_in_its_query(build: Build) -> None:
    """Links that work once carry theirs in the path, end with their use, and tell no Referer."""
    sensitive = re.compile(r"password|passwd|secret|api_key|authorization", re.IGNORECASE)
    for place, node in nodes():
        if called(node) in ("request.args.get", "args.get") and isinstance(node, ast.Call):
            assert not sensitive.search(ast.unparse(node.args[0])), place
    blog = build()
    link = blog.site.identity.first_run.link()
    assert link is not None
    answer = blog.get(link.path)
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_asvs_15_1_2_every_dependency_is_pinned_by_hash(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(lines) > 15
    assert all("==" in line and "--hash=sha256:" in line for line in lines)


def test_asvs_15_2_3_no_test_code_is_shipped() -> None:
    """tests/test_packaging.py looks into the wheel itself; here, that nothing asks for it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found = project["tool"]["setuptools"]["packages"]["find"]
    assert found["include"] == ["blogengine*", "blogengine_plugins*"]
    for place, node in nodes():
        if not place.startswith("blogengine/testing/"):
            assert not imported(node) & {"tests", "pytest", "hypothesis"}, place


def test_asvs_13_2_4_machines_that_are_asked_are_named(build: Build) -> None:
    page = (ROOT / "docs" / "plugins" / "outgoing-http.md").read_text("utf-8")
    assert "hosts" in page
    blog: Blog = build(naive=True)
    manifest = blog.site.host.loaded["guestbook"].manifest
    assert manifest.hosts == ("pictures.example",)


def test_asvs_6_1_1_the_manual_tells_what_stands_against_guessing() -> None:
    page = (ROOT / "docs" / "operating" / "limits.md").read_text("utf-8")
    for row in ("PER_ADDRESS", "PER_ACCOUNT", "SLOWLY", "PER_DEVICE", "CODES_PER_PERSON"):
        assert row in page


def test_asvs_7_1_1_the_manual_tells_how_long_sessions_last() -> None:
    page = (ROOT / "docs" / "operating" / "people.md").read_text("utf-8")
    for words in ("12 hours", "14 days", "30 days", "15 minutes"):
        assert words in page


def test_asvs_2_1_1_the_manual_has_one_table_of_limits() -> None:
    """tests/test_limits_table.py compares each number with the code, both ways."""
    page = (ROOT / "docs" / "operating" / "limits.md").read_text("utf-8")
    for words in ("A post's title | 300", "A comment's text | 10000", "Tags of a post | 50"):
        assert words in page
