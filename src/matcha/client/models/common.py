"""What the API takes and gives: common. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from matcha.client.replies import Shape


class AccountRole(StrEnum):
    """What somebody is to matcha; an account may be several of them."""

    PUBLIC = "public"
    SUPPLIER = "supplier"
    COORDINATOR = "coordinator"
    ORGANISER = "organiser"
    PROCUREMENT_OFFICER = "procurement_officer"
    ADMINISTRATOR = "administrator"


class ActKind(StrEnum):
    """What can happen to a need: every act is an entry of the match log."""

    STATE = "state"
    SCREENING = "screening"
    ATTACHMENT = "attachment"
    SECRECY = "secrecy"
    INTEREST = "interest"
    CONTACT = "contact"
    QUESTION = "question"
    ANSWER = "answer"
    POST = "post"
    MEETING = "meeting"
    EVENT = "event"
    DECLARATION = "declaration"
    SOLUTION = "solution"
    IMPLEMENTATION = "implementation"
    FEEDBACK = "feedback"
    EFFECT = "effect"
    FOLLOW_UP = "follow_up"
    JUDGEMENT = "judgement"
    FORUM_COMPOSED = "forum_composed"
    FORUM_DRAWN = "forum_drawn"
    FORUM_ARRANGED = "forum_arranged"
    FORUM_PLANNED = "forum_planned"
    FORUM_INVITED = "forum_invited"
    FORUM_REPLIED = "forum_replied"
    FORUM_REPLACED = "forum_replaced"
    FORUM_CHANGED = "forum_changed"
    FORUM_SCHEDULED = "forum_scheduled"
    FORUM_MET = "forum_met"
    FORUM_OUTCOME = "forum_outcome"
    FORUM_VALUED = "forum_valued"
    FORUM_CLOSED = "forum_closed"


class ActorKind(StrEnum):
    """What an actor is (S11, S14, S23, S35)."""

    COMPANY = "company"
    ACADEMIA = "academia"
    PATIENT_ORGANISATION = "patient_organisation"
    CARE_UNIT = "care_unit"
    SUPPORT_FUNCTION = "support_function"
    AUTHORITY = "authority"


class Band(StrEnum):
    """How far a score stands out from what unrelated texts would give (see `calibration`)."""

    STRONG = "strong"
    POSSIBLE = "possible"
    WEAK = "weak"


class Choice(StrEnum):
    """What a person can decide about an actor for a need."""

    INVITED = "invited"
    CONTACTED = "contacted"
    DECLINED = "declined"


class JobKind(StrEnum):
    """What a job does: match many needs, or try whether the ranking is neutral."""

    MATCHES = "matches"
    NEUTRALITY = "neutrality"


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Language(StrEnum):
    """The languages matcha reads and answers in."""

    SV = "sv"
    EN = "en"


class ProfileKind(StrEnum):
    """What a profile offers."""

    SOLUTION = "solution"
    EXPERTISE = "expertise"


class Purpose(StrEnum):
    """What a question or a forum is for (R6): preparing a procurement, or informing the market."""

    PREPARING = "preparing"
    INFORMING = "informing"


class State(StrEnum):
    """Where a need stands."""

    IDEA = "idea"
    DRAFT = "draft"
    SCREENED = "screened"
    PRIORITISED = "prioritised"
    PUBLISHED = "published"
    IN_DIALOGUE = "in_dialogue"
    SOLUTION_CHOSEN = "solution_chosen"
    IMPLEMENTED = "implemented"
    FOLLOWED_UP = "followed_up"
    PARKED = "parked"
    CLOSED = "closed"


class Act(Shape):
    """Something that happened to a need, as the log has it."""

    id: int
    """The id."""
    need_id: str
    """The need's id."""
    kind: ActKind
    """The kind."""
    by: str
    """The account that did it, by its random id."""
    actor_id: str | None
    """The actor's id; null if it concerns none."""
    content: dict[str, Any]
    """What the request said."""
    leaf_index: int
    """The entry's place in the match log."""
    made: datetime
    """When it was made."""


class Job(Shape):
    """A job: long work that goes on after the request, and after a restart."""

    id: str
    """The id."""
    kind: JobKind
    """The kind."""
    state: JobState
    """Where it stands."""
    done: int
    """How much of `total` is done."""
    total: int
    """Questions; of a neutrality report its steps, 1 until they are counted."""
    made: datetime
    """When it was made."""
    ended: datetime | None
    """When it ended; null while it goes on."""
    links: JobLinks
    """Where to go on."""


class JobLinks(Shape):
    """Where a job, and what it has found so far, are read."""

    self: str
    """Where it is."""
    results: str
    """Where the results are."""


class Sentence(Shape):
    """The same said in both languages."""

    sv: str
    """In Swedish."""
    en: str
    """In English."""
