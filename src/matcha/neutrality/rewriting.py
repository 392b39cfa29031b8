"""Other texts for a profile, which should rank as its own does: pure functions of one profile form.

Each gives the profile as it was if the new text would be longer than anybody may submit.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, partial
from importlib.resources import files

from matcha.records import NeedForm, ProfileForm
from matcha.text.canonical import LONGEST, MOST_STOPS, canonical
from matcha.text.language import detect
from matcha.text.sentences import joined, sentences
from matcha.values import Language

LONGEST_LINE = 300  # characters of a title or a name

Way = Callable[[ProfileForm], ProfileForm]

_MARKS = (  # by what they are: none is drawn
    "\N{ZERO WIDTH SPACE}",
    "\N{ZERO WIDTH JOINER}",
    "\N{SOFT HYPHEN}",
    "\N{RIGHT-TO-LEFT MARK}\N{LEFT-TO-RIGHT EMBEDDING}\N{POP DIRECTIONAL FORMATTING}",
    "\N{VARIATION SELECTOR-16}",
    "\N{VARIATION SELECTOR-17}",
)
_TOKENS = ("<s>", "</s>", "<mask>")  # what an encoder of the RoBERTa family reads as its own
_ROLES = ("query: ", "passage: ")  # what an E5 encoder is told with every text
_WORD = re.compile(r"[^\W\d_]{4,}")
_CONTENT_WORD = re.compile(r"[^\W\d_]{5,}")
_CORE = re.compile(r"(?<!\S)(?=\S*[^\W\d_])(\w(?:\S*\w)?)")
_END = re.compile(r"\W*$")
_FASHIONABLE = {
    Language.SV: "digitalisering, AI, e-hälsa, plattform, innovation, molntjänst, maskininlärning, helhetslösning, "
    "transformation, ekosystem, skalbarhet, hållbarhet, nyckelfärdig, sömlös, användarvänlig, framtidssäkrad, "
    "datadriven, evidensbaserad, världsledande, personcentrerad",
    Language.EN: "digitalisation, AI, e-health, platform, innovation, cloud service, machine learning, end-to-end, "
    "transformation, ecosystem, scalability, sustainability, turnkey, seamless, user-friendly, future-proof, "
    "data-driven, evidence-based, world-leading, person-centred",
}


def digest(*parts: str) -> bytes:
    """Give a SHA-256 that decides what chance would: the same parts, the same bytes."""
    return hashlib.sha256("\x1f".join(parts).encode()).digest()


def language_of(form: ProfileForm | NeedForm) -> Language:
    """Give the language a form is written in."""
    return form.language or detect(f"{form.title}\n{form.text}")


def fits(text: str) -> bool:
    """Whether a text may be submitted, going by its length."""
    return len(text) <= LONGEST and sum(text.count(stop) for stop in ".!?\n") <= MOST_STOPS


def with_text(profile: ProfileForm, text: str, title: str | None = None) -> ProfileForm:
    """Give the profile with another text, and another title if one is given."""
    title = profile.title if title is None else title
    fitting = fits(text) and len(title) <= LONGEST_LINE
    return profile.model_copy(update={"text": text, "title": title}) if fitting else profile


# what nobody sees


def strewn(mark: str, profile: ProfileForm) -> ProfileForm:
    """Give the profile with `mark` inside every word of four letters or more."""

    def within(text: str) -> str:
        return _WORD.sub(lambda word: f"{word[0][:2]}{mark}{word[0][2:]}", text)

    return with_text(profile, within(profile.text), within(profile.title))


def decomposed(profile: ProfileForm) -> ProfileForm:
    """Give the profile with å, ä and ö as two characters each."""
    return with_text(profile, unicodedata.normalize("NFD", profile.text), unicodedata.normalize("NFD", profile.title))


def with_tokens(token: str, profile: ProfileForm) -> ProfileForm:
    """Give the profile with an encoder's token before its text and after every fifth word."""
    lines = (
        [f"{w} {token}" if i % 5 == 4 else w for i, w in enumerate(r.split(" "))] for r in profile.text.split("\n")
    )
    return with_text(profile, f"{token} " + "\n".join(" ".join(line) for line in lines))


def with_role(role: str, profile: ProfileForm) -> ProfileForm:
    """Give the profile with an encoder's role before its text."""
    return with_text(profile, f"{role}{profile.text}")


INVISIBLE: tuple[Way, ...] = (
    *(partial(strewn, mark) for mark in _MARKS),
    decomposed,
    *(partial(with_tokens, token) for token in _TOKENS),
    *(partial(with_role, role) for role in _ROLES),
)

# the same once more


def last_sentence_again(profile: ProfileForm) -> ProfileForm:
    """Give the profile with its last sentence repeated 1 to 20 times, as its id decides."""
    last = sentences(profile.text, language_of(profile))[-1]
    text = profile.text
    for _ in range(1 + digest(profile.id)[0] % 20):
        text = joined(text, last)
    return with_text(profile, text)


def text_three_times(profile: ProfileForm) -> ProfileForm:
    """Give the profile with its whole text three times over."""
    return with_text(profile, joined(joined(profile.text, profile.text), profile.text))


def title_in_text(profile: ProfileForm) -> ProfileForm:
    """Give the profile with its title as a sentence of its text."""
    return with_text(profile, joined(profile.text, profile.title))


def doubled_words(profile: ProfileForm) -> ProfileForm:
    """Give the profile with every word of its text twice (handhygien handhygien).

    Not so numbers, where it would say something else (400 000), and what begins with a bracket or a quotation mark.
    """
    return with_text(profile, _CORE.sub(r"\1 \1", profile.text))


def last_words_again(profile: ProfileForm) -> ProfileForm:
    """Give the profile with the last three words of its text ten times more."""
    end = _END.search(profile.text)
    assert end is not None  # it matches the empty string
    said = profile.text[: end.start()]
    return with_text(profile, " ".join([said, *said.split("\n")[-1].split()[-3:] * 10]) + end[0])


REPETITIONS: tuple[Way, ...] = (
    last_sentence_again,
    text_three_times,
    title_in_text,
    doubled_words,
    last_words_again,
)

# lists of words

Attack = Callable[[ProfileForm, NeedForm], ProfileForm]


def content_words(need: NeedForm) -> tuple[str, ...]:
    """Give the words of a need that have more than four letters, in small letters, in order, each once."""
    return tuple(dict.fromkeys(_CONTENT_WORD.findall(canonical(f"{need.title}\n{need.text}").lower())))


def with_need_words(between: str, times: int, profile: ProfileForm, need: NeedForm) -> ProfileForm:
    """Give the profile with the need's own words appended, `times` times, with something `between` them."""
    return _with_list([between.join(content_words(need))] * times, profile)


def with_fashionable_words(times: int, profile: ProfileForm, need: NeedForm) -> ProfileForm:
    """Give the profile with twenty words appended that are in every brochure, `times` times."""
    return _with_list([_FASHIONABLE[language_of(profile)]] * times, profile)


ATTACKS: tuple[Attack, ...] = (
    partial(with_need_words, ", ", 1),
    partial(with_need_words, " ", 1),
    partial(with_need_words, "\n", 1),
    partial(with_need_words, ", ", 5),
    *(partial(with_fashionable_words, times) for times in (1, 5, 20)),
)


def _with_list(lists: Iterable[str], profile: ProfileForm) -> ProfileForm:
    """Append as many of the lists as fit, each on a line of its own."""
    for words in lists:
        profile = with_text(profile, f"{profile.text}\n{words}")
    return profile


# the same at length


@cache
def padding(language: Language) -> tuple[str, ...]:
    """Give sentences that stand on any organisation's page and say nothing about what it can do."""
    file = files("matcha.neutrality") / f"padding.{language}.txt"
    return tuple(file.read_text("utf-8").splitlines())


def padded(length: int, profile: ProfileForm) -> ProfileForm:
    """Give the profile with padding after its text, up to `length` characters; its id decides with what it begins.

    The padding to one length is the beginning of that to a greater one. No sentence comes twice, so a text ends where
    the padding does: about 20 000 characters.
    """
    lines = padding(language_of(profile))
    start = int.from_bytes(digest(profile.id)[:4]) % len(lines)
    text = profile.text
    for line in (*lines[start:], *lines[:start]):
        if len(longer := joined(text, line)) > length:
            break
        text = longer
    return with_text(profile, text)
