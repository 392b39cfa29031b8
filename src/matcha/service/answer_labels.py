"""What the choices that answers are made of are called, in both languages, inside a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from matcha.neutrality import words
from matcha.values import ActorKind, Band, Choice, Exclusion, Language, ProfileKind

SV, EN = Language.SV, Language.EN
Labels = Mapping[Any, tuple[str, str]]  # by the choices of one class


def both(told: Mapping[Language, Mapping[Any, Any]], of: type[StrEnum]) -> Labels:
    """Pair what is told in each language; of one and several, take one."""

    def one(said: str | tuple[str, str]) -> str:
        return said if isinstance(said, str) else said[0]

    return {choice: (one(told[SV][choice]), one(told[EN][choice])) for choice in of if choice in told[SV]}


ANSWERS: Mapping[type[StrEnum], Labels] = {
    ActorKind: both(words.KINDS, ActorKind),
    ProfileKind: {ProfileKind.SOLUTION: ("lösning", "solution"), ProfileKind.EXPERTISE: ("kunskap", "expertise")},
    Choice: both(words.CHOICES, Choice),
    Band: {
        Band.STRONG: ("stark träff", "strong match"),
        Band.POSSIBLE: ("möjlig träff", "possible match"),
        Band.WEAK: ("svag träff", "weak match"),
    },
    Exclusion: {
        Exclusion.WITHDRAWN: ("tillbakadragna", "withdrawn"),
        Exclusion.EXPIRED: ("giltighetstiden har gått ut", "expired"),
        Exclusion.OTHER_KIND: ("annan sorts aktör", "other kind of actor"),
        Exclusion.NEAR_COPY: (
            "nästan samma text från samma organisation",
            "nearly the same text of the same organisation",
        ),
    },
    Language: {SV: ("svenska", "Swedish"), EN: ("engelska", "English")},
}
