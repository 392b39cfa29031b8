"""Care settings, written freely: `slutenvård, medicin och kirurgi` is inpatient care, and so on part by part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

_BETWEEN = re.compile(r"\s*[,;/]\s*|\s+(?:och|samt|and)\s+", re.IGNORECASE)


def parts(said: str) -> tuple[str, ...]:
    """Give the parts of a care setting, each once, in order, as they are written."""
    found = {part.casefold(): part for part in reversed(_BETWEEN.split(said.strip())) if part}
    return tuple(reversed(found.values()))


def is_of(said: str | None, asked: str) -> bool:
    """Whether a care setting is the one asked for, or has it as one of its parts, in any case."""
    if said is None:
        return False
    wanted = asked.strip().casefold()
    return said.strip().casefold() == wanted or any(part.casefold() == wanted for part in parts(said))


def most_used(counts: Mapping[str, int], most: int) -> list[tuple[str, int]]:
    """Give the parts that most needs have, at most `most` of them: (part, needs), in the order of the alphabet.

    `counts` says how many needs have a care setting. A part that is written in several ways is one, as most write it.
    """
    needs: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for said, count in sorted(counts.items()):
        for part in parts(said):
            needs[part.casefold()] += count
            written.setdefault(part.casefold(), Counter())[part] += count
    chosen = sorted(needs, key=lambda part: (-needs[part], part))[:most]
    return [(written[part].most_common(1)[0][0], needs[part]) for part in sorted(chosen)]
