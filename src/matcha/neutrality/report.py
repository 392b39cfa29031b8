"""What a neutrality report holds: what the relations showed, who was seen, and where people chose otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matcha.values import ActorKind


class Relation(StrEnum):
    """What is changed while the ranking must stay as it is, or may change only so much."""

    NAMES = "names"  # names and organisation numbers change places, in fields and inside texts
    FIELDS = "fields"  # country and website change places
    ORDER = "order"  # everything is registered in another order
    ADDED = "added"  # an unrelated profile of a new actor is added
    REMOVED = "removed"  # any one profile is removed
    DUPLICATE = "duplicate"  # a profile is registered twice by its actor
    INVISIBLE = "invisible"  # invisible characters and the encoder's own marks are strewn in
    REPETITION = "repetition"  # words, sentences and the whole text are repeated
    KEYWORDS = "keywords"  # lists of keywords are appended, the need's own among them
    LENGTH = "length"  # the same content in 25, 50 and 100 % of the longest text
    LANGUAGE = "language"  # the same content in Swedish and in English
    SIZE = "size"  # an actor has one profile, or many


@dataclass(frozen=True, slots=True)
class Finding:
    """What one relation showed.

    `moves` are pairs, ascending: a change of rank (positive: further down) and how often it was seen. `figure` is what
    is judged, which should lie between `least` and `most` where they are given: the largest change, the largest gain
    (keywords), the median of the absolute changes (length), the share with the Swedish version first (language), the
    median change (size, not judged).
    """

    relation: Relation
    moves: tuple[tuple[int, int], ...]
    figure: float
    least: float | None
    most: float | None

    @property
    def tried(self) -> int:
        """How many comparisons were made."""
        return sum(count for _, count in self.moves)

    @property
    def holds(self) -> bool | None:
        """Whether the figure lies where it should; None when nothing was tried or nothing is asked of it."""
        if not self.moves or (self.least is None and self.most is None):
            return None
        return (self.least is None or self.figure >= self.least) and (self.most is None or self.figure <= self.most)


@dataclass(frozen=True, slots=True)
class Seen:
    """How often an actor was considered, shown and invited, over all needs asked. `profiles` is its size."""

    actor_id: str
    name: str
    kind: ActorKind
    profiles: int
    considered: int
    shown: int
    invited: int


@dataclass(frozen=True, slots=True)
class SeenTogether:
    """The same for a group of actors: a kind, or a size (`1`, `2`, `3+` profiles)."""

    group: str
    actors: int
    considered: int
    shown: int
    invited: int
    never_shown: int


@dataclass(frozen=True, slots=True)
class Exposure:
    """Who is seen when every need is asked and the first `k` actors are shown.

    `gini` is that of the times shown (0: all alike, near 1: one takes all), `never_shown` a share of the actors,
    `most_shown` the share of the needs for which the most shown actor is shown, `hubness` the skewness of the times
    shown (Radovanović et al. 2010; above 1 a few come up for everything).
    """

    needs: int
    k: int
    actors: tuple[Seen, ...]
    kinds: tuple[SeenTogether, ...]
    sizes: tuple[SeenTogether, ...]
    gini: float
    never_shown: float
    most_shown: float
    hubness: float


@dataclass(frozen=True, slots=True)
class Override:
    """What a person decided about an actor for a need, beside the machine's rank (None: not ranked then)."""

    need_id: str
    actor_id: str
    choice: str
    user: str
    reason: str
    machine_rank: int | None
    made: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. `alike` groups profiles of one organisation number that say nearly the same."""

    made: datetime
    pipeline: str
    snapshot: str
    registered: int
    findings: tuple[Finding, ...]
    exposure: Exposure
    overrides: tuple[Override, ...]
    alike: tuple[tuple[str, ...], ...]
