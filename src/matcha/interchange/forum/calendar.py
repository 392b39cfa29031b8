"""A forum's programme and follow-up meetings as a calendar (RFC 5545), in UTC, which every calendar shows as local.

Nothing comes from a clock: DTSTAMP is the forum's last step, SEQUENCE the number of its steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from matcha.forum.record import FollowUpMeeting, Forum
from matcha.forum.words import item
from matcha.interchange.forum.moments import here, span
from matcha.interchange.forum.naming import last_step
from matcha.interchange.forum.printing import unhidden
from matcha.values import Language

_WORDS = {
    Language.SV: {
        "meeting": "Uppföljande möte: {name}",
        "with": "{team}. {offer}",
        "forum": "Perspektivforum: {title}",
    },
    Language.EN: {"meeting": "Follow-up meeting: {name}", "with": "{team}. {offer}", "forum": "Forum: {title}"},
}


def calendar_bytes(forum: Forum, language: Language, actor_id: str | None = None) -> bytes:
    """Give the programme as one event and each follow-up meeting as another.

    For an actor, only its own meetings are in it (R28). UIDs stay the same when a time changes.
    """
    made = Calendar()
    made.add("prodid", "-//matcha//forum//SV")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    if forum.programme:
        made.add_component(_programme(forum, language))
    for number, meeting in _numbered(forum):
        if actor_id in (None, meeting.actor_id):
            made.add_component(_meeting(forum, meeting, number, language))
    return bytes(made.to_ical())


def _numbered(forum: Forum) -> Iterator[tuple[int, FollowUpMeeting]]:
    met = Counter[str]()
    for meeting in forum.meetings:
        met[meeting.actor_id] += 1
        yield met[meeting.actor_id], meeting


def _programme(forum: Forum, language: Language) -> Event:
    starts, ends = min(i.starts for i in forum.programme), max(i.ends for i in forum.programme)
    event = _event(forum, forum.id, starts, ends)
    event.add("summary", unhidden(_WORDS[language]["forum"].format(title=forum.title)))
    event.add("description", unhidden("\n".join(_lines(forum, language))))
    if forum.place:
        event.add("location", unhidden(forum.place))
    return event


def _lines(forum: Forum, language: Language) -> Iterator[str]:
    for one in forum.programme:
        added = f" ({one.text})" if one.text else ""
        yield f"{span(one.starts, one.ends, language)} {item(one, language)}{added}"


def _meeting(forum: Forum, meeting: FollowUpMeeting, number: int, language: Language) -> Event:
    ends = meeting.starts + timedelta(minutes=meeting.minutes)
    event = _event(forum, f"{forum.id}/{meeting.actor_id}/{number}", meeting.starts, ends)
    words = _WORDS[language]
    event.add("summary", unhidden(words["meeting"].format(name=meeting.name)))
    event.add("description", unhidden(words["with"].format(team=meeting.team, offer=forum.offer or "").strip()))
    return event


def _event(forum: Forum, uid: str, starts: datetime, ends: datetime) -> Event:
    event = Event()
    event.add("uid", unhidden(f"{uid}@matcha"))
    event.add("dtstamp", last_step(forum).astimezone(UTC))
    event.add("sequence", len(forum.steps))
    event.add("dtstart", here(starts).astimezone(UTC))
    event.add("dtend", here(ends).astimezone(UTC))
    return event
