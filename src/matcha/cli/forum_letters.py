"""The letters of a forum as files: one an actor, in a folder for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from matcha.forum.letters import Letter, Sender, invitation, not_selected, reserve
from matcha.forum.record import Forum
from matcha.values import Language

_UNASKED = frozenset({"not_qualified", "not_interested"})
_FOLDERS = {
    Language.SV: ("inbjudna", "reserver", "ej-utvalda"),
    Language.EN: ("invited", "reserves", "not-selected"),
}


def letters(forum: Forum, sender: tuple[str, str, date], language: Language) -> Mapping[str, str]:
    """Give the letter to each actor by the name of its file: who is invited, who waits, who was not selected.

    Whoever neither showed interest nor could have come gets no letter: it would only learn that it is registered.
    `sender` is the host's name, how to reach it, and by when to answer. Raises Invalid before time, place and lot are
    decided.
    """
    by = Sender(*sender)
    invited, reserves, rest = _FOLDERS[language]
    found = {f"{invited}/{one.actor_id}.txt": invitation(forum, one, by, language) for one in forum.invitations}
    found |= {f"{reserves}/{one.actor_id}.txt": reserve(forum, one, by, language) for one in forum.reserves}
    found |= {
        f"{rest}/{one.actor_id}.txt": not_selected(forum, one, by, language)
        for one in forum.not_selected
        if one.reason not in _UNASKED
    }
    return {name: _text(letter) for name, letter in found.items()}


def _text(letter: Letter) -> str:
    return f"{letter.subject}\n\n{letter.body.strip()}\n"
