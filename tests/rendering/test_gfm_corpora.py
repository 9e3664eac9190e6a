"""Real posts come out as an independent implementation of GitHub-style Markdown shows them."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

from blogengine.rendering.gfm import make_converter

ROOT = Path(__file__).resolve().parents[2]
CORPORA = os.environ.get("BLOGENGINE_TEST_CORPORA", "")

pytestmark = pytest.mark.skipif(
    not CORPORA, reason="BLOGENGINE_TEST_CORPORA doesn't name a folder of real posts"
)

# In one post of `hugo` a footnote is defined inside another one's text: the reference
# implementation loses the outer one.
KNOWN = {"rust-blog": 0, "hugo": 1, "jekyll/docs_posts": 0}


def load_parity() -> ModuleType:
    spec = importlib.util.spec_from_file_location("parity", ROOT / "bench" / "markdown_parity.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
def test_elements_and_texts_of_real_posts(name: str) -> None:
    parity = load_parity()
    converter, reference = make_converter(), parity.reference_converter()
    differing = {}
    for post, text in parity.posts(Path(CORPORA) / name):
        if found := parity.differences(converter.convert(text), reference.render(text)):
            differing[post] = found
    assert len(differing) <= KNOWN[name], differing
