"""What a forum's codes are called, in Swedish and English. Whole sentences are in `telling`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from matcha.errors import spaced
from matcha.forum.record import ProgrammeItem
from matcha.process import ActKind, Inviting, Item, Mixing, OutcomeKind, Part, Reply, SeedSource
from matcha.values import Language

SV, EN = Language.SV, Language.EN
HERE = ZoneInfo("Europe/Stockholm")

PARTS: dict[Language, dict[Part, tuple[str, str]]] = {  # one and several
    SV: {
        Part.COMPANY: ("företag", "företag"),
        Part.ACADEMIA: ("akademi", "akademi"),
        Part.PATIENT_ORGANISATION: ("patientorganisation", "patientorganisationer"),
        Part.NEED_OWNER: ("behovsägare", "behovsägare"),
        Part.PROCUREMENT: ("inköp", "inköp"),
        Part.IT: ("it/digitalisering", "it/digitalisering"),
        Part.MEDICAL_TECHNOLOGY: ("medicinteknik", "medicinteknik"),
        Part.SUPPORT: ("stödfunktion", "stödfunktioner"),
        Part.AUTHORITY: ("myndighet", "myndigheter"),
    },
    EN: {
        Part.COMPANY: ("company", "companies"),
        Part.ACADEMIA: ("academia", "academia"),
        Part.PATIENT_ORGANISATION: ("patient organisation", "patient organisations"),
        Part.NEED_OWNER: ("need owner", "need owners"),
        Part.PROCUREMENT: ("procurement", "procurement"),
        Part.IT: ("IT/digitalisation", "IT/digitalisation"),
        Part.MEDICAL_TECHNOLOGY: ("medical technology", "medical technology"),
        Part.SUPPORT: ("support function", "support functions"),
        Part.AUTHORITY: ("authority", "authorities"),
    },
}

INVITINGS: dict[Language, dict[Inviting, str]] = {
    SV: {Inviting.OPEN: "öppen inbjudan", Inviting.TARGETED: "riktad inbjudan"},
    EN: {Inviting.OPEN: "open invitation", Inviting.TARGETED: "targeted invitation"},
}

SOURCES: dict[Language, dict[SeedSource, str]] = {
    SV: {
        SeedSource.CHECKPOINT: "matchningsloggens nästa kontrollpunkt",
        SeedSource.DICE: "tärningar inför vittnen",
        SeedSource.TRIAL: "provlottning som inte avgör något",
    },
    EN: {
        SeedSource.CHECKPOINT: "the match log's next checkpoint",
        SeedSource.DICE: "dice before witnesses",
        SeedSource.TRIAL: "a draw on trial that decides nothing",
    },
}

MIXINGS: dict[Language, dict[Mixing, str]] = {
    SV: {
        Mixing.WHOLE: "hela grupper: samma grupp går tillsammans från station till station",
        Mixing.REMIXED: "nya grupper varje runda: alla besöker alla stationer och möter så många andra som möjligt",
        Mixing.FREE: "fria grupper: alla möter så många andra som möjligt, men någon kan få samma station igen",
    },
    EN: {
        Mixing.WHOLE: "whole groups: the same group goes from station to station together",
        Mixing.REMIXED: "new groups each round: everybody visits every station and meets as many others as possible",
        Mixing.FREE: "free groups: everybody meets as many others as possible, but may come to a station twice",
    },
}

REPLIES: dict[Language, dict[Reply, str]] = {
    SV: {
        Reply.ACCEPTED: "tackat ja",
        Reply.DECLINED: "tackat nej",
        Reply.ATTENDED: "var med",
        Reply.ABSENT: "kom inte",
    },
    EN: {
        Reply.ACCEPTED: "accepted",
        Reply.DECLINED: "declined",
        Reply.ATTENDED: "was there",
        Reply.ABSENT: "did not come",
    },
}

ITEMS: dict[Language, dict[Item, str]] = {
    SV: {
        Item.ARRIVAL: "Samling",
        Item.BRIEFING: "Inledning: samma korta genomgång för alla",
        Item.ROUND: "Runda {number} vid stationerna",
        Item.CHANGE: "Byte av station",
        Item.BREAK: "Paus",
        Item.MINGLE: "Mingel",
        Item.TOUR: "Rundvandring",
        Item.DEMO: "Demonstration",
        Item.CLOSING: "Avslutning",
    },
    EN: {
        Item.ARRIVAL: "Arrival",
        Item.BRIEFING: "Briefing: the same short one for all",
        Item.ROUND: "Round {number} at the stations",
        Item.CHANGE: "Change of station",
        Item.BREAK: "Break",
        Item.MINGLE: "Mingle",
        Item.TOUR: "Tour",
        Item.DEMO: "Demonstration",
        Item.CLOSING: "Closing",
    },
}

OUTCOMES: dict[Language, dict[OutcomeKind, str]] = {
    SV: {
        OutcomeKind.KNOWLEDGE: "kunskap",
        OutcomeKind.PERSPECTIVE: "perspektiv",
        OutcomeKind.PROPOSAL: "förslag på lösning",
    },
    EN: {
        OutcomeKind.KNOWLEDGE: "knowledge",
        OutcomeKind.PERSPECTIVE: "perspective",
        OutcomeKind.PROPOSAL: "proposed solution",
    },
}

GRADE_WORDS: dict[Language, tuple[str, ...]] = {
    SV: ("inget svar", "berör", "kan svara", "svarar starkt"),
    EN: ("no answer", "touches it", "could answer", "answers strongly"),
}

ACTS: dict[Language, dict[ActKind, str]] = {
    SV: {
        ActKind.FORUM_COMPOSED: "sammansatt",
        ActKind.FORUM_DRAWN: "lottat",
        ActKind.FORUM_ARRANGED: "grupper och stationer lagda",
        ActKind.FORUM_PLANNED: "tid, plats och program bestämda",
        ActKind.FORUM_INVITED: "inbjudan skickad",
        ActKind.FORUM_REPLIED: "svar på inbjudan",
        ActKind.FORUM_REPLACED: "ersatt från reservlistan",
        ActKind.FORUM_CHANGED: "ändrat på dagen",
        ActKind.FORUM_SCHEDULED: "uppföljande möten lagda",
        ActKind.FORUM_MET: "uppföljande möte hållet",
        ActKind.FORUM_OUTCOME: "resultat för vården",
        ActKind.FORUM_VALUED: "deltagares värde",
        ActKind.FORUM_CLOSED: "avslutat",
    },
    EN: {
        ActKind.FORUM_COMPOSED: "composed",
        ActKind.FORUM_DRAWN: "drawn by lot",
        ActKind.FORUM_ARRANGED: "groups and stations arranged",
        ActKind.FORUM_PLANNED: "time, place and programme decided",
        ActKind.FORUM_INVITED: "invitation sent",
        ActKind.FORUM_REPLIED: "answer to an invitation",
        ActKind.FORUM_REPLACED: "replaced from the reserves",
        ActKind.FORUM_CHANGED: "changed on the day",
        ActKind.FORUM_SCHEDULED: "follow-up meetings scheduled",
        ActKind.FORUM_MET: "follow-up meeting held",
        ActKind.FORUM_OUTCOME: "outcome for the care",
        ActKind.FORUM_VALUED: "a participant's value",
        ActKind.FORUM_CLOSED: "closed",
    },
}

REASONS: dict[Language, dict[str, str]] = {  # {said} is what the host said, {other} another actor
    SV: {
        "must": "måste vara med: {said}",
        "certain": "alla lika lämpade får plats",
        "drawn": "lottades in bland lika lämpade",
        "reserve": "reserv, i stället för {other}",
        "awaiting": "lotten är inte dragen ännu",
        "gave_up": "platsen har gått till en reserv",
        "lot": "lotten föll på andra",
        "no_place": "ingen av de bästa sammansättningar som hittades har plats för den",
        "not_qualified": "profilen svarar inte tillräckligt på någon aspekt",
        "not_interested": "har inte visat intresse, och inbjudan är öppen",
        "conflict": "bjuds inte in, enligt värdens regler",
        "never_together": "bjuds inte in tillsammans med {other}, som har fått plats",
        "house": "samma organisation som {other}, och dess platser är fyllda",
    },
    EN: {
        "must": "has to be there: {said}",
        "certain": "all that are equally suited have a place",
        "drawn": "drawn by lot among equally suited",
        "reserve": "reserve, in place of {other}",
        "awaiting": "the lot is not drawn yet",
        "gave_up": "the place has gone to a reserve",
        "lot": "the lot fell on others",
        "no_place": "none of the best compositions that were found has a place for it",
        "not_qualified": "the profile does not answer any aspect well enough",
        "not_interested": "has not shown interest, and the invitation is open",
        "conflict": "is not invited, by the host's rules",
        "never_together": "is not invited together with {other}, which has a place",
        "house": "of the same organisation as {other}, whose seats are filled",
    },
}

DAYS: dict[Language, tuple[str, ...]] = {
    SV: ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

MONTHS: dict[Language, tuple[str, ...]] = {
    SV: (
        *("januari", "februari", "mars", "april", "maj", "juni"),
        *("juli", "augusti", "september", "oktober", "november", "december"),
    ),
    EN: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def part(which: Part, language: Language, count: int = 1) -> str:
    """Give what a part is called, of one or several."""
    return PARTS[language][which][count != 1]


def item(which: ProgrammeItem, language: Language) -> str:
    """Give what an item of the programme is called: `Runda 2 vid stationerna`."""
    return ITEMS[language][which.item].format(number=which.number)


def number(value: int, language: Language) -> str:
    """Give a whole number with its thousands apart: 1 234, 1,234."""
    return spaced(value) if language is SV else f"{value:,}"


def percent(share: Fraction, language: Language) -> str:
    """Give a share in percent with at most one decimal; only 0 and 1 are told as 0 % and 100 %."""
    tenths = int(share * 1000 + Fraction(1, 2))
    if share and not tenths:
        return "under 0,1\N{NO-BREAK SPACE}%" if language is SV else "under 0.1%"
    if share < 1 <= tenths / 1000:
        return "över 99,9\N{NO-BREAK SPACE}%" if language is SV else "over 99.9%"
    told = f"{tenths // 10}" + (f".{tenths % 10}" if tenths % 10 else "")
    return f"{told}%" if language is EN else f"{told}\N{NO-BREAK SPACE}%".replace(".", ",")


def chance(millionths: int, language: Language) -> str:
    """Give a chance in percent."""
    return percent(Fraction(millionths, 1_000_000), language)


def reason(code: str, language: Language, names: Mapping[str, str] | None = None) -> str:
    """Tell a reason's code: `must:` and `conflict:` go on in the host's own words, the others may name an actor.

    That actor is called what `names` says, by id; without `names` it stays unnamed, as it is to other actors (R28).
    """
    kind, _, said = code.partition(":")
    if kind == "conflict" and said:
        return {SV: f"bjuds inte in ({said})", EN: f"is not invited ({said})"}[language]
    unnamed = {SV: "en annan aktör", EN: "another actor"}[language]
    other = unnamed if names is None or not said else names.get(said, said)
    return REASONS[language][kind].format(said=said, other=other)


def day(of: date, language: Language) -> str:
    """Give a day with its weekday: `torsdag 3 december 2026`."""
    return f"{DAYS[language][of.weekday()]} {of.day} {MONTHS[language][of.month - 1]} {of.year}"


def clock(of: datetime, language: Language) -> str:
    """Give the time of day as it is in the zone of `of`: `13.05`, `13:05`."""
    return f"{of:%H.%M}" if language is SV else f"{of:%H:%M}"
