"""The values that pass between the steps: frozen, named, without behaviour of their own.

Points are integers, 1/65 536 of a cosine of centred vectors (`scoring`). Ranks start at 1. Sequences are in order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

Progress = Callable[[int, int], None]  # told while something long goes on: how much is done, of how much


class Language(StrEnum):
    """The languages matcha reads and answers in."""

    SV = "sv"
    EN = "en"


class ActorKind(StrEnum):
    """What an actor is (S11, S14, S23, S35)."""

    COMPANY = "company"
    ACADEMIA = "academia"
    PATIENT_ORGANISATION = "patient_organisation"
    CARE_UNIT = "care_unit"
    SUPPORT_FUNCTION = "support_function"
    AUTHORITY = "authority"


class ProfileKind(StrEnum):
    """What a profile offers."""

    SOLUTION = "solution"
    EXPERTISE = "expertise"


class Role(StrEnum):
    """Which side of a match a text stands on; encoders may treat the two differently (E5's prefixes)."""

    NEED = "need"
    PROFILE = "profile"


class Grain(StrEnum):
    """How large a piece of a text is."""

    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"


Piece = tuple[Grain, int, str, bytes]  # of what was read: size, place among those of its size, text, vector (int16)


class Choice(StrEnum):
    """What a person can decide about an actor for a need."""

    INVITED = "invited"
    CONTACTED = "contacted"
    DECLINED = "declined"


class Exclusion(StrEnum):
    """Why a registered profile was not scored. There is no other way to be left out."""

    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NEAR_COPY = "near_copy"
    OTHER_KIND = "other_kind"


@dataclass(frozen=True, slots=True)
class ActorRef:
    """An actor as shown beside a match."""

    id: str
    name: str
    kind: ActorKind


@dataclass(frozen=True, slots=True)
class Registered:
    """One registered profile as it stood when the question was asked; `excluded` is None when it is scored.

    `leaf_index` is its place in the match log, `reading` the salted digest of what was read of it.
    """

    profile_id: str
    version_id: int
    version: int
    leaf_index: int
    reading: str
    title: str
    language: Language
    actor: ActorRef
    excluded: Exclusion | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Piece `need` (ordinal) of a need meets passage `passage` (id) of a profile: what it gives."""

    need: int
    passage: int
    points: int


@dataclass(frozen=True, slots=True)
class TermPoints:
    """A term that need and profile share, and the points it gives."""

    term: str
    points: int


@dataclass(frozen=True, slots=True)
class Parts:
    """What a profile's score is made of: one pair a need sentence, one a need paragraph, terms, generality (≤ 0)."""

    sentences: tuple[Pair, ...]
    whole: tuple[Pair, ...]
    terms: tuple[TermPoints, ...]
    generality: int

    @property
    def total(self) -> int:
        """The sum of all of it."""
        pairs = sum(pair.points for pair in (*self.sentences, *self.whole))
        return pairs + sum(term.points for term in self.terms) + self.generality


@dataclass(frozen=True, slots=True)
class Scored:
    """A profile with its score, which is the sum of its parts."""

    profile_id: str
    score: int
    parts: Parts


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked actor: its best profile with its score, and what its other profiles add. Equal scores share a rank."""

    rank: int
    actor_id: str
    scored: Scored
    others: tuple[tuple[str, int], ...] = ()

    @property
    def score(self) -> int:
        """The actor's score: that of its best profile and what the others add."""
        return self.scored.score + sum(gain for _, gain in self.others)


class Band(StrEnum):
    """How far a score stands out from what unrelated texts would give (see `calibration`)."""

    STRONG = "strong"
    POSSIBLE = "possible"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of the need, the sentence of the profile that answers it best, and the points it gives.

    It has support if these are more than texts not chosen for the need give (`calibration.SUPPORT`), and is `copied` if
    the profile's sentence is the need's own words.
    """

    need_sentence: str
    profile_sentence: str
    points: int
    supported: bool
    copied: bool


@dataclass(frozen=True, slots=True)
class OtherPoints:
    """Points of no single sentence: `whole`, `generality` (a deduction), or `profile:` and another's id."""

    what: str
    points: int


@dataclass(frozen=True, slots=True)
class Match:
    """A ranked actor with its best profile and what its score is made of, to the last point.

    `score` is the sum of the points of `evidence`, `terms` and `other_points`. `copied` holds all sentences of the
    profile that are the need's own words, `alike` the profiles of the same organisation number that say nearly the same
    (of these only this one, the first registered, is scored). `profile_leaf_index` is the version's place in the log.
    """

    rank: int
    actor: ActorRef
    profile_id: str
    profile_version: int
    profile_leaf_index: int
    profile_title: str
    score: int
    band: Band
    evidence: tuple[Evidence, ...]
    terms: tuple[TermPoints, ...]
    other_points: tuple[OtherPoints, ...]
    copied: tuple[str, ...]
    alike: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deletion:
    """A sentence of a profile that is cited, and by how many points its actor's score changes when it is deleted."""

    profile_sentence: str
    change: int


@dataclass(frozen=True, slots=True)
class Advice:
    """Sentences of a need that lack support, and the actor's rank if the profile truthfully said just that, too."""

    need_sentences: tuple[str, ...]
    best_rank: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a registered profile stands where it stands for a need, and what is missing.

    `score` is the profile's own, that of `evidence`, `terms` and `other_points`; `actor_score` that of `counted`: the
    actor's best profile and what its next two add. `rank` is the actor's among `ranked` actors, `to_cut` its score less
    that of the actor at place `k` (None when fewer are ranked).
    `masked` holds the names it was read without, `unread` the repetitions and enumerations that do not count. Nothing
    in it comes from a profile of another actor (R28). `leaf_index` and `receipt` are as in `Answer`.
    """

    need_sentences: tuple[str, ...]
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
    counted: tuple[OtherPoints, ...]
    band: Band
    evidence: tuple[Evidence, ...]
    terms: tuple[TermPoints, ...]
    other_points: tuple[OtherPoints, ...]
    copied: tuple[str, ...]
    masked: tuple[str, ...]
    unread: tuple[str, ...]
    deletions: tuple[Deletion, ...]
    advice: tuple[Advice, ...]
    pipeline: str
    snapshot: str
    leaf_index: int = field(compare=False)
    receipt: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Excluded:
    """How many registered profiles were not scored for one reason."""

    reason: Exclusion
    count: int


@dataclass(frozen=True, slots=True)
class Considered:
    """registered = scored + the counts of excluded, always (equal treatment, openness)."""

    registered: int
    scored: int
    excluded: tuple[Excluded, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a need is answered with; `pipeline` and `snapshot` are digests (SHA-256) of how, and over whom.

    `leaf_index` is its place in the match log, `receipt` the proof of that (c2sp.org/tlog-proof).
    """

    need_sentences: tuple[str, ...]
    language: Language
    matches: tuple[Match, ...]
    considered: Considered
    pipeline: str
    snapshot: str
    leaf_index: int = field(compare=False)
    receipt: str = field(compare=False)
