"""Finding the guilty plugin: sets of the enabled ones are tried, and halved while they are bad.

Sets are closed under `requires`: a plugin is never tried without what it needs. What is found is a
smallest set that is bad, one plugin as a rule; two that are bad only together are both in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from blogengine.config import Config
from blogengine.errors import UserError
from blogengine.host.manifests import required_by
from blogengine.lifecycle.needs import requires_of_all
from blogengine.lifecycle.trials import SERVER_ERROR, Plan, Trial, run_trial
from blogengine.starting import bare_app, enabled_plugins

Set = tuple[str, ...]
Judge = Callable[[Set], str]
"""Try a set of plugins: why it is bad, or nothing when it is good."""

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Criterion:
    """When a trial counts as bad; without a path a failing build, page or plugin does."""

    path: str = ""
    contains: str = ""
    lacks: str = ""
    slower_than: float | None = None

    def why(self, trial: Trial) -> str:
        """Say why a trial is bad; nothing when it is good."""
        return self._of_page(trial) if self.path else _of_plugins(trial)

    def _of_page(self, trial: Trial) -> str:
        answer = trial.answers.get(self.path)
        if answer is None:
            return trial.problem or "the page didn't answer"
        if answer.status >= SERVER_ERROR:
            return f"{self.path} answered {answer.status}"
        if self.contains and self.contains in answer.text:
            return f"{self.path} contains {self.contains!r}"
        if self.lacks and self.lacks not in answer.text:
            return f"{self.path} lacks {self.lacks!r}"
        if self.slower_than is not None and answer.ms > self.slower_than:
            return f"{self.path} took {answer.ms:.0f} ms"
        return ""


def _of_plugins(trial: Trial) -> str:
    if trial.problem:
        return trial.problem
    for plugin, hook, error in trial.faults:
        return f"{plugin} failed in {hook}: {error}"
    for name, state in sorted(trial.states.items()):
        if state in BAD_STATES:
            return f"{name} is {state}: {trial.reasons[name]}"
    return ""


BAD_STATES = ("failed", "blocked")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came out: `guilty` is the smallest bad set, without what it merely requires.

    `outcome` is found, good (all of them together are good) or none (bad without any plugin).
    """

    outcome: str
    guilty: Set
    beside: Set
    """Plugins that had to be there because the guilty ones require them."""
    why: str
    trials: int


def bisect(config: Config, judge: Judge, *, say: Say = lambda _text: None) -> Verdict:
    """Look for the smallest set of enabled plugins that is bad."""
    with bare_app(config):
        enabled = enabled_plugins()
    requires = requires_of_all(config)
    search = Search(enabled, requires, judge, say)
    why = search.bad(enabled)
    if not why:
        return Verdict("good", (), (), "", search.trials)
    if nothing := search.bad(()):
        return Verdict("none", (), (), nothing, search.trials)
    whole = search.smallest(enabled)
    needed = {one for name in whole for one in required_by([name], requires)}
    guilty = tuple(name for name in whole if name not in needed)
    beside = tuple(name for name in whole if name in needed)
    return Verdict(
        "found", guilty or whole, beside if guilty else (), search.whys[whole], search.trials
    )


class Search:
    """One search: remembers what was tried, and never tries a set twice."""

    def __init__(
        self, enabled: Iterable[str], requires: dict[str, Set], judge: Judge, say: Say
    ) -> None:
        self.enabled = frozenset(enabled)
        self.requires = requires
        self.whys: dict[Set, str] = {}
        self._judge = judge
        self._say = say

    @property
    def trials(self) -> int:
        return len(self.whys)

    def closed(self, names: Iterable[str]) -> Set:
        """Add what the names require, as far as it is enabled."""
        chosen = set(names)
        return tuple(sorted(chosen | (set(required_by(chosen, self.requires)) & self.enabled)))

    def bad(self, names: Iterable[str]) -> str:
        """Try a closed set, or remember how it went; say why it is bad."""
        chosen = self.closed(names)
        if chosen not in self.whys:
            why = self._judge(chosen)
            self.whys[chosen] = why
            shown = ", ".join(chosen) or "no plugin"
            self._say(f"Trial {self.trials}: {shown}: {f'bad ({why})' if why else 'good'}")
        return self.whys[chosen]

    def smallest(self, names: Sequence[str]) -> Set:
        """Halve a bad set, then quarter it and so on, until nothing can be left out of it.

        This is delta debugging: parts alone first, then the rest without a part.
        """
        current, parts = self.closed(names), 2
        while len(current) > 1:
            smaller = self._smaller(current, parts)
            if smaller is not None:
                alone = len(smaller) <= -(-len(current) // parts)
                current, parts = smaller, 2 if alone else max(parts - 1, 2)
            elif parts >= len(current):
                break
            else:
                parts = min(parts * 2, len(current))
        return current

    def _smaller(self, current: Set, parts: int) -> Set | None:
        size = -(-len(current) // parts)
        pieces = [current[at : at + size] for at in range(0, len(current), size)]
        rests = [tuple(name for name in current if name not in piece) for piece in pieces]
        for names in (*pieces, *rests):
            chosen = self.closed(names)
            if len(chosen) < len(current) and self.bad(chosen):
                return chosen
        return None


def by_trial(config: Config, criterion: Criterion) -> Judge:
    """Judge by a trial on a copy of the site."""
    paths = (criterion.path,) if criterion.path else ()

    def judge(names: Set) -> str:
        return criterion.why(run_trial(config, Plan(names, paths=paths)))

    return judge


def checked(criterion: Criterion) -> Criterion:
    """Refuse words about a page when no page is named."""
    page_words = criterion.contains or criterion.lacks or criterion.slower_than is not None
    if criterion.path and not criterion.path.startswith("/"):
        raise _unusable(f"The path {criterion.path!r} doesn't begin with a slash.")
    if page_words and not criterion.path:
        raise _unusable("What a page contains, lacks or takes needs a page: --path /x/.")
    return criterion


def _unusable(message: str) -> UserError:
    return UserError(
        message,
        code="bisect-criterion",
        action="See `blogengine plugin bisect --help`.",
    )
