"""Batches with more in them, or less: strangers, copies, the same in two languages, and profiles taken out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from matcha.neutrality.changes import has_swedish_number
from matcha.neutrality.rewriting import language_of
from matcha.records import ActorForm, ProfileForm
from matcha.records.batch import Batch
from matcha.values import ActorKind, Language

_WORDS_PER_CHANGE = 25  # in a text that says nearly the same
_OTHER_WORD = {Language.SV: "sådan", Language.EN: "such"}


@dataclass(frozen=True)
class Parallel:
    """The same content in two languages: (title, text) of each."""

    swedish: tuple[str, str]
    english: tuple[str, str]


def invented_parallels() -> tuple[Parallel, ...]:
    """Give the parallel profiles that are part of matcha: 40 of the demo's, in both languages."""
    content = (files("matcha.neutrality") / "parallels.jsonl").read_text("utf-8")
    rows = (json.loads(line) for line in content.splitlines())
    return tuple(Parallel((row["sv"][0], row["sv"][1]), (row["en"][0], row["en"][1])) for row in rows)


@dataclass(frozen=True)
class WithCopies:
    """A batch with copies in it. `original` gives the actor that the actor of a copy copies."""

    batch: Batch
    original: Mapping[str, str]


@dataclass(frozen=True)
class WithPairs:
    """A batch with pairs of invented actors in it: (Swedish, English) ids."""

    batch: Batch
    pairs: tuple[tuple[str, str], ...]


def unused(id: str, batch: Batch) -> str:
    """Give an id like the one asked for that nothing in the batch has."""
    taken = {form.id for forms in (batch.actors, batch.contacts, batch.profiles, batch.needs) for form in forms}
    while id in taken:
        id += "-x"
    return id


_UNRELATED = (
    (
        "Knölvik Jordkällare (påhittad)",
        "Lagring av potatis i jordkällare",
        "Potatisen skördas torr och får vila i mörker i två veckor innan den flyttas till jordkällaren. Där hålls den "
        "vid fyra grader och hög luftfuktighet till in i maj. Lådorna är av gran och staplas så att luften kan röra "
        "sig mellan dem. Varje månad sorteras det som har börjat gro bort.",
    ),
    (
        "Pipnäs Organ Builders (invented)",
        "Restoring church organs with tracker action",
        "We restore church organs from the eighteenth century. Pipes of tin and oak are cleaned, voiced and put back "
        "in their old places, and leather of the bellows is renewed. Trackers are made of pine as they once were. "
        "After the work the organ is tuned during three nights, when the church is empty and the air is still.",
    ),
    (
        "Granmossens Skogslag (påhittat)",
        "Gallring av blandskog med häst och lätta maskiner",
        "Vi gallrar blandskog på mark som är för blöt för stora skördare. Stammarna släpas ut med häst till närmaste "
        "basväg, så att rötter och mossa skonas. Björk och asp lämnas i grupper åt fåglarna. Efter fem år kommer vi "
        "tillbaka och mäter hur mycket de kvarvarande tallarna har vuxit.",
    ),
)


def with_strangers(batch: Batch) -> tuple[Batch, ...]:
    """Give batches with one more actor each, whose profile has nothing to do with any need of care."""
    return tuple(
        _with_actor(batch, unused(f"stranger-{i}", batch), name, title, text, None)
        for i, (name, title, text) in enumerate(_UNRELATED)
    )


def without(batch: Batch, profiles: Iterable[str]) -> Batch:
    """Give the batch without some profiles. Their actors stay, and so does all that is said of them elsewhere."""
    gone = frozenset(profiles)
    return replace(batch, profiles=tuple(p for p in batch.profiles if p.id not in gone))


def only_first_profiles(batch: Batch, actors: Iterable[str]) -> Batch:
    """Give the batch with only the first profile, by id, of each of these actors."""
    chosen = frozenset(actors)
    first: dict[str, str] = {}
    for profile in sorted(batch.profiles, key=lambda p: p.id):
        first.setdefault(profile.actor_id, profile.id)
    return without(batch, (p.id for p in batch.profiles if p.actor_id in chosen and first[p.actor_id] != p.id))


def with_parallels(batch: Batch, parallels: Sequence[Parallel]) -> WithPairs:
    """Give the batch with each parallel registered by two invented actors, one in each language."""
    pairs = []
    for i, parallel in enumerate(parallels):
        ids = []
        for language, (title, text) in ((Language.SV, parallel.swedish), (Language.EN, parallel.english)):
            ids.append(unused(f"parallel-{i}-{language}", batch))
            batch = _with_actor(batch, ids[-1], f"Parall {i} {language} (påhittad)", title, text, language)
        pairs.append((ids[0], ids[1]))
    return WithPairs(batch, tuple(pairs))


def registered_twice(batch: Batch, sample: Iterable[str]) -> Batch:
    """Give the batch with each sampled profile once more, by the same actor under another id."""
    chosen = frozenset(sample)
    again = (p.model_copy(update={"id": unused(f"{p.id}-2", batch)}) for p in batch.profiles if p.id in chosen)
    return replace(batch, profiles=(*batch.profiles, *again))


def with_namesakes(batch: Batch, sample: Sequence[str]) -> WithCopies:
    """Give the batch with copies of the sampled profiles whose actors have a Swedish organisation number.

    Each is registered by a second actor with the same number and another name: in turn the same text, nearly the
    same, and the same in capitals with the number written in another way.
    """
    actors = {a.id: a for a in batch.actors}
    profiles = {p.id: p for p in batch.profiles}
    chosen = [profiles[id] for id in sample if has_swedish_number(actors[profiles[id].actor_id])]
    original = {}
    for turn, profile in enumerate(chosen):
        own, id = actors[profile.actor_id], unused(f"{profile.id}-namesake", batch)
        original[id] = own.id
        batch = replace(
            batch,
            actors=(*batch.actors, _namesake(own, id, turn)),
            profiles=(*batch.profiles, _copy(profile, turn).model_copy(update={"id": id, "actor_id": id})),
        )
    return WithCopies(batch, original)


def _namesake(own: ActorForm, id: str, turn: int) -> ActorForm:
    digits = re.sub(r"\D", "", number := own.org_number or "")
    written = f"{digits[:-4]}-{digits[-4:]}" if number == digits else digits
    update = {"id": id, "name": f"Tvillnamn {turn} (påhittat)", "website": None}
    return own.model_copy(update=update | ({"org_number": written} if turn % 3 == 2 else {}))


def _copy(profile: ProfileForm, turn: int) -> ProfileForm:
    language = language_of(profile)
    title, text = profile.title, profile.text
    if turn % 3 == 1:
        text = _nearly(text, _OTHER_WORD[language])
    if turn % 3 == 2:
        title, text = title.upper(), text.upper()
    return profile.model_copy(update={"title": title, "text": text, "language": language})


def _nearly(text: str, word: str) -> str:
    """Give the text with one to three of its words changed, at even distances."""
    words = text.split(" ")
    changes = min(3, max(1, len(words) // _WORDS_PER_CHANGE))
    for i in range(1, changes + 1):
        words[i * len(words) // (changes + 1)] = word
    return " ".join(words)


def _with_actor(batch: Batch, id: str, name: str, title: str, text: str, language: Language | None) -> Batch:
    actor = ActorForm(id=id, name=name, kind=ActorKind.COMPANY)
    profile = ProfileForm(id=id, actor_id=id, title=title, text=text, language=language)
    return replace(batch, actors=(*batch.actors, actor), profiles=(*batch.profiles, profile))
