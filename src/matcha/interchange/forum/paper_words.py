"""What stands on a forum's papers beside what the forum itself says, in Swedish and English."""

from __future__ import annotations

from dataclasses import dataclass

from matcha.process import Part
from matcha.values import Language

SV, EN = Language.SV, Language.EN


@dataclass(frozen=True)
class Mark:
    """How a kind is told apart: by a code, a shape and a colour. White on the colour has a contrast of 4.5 or more."""

    codes: tuple[str, str]  # Swedish, English
    shape: str
    colour: str


MARKS: dict[Part, Mark] = {
    Part.COMPANY: Mark(("Fö", "Co"), "circle", "#1d5b99"),
    Part.ACADEMIA: Mark(("Ak", "Ac"), "square", "#6f3c8f"),
    Part.PATIENT_ORGANISATION: Mark(("Pa", "Pa"), "diamond", "#a83232"),
    Part.NEED_OWNER: Mark(("Be", "Ne"), "hexagon", "#0b6b4f"),
    Part.PROCUREMENT: Mark(("In", "Pr"), "pentagon", "#7d4a0c"),
    Part.IT: Mark(("It", "IT"), "shield", "#3a4c63"),
    Part.MEDICAL_TECHNOLOGY: Mark(("Mt", "MT"), "octagon", "#93305f"),
    Part.SUPPORT: Mark(("St", "Su"), "slanted", "#56591a"),
    Part.AUTHORITY: Mark(("My", "Au"), "wide", "#434343"),
}

QUESTIONS: dict[Language, tuple[str, ...]] = {  # the same at every station and for every group (S30)
    SV: (
        "Vad i den här aspekten känner ni igen, och vad skiljer sig där ni är?",
        "Vilken kunskap eller teknik finns redan i dag, och vad är på väg?",
        "Vad kan gå fel för patienter, anhöriga och personal, och hur skulle det märkas?",
        "Vad skulle vården behöva göra eller veta för att komma vidare?",
    ),
    EN: (
        "What in this aspect do you recognise, and what differs where you are?",
        "Which knowledge or technology is there already today, and what is on its way?",
        "What could go wrong for patients, relatives and staff, and how would it be noticed?",
        "What would the care have to do or know in order to go on?",
    ),
}

WORDS: dict[Language, dict[str, str]] = {
    SV: {
        "badges": "Namnskyltar",
        "stations": "Stationsblad",
        "seating": "Placering",
        "report": "Perspektivforum",
        "demo_note": "Perspektivforum",
        "group": "Grupp",
        "groups": "Grupper",
        "round": "Runda",
        "station": "Station",
        "time": "Tid",
        "room": "Rum",
        "facilitator": "Samtalsledare",
        "note_taker": "Antecknar",
        "coming": "Vilka kommer",
        "who": "Deltagare",
        "questions": "Samma frågor vid alla stationer",
        "shared": "Allt som antecknas här får alla deltagare läsa samtidigt. Skriv inga namn på patienter.",
        "rotation": "Vem är var",
        "rotation_alt": "Tabell: för varje grupp vilken station den är vid i varje runda.",
        "kinds": "Slag",
        "people": "personer",
        "table_alt": "Runt bord vid station {number} med {people}: {kinds}.",
        "nobody": "ingen",
        "away": "–",
        "page": "Sida {page} av {pages}",
    },
    EN: {
        "badges": "Name badges",
        "stations": "Station sheets",
        "seating": "Seating",
        "report": "Forum",
        "demo_note": "Forum",
        "group": "Group",
        "groups": "Groups",
        "round": "Round",
        "station": "Station",
        "time": "Time",
        "room": "Room",
        "facilitator": "Facilitator",
        "note_taker": "Takes notes",
        "coming": "Who comes",
        "who": "Participants",
        "questions": "The same questions at every station",
        "shared": "All participants may read what is noted here, at the same time. Write no names of patients.",
        "rotation": "Who is where",
        "rotation_alt": "Table: for each group, the station it is at in each round.",
        "kinds": "Kinds",
        "people": "people",
        "table_alt": "Round table at station {number} with {people}: {kinds}.",
        "nobody": "nobody",
        "away": "–",
        "page": "Page {page} of {pages}",
    },
}
