"""`python -m bench`: fill sites, measure their pages, print Markdown."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import ExitStack

from bench.crowd import PAGES as CROWDED
from bench.crowd import crowded
from bench.measuring import Void, Work, calls_in, measure
from bench.profiling import profile
from bench.rendering import rendering_costs
from bench.report import PAGE, Counts, Crowd, PageFigures, Result, document
from bench.sites import BenchSite, Untrue, filled_site, verify_filling
from bench.statements import asked_by, objections, plan_of
from bench.texts import load_texts
from bench.variants import (
    BARE_FLASK,
    BARE_WSGI,
    TAG,
    bare_flask,
    bare_wsgi,
    call,
    pages,
    requests_of,
)

SIZES = (1_000, 10_000)
VOID, WRONG = 75, 1


def main() -> int:
    """Measure and report; 75 for a void run, 1 for a page or plan that is wrong."""
    given = arguments()
    texts = load_texts()
    sizes = sorted({*SIZES, *given.posts})
    if given.profile:
        with filled_site(texts, sizes[0]) as made:
            print(profile(made, given.profile))
        return 0
    try:
        say(f"Comparing bulk filling with saving one by one ({texts.origin}) …")
        verify_filling(texts)
        with ExitStack() as open_sites:
            made_sites = []
            for size in sizes:
                say(f"Filling a site with {size:,} posts …")
                made_sites.append(open_sites.enter_context(filled_site(texts, size)))
            say("Measuring …")
            result = run(made_sites, rendering_costs(texts), texts.origin)
    except Void as restless:
        say(f"{restless}. Nothing is reported; run it again when the machine is quieter.")
        return VOID
    except Untrue as untrue:
        say(f"Bulk filling writes other rows than saving does:\n{untrue}")
        return WRONG
    text = document(result)
    print(text)
    if given.write:
        PAGE.write_text(text, encoding="utf-8")
        say(f"Written to {PAGE}.")
    return WRONG if result.objections else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=main.__doc__)
    parser.add_argument(
        "--posts", type=int, action="append", default=[], help="another size, such as 100000"
    )
    parser.add_argument("--write", action="store_true", help=f"write docs/{PAGE.name} anew")
    parser.add_argument(
        "--profile", nargs="?", const=TAG, default="", metavar="PATH", help="profile one page"
    )
    return parser.parse_args()


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def run(sites: list[BenchSite], rendering: tuple[float, float], texts: str) -> Result:
    """Measure all pages of all sites in the same rounds."""
    body = call(sites[0].app.wsgi_app, TAG).body
    bare: dict[str, Work] = {
        BARE_WSGI: requests_of(bare_wsgi(body), "/"),
        BARE_FLASK: requests_of(bare_flask(body), "/"),
    }
    works, answers, plans = dict(bare), [], []
    for made in sites:
        for name, path in pages(made).items():
            answer = call(made.app.wsgi_app, path)
            assert answer.status == "200 OK", f"{path}: {answer.status}"
            asked = asked_by(made.app, path)
            plans += [
                f"{name}, {made.posts:,} posts: {wrong}: `{statement}`"
                for statement in asked.statements
                for wrong in objections(plan_of(made.app, statement))
            ]
            key = f"{name} {made.posts}"
            works[key] = requests_of(made.app.wsgi_app, path)
            counts = Counts(
                len(answer.body),
                answer.zipped,
                len(asked.statements),
                asked.steps,
                calls_in(works[key]),
            )
            answers.append((key, name, made.posts, counts))
    full, smallest = crowded(sites[0]), sites[0]
    for name in CROWDED:
        works[f"crowd {name}"] = requests_of(full.wsgi_app, pages(smallest)[name])
    series = measure(works, tuple(bare))
    found = [PageFigures(name, posts, series[key], counts) for key, name, posts, counts in answers]
    host = sites[0].site.host
    return Result(
        {name: series[name] for name in bare},
        found,
        rendering,
        plans,
        texts,
        ", ".join(sorted(host.loaded)),
        os.getloadavg()[0],
        calls_in(bare[BARE_FLASK]),
        [
            Crowd(
                name,
                series[f"crowd {name}"].over(series[f"{name} {smallest.posts}"]),
                calls_in(works[f"crowd {name}"]),
                calls_in(works[f"{name} {smallest.posts}"]),
                len(asked_by(full, pages(smallest)[name]).statements)
                - len(asked_by(smallest.app, pages(smallest)[name]).statements),
            )
            for name in CROWDED
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
