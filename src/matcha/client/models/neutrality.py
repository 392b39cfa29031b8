"""What the API takes and gives: neutrality. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from matcha.client.models.common import ActorKind, Choice
from matcha.client.replies import Shape


class Exposure(Shape):
    """Who is seen when every need is asked and the first `k` actors are shown."""

    needs: int
    k: int
    actors: list[Seen]
    kinds: list[SeenTogether]
    sizes: list[SeenTogether]
    gini: float
    never_shown: float
    most_shown: float
    hubness: float


class Finding(Shape):
    """What one relation showed: `figure` should lie between `least` and `most`."""

    relation: Relation
    moves: list[tuple[int, int]]
    """A change of rank (positive: further down), and how often."""
    figure: float | None
    least: float | None
    most: float | None
    tried: int
    holds: bool | None
    """Null when nothing was tried, or nothing is asked of it."""


class Override(Shape):
    """What a person decided about an actor for a need, beside the machine's rank."""

    need_id: str
    actor_id: str
    choice: Choice
    user: str
    reason: str
    machine_rank: int | None
    made: datetime


class Relation(StrEnum):
    """What is changed while the ranking must stay as it is, or may change only so much."""

    NAMES = "names"
    FIELDS = "fields"
    ORDER = "order"
    ADDED = "added"
    REMOVED = "removed"
    DUPLICATE = "duplicate"
    INVISIBLE = "invisible"
    REPETITION = "repetition"
    KEYWORDS = "keywords"
    LENGTH = "length"
    LANGUAGE = "language"
    SIZE = "size"


class Report(Shape):
    """Whether the ranking is neutral with what was registered when the report was made."""

    made: datetime
    pipeline: str
    snapshot: str
    registered: int
    findings: list[Finding]
    exposure: Exposure
    overrides: list[Override] | None
    """Where people chose otherwise; shown to staff, else null."""
    alike: list[list[str]]
    """Profiles of one organisation number that say nearly the same."""


class Seen(Shape):
    """How often an actor was considered, shown and invited."""

    actor_id: str
    name: str
    kind: ActorKind
    profiles: int
    considered: int
    shown: int
    invited: int


class SeenTogether(Shape):
    """The same for a kind of actor, or a size."""

    group: str
    actors: int
    considered: int
    shown: int
    invited: int
    never_shown: int
