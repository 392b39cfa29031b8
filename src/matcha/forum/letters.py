"""Letters of a forum, in Swedish and English, plain text of at most a page: invitation, reserve, not selected, meeting.

A letter is to one actor and says nothing of any other, not even a name or a chance (R28). What it says of criteria,
length and place is the same in everybody's (R1). Paragraphs are one line each; whoever sends it wraps them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from itertools import groupby
from typing import TYPE_CHECKING

from matcha.errors import Invalid
from matcha.forum import telling, words
from matcha.forum.letter_words import LETTERS
from matcha.forum.record import Forum, Invited, Waiting
from matcha.process import SeedSource
from matcha.values import Language

if TYPE_CHECKING:
    from matcha.forum.meetings import Offer

EXCERPT = 280  # characters of the challenge's text, cut where a sentence ends


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom the letters are from: the host's name, a line of how to reach it, by when to answer, and its time zone."""

    name: str
    contact: str
    reply_by: date
    zone: tzinfo = words.HERE


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: a subject on one line, and a text."""

    subject: str
    body: str


def invitation(forum: Forum, to: Invited, sender: Sender, language: Language) -> Letter:
    """Invite an actor, saying why it is just this one. Invalid before time, place and lot are decided."""
    said = _common(forum, sender, language)
    said |= {
        "to": to.name,
        "why": _why(forum, to, said["seed"], language),
        "when": _when(forum, sender, language),
        "place": forum.place or "",
        "aspects": _aspects(forum),
        "people": _people(to.seats, language),
    }
    return _letter("invitation", said, forum, language)


def reserve(forum: Forum, to: Waiting, sender: Sender, language: Language) -> Letter:
    """Tell a reserve which one it is, among its own kind, and that it hears if a place is free."""
    same = [each.actor_id for each in forum.reserves if each.part is to.part]
    if to.actor_id not in same:
        raise Invalid(f"{to.actor_id} är ingen reserv.", f"{to.actor_id} is no reserve.")
    said = _common(forum, sender, language) | {
        "to": to.name,
        "when": _when(forum, sender, language),
        "place": forum.place or "",
        "number": str(same.index(to.actor_id) + 1),
        "part": words.part(to.part, language, 2),
        "reason": _reason(forum, to, language),
    }
    return _letter("reserve", said, forum, language)


def not_selected(forum: Forum, to: Waiting, sender: Sender, language: Language) -> Letter:
    """Tell an actor why it has no place, the chance it had, how to check the lot, and how to come another time (R7)."""
    said = _common(forum, sender, language) | {
        "to": to.name,
        "reason": _reason(forum, to, language),
        "criteria": " ".join(telling.criteria(forum.rules, language)),
    }
    return _letter("not_selected", said, forum, language)


def follow_up(forum: Forum, to: Invited, offer: Offer, sender: Sender, language: Language) -> Letter:
    """Offer a follow-up meeting: the same length, template and times to everybody (S33, R8)."""
    said = _common(forum, sender, language) | {
        "to": to.name,
        "minutes": str(offer.minutes),
        "template": offer.template.strip(),
        "times": _times(offer.starts, sender, language),
    }
    return _letter("follow_up", said, forum, language)


def _letter(kind: str, said: dict[str, str], forum: Forum, language: Language) -> Letter:
    trial = LETTERS[language]["trial"] if forum.seed and forum.seed.source is SeedSource.TRIAL else ""
    subject = " ".join((trial + LETTERS[language][f"{kind}_subject"].format(**said)).split())
    return Letter(subject, LETTERS[language][kind].format(**said))


def _common(forum: Forum, sender: Sender, language: Language) -> dict[str, str]:
    if forum.seed is None:
        raise Invalid("Lotta först; sedan kan brev skrivas.", "Draw first; letters can be written after that.")
    return {
        "title": forum.title,
        "challenge": _excerpt(forum.text),
        "sender": sender.name,
        "contact": sender.contact,
        "reply_by": words.day(sender.reply_by, language),
        "who": telling.who(forum.rules, language),
        "seats": telling.seats(forum.rules, language),
        "seed": telling.seed(forum.seed, language),
        "digest": forum.digest,
        "entry": str(forum.leaf_index),
    }


def _excerpt(text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) <= EXCERPT:
        return plain
    end = max(plain.rfind(mark, 0, EXCERPT) for mark in (". ", "! ", "? "))
    return plain[: end + 1] if end > 0 else f"{plain[:EXCERPT].rsplit(' ', 1)[0]} …"


def _when(forum: Forum, sender: Sender, language: Language) -> str:
    if not forum.programme or not forum.place:
        raise Invalid("Bestäm tid, plats och program först.", "Decide time, place and programme first.")
    starts, ends = (at.astimezone(sender.zone) for at in (forum.programme[0].starts, forum.programme[-1].ends))
    minutes = (ends.astimezone(UTC) - starts.astimezone(UTC)).seconds // 60
    length = LETTERS[language]["length" if minutes % 60 else "hours"].format(hours=minutes // 60, minutes=minutes % 60)
    return f"{words.day(starts, language)} {words.clock(starts, language)}–{words.clock(ends, language)} ({length})"


def _aspects(forum: Forum) -> str:
    return "\n".join(f"{number}. {aspect}" for number, aspect in enumerate(forum.aspects, start=1))


def _why(forum: Forum, to: Invited, seed: str, language: Language) -> str:
    letters, (code, _, said) = LETTERS[language], to.reason.partition(":")
    chance = words.chance(to.chance, language)
    told = [letters[f"why_{code}"].format(said=said.rstrip("."), chance=chance, seed=seed)]
    answered = [number for number, grade in enumerate(to.grades, start=1) if grade >= forum.rules.qualify]
    if answered:
        told.append(letters["answers"].format(numbers=_listed(answered, letters["and"])))
    return " ".join(told)


def _listed(numbers: list[int], last: str) -> str:
    *most, end = map(str, numbers)
    return f"{', '.join(most)} {last} {end}" if most else end


def _people(seats: int, language: Language) -> str:
    return LETTERS[language]["person" if seats == 1 else "people"].format(count=seats)


def _reason(forum: Forum, to: Waiting, language: Language) -> str:
    host = forum.rules.conflicts.get(to.actor_id)
    code = f"conflict:{host.rstrip('.')}" if to.reason == "conflict" and host else to.reason
    told = LETTERS[language]["chance" if to.chance else "no_lot"].format(chance=words.chance(to.chance, language))
    return f"{words.reason(code, language)}. {told}"


def _times(starts: Iterable[datetime], sender: Sender, language: Language) -> str:
    local = sorted(at.astimezone(UTC) for at in starts)
    there = (at.astimezone(sender.zone) for at in local)
    return "\n".join(
        f"{words.day(day, language)}: {', '.join(words.clock(at, language) for at in times)}"
        for day, times in groupby(there, key=datetime.date)
    )
