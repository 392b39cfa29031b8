"""What is submitted together: all of it is taken in, or none of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from matcha.records.actor import ActorForm, ContactForm
from matcha.records.fields import Form
from matcha.records.need import NeedForm
from matcha.records.profile import ProfileForm


class Noun(StrEnum):
    """The nouns that files are made of, in the order in which they need each other."""

    ACTORS = "actors"
    CONTACTS = "contacts"
    PROFILES = "profiles"
    NEEDS = "needs"


FORMS: dict[Noun, type[Form]] = {
    Noun.ACTORS: ActorForm,
    Noun.CONTACTS: ContactForm,
    Noun.PROFILES: ProfileForm,
    Noun.NEEDS: NeedForm,
}


@dataclass(frozen=True)
class Origin:
    """Where a form was read: the file, and its row as that file's own editor counts."""

    file: str
    row: int


@dataclass(frozen=True)
class Batch:
    """Forms submitted together; an id occurs once for each noun. `origins` says where each was read, if in a file."""

    actors: tuple[ActorForm, ...] = ()
    contacts: tuple[ContactForm, ...] = ()
    profiles: tuple[ProfileForm, ...] = ()
    needs: tuple[NeedForm, ...] = ()
    origins: Mapping[tuple[Noun, str], Origin] = field(default_factory=dict)

    def origin(self, noun: Noun, id: str) -> Origin:
        return self.origins.get((noun, id), Origin(noun, 0))
