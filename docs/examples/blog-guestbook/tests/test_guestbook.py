"""What visitors and the owner do with the guestbook."""

import pytest

ENTRY = {"name": "Ann", "text": "What a <fine> place"}


@pytest.fixture
def write(client):
    """Fill the form in as a visitor, and send it."""

    def send(**changed):
        (form,) = client.forms("/guestbook/")
        return client.post(form["action"], data={**form, **ENTRY, **changed})

    return send


def test_an_entry_is_shown_once_it_is_approved(blog, client, write, capsys):
    answer = write()
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/guestbook/?sent=1#guestbook-sent",
    )
    assert "Thank you." in client.get("/guestbook/?sent=1").text
    assert "Ann" not in client.get("/guestbook/").text
    assert blog.run("guestbook", "list") == 0
    assert "Ann: What a <fine> place" in capsys.readouterr().out
    assert blog.run("guestbook", "approve", "1") == 0
    assert "<p>What a &lt;fine&gt; place</p>" in client.get("/guestbook/").text


def test_a_deleted_entry_is_gone(blog, client, write, capsys):
    write()
    assert blog.run("guestbook", "delete", "1") == 0
    assert blog.run("guestbook", "approve", "1") == 65
    assert "There is no entry 1." in capsys.readouterr().err
    assert "Nobody has written yet." in client.get("/guestbook/").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "Give a name"),
        ({"name": "x" * 81}, "Give a name"),
        ({"text": ""}, "Write something"),
        ({"text": "x" * 2001}, "Write something"),
    ],
)
def test_what_cannot_be_kept_is_given_back(write, changed, said):
    answer = write(**changed)
    assert answer.status_code == 422
    assert said in answer.text and 'aria-invalid="true"' in answer.text
    assert "What a &lt;fine&gt; place" in answer.text or "text" in changed


def test_a_form_of_another_site_is_refused(client):
    answer = client.post("/guestbook/", data=ENTRY, from_elsewhere=True)
    assert answer.status_code == 403


def test_a_closed_guestbook_has_no_form(client, plugin_settings):
    plugin_settings(open=False)
    assert client.forms("/guestbook/") == []
    assert client.post("/guestbook/", data=ENTRY).status_code == 403


def test_no_more_wait_than_the_owner_wants(write, plugin_settings):
    plugin_settings(waiting=1)
    assert write().status_code == 303
    answer = write()
    assert answer.status_code == 503 and "Too many entries wait." in answer.text


def test_the_page_costs_the_same_with_many_entries(blog, client, write, count_queries):
    write()
    blog.run("guestbook", "approve", "1")
    with count_queries() as few:
        client.get("/guestbook/")
    for number in range(2, 7):
        write(name=f"Visitor {number}")
        blog.run("guestbook", "approve", str(number))
    with count_queries() as many:
        client.get("/guestbook/")
    assert len(many) == len(few)
