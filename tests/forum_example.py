"""An invented forum with everything filled in: 40 people, four stations, half a day. Nothing in it exists."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

from matcha.forum.plan import Certificate, Rules, Seed
from matcha.forum.record import (
    FollowUpMeeting,
    Forum,
    Group,
    Invited,
    Outcome,
    ProgrammeItem,
    Seat,
    Station,
    Step,
    Value,
    Waiting,
)
from matcha.process import ActKind, Item, Mixing, OutcomeKind, Part, Reply, SeedSource

MADE = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
DAY = datetime(2026, 11, 12, 11, 30, tzinfo=UTC)  # 12.30 in Stockholm

_NAMES = {
    Part.COMPANY: (
        "Sagolunds Sensorsystem AB",
        "Blåbärsbäckens Hemmonitorering AB",
        "Nattugglans Larmteknik AB",
        "Kvistens Kommunikationslösningar för Omsorgsverksamheter i Glesbygd AB",
        "Lillskogens Läkemedelslogistik AB",
        "Trollsländans Trygghetstjänster AB",
        "Fiktiva Fallskyddsbolaget AB",
        "Påhittade Programvaruverkstaden AB",
        "Mossens Mätteknik AB",
        "Dimmans Digitala Dagbok AB",
        "Granbarrets Gångstöd AB",
        "Vitsippans Videovård AB",
        "Ekorrens Energi och Inneklimat AB",
        "Rönnbärets Robotik AB",
    ),
    Part.ACADEMIA: (
        "Sagobygdens universitet, Institutionen för vårdvetenskap",
        "Tekniska högskolan i Lunkaby",
        "Högskolan Fjärran, Centrum för implementering",
        "Sagobygdens universitet, Hälsoekonomi",
        "Institutet för Påhittad Äldreforskning",
        "Designhögskolan i Drömvik",
    ),
    Part.PATIENT_ORGANISATION: (
        "Påhittade Patientföreningen",
        "Anhörigas Ring i Sagobygden",
        "Förbundet Trygg Natt",
        "Föreningen för Personer med Påhittad Kronisk Sjukdom",
        "Seniorerna i Lunkaby",
    ),
}
_HOST = {Part.NEED_OWNER: 4, Part.PROCUREMENT: 2, Part.IT: 2, Part.MEDICAL_TECHNOLOGY: 2}


def example(mixing: Mixing = Mixing.WHOLE) -> Forum:
    """Give the forum, with whole groups or remixed ones."""
    groups, rotation = _whole() if mixing is Mixing.WHOLE else _remixed()
    return Forum(
        id="forum-demo-1",
        need_id="behov-demo-7",
        title="Färre fall på natten på avdelningar för äldre (demo)",
        text=(
            "På natten faller patienter när de går upp utan hjälp. Personalen märker det sent, och larmen som finns "
            "går ofta i onödan. Vi söker kunskap om hur fall kan förebyggas utan att någon vaktas eller väcks.\n"
            "Det här är en tidig, undersökande fas och inte en del av en pågående upphandling."
        ),
        aspects=(
            "Märka i tid att någon är på väg upp",
            "Larm som personalen kan lita på",
            "Patientens integritet och sömn",
            "Införande och lärande på avdelningen",
        ),
        made=MADE,
        leaf_index=1204,
        digest=hashlib.sha256(b"an invented composition").hexdigest(),
        composed=2,
        rules=_rules(),
        candidates=83,
        certificate=Certificate(objective=1874, bound=1874),
        chance=Certificate(objective=500_000, bound=500_000),
        seed=Seed(SeedSource.CHECKPOINT, hashlib.sha256(b"an invented root").hexdigest()),
        invitations=_invitations(),
        reserves=_reserves(),
        not_selected=_not_selected(),
        stations=tuple(
            Station(i, theme, f"Sal {'ABCD'[i - 1]}", f"Samtalsledare {i} (demo)", f"Antecknare {i} (demo)")
            for i, theme in enumerate(_THEMES, start=1)
        ),
        groups=groups,
        mixing=mixing,
        rotation=rotation,
        pairs=Certificate(180, 180) if mixing is Mixing.WHOLE else Certificate(578, 580),
        possible=780,
        uneven=0,
        place="Demohuset, Påhittade vägen 1, Lunkaby",
        programme=_programme(),
        meetings=_meetings(),
        offer="Ett digitalt möte på 30 minuter med samma frågor till alla som var med.",
        unplaced=(),
        outcomes=_outcomes(),
        values=_values(),
        untold=(),
        steps=_steps(),
        closed=_steps()[-1].made,
    )


def unarranged() -> Forum:
    """Give the forum as it was composed: nothing drawn, arranged, planned or done."""
    whole = example()
    everybody: tuple[Invited | Waiting, ...] = (*whole.invitations, *whole.reserves)
    return replace(
        whole,
        seed=None,
        invitations=(),
        reserves=(),
        not_selected=tuple(
            Waiting(one.actor_id, one.name, one.part, "awaiting", one.chance, one.rank) for one in everybody
        ),
        groups=(),
        stations=(),
        rotation=(),
        mixing=None,
        pairs=None,
        possible=0,
        place=None,
        programme=(),
        meetings=(),
        offer=None,
        outcomes=(),
        values=(),
        steps=_steps()[:1],
        closed=None,
    )


_THEMES = (
    "Märka i tid att någon är på väg upp",
    "Larm som personalen kan lita på",
    "Patientens integritet och sömn",
    "Införande och lärande på avdelningen",
)


def _rules() -> Rules:
    return Rules(
        seats=(38, 40),
        host=_HOST,
        quotas={Part.COMPANY: (10, 16), Part.ACADEMIA: (4, 8), Part.PATIENT_ORGANISATION: (6, 10)},
        seats_each={Part.PATIENT_ORGANISATION: 2},
        must={"aktor-patient_organisation-1": "företräder dem som behovet gäller"},
        conflicts={"aktor-left-3": "har skrivit underlaget till behovet"},
        never_together=(("aktor-company-1", "aktor-left-4"),),
        apart=(("aktor-company-1", "aktor-company-2"), ("aktor-company-3", "aktor-company-6")),
    )


def _actors() -> list[tuple[str, str, Part, int]]:
    seats = {Part.PATIENT_ORGANISATION: 2}
    return [
        (f"aktor-{part}-{i}", f"{name} (demo)", part, seats.get(part, 1))
        for part, names in _NAMES.items()
        for i, name in enumerate(names, start=1)
    ]


def _invitations() -> tuple[Invited, ...]:
    found = []
    for i, (id, name, part, seats) in enumerate(_actors()):
        found.append(
            Invited(
                actor_id=id,
                name=name,
                part=part,
                seats=seats,
                reason="must:företräder dem som behovet gäller" if id.endswith("organisation-1") else _reason(i),
                chance=1_000_000 if id.endswith("organisation-1") or i % 3 == 0 else 500_000 + 31_250 * (i % 5),
                grades=tuple((i * (a + 2) + a) % 4 for a in range(4)),
                closeness=1 + i % 3,
                rank=i + 1,
                said=MADE + timedelta(days=5),
                reply=Reply.ATTENDED if i % 9 else Reply.ABSENT,
                in_place_of="aktor-left-1" if i == 7 else None,
            )
        )
    return tuple(found)


def _reason(i: int) -> str:
    return "reserve:aktor-left-1" if i == 7 else "certain" if i % 3 == 0 else "drawn"


def _reserves() -> tuple[Waiting, ...]:
    parts = (Part.COMPANY, Part.COMPANY, Part.COMPANY, Part.ACADEMIA, Part.ACADEMIA, Part.PATIENT_ORGANISATION)
    return tuple(
        Waiting(f"aktor-reserv-{i}", f"Reservaktör nummer {i} (demo)", part, "lot", 500_000, 30 + i)
        for i, part in enumerate(parts, start=1)
    )


def _not_selected() -> tuple[Waiting, ...]:
    reasons = (
        "lot",
        "lot",
        "conflict:har skrivit underlaget till behovet",
        "never_together:aktor-company-1",
        "house:aktor-company-2",
        "not_qualified",
        "not_qualified",
        "no_place",
    )
    chances = (500_000, 531_250, 0, 0, 0, 0, 0, 0)
    return tuple(
        Waiting(f"aktor-left-{i}", f"Aktören som inte fick plats {i} (demo)", Part.COMPANY, reason, chance, 40 + i)
        for i, (reason, chance) in enumerate(zip(reasons, chances, strict=True), start=1)
    )


def _seats() -> list[Seat]:
    guests = [Seat(f"{id}/{n}", id, name, part) for id, name, part, count in _actors() for n in range(1, count + 1)]
    hosts = [Seat(f"host/{part}/{n}", None, "", part) for part, count in _HOST.items() for n in range(1, count + 1)]
    return guests + hosts


def _whole() -> tuple[tuple[Group, ...], tuple[tuple[int, ...], ...]]:
    seats = _seats()
    groups = tuple(Group(g + 1, tuple(seats[g::4])) for g in range(4))
    return groups, tuple(tuple((g + r) % 4 + 1 for g in range(4)) for r in range(4))


def _remixed() -> tuple[tuple[Group, ...], tuple[tuple[int, ...], ...]]:
    seats, ways = _seats(), list(permutations(range(1, 5)))[:20]
    groups = tuple(Group(g + 1, tuple(seats[g::20])) for g in range(20))
    return groups, tuple(tuple(way[r] for way in ways) for r in range(4))


def _programme() -> tuple[ProgrammeItem, ...]:
    lengths: list[tuple[Item, int, int | None, str | None]] = [
        (Item.ARRIVAL, 15, None, "Kaffe i foajén"),
        (Item.BRIEFING, 25, None, None),
        (Item.ROUND, 25, 1, None),
        (Item.CHANGE, 5, None, None),
        (Item.ROUND, 25, 2, None),
        (Item.BREAK, 20, None, None),
        (Item.ROUND, 25, 3, None),
        (Item.CHANGE, 5, None, None),
        (Item.ROUND, 25, 4, None),
        (Item.TOUR, 25, None, "En vårdavdelning på natten, med tänd lampa"),
        (Item.MINGLE, 30, None, None),
        (Item.CLOSING, 15, None, None),
    ]
    at, found = DAY, []
    for item, minutes, number, text in lengths:
        found.append(ProgrammeItem(item, at, at + timedelta(minutes=minutes), number, text))
        at = found[-1].ends
    return tuple(found)


def _meetings() -> tuple[FollowUpMeeting, ...]:
    first = DAY + timedelta(days=7)
    return tuple(
        FollowUpMeeting(
            actor_id=id,
            name=name,
            team="Behovsteam 1 (demo)" if i % 2 else "Behovsteam 2 (demo)",
            starts=first + timedelta(days=i // 4, minutes=45 * (i % 4)),
            minutes=30,
            held=(first + timedelta(days=i // 4)).date() if i < 9 else None,
            notes=f"anteckning-demo-{i}" if i < 8 else None,
        )
        for i, (id, name, _, _) in enumerate(_actors()[:12])
    )


def _outcomes() -> tuple[Outcome, ...]:
    said = (
        (OutcomeKind.KNOWLEDGE, "Det finns mätning utan kamera som märker rörelse i sängen inom två sekunder.", 1),
        (OutcomeKind.PERSPECTIVE, "Patienter vill själva välja vem som larmas och se när det sker.", 3),
        (OutcomeKind.PROPOSAL, "Prova tre nätter på en avdelning med samma mått före och efter.", 4),
        (OutcomeKind.KNOWLEDGE, "Larm som grupperas per rum minskar onödiga larm, enligt två forskargrupper.", 2),
    )
    return tuple(Outcome(kind, text, at, DAY + timedelta(days=1)) for kind, text, at in said)


def _values() -> tuple[Value, ...]:
    texts = ("Bra att höra patienterna.", None, "Vi mötte två som vi inte kände.", None, None, "För kort paus.")
    return tuple(
        Value(id, name, 3 + i % 3, 2 + i % 4, 4 + i % 2, text, DAY + timedelta(days=2))
        for i, ((id, name, _, _), text) in enumerate(zip(_actors()[:6], texts, strict=True))
    )


def _steps() -> tuple[Step, ...]:
    kinds = list(ActKind)[list(ActKind).index(ActKind.FORUM_COMPOSED) :]
    return tuple(
        Step(kind, MADE + timedelta(days=4 * i, minutes=7 * i), "konto-demo-1", 1204 + 17 * i)
        for i, kind in enumerate(kinds)
    )
