"""The words of a need's process, from idea to effect: its states, what can happen in it, what it is screened by."""

from __future__ import annotations

from enum import StrEnum


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


class Criterion(StrEnum):
    """What needs are screened by (S7)."""

    ECONOMIC = "economic"
    POLITICAL = "political"
    TECHNOLOGICAL = "technological"
    LEGAL = "legal"
    CLIMATE = "climate"


class Analysis(StrEnum):
    """What an attachment to a need is (S8)."""

    SOCIOECONOMIC = "socioeconomic"
    LIFE_CYCLE = "life_cycle"
    OTHER = "other"


class EventKind(StrEnum):
    """What people meet in (S16)."""

    WORKSHOP = "workshop"
    COMPETITION = "competition"
    PRESENTATION = "presentation"
    OTHER = "other"


class Party(StrEnum):
    """Who gives feedback on an implemented solution (S12, S14)."""

    STAFF = "staff"
    PATIENT = "patient"


class Ruling(StrEnum):
    """Where a proposed profile stands."""

    AWAITING = "awaiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"


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
