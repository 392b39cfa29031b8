"""The values that pass between the steps: frozen, named, without behaviour of their own.

Scores and points are integers. A point is 1/65 536 of a cosine of centred vectors (see `scoring`), so
one sentence of a need gives at most 65 536 points. Ranks start at 1. Sequences are tuples in their final order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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


class Exclusion(StrEnum):
    """Why a registered profile was not scored. There is no other way to be left out."""

    WITHDRAWN = "withdrawn"
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

    `digest` is the SHA-256 of what the version says.
    """

    profile_id: str
    version: int
    digest: str
    title: str
    actor: ActorRef
    excluded: Exclusion | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Need sentence `need` (ordinal) meets passage `passage` (id): what it gives."""

    need: int
    passage: int
    points: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A profile with its score, which is the sum of the points of its pairs, one pair a need sentence."""

    profile_id: str
    score: int
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked actor: its best profile and that profile's score. Equal scores share a rank."""

    rank: int
    actor_id: str
    scored: Scored


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of the need, the sentence of the profile that answers it best, and the points it gives."""

    need_sentence: str
    profile_sentence: str
    points: int


@dataclass(frozen=True, slots=True)
class Match:
    """A ranked actor with its best profile and the evidence; the points of the evidence sum to `score`."""

    rank: int
    actor: ActorRef
    profile_id: str
    profile_version: int
    profile_title: str
    score: int
    evidence: tuple[Evidence, ...]


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
    """What a need is answered with. `pipeline` and `snapshot` are SHA-256 digests: how, and over what."""

    need_sentences: tuple[str, ...]
    language: Language
    matches: tuple[Match, ...]
    considered: Considered
    pipeline: str
    snapshot: str
