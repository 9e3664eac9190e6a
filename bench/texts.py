"""What the measured posts are made of: the sample blog's titles, headings and paragraphs."""

from __future__ import annotations

import random
from dataclasses import dataclass
from importlib.resources import files

SAMPLE = ("demo", "content", "tag-ecommerce.txt")
LONGEST_HEADING = 60
WORDS = (
    "archive author backup branch budget cache change code commit cost customer data deploy "
    "design draft engine error feature feed index latency list load migration model page plan "
    "post process query queue reader release request result review schema search server service "
    "site storage system table team template test text theme thread tool traffic value version"
).split()


@dataclass(frozen=True, slots=True)
class Texts:
    """Distinct texts to draw posts from; `origin` says where they come from."""

    origin: str
    titles: tuple[str, ...]
    headings: tuple[str, ...]
    paragraphs: tuple[str, ...]


def load_texts() -> Texts:
    """Return the sample blog's texts; without the plugin that ships them, words of their shape."""
    file = files("blogengine_plugins").joinpath(*SAMPLE)
    if file.is_file():
        return parse_sample(file.read_text("utf-8"))
    return made_up_texts()


def parse_sample(text: str) -> Texts:
    """Read the sample: a bullet before each title, then headings and paragraphs, blank lines."""
    titles, headings, paragraphs = [], [], []
    for block in text.split("\n\n")[1:]:
        line = " ".join(block.split())
        if line.startswith("•"):
            titles.append(line.removeprefix("•").strip())
        elif line and len(line) <= LONGEST_HEADING and line[-1] not in ".!?…":
            headings.append(line)
        elif line:
            paragraphs.append(line)
    distinct = (tuple(dict.fromkeys(blocks)) for blocks in (titles, headings, paragraphs))
    return Texts("the sample blog's texts", *distinct)


def made_up_texts() -> Texts:
    """Return texts of the sample's shape: 10 titles, 20 headings, 35 paragraphs of 43 words."""
    pick = random.Random(1)

    def sentence(words: int) -> str:
        return " ".join(pick.choices(WORDS, k=words)).capitalize()

    return Texts(
        "made-up words in the shape of the sample",
        tuple(f"{sentence(4)}: What’s New in {sentence(3)}" for _ in range(10)),
        tuple(f"{number}. {sentence(2)}" for number in range(1, 21)),
        tuple(". ".join(sentence(14) for _ in range(3)) + "." for _ in range(35)),
    )
