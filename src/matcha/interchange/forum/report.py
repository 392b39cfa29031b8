"""The report of a forum: the whole of it in order, as sections of texts, lists and tables that a template sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from matcha.forum import telling
from matcha.forum.drawing import SEED_TAG
from matcha.forum.record import Forum
from matcha.forum.words import GRADE_WORDS, MIXINGS, number
from matcha.interchange.forum import report_tables as tables
from matcha.interchange.forum.moments import day, stamp
from matcha.interchange.forum.naming import names
from matcha.interchange.forum.report_words import REPORT
from matcha.values import Language

Block = dict[str, Any]
Section = tuple[str, Callable[[Forum, Language], list[Block]]]


def report(forum: Forum, language: Language) -> dict[str, Any]:
    """Give a forum's report: what it is about, its figures, and a section for each step, done or not."""
    words = REPORT[language]
    return {
        "lead": words["lead"],
        "held": _held(forum, language),
        "figures": _figures(forum, language),
        "sections": [
            {"title": words[_told(name, forum)], "blocks": made(forum, language) or [_text(words["none"])]}
            for name, made in _SECTIONS
        ],
    }


def _held(forum: Forum, language: Language) -> str:
    parts = [day(forum.programme[0].starts, language)] if forum.programme else []
    return " · ".join([*parts, forum.place] if forum.place else parts)


def _figures(forum: Forum, language: Language) -> list[list[str]]:
    words = REPORT[language]
    found = [(words["people"], _people(forum, language))]
    if forum.drawn:
        found += [
            (words["invited"], number(len(forum.invitations), language)),
            (words["reserves"], number(len(forum.reserves), language)),
        ]
    found.append((words[_told("left", forum)], number(len(forum.not_selected), language)))
    if forum.pairs:
        some, every = number(forum.pairs.objective, language), number(forum.possible, language)
        found.append((words["pairs"], words["of"].format(some=some, all=every)))
    return [list(figure) for figure in found]


def _people(forum: Forum, language: Language) -> str:
    seated = sum(len(group.seats) for group in forum.groups)
    if not forum.drawn:
        return "–".join(str(count) for count in sorted(set(forum.rules.seats)))
    return number(seated or forum.rules.hosted + sum(one.seats for one in forum.invitations), language)


def _told(name: str, forum: Forum) -> str:
    """Those who are left are not left before the draw."""
    return "could" if name == "left" and not forum.drawn else name


def _need(forum: Forum, language: Language) -> list[Block]:
    aspects = {"type": "numbers", "items": list(forum.aspects)}
    return [*_paragraphs(forum.text), _heading(REPORT[language]["aspects"]), aspects]


def _rules(forum: Forum, language: Language) -> list[Block]:
    words = REPORT[language]
    sentences = list(telling.criteria(forum.rules, language, names(forum)))
    return [
        _text(words["rules_note"]),
        {"type": "bullets", "items": sentences},
        _heading(words["points"]),
        _text(telling.objective(language)),
    ]


def _composition(forum: Forum, language: Language) -> list[Block]:
    words = REPORT[language]
    told = (
        words["candidates"].format(count=number(forum.candidates, language)),
        telling.points(forum.certificate, language),
        words["composed"].format(number=number(forum.composed, language)),
    )
    return [
        _text(" ".join(told)),
        _code(words["digest"], forum.digest),
        _code(words["leaf"], str(forum.leaf_index)),
    ]


def _lottery(forum: Forum, language: Language) -> list[Block]:
    words = REPORT[language]
    chance = _text(telling.smallest_chance(forum.chance, language))
    if forum.seed is None:
        return [chance, _text(words["undrawn"])]
    redo = _code(words["redo"], SEED_TAG, forum.digest, forum.seed.source.value, *forum.seed.said.splitlines())
    return [chance, _text(telling.seed(forum.seed, language)), redo]


def _invited(forum: Forum, language: Language) -> list[Block]:
    grades = ", ".join(f"{grade} {word}" for grade, word in enumerate(GRADE_WORDS[language]))
    note = _text(REPORT[language]["grades_note"].format(grades=grades))
    return [note, tables.invited(forum, language)] if forum.invitations else []


def _reserves(forum: Forum, language: Language) -> list[Block]:
    note = _text(REPORT[language]["reserves_note"])
    return [note, tables.reserves(forum, language)] if forum.reserves else []


def _left(forum: Forum, language: Language) -> list[Block]:
    most, count = tables.MOST_LEFT, len(forum.not_selected)
    shown = {"shown": number(most, language), "count": number(count, language)}
    note = [_text(REPORT[language]["left_note"].format(**shown))] if count > most else []
    return [*note, tables.left(forum, language)] if count else []


def _places(forum: Forum, language: Language) -> list[Block]:
    if forum.mixing is None or forum.pairs is None:
        return []
    words = REPORT[language]
    mixing = MIXINGS[language][forum.mixing]
    told = (
        f"{mixing[0].upper()}{mixing[1:]}.",
        telling.pairs(forum.pairs, forum.possible, language),
        words["uneven"].format(count=number(forum.uneven, language)),
    )
    return [_text(" ".join(told)), tables.stations(forum, language), tables.groups(forum, language)]


def _programme(forum: Forum, language: Language) -> list[Block]:
    return [tables.programme(forum, language)] if forum.programme else []


def _meetings(forum: Forum, language: Language) -> list[Block]:
    known, words = names(forum), REPORT[language]
    told = [forum.offer] if forum.offer else []
    if forum.unplaced:
        told.append(words["unplaced"].format(names=", ".join(known.get(one, one) for one in forum.unplaced)))
    return [*map(_text, told), *([tables.meetings(forum, language)] if forum.meetings else [])]


def _outcomes(forum: Forum, language: Language) -> list[Block]:
    return [tables.outcomes(forum, language)] if forum.outcomes else []


def _values(forum: Forum, language: Language) -> list[Block]:
    if not forum.values:
        return []
    means = REPORT[language]["means"].format(
        count=number(len(forum.values), language),
        insight=_mean([one.insight for one in forum.values], language),
        contacts=_mean([one.contacts for one in forum.values], language),
        again=_mean([one.again for one in forum.values], language),
    )
    return [_text(means), tables.values(forum, language)]


def _mean(given: Sequence[int], language: Language) -> str:
    tenths = (20 * sum(given) + len(given)) // (2 * len(given))  # a half rounds up
    return f"{tenths // 10}{',' if language is Language.SV else '.'}{tenths % 10}"


def _parity(forum: Forum, language: Language) -> list[Block]:
    words = REPORT[language]
    if not forum.untold:
        return [_text(words["told"])]
    return [_text(words["untold"].format(acts=", ".join(map(str, forum.untold))))]


def _steps(forum: Forum, language: Language) -> list[Block]:
    words = REPORT[language]
    ended = words["closed"].format(moment=stamp(forum.closed, language)) if forum.closed else words["open"]
    return [_text(ended), tables.steps(forum, language)]


def _text(told: str) -> Block:
    return {"type": "text", "text": told}


def _code(name: str, *lines: str) -> Block:
    return {"type": "code", "name": name, "lines": list(lines)}


def _heading(told: str) -> Block:
    return {"type": "heading", "text": told}


def _paragraphs(told: str) -> Iterable[Block]:
    return (_text(line) for line in told.splitlines() if line.strip())


_SECTIONS: tuple[Section, ...] = (
    ("need", _need),
    ("rules", _rules),
    ("composition", _composition),
    ("lottery", _lottery),
    ("invited", _invited),
    ("reserves", _reserves),
    ("left", _left),
    ("places", _places),
    ("programme", _programme),
    ("meetings", _meetings),
    ("outcomes", _outcomes),
    ("values", _values),
    ("parity", _parity),
    ("steps", _steps),
)
