"""What the API takes and gives: matching. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from matcha.client.models.common import ActorKind, Band, Choice, Language, Purpose
from matcha.client.replies import Shape


class Exclusion(StrEnum):
    """Why a registered profile was not scored. There is no other way to be left out."""

    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NEAR_COPY = "near_copy"
    OTHER_KIND = "other_kind"


class ActorRef(Shape):
    """An actor, as shown beside a match."""

    id: str
    """The id."""
    name: str
    """The name."""
    kind: ActorKind
    """The kind."""


class Advice(Shape):
    """Sentences of the need that lack support, and the rank if the profile truthfully said just that, too."""

    need_sentences: list[str]
    """Sentences of the need."""
    best_rank: int
    """The rank that this would give, at best."""


class Answer(Shape):
    """Ranked actors, and the proof that the answer is in the match log."""

    matches: list[Match]
    """Ranked actors, best first."""
    considered: Considered
    """How many times, or how many profiles, were considered."""
    need: NeedRead
    """The need."""
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
    """How many are registered."""
    scored: int
    """How many were scored."""
    excluded: list[Excluded]
    """What was not scored, and why."""


class Decision(Shape):
    """A decision, beside the machine's rank at that moment."""

    id: int
    """The id."""
    need_id: str
    """The need's id."""
    actor_id: str
    """The actor's id; null if it concerns none."""
    choice: Choice
    """What was decided."""
    user: str
    """The account that decided, by its random id, or a name given on the command line."""
    reason: str
    """Why, in words that can be read by everybody concerned."""
    machine_rank: int | None
    """The rank by the machine at that moment; null if it was not ranked."""
    pipeline: str
    """SHA-256 of how it was ranked."""
    snapshot: str
    """The root of the roll of everyone registered."""
    leaf_index: int | None
    """The entry's place in the match log."""
    made: datetime
    """When it was made."""


class Deletion(Shape):
    """By how many points the actor's score changes when a cited sentence is deleted."""

    profile_sentence: str
    """A sentence of the profile."""
    change: int
    """By how many points the score changes."""


class Evidence(Shape):
    """A sentence of the need, and the sentence of the profile that answers it best."""

    need_sentence: str
    """A sentence of the need."""
    profile_sentence: str
    """A sentence of the profile."""
    points: int
    """Points; more is better."""
    supported: bool
    """Whether these are more points than texts not chosen for the need give."""
    copied: bool
    """Whether the profile's sentence is the need's own words."""


class Excluded(Shape):
    """How many profiles were not scored for one reason."""

    reason: Exclusion
    """Why, in words that can be read by everybody concerned."""
    count: int
    """How many."""


class Explanation(Shape):
    """Why a profile stands where it stands, and what is missing. Nothing of other actors' profiles is in it (R28)."""

    need_sentences: list[str]
    """Sentences of the need."""
    actor: ActorRef
    """The actor."""
    profile_id: str
    """The profile's id."""
    profile_version: int
    """Which version of the profile."""
    profile_title: str
    """The profile's title."""
    rank: int
    """The rank, from 1."""
    ranked: int
    """How many were ranked."""
    k: int
    """How many places are looked at."""
    to_cut: int | None
    """Points that are missing for the last place that is shown."""
    score: int
    """Points; more is better."""
    actor_score: int
    """The score of the actor, by the best of its profiles."""
    counted: list[Other]
    """Points that were counted."""
    band: Band
    """How good the match is, in one word."""
    evidence: list[Evidence]
    """The need's sentences, each with the profile's sentence that answers it best."""
    terms: list[Term]
    """Words in common, with their points."""
    other_points: list[Other]
    """Points of no single sentence."""
    copied: list[str]
    """Sentences that are the need's own words."""
    masked: list[str]
    """What is secret, or was not read."""
    unread: list[str]
    """Sentences that were not read."""
    deletions: list[Deletion]
    """What deleting each cited sentence would change."""
    advice: list[Advice]
    """What the profile could truthfully add, and how far that would take it."""
    pipeline: str
    """SHA-256 of how it was ranked."""
    snapshot: str
    """The root of the roll of everyone registered."""
    leaf_index: int
    """The entry's place in the match log."""
    receipt: str
    """The proof that it is in the match log (c2sp.org/tlog-proof)."""


class InviteList(Shape):
    """That the list of those invited was closed."""

    need_id: str
    """The need's id."""
    leaf_index: int
    """The entry's place in the match log."""


class ItemFault(Shape):
    """Why a question could not be answered. The others are answered all the same."""

    title: str
    """The kind of fault, as `title` of a problem says it."""
    sv: str
    """In Swedish."""
    en: str
    """In English."""


class JobResult(Shape):
    """What one question was answered with: either an answer, or what is wrong with it."""

    place: int
    """The question's place among those asked, from 0."""
    found: bool
    """Whether there is an answer."""
    answer: Answer | None
    """What the question was answered with; null if it could not be."""
    fault: ItemFault | None
    """Why there is no answer; null if there is one."""


class Match(Shape):
    """A ranked actor. The points of `evidence`, `terms` and `other_points` sum to `score`."""

    rank: int
    """The rank, from 1."""
    actor: ActorRef
    """The actor."""
    profile_id: str
    """The profile's id."""
    profile_version: int
    """Which version of the profile."""
    profile_leaf_index: int
    """The log's entry of the profile as it was considered."""
    profile_title: str
    """The profile's title."""
    score: int
    """Points; more is better."""
    band: Band
    """How good the match is, in one word."""
    evidence: list[Evidence]
    """The need's sentences, each with the profile's sentence that answers it best."""
    terms: list[Term]
    """Words in common, with their points."""
    other_points: list[Other]
    """Points of no single sentence."""
    unsupported: list[str]
    """The need's sentences without support."""
    copied: list[str]
    """Sentences that are the need's own words."""
    alike: list[str]
    """Profiles that say nearly the same."""


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
    """The language."""
    sentences: list[str]
    """Sentences, in order."""


class Other(Shape):
    """Points of no single sentence: `whole`, `generality`, or `profile:` and another profile's id."""

    what: str
    """What it is."""
    points: int
    """Points; more is better."""


class Term(Shape):
    """A word in common, and its points."""

    term: str
    """The word."""
    points: int
    """Points; more is better."""
