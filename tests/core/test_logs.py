"""Log lines: their fields, one id for each request, no secret, and nobody can forge one."""

from __future__ import annotations

import io
import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from blogengine import __version__
from blogengine.guard import acting_plugin
from blogengine.logs import (
    ConsoleLines,
    JsonLines,
    Lines,
    Redactor,
    current_id,
    unit_of_work,
)
from tests.conftest import Blog
from tests.core.test_plugin_host import drop_in

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


class Log:
    """What a server would have written."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def requests(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["log.logger"] == "blogengine.requests"]


def _logging(formatter: logging.Formatter) -> Iterator[Log]:
    stream = io.StringIO()
    handler = Lines(stream)
    handler.setFormatter(formatter)
    root, ours = logging.getLogger(), logging.getLogger("blogengine")
    level = ours.level
    root.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield Log(stream)
    root.removeHandler(handler)
    ours.setLevel(level)


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pytest's own handlers pass over a line that can't be made; they raise for one."""
    monkeypatch.setattr("_pytest.logging.LogCaptureHandler.handleError", lambda *_: None)


@pytest.fixture
def log() -> Iterator[Log]:
    yield from _logging(JsonLines(acting_plugin))


@pytest.fixture
def console() -> Iterator[Log]:
    yield from _logging(ConsoleLines(acting_plugin))


def site_with(fresh: Path, folder: Path, *lines: str) -> Path:
    """Return a new site whose `blog.toml` has these lines."""
    shutil.copytree(fresh, folder)
    (folder / "instance" / "blog.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def visit(blog: Blog, path: str, **options: Any) -> Any:
    """Send a request and let its answer end, as a server does."""
    answer = blog.send(path, buffered=True, **options)
    answer.close()
    return answer


# --- fields -----------------------------------------------------------------------------------


def test_a_request_is_one_line_with_the_documented_fields(
    make_blog: Callable[..., Blog], log: Log
) -> None:
    blog = make_blog(plugins=[])
    blog.post("One", tags=["Alpha"])
    before = len(log.lines)
    answer = visit(
        blog,
        "/tag/alpha/?utm_source=secret-campaign",
        environ_overrides={"REMOTE_ADDR": "203.0.113.77"},
    )
    (line,) = log.lines[before:]
    assert datetime.fromisoformat(line["@timestamp"]).utcoffset() is not None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["@timestamp"])
    assert line["log.level"] == "info"
    assert (line["service.name"], line["service.version"]) == ("blogengine", __version__)
    assert line["trace.id"] == line["http.request.id"] == answer.headers["X-Request-Id"]
    assert (line["http.request.method"], line["url.path"]) == ("GET", "/tag/alpha/")
    assert line["http.route"].startswith("/tag/<")
    assert line["http.response.status_code"] == 200
    assert line["event.duration"] > 0
    assert line["db.query.count"] >= 3
    assert line["client.address"] == "203.0.113.0"
    assert (line["event.kind"], line["event.action"]) == ("event", "request")
    assert "secret-campaign" not in log.text


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("198.51.100.200", "198.51.100.0"),
        ("2001:db8:1234:5678::1", "2001:db8:1234::"),
        ("::ffff:198.51.100.200", "198.51.100.0"),
        ("nonsense", None),
    ],
)
def test_an_address_is_told_as_its_network(
    make_blog: Callable[..., Blog], log: Log, address: str, told: str | None
) -> None:
    blog = make_blog(plugins=[])
    visit(blog, "/", environ_overrides={"REMOTE_ADDR": address})
    assert log.requests()[-1].get("client.address") == told
    blog.set("site", log_addresses=True)
    visit(blog, "/", environ_overrides={"REMOTE_ADDR": "198.51.100.200"})
    assert log.requests()[-1]["client.address"] == "198.51.100.200"


def test_what_machines_ask_and_files_are_quiet_and_lines_can_be_switched_off(
    make_blog: Callable[..., Blog], log: Log
) -> None:
    blog = make_blog(plugins=["copy_code", "comments"])
    address = f"/comments/post/{blog.post('One').id}/"
    file = blog.site.static("copy_code", "copy.css")
    for path in ("/healthz", "/readyz", "/metrics", "/favicon.ico", file):
        visit(blog, path)
    assert log.requests() == []
    visit(blog, "/")
    assert len(log.requests()) == 1
    blog.set("site", log_requests=False)
    visit(blog, "/")
    assert len(log.requests()) == 1
    visit(blog, address, method="POST", headers={"Sec-Fetch-Site": "cross-site"})
    line = log.requests()[-1]
    assert (line["log.level"], line["event.action"]) == ("warning", "denied")
    assert (line["error.class"], line["error.code"]) == ("denied", "form-from-elsewhere")


def test_a_bug_is_logged_with_class_code_and_trace(
    make_blog: Callable[..., Blog], log: Log, tmp_path: Path
) -> None:
    drop_in(
        tmp_path / "site",
        "faulty",
        """
from blogengine.api import *
plugin = Plugin(summary="Fails.")
blueprint = Blueprint("faulty", __name__)

@blueprint.get("/faulty/", permission="public")
def page():
    raise LookupError("nowhere")

@hookimpl
def register_blueprints():
    return [blueprint]
""",
    )
    blog = make_blog(folder=tmp_path / "site", plugins=["faulty"], strict=False)
    answer = visit(blog, "/faulty/")
    assert answer.status_code == 502
    fault = next(line for line in log.lines if line.get("event.action") == "plugin-fault")
    assert (fault["plugin.name"], fault["error.class"]) == ("faulty", "plugin")
    assert (fault["error.type"], fault["log.level"]) == ("LookupError", "error")
    assert "nowhere" in fault["error.stack_trace"]
    assert fault["trace.id"] == answer.headers["X-Request-Id"] == blog.site.guard.faults[-1].request
    assert log.requests()[-1]["error.code"] == "plugin-fault"


# --- one id -----------------------------------------------------------------------------------


def test_a_request_has_one_id_in_answer_page_problem_and_log(
    make_blog: Callable[..., Blog], log: Log
) -> None:
    blog = make_blog(plugins=[])
    page = visit(blog, "/nothing/")
    assert page.headers["X-Request-Id"] in page.text
    problem = visit(blog, "/nothing/", headers={"Accept": "application/json"})
    assert json.loads(problem.data)["request_id"] == problem.headers["X-Request-Id"]
    assert page.headers["X-Request-Id"] != problem.headers["X-Request-Id"]
    told = [line["trace.id"] for line in log.requests()]
    assert told == [answer.headers["X-Request-Id"] for answer in (page, problem)]
    assert current_id() == ""


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
        f"{TRACEPARENT}-more",
        f"00-{TRACE}\u2028-00f067aa0ba902b7-01",
    ],
)
def test_only_a_valid_traceparent_counts(make_blog: Callable[..., Blog], header: str) -> None:
    blog = make_blog(plugins=[])
    good = visit(blog, "/", headers={"traceparent": TRACEPARENT})
    assert good.headers["X-Request-Id"] == TRACE
    environ = {"HTTP_TRACEPARENT": header}
    made = visit(blog, "/", environ_overrides=environ).headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)
    assert made != TRACE


@pytest.mark.parametrize(
    ("proxies", "given", "taken"),
    [
        (0, "abcdef-123456", False),
        (1, "abcdef-123456", True),
        (1, "short", False),
        (1, "x" * 65, False),
        (1, "abcdefgh\n", False),
        (1, "abcdefgh<script>", False),
        (1, "abcdéfgh-1", False),
    ],
)
def test_an_id_is_taken_from_a_trusted_proxy_only(
    make_blog: Callable[..., Blog],
    fresh_site: Path,
    tmp_path: Path,
    log: Log,
    proxies: int,
    given: str,
    taken: bool,
) -> None:
    folder = site_with(fresh_site, tmp_path / "behind", f"trusted_proxies = {proxies}")
    blog = make_blog(folder=folder, plugins=[])
    environ = {"HTTP_X_REQUEST_ID": given, "HTTP_TRACEPARENT": TRACEPARENT}
    answer = visit(blog, "/", environ_overrides=environ)
    assert answer.headers["X-Request-Id"] == (given if taken else TRACE)
    line = log.requests()[-1]
    assert (line["http.request.id"], line["trace.id"]) == (answer.headers["X-Request-Id"], TRACE)


def test_a_command_and_a_job_have_an_id_too(
    make_blog: Callable[..., Blog], tmp_path: Path, log: Log
) -> None:
    drop_in(
        tmp_path / "site",
        "told",
        """
from blogengine.api import *
plugin = Plugin(summary="Fails when told.")

@hookimpl
def on_post_saved():
    raise LookupError("told")
""",
    )
    blog = make_blog(folder=tmp_path / "site", plugins=["told"], strict=False)
    with unit_of_work("job-00000017") as unit:
        blog.post("One")
        assert current_id() == unit.id == "job-00000017"
    assert blog.site.guard.faults[-1].request == "job-00000017"
    fault = next(line for line in log.lines if line.get("event.action") == "plugin-fault")
    assert fault["trace.id"] == "job-00000017"


# --- whose line -------------------------------------------------------------------------------

LOGGING = """
import logging
from blogengine.api import *
plugin = Plugin(summary="Logs.")


def show(ctx):
    ctx.site.log("sonde").warning("by its own logger")
    logging.getLogger("some.library").warning("by any logger")
    return "shown"


@hookimpl
def register_widgets():
    return [Widget("sonde", "Sonde", show)]
"""


def test_a_line_of_a_plugin_carries_its_name_whatever_logger_it_used(
    make_blog: Callable[..., Blog], tmp_path: Path, log: Log
) -> None:
    drop_in(tmp_path / "site", "sonde", LOGGING)
    blog = make_blog(folder=tmp_path / "site", plugins=["sonde"])
    visit(blog, "/")
    told = {line["message"]: line.get("plugin.name") for line in log.lines}
    assert told["by its own logger"] == told["by any logger"] == "sonde"
    logging.getLogger("some.library").warning("outside")
    assert "plugin.name" not in log.lines[-1]


# --- secrets ----------------------------------------------------------------------------------

PLANTED = {
    "setting": "planted-setting-7",
    "header": "planted-header-7",
    "bearer": "planted-bearer-7",
    "cookie": "planted-cookie-7",
    "form": "planted-form-7",
    "query": "planted-query-7",
    "address": "planted-address-7",
    "parameter": "planted-parameter-7",
    "mail": "planted-mail-7@example.org",
    "path": "planted-path-7",
    "database": "planted-database-7",
}

LEAKY = """
import logging
from dataclasses import dataclass
from sqlalchemy import text
from blogengine.api import *


@dataclass(frozen=True)
class Settings:
    api_key: str = setting("", title="Key", secret=True)


plugin = Plugin(summary="Tells everything.", settings=Settings)
blueprint = Blueprint("leaky", __name__)
log = logging.getLogger("leaky")
VALUES = {"a": "-".join(["planted", "parameter", "7"])}  # a traceback shows lines of source


@blueprint.route("/leaky/<token>/", methods=["GET", "POST"], permission="public")
def page(token):
    log.warning("The key is %s", site.settings(Settings).api_key)
    log.warning("key of the site: %s", site.config.secret_key)
    log.warning("headers %s", dict(request.headers))
    log.warning("Authorization: %s", request.headers.get("Authorization"))
    log.warning("form %s", request.form.to_dict())
    log.warning("just the value: %s", request.form.get("password"))
    log.warning("cookies %s", request.cookies)
    log.warning("Set-Cookie: session=%s; Path=/", request.cookies.get("session"))
    log.warning("asked for %s", request.url)
    log.warning("by address %s", "https://ann:planted-address-7@example.org/x")
    log.warning("comment by %s", request.form.get("email"))
    log.warning("token of the path %s", request.full_path)
    log.warning("in the database %s", "postgresql+psycopg://blog:planted-database-7@db/blog")
    log.warning("bad arguments %s %s", request.form.get("password"))
    try:
        with site.db.write() as session:
            session.execute(text("INSERT INTO leaky_x VALUES (:a)"), VALUES)
    except Exception as error:
        log.exception("It failed: %s", error)
    try:
        site.db.reading().execute(text("SELECT :a FROM nowhere"), VALUES)
    except Exception as error:
        log.exception("It failed: %s", error.__cause__ or error)
    raise ValueError(f"password={request.form['password']}, {request.headers['X-Api-Key']}")


@hookimpl
def register_blueprints():
    return [blueprint]
"""


def leak(blog: Blog) -> Any:
    """Ask the leaky plugin with a secret in every place."""
    blog.set("leaky", api_key=PLANTED["setting"])
    return visit(
        blog,
        f"/leaky/{PLANTED['path']}/?key={PLANTED['query']}",
        method="POST",
        headers={
            "X-Api-Key": PLANTED["header"],
            "Authorization": f"Bearer {PLANTED['bearer']}",
            "Cookie": f"session={PLANTED['cookie']}",
            "Sec-Fetch-Site": "same-origin",
        },
        data={"password": PLANTED["form"], "email": PLANTED["mail"], "text": "A harmless text"},
    )


@pytest.mark.parametrize("format_", [JsonLines, ConsoleLines])
@pytest.mark.usefixtures("lenient")
def test_no_planted_secret_is_in_the_log(
    make_blog: Callable[..., Blog], tmp_path: Path, format_: type[logging.Formatter]
) -> None:
    drop_in(tmp_path / "site", "leaky", LEAKY)
    for log in _logging(format_(acting_plugin)):  # type: ignore[call-arg]
        blog = make_blog(folder=tmp_path / "site", plugins=["leaky"], strict=False)
        answer = leak(blog)
        text = log.text
    assert answer.status_code == 502
    assert "by address" in text and "ValueError" in text and "just the value" in text
    found = {name for name, secret in PLANTED.items() if secret in text}
    assert found == set()
    assert blog.site.config.secret_key not in text
    # What the guard keeps of it is shown to the owner and goes into reports.
    kept = "".join(fault.error + fault.trace for fault in blog.site.guard.faults)
    assert "ValueError" in kept
    assert {name for name, secret in PLANTED.items() if secret in kept} == set()


@pytest.mark.usefixtures("lenient")
def test_what_a_failed_form_gives_back_leaves_passwords_out(
    make_blog: Callable[..., Blog], tmp_path: Path
) -> None:
    drop_in(tmp_path / "site", "leaky", LEAKY)
    blog = make_blog(folder=tmp_path / "site", plugins=["leaky"], strict=False)
    answer = leak(blog)
    assert "A harmless text" in answer.text
    assert PLANTED["form"] not in answer.text


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("GET /reset/?token=abc&x=1 went well", "GET /reset/?[redacted] went well"),
        ("password: hunter2 was wrong", "password: [redacted] was wrong"),
        ('{"api_key": "k-1", "title": "T"}', '{"api_key": [redacted], "title": "T"}'),
        ("smtp://me:pass@mail.example:25", "smtp://[redacted]@mail.example:25"),
        ("Authorization: Basic YTpi", "Authorization: [redacted]"),
        ("Cookie: a=b; c=d", "Cookie: [redacted]"),
        ("ann@example.org wrote", "[e-mail] wrote"),
        ("Is 2 > 1? Yes: 50% of /a/b", "Is 2 > 1? Yes: 50% of /a/b"),
        ("The post 7 was saved by Ann", "The post 7 was saved by Ann"),
        ("known-secret-1 and known-secret-1", "[redacted] and [redacted]"),
        ("https://x.example/?p=a%2Fb%3Fc", "https://x.example/?[redacted]"),
    ],
)
def test_what_looks_like_a_secret_is_blotted_out(said: str, left: str) -> None:
    assert Redactor(lambda: ["known-secret-1"])(said) == left


def test_a_hostile_text_is_read_in_reasonable_time() -> None:
    for piece in ("a.", "/", "password", "a@", "://", "?x=", "cookie: ", "[parameters: "):
        Redactor()(piece * 200_000)  # hangs for minutes where a pattern is quadratic


# --- forging ----------------------------------------------------------------------------------

FORGED = (
    'ok\n{"@timestamp":"2030-01-01T00:00:00.000Z","log.level":"error","message":"forged"}',
    "ok\r\n12:00:00 ERROR   blogengine: forged",
    "ok\x1b[2K\x1b[1A forged",
    "ok\x85forged",
    "ok\u2028forged",
    "ok\x0bforged\x0c",
    "ok\u202edegrof",
    "ok\x00forged\x9b2K",
    "ok\ud800",
)


@pytest.mark.parametrize("hostile", FORGED, ids=range(len(FORGED)))
def test_nobody_forges_a_line_in_json(log: Log, hostile: str) -> None:
    logger = logging.getLogger(hostile)
    try:
        raise ValueError(hostile)
    except ValueError:
        logger.error("said %s", hostile, exc_info=True, extra={"fields": {"x": hostile}})
    text = log.text
    assert text.count("\n") == 1
    assert text.isprintable() or set(filter(lambda c: not c.isprintable(), text)) == {"\n"}
    line = json.loads(text)
    assert (line["log.level"], line["error.type"]) == ("error", "ValueError")


@pytest.mark.parametrize("hostile", FORGED, ids=range(len(FORGED)))
def test_nobody_forges_a_line_on_the_console(console: Log, hostile: str) -> None:
    logger = logging.getLogger("blogengine.x")
    try:
        raise ValueError(hostile)
    except ValueError:
        logger.error("said %s", hostile, exc_info=True)
    head, *below = console.text.splitlines()
    assert re.match(r"\d\d:\d\d:\d\d ERROR   blogengine.x: said ", head)
    assert all(line.startswith("    ") for line in below)
    assert {c for c in console.text if not c.isprintable()} <= {"\n"}


def test_a_hostile_address_stays_on_its_line(make_blog: Callable[..., Blog], log: Log) -> None:
    blog = make_blog(plugins=[])
    visit(blog, "/x%0A%1B[31m%E2%80%AE/%C2%9B/")
    assert log.text.count("\n") == len(log.lines)
    assert "\x1b" not in log.text
    assert "\\x1b" in log.requests()[-1]["url.path"]


@pytest.mark.usefixtures("lenient")
def test_a_line_that_cannot_be_made_says_so_without_its_arguments(log: Log) -> None:
    class Bad:
        def __str__(self) -> str:
            raise RuntimeError("no words")

    logging.getLogger("x").warning("this %s", Bad())
    logging.getLogger("x").warning("that %d", "planted-form-7")
    assert [line["message"] for line in log.lines] == [
        "this %s (its arguments can't be shown)",
        "that %d (its arguments can't be shown)",
    ]
