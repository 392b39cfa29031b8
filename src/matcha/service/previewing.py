"""How a profile would be read if it were submitted as it stands. Nothing is kept, logged or encoded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from matcha.retrieval.reading import all_sentences, profile_sentences
from matcha.retrieval.statistics import Statistics
from matcha.service.preparation import Ready
from matcha.store import queries
from matcha.text import lexical
from matcha.text.canonical import canonical, refuse_unusable
from matcha.text.contact import contact_spans
from matcha.text.copies import ALIKE, resemblance, shingles
from matcha.text.language import detect
from matcha.text.names import Names
from matcha.text.phrases import MASK
from matcha.values import Language

MOST_WORDS = 12
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Sketch:
    """A profile as somebody is writing it: any field may be empty. `name` and `number` are those of its actor."""

    title: str = ""
    text: str = ""
    language: Language | None = None
    actor_id: str = ""
    profile_id: str = ""
    name: str = ""
    number: str = ""


@dataclass(frozen=True)
class Alike:
    """Another profile of the same actor that says nearly the same: only the first registered of them is scored."""

    profile_id: str
    title: str


@dataclass(frozen=True)
class Preview:
    """What is read of a profile, sentence by sentence, and what is not.

    `title` and `sentences` are as they are read, each in pieces between which a name, number or address is masked.
    `unread` holds lists and repetitions. `words` are those that weigh most where a need has them, too, rarest first.
    """

    language: Language
    title: tuple[str, ...]
    sentences: tuple[tuple[str, ...], ...]
    masked: tuple[str, ...]
    unread: tuple[str, ...]
    words: tuple[str, ...]
    alike: tuple[Alike, ...]


def preview(session: Session, ready: Ready, sketch: Sketch) -> Preview | None:
    """Give how a profile would be read; None while it says nothing. Raises Invalid for what cannot be submitted."""
    said = f"{sketch.title}\n{sketch.text}"
    if not any(map(str.isalnum, sketch.text)):
        return None
    refuse_unusable(said)
    language = sketch.language or detect(said)
    own = Names([sketch.name] if sketch.name else [], [sketch.number] if sketch.number else [])
    plain = canonical(said)
    phrases = tuple(sorted({*ready.names.found_in(plain), *own.found_in(plain)}))
    title = sketch.title if any(map(str.isalnum, sketch.title)) else ""
    first, body = profile_sentences(title, sketch.text, language, phrases)
    found = all_sentences(sketch.text, language, phrases)
    left = found if title else found[1:]
    return Preview(
        language=language,
        title=_pieces(first),
        sentences=tuple(map(_pieces, body)),
        masked=tuple(dict.fromkeys([*phrases, *(plain[start:end] for start, end in contact_spans(plain))])),
        unread=tuple(sentence for sentence in dict.fromkeys(left) if sentence not in body),
        words=_words("\n".join((first, *body)), language, ready.pipeline.statistics),
        alike=tuple(_alike(session, sketch, plain)),
    )


def _pieces(sentence: str) -> tuple[str, ...]:
    return tuple(sentence.split(MASK))


def _words(said: str, language: Language, statistics: Statistics) -> tuple[str, ...]:
    """Give the rarest words of a text that other texts have, too, each as it is first written."""
    whole, written = set(_WORD.findall(said.lower())), dict[str, str]()
    for term, word in lexical.terms(said, language):
        if word in whole and statistics.frequencies.get(term, 0) > 1 and not term.isdigit():
            written.setdefault(term, word)
    order = sorted(written, key=lambda term: (-statistics.rarity(term), term))
    return tuple(dict.fromkeys(written[term] for term in order))[:MOST_WORDS]


def _alike(session: Session, sketch: Sketch, plain: str) -> Sequence[Alike]:
    if not sketch.actor_id:
        return []
    own = queries.current_profiles(session, sketch.actor_id)
    others = [one for one in own if one.profile.id != sketch.profile_id and not one.profile.out]
    said = shingles(plain)
    same = [
        o for o in others if resemblance(said, shingles(canonical(f"{o.version.title}\n{o.version.text}"))) >= ALIKE
    ]
    return [Alike(one.profile.id, one.version.title) for one in same]
