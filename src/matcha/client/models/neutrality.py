"""What the API takes and gives: neutrality. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from matcha.client.models.common import ActorKind, Choice
from matcha.client.replies import Shape


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


class Exposure(Shape):
    """Who is seen when every need is asked and the first `k` actors are shown."""

    needs: int
    """How many needs."""
    k: int
    """How many places are looked at."""
    actors: list[Seen]
    """The actors; or how many there are."""
    kinds: list[SeenTogether]
    """The same by kind of actor."""
    sizes: list[SeenTogether]
    """The same by size."""
    gini: float
    """How unevenly actors are shown: 0 evenly, 1 all to one."""
    never_shown: float
    """How many, or what share, are never shown."""
    most_shown: float
    """The share of places that the most shown actor has."""
    hubness: float
    """How often a few profiles come first for many needs."""


class Finding(Shape):
    """What one relation showed: `figure` should lie between `least` and `most`."""

    relation: Relation
    """What was tried."""
    moves: list[tuple[int, int]]
    """A change of rank (positive: further down), and how often."""
    figure: float | None
    """The figure that was found."""
    least: float | None
    """The least that is expected."""
    most: float | None
    """The most that is expected."""
    tried: int
    """How often it was tried."""
    holds: bool | None
    """Null when nothing was tried, or nothing is asked of it."""


class Override(Shape):
    """What a person decided about an actor for a need, beside the machine's rank."""

    need_id: str
    """The need's id."""
    actor_id: str
    """The actor's id; null if it concerns none."""
    choice: Choice
    """What was decided."""
    user: str
    """The account that decided, by its random id."""
    reason: str
    """Why, in words that can be read by everybody concerned."""
    machine_rank: int | None
    """The rank by the machine at that moment; null if it was not ranked."""
    made: datetime
    """When it was made."""


class Report(Shape):
    """Whether the ranking is neutral with what was registered when the report was made."""

    made: datetime
    """When it was made."""
    pipeline: str
    """SHA-256 of how it was ranked."""
    snapshot: str
    """The root of the roll of everyone registered."""
    registered: int
    """How many are registered."""
    findings: list[Finding]
    """What each relation showed."""
    exposure: Exposure
    """Who is seen."""
    overrides: list[Override] | None
    """Where people chose otherwise; shown to staff, else null."""
    alike: list[list[str]]
    """Profiles of one organisation number that say nearly the same."""


class Seen(Shape):
    """How often an actor was considered, shown and invited."""

    actor_id: str
    """The actor's id; null if it concerns none."""
    name: str
    """The name."""
    kind: ActorKind
    """The kind."""
    profiles: int
    """Profiles, or how many there are."""
    considered: int
    """How many times, or how many profiles, were considered."""
    shown: int
    """How often it was shown."""
    invited: int
    """How often it was invited."""


class SeenTogether(Shape):
    """The same for a kind of actor, or a size."""

    group: str
    """The group."""
    actors: int
    """The actors; or how many there are."""
    considered: int
    """How many times, or how many profiles, were considered."""
    shown: int
    """How often it was shown."""
    invited: int
    """How often it was invited."""
    never_shown: int
    """How many, or what share, are never shown."""
