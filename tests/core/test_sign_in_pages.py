"""The pages where somebody signs in: forms, cookies, what is refused, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from blogengine.testing.visitor import read_forms
from tests.conftest import Blog
from tests.core.browser import Browser
from tests.core.identity import EMAIL, OTHER_PASSWORD, PASSWORD, make_owner, member

SESSION = "__Host-blogengine"


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    made = make_blog(plugins=[])
    make_owner(made)
    return made


@pytest.fixture
def ann(blog: Blog) -> Browser:
    browser = Browser(blog)
    assert browser.sign_in().status_code == 303
    return browser


def cookie_of(answer: TestResponse, name: str) -> str:
    return next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith(name))


# --- in and out -----------------------------------------------------------------------------------


def test_the_first_run_takes_three_fields_and_signs_in(make_blog: Callable[..., Blog]) -> None:
    blog = make_blog(plugins=[])
    link = blog.site.identity.first_run.link()
    assert link is not None
    browser = Browser(blog)
    (form,) = read_forms(browser.get(link.path).text)
    assert set(form) == {"action", "method", "csrf_token", "name", "email", "password"}
    short = browser.fill(link.path, name="Ann", email=EMAIL, password="short")
    assert short.status_code == 422
    assert 'value="Ann"' in short.text
    assert "short" not in re.sub(r"<style>.*?</style>|<p>.*?</p>|<span.*?</span>", "", short.text)
    done = browser.send(short, name="Ann", email=EMAIL, password=PASSWORD)
    assert (done.status_code, done.headers["Location"]) == (303, "/admin/profile")
    assert "Ann, owner" in browser.get("/admin/profile").text
    assert browser.get(link.path).status_code == 404


def test_signing_in_gives_a_cookie_that_no_script_and_no_other_site_gets(blog: Blog) -> None:
    answer = Browser(blog).sign_in()
    line = cookie_of(answer, f"{SESSION}=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in line.split("; ")
    assert "Domain" not in line
    assert "Max-Age" not in line
    kept = Browser(blog).sign_in(remember="1")
    assert "Max-Age=1209600" in cookie_of(kept, f"{SESSION}=").split("; ")


@pytest.mark.parametrize(
    ("base_url", "name", "warned"),
    [
        ("http://localhost:8000", SESSION, False),
        ("http://127.0.0.1:8000", SESSION, False),
        ("http://192.168.1.20:8000", "blogengine", True),
        ("https://blog.example", SESSION, False),
    ],
)
def test_signing_in_works_here_in_the_local_network_and_by_https(
    blog: Blog, base_url: str, name: str, warned: bool
) -> None:
    browser = Browser(blog, base_url)
    answer = browser.sign_in()
    assert answer.status_code == 303
    line = cookie_of(answer, f"{name}=")
    assert ("Secure" in line.split("; ")) is not warned
    page = browser.get("/admin/profile")
    assert page.status_code == 200
    assert ("isn’t encrypted" in page.text) is warned
    assert ("Strict-Transport-Security" in page.headers) is base_url.startswith("https")


def test_a_cookie_that_plain_http_set_counts_for_nothing_by_https(blog: Blog) -> None:
    near = Browser(blog, "http://192.168.1.20:8000")
    near.sign_in()
    cookie = f"blogengine={near.cookies['blogengine']}"
    for base_url in ("https://blog.example", "http://localhost"):
        answer = blog.get("/admin/profile", base_url=base_url, headers={"Cookie": cookie})
        assert answer.status_code == 303


def test_a_wrong_password_gives_the_address_back_and_not_the_password(blog: Blog) -> None:
    answer = Browser(blog).sign_in(password="not the password")
    assert answer.status_code == 401
    assert f'value="{EMAIL}"' in answer.text
    assert "not the password" not in answer.text
    assert 'role="alert"' in answer.text
    assert "<title>Error: " in answer.text
    nobody = Browser(blog).sign_in(email="zoe@example.org", password="not the password")
    assert nobody.status_code == 401
    same = [re.sub(r"value=\"[^\"]*\"", "", page.text) for page in (answer, nobody)]
    assert same[0] == same[1]


def test_the_eleventh_attempt_has_to_wait(blog: Blog) -> None:
    browser = Browser(blog)
    codes = [browser.sign_in(password="wrong").status_code for _ in range(11)]
    assert codes == [401] * 10 + [429]
    last = browser.sign_in(password="wrong")
    assert int(last.headers["Retry-After"]) > 0
    assert f'value="{EMAIL}"' in last.text


def test_a_session_of_before_signing_in_is_not_taken_over(blog: Blog) -> None:
    browser = Browser(blog)
    browser.get("/admin/login")
    browser._client.set_cookie(SESSION, "x" * 43)
    browser.sign_in()
    assert browser.cookies[SESSION] != "x" * 43
    assert (
        blog.get("/admin/profile", headers={"Cookie": f"{SESSION}={'x' * 43}"}).status_code == 303
    )


def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(
    blog: Blog, ann: Browser
) -> None:
    cookie = {"Cookie": f"{SESSION}={ann.cookies[SESSION]}"}
    assert blog.get("/admin/profile", headers=cookie).status_code == 200
    assert ann.get("/admin/logout").status_code == 200
    assert ann.get("/admin/profile").status_code == 200  # the page alone does nothing
    answer = ann.fill("/admin/logout")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert SESSION not in ann.cookies
    assert blog.get("/admin/profile", headers=cookie).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/admin/logout", "/admin/logout"),
        ("https://evil.example/", "/admin/profile"),
        ("//evil.example", "/admin/profile"),
        ("/\\evil.example", "/admin/profile"),
        ("", "/admin/profile"),
    ],
)
def test_after_signing_in_it_goes_on_here_and_nowhere_else(
    blog: Blog, wanted: str, given: str
) -> None:
    browser = Browser(blog)
    shown = browser.get("/admin/login", query_string={"next": wanted})
    answer = browser.send(shown, email=EMAIL, password=PASSWORD)
    assert answer.headers["Location"] == given


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(blog: Blog) -> None:
    browser = Browser(blog)
    sent = browser.get("/admin/profile?done=token")
    assert sent.status_code == 303
    answer = browser.send(browser.get(sent.headers["Location"]), email=EMAIL, password=PASSWORD)
    assert answer.headers["Location"] == "/admin/profile?done=token"
    asked = {"Accept": "application/json"}
    program = blog.get("/admin/profile", headers=asked)
    assert (program.status_code, program.json["code"]) == (401, "sign-in-needed")  # type: ignore[index]


# --- forms of strangers ---------------------------------------------------------------------------

ADDRESSES = ["/admin/login", "/admin/logout", "/admin/profile/password", "/admin/reset"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_form_without_its_token_changes_nothing(blog: Blog, ann: Browser, path: str) -> None:
    data = {"email": EMAIL, "password": OTHER_PASSWORD, "old": PASSWORD}
    other = Browser(blog)
    foreign = read_forms(other.get("/admin/login").text)[0]["csrf_token"]
    for token in (None, "", "x.y", foreign):
        sent = data if token is None else {**data, "csrf_token": token}
        answer = ann.post(path, data=sent)
        assert answer.status_code == 403
        assert "This form is too old" in answer.text
        assert OTHER_PASSWORD not in answer.text
        assert answer.headers.get("Set-Cookie", "").count(f"{SESSION}=") == 0
    good = read_forms(ann.get("/admin/logout").text)[0]["csrf_token"]
    crossed = ann.post(path, data={**data, "csrf_token": good}, from_elsewhere=True)
    assert crossed.status_code == 403
    assert ann.get("/admin/profile").status_code == 200
    assert Browser(blog).sign_in().status_code == 303


def test_a_stranger_cannot_sign_a_visitor_in_as_somebody_else(blog: Blog) -> None:
    """The token of the stranger's own page doesn't fit the visitor's browser."""
    stranger, visitor = Browser(blog), Browser(blog)
    token = read_forms(stranger.get("/admin/login").text)[0]["csrf_token"]
    visitor.get("/admin/login")
    data = {"email": EMAIL, "password": PASSWORD, "csrf_token": token}
    assert visitor.post("/admin/login", data=data).status_code == 403
    assert SESSION not in visitor.cookies


def test_a_form_that_is_too_old_can_be_sent_again(blog: Blog, ann: Browser) -> None:
    shown = ann.post("/admin/profile/tokens", data={"name": "A script", "csrf_token": "old"})
    assert shown.status_code == 403
    assert "A script" in shown.text
    again = ann.send(shown, "/admin/profile/tokens")
    assert again.status_code == 422  # it got through; a token needs scopes
    assert 'value="A script"' in again.text


# --- the profile ----------------------------------------------------------------------------------


def test_one_sees_ones_devices_and_signs_the_others_out(blog: Blog, ann: Browser) -> None:
    second, third = Browser(blog), Browser(blog)
    second.sign_in()
    third.sign_in()
    page = ann.get("/admin/profile")
    ends = [form["action"] for form in read_forms(page.text) if form["action"].endswith("/end")]
    single = [action for action in ends if re.search(r"/sessions/[^/]+/end", action)]
    assert len(single) == 3  # the first run's, second and third; not this one
    ann.send(page, single[0])
    assert ann.get("/admin/profile").status_code == 200
    ann.send(ann.get("/admin/profile"), "/admin/profile/sessions/end")
    assert [one.get("/admin/profile").status_code for one in (ann, second, third)] == [
        200,
        303,
        303,
    ]


def test_nobody_ends_a_session_or_token_of_somebody_else(blog: Blog, ann: Browser) -> None:
    member(blog, "Bob", "editor")
    bob = Browser(blog)
    bob.sign_in("bob@example.org", OTHER_PASSWORD)
    (owner,) = (one for one in blog.site.identity.people.all() if one.role == "owner")
    token = read_forms(bob.get("/admin/logout").text)[0]["csrf_token"]
    for session in blog.site.identity.sessions(owner.id):
        bob.post(f"/admin/profile/sessions/{session.id}/end", data={"csrf_token": token})
    _secret, info = blog.site.identity.tokens.create(owner.id, "Script", ["posts.edit"])
    bob.post(f"/admin/profile/tokens/{info.id}/end", data={"csrf_token": token})
    assert ann.get("/admin/profile").status_code == 200
    assert [one.id for one in blog.site.identity.tokens.of(owner.id)] == [info.id]


def test_a_new_password_needs_the_current_one_and_ends_other_sessions(
    blog: Blog, ann: Browser
) -> None:
    other = Browser(blog)
    other.sign_in()
    page, path = ann.get("/admin/profile"), "/admin/profile/password"
    wrong = ann.send(page, path, old="not it", password=OTHER_PASSWORD)
    assert wrong.status_code == 401
    assert ann.get("/admin/profile").status_code == 200
    done = ann.send(page, path, old=PASSWORD, password=OTHER_PASSWORD)
    assert done.headers["Location"] == "/admin/profile?done=password"
    assert ann.get("/admin/profile").status_code == 200
    assert other.get("/admin/profile").status_code == 303
    assert Browser(blog).sign_in(password=OTHER_PASSWORD).status_code == 303


def test_a_token_is_shown_once_and_has_its_scopes_only(blog: Blog, ann: Browser) -> None:
    page = ann.get("/admin/profile")
    path = "/admin/profile/tokens"
    made = ann.send(page, path, name="A script", days="30", scopes=["posts.create"])
    assert made.status_code == 200
    secret = re.findall(r'<code class="secret">(be_\w+[^<]*)</code>', made.text)[0]
    assert secret not in ann.get("/admin/profile").text
    actor = blog.site.identity.actor_of_token(secret)
    assert actor is not None
    assert actor.scopes == {"posts.create"}
    bearer = {"Authorization": f"Bearer {secret}"}
    assert blog.get("/admin/profile", headers=bearer).status_code == 403


def test_a_forgotten_password_is_answered_alike_for_everybody(blog: Blog) -> None:
    answers = [Browser(blog).fill("/admin/reset", email=who) for who in (EMAIL, "x@example.org")]
    assert {(one.status_code, one.headers["Location"]) for one in answers} == {
        (303, "/admin/reset?sent=1")
    }


def test_an_invitation_and_a_new_password_go_by_their_links(blog: Blog) -> None:
    link = blog.site.identity.people.invite("Bob", "bob@example.org", "author")
    bob = Browser(blog)
    assert bob.fill(link.path, password=OTHER_PASSWORD).status_code == 303
    page = bob.get("/admin/profile")
    assert "Bob, author" in page.text
    (person,) = (one for one in blog.site.identity.people.all() if one.name == "Bob")
    reset = blog.site.identity.passwords.link(person.id)
    answer = Browser(blog).fill(reset.path, password=PASSWORD)
    assert answer.headers["Location"] == "/admin/login"
    assert bob.get("/admin/profile").status_code == 303
    assert Browser(blog).get(reset.path).status_code == 404
    assert Browser(blog).sign_in("bob@example.org", PASSWORD).status_code == 303


# --- what caches and other sites get --------------------------------------------------------------


def test_nothing_of_these_pages_is_kept_framed_or_told(blog: Blog, ann: Browser) -> None:
    for path in ("/admin/login", "/admin/profile", "/admin/reset", "/admin/confirm"):
        for browser in (ann, Browser(blog)):
            answer = browser.get(path)
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert "ETag" not in answer.headers
            if answer.status_code == 200:
                policy = answer.headers["Content-Security-Policy"]
                assert "frame-ancestors 'none'" in policy
                assert "unsafe" not in policy
                assert answer.headers["Referrer-Policy"] == "same-origin"
                scripts = re.findall(r"<script.*?</script>", answer.text, re.DOTALL)
                assert set(scripts) <= {'<script src="/admin/passkeys.js" defer></script>'}
                assert " style=" not in answer.text


def test_a_signed_in_reader_of_public_pages_gets_what_everybody_gets(
    blog: Blog, ann: Browser
) -> None:
    post = blog.post("A post")
    for path in ("/", post.url):
        mine, everybodys = ann.get(path), blog.get(path)
        assert mine.data == everybodys.data
        assert mine.headers["Cache-Control"] == "no-cache"


def test_fields_have_labels_and_say_what_they_are_for(blog: Blog, ann: Browser) -> None:
    pages = [
        ann.get("/admin/profile"),
        ann.get("/admin/confirm"),
        Browser(blog).get("/admin/login"),
    ]
    for page in pages:
        for field in re.findall(r"<input [^>]*>", page.text):
            kind = re.findall(r'type="(\w+)"', field)[0]
            if kind == "hidden":
                continue
            named = re.findall(r' id="([^"]+)"', field)
            assert (named and f'for="{named[0]}"' in page.text) or kind == "checkbox"
        ids = re.findall(r' id="([^"]+)"', page.text)
        assert len(ids) == len(set(ids))
    login = pages[2].text
    assert 'autocomplete="username"' in login
    assert 'autocomplete="current-password"' in login
    assert 'autocomplete="new-password"' in pages[0].text


def test_the_key_of_an_app_is_a_picture_too(blog: Blog, ann: Browser) -> None:
    shown = ann.send(ann.get("/admin/profile"), action="/admin/profile/second-factor")
    assert shown.status_code == 200
    (picture,) = re.findall(r'<svg[^>]*class="qr".*?</svg>', shown.text, re.DOTALL)
    assert "style=" not in picture and "<script" not in picture
    (form,) = [one for one in read_forms(shown.text) if "pending" in one]
    wrong = ann.post(form.pop("action"), data={**form, "code": "000000"})
    assert 'class="qr"' in wrong.text
    forged = {**form, "address": "javascript:alert(1)", "code": "000000"}
    again = ann.post("/admin/profile/second-factor/confirm", data=forged)
    assert 'class="qr"' not in again.text and "javascript" not in again.text


def test_one_changes_ones_own_name_and_pages_follow(blog: Blog, ann: Browser) -> None:
    post = blog.post("Waves", authors=["ann-lee"])
    wrong = ann.send(ann.get("/admin/profile"), action="/admin/profile/name", name=" ")
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    done = ann.send(ann.get("/admin/profile"), action="/admin/profile/name", name="Ann Öberg")
    assert done.status_code == 303
    assert "Ann Öberg" in blog.get(post.url).text
    assert "Ann Öberg" in blog.get("/author/ann-lee/").text


def test_passkeys_ask_by_json_and_refuse_what_was_never_asked(blog: Blog, ann: Browser) -> None:
    assert ann.get("/admin/login").status_code == 303
    browser = Browser(blog)
    form = read_forms(browser.get("/admin/login").text)[0]
    sent = {"csrf_token": form["csrf_token"]}
    asked = browser.post("/admin/passkey", data=sent, headers={"Accept": "application/json"})
    assert set(asked.json) == {"pending", "options"}  # type: ignore[arg-type]
    assert asked.json["options"]["userVerification"] == "required"  # type: ignore[index]
    assert browser.post("/admin/passkey", data={}).status_code == 403
    bad = {**sent, "pending": asked.json["pending"], "answer": '{"id": "x"}'}  # type: ignore[index]
    assert browser.post("/admin/login/passkey", data=bad).status_code == 401
    assert browser.get("/admin/profile").status_code == 303
    script = browser.get("/admin/passkeys.js")
    assert script.content_type.startswith("text/javascript")
