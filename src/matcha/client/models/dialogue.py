"""What the API takes and gives: dialogue. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from matcha.client.models.common import ActKind
from matcha.client.replies import Shape


class Contact(Shape):
    """That a coordinator put an actor in touch with a need's owner (S18)."""

    id: int
    actor_id: str
    text: str
    coordinator: str
    """The coordinator's name; empty once the account is erased."""
    email: str | None
    """The coordinator's e-mail address."""
    made: datetime


class Dialogue(Shape):
    """The dialogue about a need as the caller sees it: all participants see the same at the same time (R1)."""

    contributions: list[Shown]
    threads: list[Thread]
    differences: list[Difference]
    """Empty, or something is wrong."""
    untold: list[int]
    """Meetings of which no answer has told the others yet."""


class Difference(Shape):
    """What one participant sees and another does not; there should be none."""

    first: str
    second: str
    only_first: list[int]
    only_second: list[int]


class Dossier(Shape):
    """Prior involvement in a need, in order of time."""

    need_id: str
    items: list[Involvement]


class EventKind(StrEnum):
    """What people meet in (S16)."""

    WORKSHOP = "workshop"
    COMPETITION = "competition"
    PRESENTATION = "presentation"
    OTHER = "other"


class Involvement(Shape):
    """That an actor was involved in a need before any procurement (R9)."""

    moment: datetime
    actor_id: str
    way: Way
    act: int
    through: str
    """The account of the authority's that it went through."""
    exchanged: str


class Shown(Shape):
    """A contribution to a dialogue. Who asked is known to the authority alone (R1)."""

    id: int
    kind: ActKind
    speaker: Speaker
    text: str
    title: str
    made: datetime
    thread: int
    """The contribution that began the thread."""
    answers: int | None
    own: bool
    """Whether the caller's own actor said it."""
    actor_id: str | None
    by: str | None


class Speaker(StrEnum):
    """Who speaks, as participants are told."""

    AUTHORITY = "authority"
    PARTICIPANT = "participant"


class Thread(Shape):
    """Contributions that belong together (S17)."""

    id: int
    title: str
    contributions: list[Shown]


class Way(StrEnum):
    """How an actor was involved."""

    INTERESTED = "interested"
    ASKED = "asked"
    SAID = "said"
    MET = "met"
    PUT_IN_TOUCH = "put_in_touch"
    TOLD = "told"
