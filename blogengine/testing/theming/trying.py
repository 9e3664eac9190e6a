"""Run the checks of a theme in a throw-away site, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from blogengine.errors import NotFound, OperatorError
from blogengine.host import find_plugins
from blogengine.testing.blog import Workshop
from blogengine.testing.checks.check import Bench, Result
from blogengine.testing.theming import ALL, Fitting

SECONDS = 300
SAMPLES = "demo"


def check_theme(theme: str, plugins: Path) -> tuple[Result, ...]:
    """Check a theme of a plugin that is installed, built in, or stands in the folder `plugins`."""
    plugin = plugin_of(theme, plugins)
    command = [sys.executable, "-m", __spec__.name, theme, plugin, str(plugins)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode != 0:
        raise OperatorError(
            f"The theme {theme} can't be tried: {done.stderr.strip().splitlines()[-1:] or '?'}",
            code="theme-not-tried",
            action=f"`blogengine plugin check {plugin}` says more.",
            exit_code=70,
        )
    found = json.loads(done.stdout.splitlines()[-1])
    return tuple(Result(one["number"], one["state"], tuple(one["findings"])) for one in found)


def plugin_of(theme: str, plugins: Path) -> str:
    """Return the plugin that is called like the theme, or `theme_` and its name."""
    found = find_plugins(plugins)
    for name in (f"theme_{theme}", theme):
        if name in found:
            return name
    raise NotFound(
        f"There is no plugin of a theme {theme!r}.",
        code="theme-unknown",
        action="Name the theme or its plugin; `blogengine theme list` has those of this site.",
    )


def try_on(theme: str, plugin: str, plugins: Path, folder: Path) -> tuple[Result, ...]:
    """Run all checks here: the theme is worn by a site with the sample blog in it."""
    workshop = Workshop(folder)
    bench = Bench(plugin, folder, plugins, workshop)
    theme = theme if bench.theme == "" or theme != plugin else bench.theme
    place = bench.new_folder()
    blog = workshop.build(
        place,
        plugins=[plugin, SAMPLES],
        required=True,
        strict=False,
        settings={"site": {"theme": theme}},
    )
    try:
        if reason := blog.reason(plugin):
            raise OperatorError(
                f"The plugin {plugin} isn't running: {reason}", code="theme-not-tried", action=""
            )
        blog.run(SAMPLES, "load")
        fitting = Fitting(blog, theme)
        return tuple(_run(number, fitting) for number in range(len(ALL)))
    finally:
        blog.close()
        workshop.close()


def _run(number: int, fitting: Fitting) -> Result:
    check = ALL[number]
    try:
        findings = tuple(dict.fromkeys(check.run(fitting)))
    except Exception as error:
        return Result(check.number, "failed", (f"It raised {type(error).__name__}: {error}",))
    return Result(check.number, "failed" if findings else "passed", findings)


def main(arguments: Sequence[str]) -> None:
    """Be the child: the last line of the output is the results."""
    theme, plugin, plugins = arguments
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        results = try_on(theme, plugin, Path(plugins), Path(folder))
    print(json.dumps([asdict(result) for result in results]))


if __name__ == "__main__":
    main(sys.argv[1:])
