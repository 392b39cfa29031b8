"""What each relation is called, what it changes and what must hold, in Swedish and English."""

from __future__ import annotations

from dataclasses import dataclass

from matcha.neutrality.report import Relation
from matcha.values import Language

SV, EN = Language.SV, Language.EN


@dataclass(frozen=True, slots=True)
class RelationWords:
    """A short title, what is changed and what must hold, and what the figure is."""

    title: str
    what: str
    figure: str


RELATIONS: dict[Language, dict[Relation, RelationWords]] = {
    SV: {
        Relation.NAMES: RelationWords(
            "Namn",
            "Namn och organisationsnummer byter plats, i fälten och inne i texterna. "
            "Ingen plats i rangordningen får ändras.",
            "största ändring",
        ),
        Relation.FIELDS: RelationWords(
            "Land och webbplats",
            "Land och webbplats byter plats mellan aktörerna. Ingen plats i rangordningen får ändras.",
            "största ändring",
        ),
        Relation.ORDER: RelationWords(
            "Turordning",
            "Allt registreras en gång till, i en annan ordning. Den som kom först får inte gynnas.",
            "största ändring",
        ),
        Relation.ADDED: RelationWords(
            "Ny profil",
            "En ny aktör lägger till en profil om något helt annat. Ordningen mellan de andra får inte ändras.",
            "största ändring",
        ),
        Relation.REMOVED: RelationWords(
            "Borttagen profil",
            "En profil tas bort, vilken som helst. Ordningen mellan de andra får inte ändras.",
            "största ändring",
        ),
        Relation.DUPLICATE: RelationWords(
            "Dubblett",
            "En aktör registrerar samma profil två gånger. Det får inte löna sig.",
            "största ändring",
        ),
        Relation.INVISIBLE: RelationWords(
            "Osynliga tecken",
            "Osynliga tecken och språkmodellens egna märken strös in i texten. Det får inte flytta profilen.",
            "största ändring",
        ),
        Relation.REPETITION: RelationWords(
            "Upprepning",
            "Ord, meningar och hela texten upprepas. Den som säger samma sak flera gånger får inte gynnas.",
            "största ändring",
        ),
        Relation.KEYWORDS: RelationWords(
            "Nyckelord",
            "Listor av nyckelord läggs till i texten, även behovets egna ord. Det får inte lyfta profilen "
            "mer än tillåtet.",
            "största lyft",
        ),
        Relation.LENGTH: RelationWords(
            "Längd",
            "Samma innehåll fylls ut med allmänna meningar till 25, 50 och 100 procent av den längsta textens längd. "
            "Bland de 20 första får det knappt märkas.",
            "ändring i mitten (median)",
        ),
        Relation.LANGUAGE: RelationWords(
            "Språk",
            "Samma innehåll finns på svenska och på engelska. Versionerna ska komma först ungefär lika ofta.",
            "den svenska versionen först",
        ),
        Relation.SIZE: RelationWords(
            "Storlek",
            "En aktör har en profil eller många. Här mäts bara hur mycket det flyttar aktören.",
            "ändring i mitten (median)",
        ),
    },
    EN: {
        Relation.NAMES: RelationWords(
            "Names",
            "Names and organisation numbers change places, in the fields and inside the texts. "
            "No place in the ranking may change.",
            "largest change",
        ),
        Relation.FIELDS: RelationWords(
            "Country and website",
            "Country and website change places between the actors. No place in the ranking may change.",
            "largest change",
        ),
        Relation.ORDER: RelationWords(
            "Order of arrival",
            "Everything is registered once more, in another order. Coming first must give no advantage.",
            "largest change",
        ),
        Relation.ADDED: RelationWords(
            "New profile",
            "A new actor adds a profile about something quite different. The order of the others must not change.",
            "largest change",
        ),
        Relation.REMOVED: RelationWords(
            "Removed profile",
            "Any one profile is removed. The order of the others must not change.",
            "largest change",
        ),
        Relation.DUPLICATE: RelationWords(
            "Duplicate",
            "An actor registers the same profile twice. That must not pay.",
            "largest change",
        ),
        Relation.INVISIBLE: RelationWords(
            "Invisible characters",
            "Invisible characters and the model's own marks are strewn into the text. That must not move the profile.",
            "largest change",
        ),
        Relation.REPETITION: RelationWords(
            "Repetition",
            "Words, sentences and the whole text are repeated. Saying the same thing again must give no advantage.",
            "largest change",
        ),
        Relation.KEYWORDS: RelationWords(
            "Keywords",
            "Lists of keywords are added to the text, the need's own words among them. That must not lift the profile "
            "more than allowed.",
            "largest lift",
        ),
        Relation.LENGTH: RelationWords(
            "Length",
            "The same content is padded with general sentences to 25, 50 and 100 per cent of the longest text's "
            "length. Among the first 20 that must hardly be seen.",
            "change in the middle (median)",
        ),
        Relation.LANGUAGE: RelationWords(
            "Language",
            "The same content exists in Swedish and in English. Each version should come first about equally often.",
            "the Swedish version first",
        ),
        Relation.SIZE: RelationWords(
            "Size",
            "An actor has one profile, or many. Here it is only measured how much that moves the actor.",
            "change in the middle (median)",
        ),
    },
}
