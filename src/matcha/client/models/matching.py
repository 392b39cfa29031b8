"""What the API takes and gives: matching. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from matcha.client.models.common import ActorKind, Band, Choice, Language, Purpose
from matcha.client.replies import Shape


class ActorRef(Shape):
    """An actor, as shown beside a match."""

    id: str
    name: str
    kind: ActorKind


class Advice(Shape):
    """Sentences of the need that lack support, and the rank if the profile truthfully said just that, too."""

    need_sentences: list[str]
    best_rank: int


class Answer(Shape):
    """Ranked actors, and the proof that the answer is in the match log."""

    matches: list[Match]
    considered: Considered
    need: NeedRead
    pipeline: str
    """SHA-256 of how it was ranked."""
    snapshot: str
    """The root of the roll of everyone registered."""
    leaf_index: int
    """The answer's place in the match log."""
    receipt: str
    """The proof of that (c2sp.org/tlog-proof)."""


class Considered(Shape):
    """registered = scored + the counts of excluded."""

    registered: int
    scored: int
    excluded: list[Excluded]


class Decision(Shape):
    """A decision, beside the machine's rank at that moment."""

    id: int
    need_id: str
    actor_id: str
    choice: Choice
    user: str
    """The account that decided, by its random id, or a name given on the command line."""
    reason: str
    machine_rank: int | None
    pipeline: str
    snapshot: str
    leaf_index: int | None
    made: datetime


class Deletion(Shape):
    """By how many points the actor's score changes when a cited sentence is deleted."""

    profile_sentence: str
    change: int


class Evidence(Shape):
    """A sentence of the need, and the sentence of the profile that answers it best."""

    need_sentence: str
    profile_sentence: str
    points: int
    supported: bool
    """Whether these are more points than texts not chosen for the need give."""
    copied: bool
    """Whether the profile's sentence is the need's own words."""


class Excluded(Shape):
    """How many profiles were not scored for one reason."""

    reason: Exclusion
    count: int


class Exclusion(StrEnum):
    """Why a registered profile was not scored. There is no other way to be left out."""

    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NEAR_COPY = "near_copy"
    OTHER_KIND = "other_kind"


class Explanation(Shape):
    """Why a profile stands where it stands, and what is missing. Nothing of other actors' profiles is in it (R28)."""

    need_sentences: list[str]
    actor: ActorRef
    profile_id: str
    profile_version: int
    profile_title: str
    rank: int
    ranked: int
    k: int
    to_cut: int | None
    score: int
    actor_score: int
    counted: list[Other]
    band: Band
    evidence: list[Evidence]
    terms: list[Term]
    other_points: list[Other]
    copied: list[str]
    masked: list[str]
    unread: list[str]
    deletions: list[Deletion]
    advice: list[Advice]
    pipeline: str
    snapshot: str
    leaf_index: int
    receipt: str


class InviteList(Shape):
    """That the list of those invited was closed."""

    need_id: str
    leaf_index: int


class ItemFault(Shape):
    """Why a question could not be answered. The others are answered all the same."""

    title: str
    """The kind of fault, as `title` of a problem says it."""
    sv: str
    en: str


class JobResult(Shape):
    """What one question was answered with: either an answer, or what is wrong with it."""

    place: int
    """The question's place among those asked, from 0."""
    found: bool
    answer: Answer | None
    fault: ItemFault | None


class Match(Shape):
    """A ranked actor. The points of `evidence`, `terms` and `other_points` sum to `score`."""

    rank: int
    actor: ActorRef
    profile_id: str
    profile_version: int
    profile_leaf_index: int
    profile_title: str
    score: int
    band: Band
    evidence: list[Evidence]
    terms: list[Term]
    other_points: list[Other]
    unsupported: list[str]
    """The need's sentences without support."""
    copied: list[str]
    alike: list[str]


class MatchRequest(Shape):
    """A question: a need in words, or the id of one."""

    text: str | None = None
    """The need in words."""
    need_id: str | None = None
    """The id of a registered need, instead of a text."""
    k: int = 10
    """How many actors."""
    kind: ActorKind | None = None
    """Only actors of this kind; needs a `reason`."""
    reason: str | None = None
    """Why only that kind is asked; it is logged."""
    language: Language | None = None
    """Language of the text; detected unless given."""
    purpose: Purpose | None = None
    """What it is for: the need's own purpose, or preparing."""


class NeedRead(Shape):
    """The need as it was read."""

    language: Language
    sentences: list[str]


class Other(Shape):
    """Points of no single sentence: `whole`, `generality`, or `profile:` and another profile's id."""

    what: str
    points: int


class Term(Shape):
    """A word in common, and its points."""

    term: str
    points: int
