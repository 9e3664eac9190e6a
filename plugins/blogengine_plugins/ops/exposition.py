"""Figures in the text format that Prometheus reads (version 0.0.4)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A metric with its samples: the suffix of the name, the labels, the value."""

    name: str
    help: str
    kind: str
    samples: list[tuple[str, Labels, float]] = field(default_factory=list)

    def add(
        self, value: float, labels: Mapping[str, object] | None = None, suffix: str = ""
    ) -> None:
        """Add a sample."""
        pairs = tuple((name, str(text)) for name, text in (labels or {}).items())
        self.samples.append((suffix, pairs, value))


def written(families: Iterable[Family]) -> str:
    """Return the figures as text; a family without a sample is left out."""
    lines = []
    for family in families:
        if not family.samples:
            continue
        explained = family.help.replace("\\", "\\\\").replace("\n", "\\n")
        lines.append(f"# HELP {family.name} {explained}")
        lines.append(f"# TYPE {family.name} {family.kind}")
        for suffix, labels, value in family.samples:
            inner = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels)
            lines.append(f"{family.name}{suffix}{{{inner}}} {_number(value)}".replace("{}", ""))
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if float(value).is_integer() else repr(float(value))
