"""What the API takes and gives: dialogue. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from matcha.client.models.common import ActKind
from matcha.client.replies import Shape


class EventKind(StrEnum):
    """What people meet in (S16)."""

    WORKSHOP = "workshop"
    COMPETITION = "competition"
    PRESENTATION = "presentation"
    OTHER = "other"


class Speaker(StrEnum):
    """Who speaks, as participants are told."""

    AUTHORITY = "authority"
    PARTICIPANT = "participant"


class Way(StrEnum):
    """How an actor was involved."""

    INTERESTED = "interested"
    ASKED = "asked"
    SAID = "said"
    ATTENDED = "attended"
    MET = "met"
    PUT_IN_TOUCH = "put_in_touch"
    TOLD = "told"


class Contact(Shape):
    """That a coordinator put an actor in touch with a need's owner (S18)."""

    id: int
    """The id."""
    actor_id: str
    """The actor's id; null if it concerns none."""
    text: str
    """In words."""
    coordinator: str
    """The coordinator's name; empty once the account is erased."""
    email: str | None
    """The coordinator's e-mail address."""
    made: datetime
    """When it was made."""


class Dialogue(Shape):
    """The dialogue about a need as the caller sees it: all participants see the same at the same time (R1)."""

    contributions: list[Shown]
    """What was said, in the order in which it was said."""
    threads: list[Thread]
    """What was said, thread by thread."""
    differences: list[Difference]
    """Empty, or something is wrong."""
    untold: list[int]
    """Meetings of which no answer has told the others yet."""


class Difference(Shape):
    """What one participant sees and another does not; there should be none."""

    first: str
    """The first of two; or how often it is first."""
    second: str
    """The second of two."""
    only_first: list[int]
    """What only the first sees."""
    only_second: list[int]
    """What only the second sees."""


class Dossier(Shape):
    """Prior involvement in a need, in order of time."""

    need_id: str
    """The need's id."""
    items: list[Involvement]
    """What is on this page, in order."""


class Involvement(Shape):
    """That an actor was involved in a need before any procurement (R9)."""

    moment: datetime
    """When it was."""
    actor_id: str
    """The actor's id; null if it concerns none."""
    way: Way
    """In which way."""
    act: int
    """The act's id."""
    through: str
    """The account of the authority's that it went through."""
    exchanged: str
    """What was exchanged."""


class Shown(Shape):
    """A contribution to a dialogue. Who asked is known to the authority alone (R1)."""

    id: int
    """The id."""
    kind: ActKind
    """The kind."""
    speaker: Speaker
    """On whose side the speaker is."""
    text: str
    """In words."""
    title: str
    """The title."""
    made: datetime
    """When it was made."""
    thread: int
    """The contribution that began the thread."""
    answers: int | None
    """The question or meeting that it answers; null if it answers none."""
    own: bool
    """Whether the caller's own actor said it."""
    actor_id: str | None
    """The actor's id; null if it concerns none."""
    by: str | None
    """The account that did it, by its random id."""


class Thread(Shape):
    """Contributions that belong together (S17)."""

    id: int
    """The id."""
    title: str
    """The title."""
    contributions: list[Shown]
    """What was said, in the order in which it was said."""
