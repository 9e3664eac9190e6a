"""Compare our Markdown with an independent implementation over real posts, and time hostile text.

    python bench/markdown_parity.py CORPORA [--spec commonmark.json] [--verbose]

CORPORA holds the folders named below. For every post the elements are counted and the texts of
the blocks compared in document order. The spec is a list of CommonMark's examples as JSON, as
several Markdown packages carry it in their sources.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

from blogengine.rendering.gfm import make_converter

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

FOLDERS = ("rust-blog", "hugo", "jekyll/docs_posts")
FRONT_MATTER = re.compile(r"\A(\+\+\+|---)\n.*?\n\1[ \t]*\n", re.DOTALL)
BLOCKS = set(
    "p h1 h2 h3 h4 h5 h6 li ul ol pre blockquote td th tr table hr div aside section".split()
)
VOID = set("area base br col embed hr img input link meta source track wbr".split())
OWN_CLASSES = {"highlight", "footnotes", "footnote-ref", "footnote-backref", "footnotes-sep"}
BOX = re.compile(r'<div class="highlight"><pre tabindex="0">(.*?)</pre></div>', re.DOTALL)
CODE = re.compile(r"(<pre><code[^>]*>)(.*?)(</code>)", re.DOTALL)
SPAN = re.compile(r"</?span[^>]*>")
LINK = re.compile(r"<(img|a) ([^>]*)>")
ATTRIBUTE = re.compile(r'[a-z]+="[^"]*"')
BORDER = r"</?(?:p|h[1-6]|li|ul|ol|pre|blockquote|table|thead|tbody|tr|td|th|hr|div)(?: [^>]*)?>"

# fmt: off
SIMPLE_UNITS = (
    "[", "[a](", "![", "<![CDATA[", "*", "_", "`", "<a ", "[^a]", "> ", "<http://", "[a](<b",
    "*a_ ", "_a __b ", "**a *b ", "~~a ~b ", "[a][", "[[a]", "a](b)", "<!--", "<?", "<!A", "&amp",
    "\\", "``` `", "a@", "www.", "http://a.b/(", "a<b>c", "![a](b", "- ", "1. ", "+\t", "\t", " ",
    "|", '[a](b "', "[a](b '", "<a x='", '<a b="c" ', "_.", "*.*", '"\'', "'", "--", "](", "[]",
    "](a)", "**_", "~", "&#1;", "{", ":-", "[a]:", "(", "[x]\\",
)
# fmt: on
NAMED_UNITS = {
    "setext": "a\n===\n",
    "setext only": "===\n",
    "dashes": "a\n-\n",
    "table": "|a|b|\n|-|-|\n|1|2|\n\n",
    "references": "[a]: b\n",
    "notes": "[^a]: b\n",
    "fences": "```\n",
    "items": "- a\n",
    "quotes": "> a\n",
    "lazy": "> a\nb\n",
    "html": "<div>\n",
    "open html": "<div\n",
    "definitions": "[a]: <b> 'c'\n\n[a]\n",
    "headings": "# a #\n",
    "blank items": "-\n\n",
    "tight": "- a\n  - b\n",
    "alerts": "> [!NOTE]\n> a\n\n",
    "tasks": "- [ ] a\n",
    "comments": "<!--a-->\n",
    "html and definitions": "<div>\n\n[a]: b\n\n",
    "html and text": "<div>\n\na\n\n",
    "hard": "a  \n",
    "hard backslash": "a\\\n",
}


class Outline(HTMLParser):
    """Counts elements and collects the text between the borders of blocks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)
        self.close()
        self._border()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attrs).get("class") or "").split())
        silent = bool(classes & {"footnote-ref", "footnote-backref"}) or self._silent()
        ours = bool(classes & OWN_CLASSES) or self._silent() or self._in_code(tag)
        if tag in BLOCKS:
            self._border()
        if not ours:
            self.counts["del" if tag == "s" else tag] += 1
        if tag not in VOID:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._border()
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == tag:
                del self._open[index:]
                break

    def handle_data(self, data: str) -> None:
        if not self._silent():
            self._pieces.append(data)

    def _silent(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def _in_code(self, tag: str) -> bool:
        return tag == "span" and any(name == "pre" for name, _ in self._open)

    def _border(self) -> None:
        text = " ".join("".join(self._pieces).split())
        self._pieces.clear()
        if text:
            self.texts.append(text)


def posts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name and Markdown of every post, without its front matter."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".md", ".markdown"} and path.name != "_index.md":
            text = path.read_text("utf-8", "replace").replace("\r\n", "\n")
            yield str(path.relative_to(folder)), FRONT_MATTER.sub("", text, count=1)


def differences(ours: str, theirs: str) -> list[str]:
    """Say in which elements and texts two renderings differ."""
    mine, other = Outline(ours), Outline(theirs)
    found = [
        f"<{tag}> {mine.counts[tag]}, not {other.counts[tag]}"
        for tag in sorted(mine.counts.keys() | other.counts.keys())
        if mine.counts[tag] != other.counts[tag]
    ]
    if mine.texts != other.texts:
        pairs = zip([*mine.texts, ""], [*other.texts, ""], strict=False)
        first = next(((a, b) for a, b in pairs if a != b), ("", ""))
        found.append(f"text {first[0][:150]!r}, not {first[1][:150]!r}")
    return found


def reference_converter() -> MarkdownIt:
    """Return the independent implementation; bare domains are no links, as on GitHub."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    reference = MarkdownIt("gfm-like").use(footnote_plugin).use(tasklists_plugin)
    assert reference.linkify is not None
    reference.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    return reference


def compare(root: Path, *, verbose: bool) -> None:
    """Print for each corpus how many posts differ, and how long one takes."""
    reference = reference_converter()
    converter = make_converter()
    converter.convert("```rust\nfn warm() {}\n```")
    for name in FOLDERS:
        differing, times = [], []
        for post, text in posts(root / name):
            begin = time.process_time()
            html = converter.convert(text)
            times.append((time.process_time() - begin) * 1000)
            if found := differences(html, reference.render(text)):
                differing.append((post, found))
        print(f"{name}: {len(differing)} of {len(times)} posts differ, ", end="")
        print(f"median {statistics.median(times):.1f} ms, longest {max(times):.0f} ms")
        for post, found in differing if verbose else []:
            print(f"  {post}: {'; '.join(found)}")


def spec_form(html: str) -> str:
    """Return html without what we add on purpose, in one order and without optional line ends."""
    html = BOX.sub(r"<pre>\1</pre>", html)
    html = CODE.sub(lambda match: match[1] + SPAN.sub("", match[2]) + match[3], html)
    for written, plain in ((" />", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&gt;", ">")):
        html = html.replace(written, plain)
    html = LINK.sub(lambda match: f"<{match[1]} {sorted(ATTRIBUTE.findall(match[2]))}>", html)
    return re.sub(rf"\s*({BORDER})\s*", r"\1", html).strip()


def check_spec(path: Path, *, verbose: bool) -> None:
    """Print how many of CommonMark's examples come out as written there."""
    converter = make_converter()
    failed = []
    examples = json.loads(path.read_text("utf-8"))
    for example in examples:
        html = converter.convert(example["markdown"])
        if spec_form(html) != spec_form(example["html"]):
            failed.append((example, html))
    print(f"CommonMark: {len(examples) - len(failed)} of {len(examples)} examples")
    for example, html in failed:
        print(f"  {example['example']} ({example['section']})")
        if verbose:
            print(f"    {example['markdown']!r}\n    {html!r}\n    {example['html']!r}")


def hostile_texts(size: int) -> dict[str, str]:
    """Return texts of about `size` characters that are slow in many parsers."""
    units = {**{repr(unit): unit for unit in SIMPLE_UNITS}, **NAMED_UNITS}
    texts = {name: unit * (size // len(unit) + 1) for name, unit in units.items()}
    half = size // 2
    texts["open then closed brackets"] = "[" * half + "]" * half
    texts["brackets then links"] = "[" * half + "[a](b)" * (half // 6)
    texts["images nested"] = "![" * (size // 6) + "](b)" * (size // 6)
    texts["emphasis nested"] = "*a " * (size // 6) + "a* " * (size // 6)
    texts["strong nested"] = "**a " * (size // 8) + "a** " * (size // 8)
    texts["ticks growing"] = " ".join("`" * n for n in range(1, int((2 * size) ** 0.5)))
    texts["list growing"] = "".join("  " * n + "- a\n" for n in range(int(size**0.5)))
    texts["quote growing"] = "".join("> " * n + "a\n" for n in range(int(size**0.5)))
    texts["quotes deep"] = ("> " * 60 + "a\n") * (size // 120)
    texts["bullets on a line"] = ("- " * 60 + "a\n") * (size // 120)
    columns = size // 8
    texts["wide table"] = "|a" * columns + "\n" + "|-" * columns + "\n" + "|\n" * (size // 4)
    texts["one note, many references"] = "[^a]" * (size // 4) + "\n\n[^a]: b\n"
    notes = range(size // 16)
    definitions = "".join(f"[^{n}]: b\n" for n in notes)
    texts["many notes"] = "".join(f"[^{n}]" for n in notes) + "\n\n" + definitions
    texts["label with references"] = "[a]: b\n\n" + "[" * half + "a" + "]" * half
    texts["references used"] = "[a]: b\n\n" + "[a] " * (size // 4)
    texts["text between headings in an item"] = "- a\n" + "  # b\n  c\n" * (size // 10)
    texts["html between text in an item"] = "- a\n" + "  <b>\n  c\n\n" * (size // 11)
    texts["one long word"] = "a" * size
    texts["one long address"] = "http://a.b/" + "a)" * half
    texts["address of signs"] = "http://a.b/" + ";!" * half
    texts["paragraph of lines"] = "a\n" * half
    texts["code"] = "```python\n" + "x = [1]\n" * (size // 8) + "```\n"
    return texts


def time_hostile(size: int) -> None:
    """Print the slowest hostile texts."""
    converter = make_converter(smart_quotes=True)
    times = []
    for name, text in hostile_texts(size).items():
        begin = time.process_time()
        converter.convert(text)
        times.append((time.process_time() - begin, name))
    times.sort(reverse=True)
    slowest = ", ".join(f"{name} {seconds:.2f} s" for seconds, name in times[:8])
    print(f"hostile, {size // 1000} kB, {len(times)} texts: {slowest}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--spec", type=Path)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--hostile", type=int, default=100_000, metavar="CHARACTERS")
    options = parser.parse_args()
    compare(options.corpora, verbose=options.verbose)
    if options.spec:
        check_spec(options.spec, verbose=options.verbose)
    time_hostile(options.hostile)
    return 0


if __name__ == "__main__":
    sys.exit(main())
