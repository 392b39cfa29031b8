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


class Part(StrEnum):
    """What somebody comes to a forum as (S23, S34, S35)."""

    COMPANY = "company"
    ACADEMIA = "academia"
    PATIENT_ORGANISATION = "patient_organisation"
    NEED_OWNER = "need_owner"
    PROCUREMENT = "procurement"
    IT = "it"
    MEDICAL_TECHNOLOGY = "medical_technology"
    SUPPORT = "support"
    AUTHORITY = "authority"


class Inviting(StrEnum):
    """Whom a forum is open to (R7): those who show interest, or beside them those whom objective criteria point to."""

    OPEN = "open"
    TARGETED = "targeted"


class SeedSource(StrEnum):
    """Where the seed of a draw comes from; one on trial decides nothing."""

    CHECKPOINT = "checkpoint"
    DICE = "dice"
    TRIAL = "trial"


class Mixing(StrEnum):
    """How people go between the stations of a forum (S29).

    Whole groups stay together; remixed people meet as many others as possible while everyone visits every station once;
    free ones meet as many others as possible, and may come back to a station.
    """

    WHOLE = "whole"
    REMIXED = "remixed"
    FREE = "free"


class Reply(StrEnum):
    """What an invited actor answers, and who was there on the day."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    ATTENDED = "attended"
    ABSENT = "absent"


class Item(StrEnum):
    """What the programme of a forum is made of (S28, S31, S32)."""

    ARRIVAL = "arrival"
    BRIEFING = "briefing"
    ROUND = "round"
    CHANGE = "change"
    BREAK = "break"
    MINGLE = "mingle"
    TOUR = "tour"
    DEMO = "demo"
    CLOSING = "closing"


class OutcomeKind(StrEnum):
    """What came of a forum for the care (S41)."""

    KNOWLEDGE = "knowledge"
    PERSPECTIVE = "perspective"
    PROPOSAL = "proposal"
