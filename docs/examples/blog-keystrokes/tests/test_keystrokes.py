"""What becomes of a text."""

import pytest


@pytest.fixture
def shown(client, make_post):
    """Return the paragraph that becomes of a text."""

    def show(source):
        text = client.get(make_post(source=source).url).text
        return text.partition('class="e-content')[2].partition("<p>")[2].partition("</p>")[0]

    return show


def test_keys_become_elements(shown):
    keys = '<span class="keystrokes"><kbd>Ctrl</kbd>+<kbd>C</kbd></span>'
    assert shown("Press [[Ctrl+C]] now.") == f"Press {keys} now."
    assert "<kbd>Esc</kbd>" in shown("[[Esc]]")


def test_what_stands_in_a_key_is_text(shown):
    assert "<kbd>Ctrl</kbd>+<kbd>*</kbd>" in shown("*a* [[Ctrl+*]]")


@pytest.mark.parametrize("source", ["[[two words]]", "[[]]", "[[a++b]]", "[x]"])
def test_other_brackets_stay(shown, source):
    assert shown(source) == source


def test_code_and_links_are_left_alone(shown):
    assert shown("`[[Ctrl+C]]`") == "<code>[[Ctrl+C]]</code>"
    assert ">C</a>" in shown("[C](https://example.com/)")


def test_the_text_stays_as_it_was_written(blog, make_post):
    post = make_post(source="[[Esc]]")
    assert blog.site.posts.draft(post.id).source == "[[Esc]]"
