"""Other batches that should rank as the one given: pure functions, which leave what they are given as it is.

What chance would decide is decided by hashes of ids, so that the same batch is always changed alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from matcha.neutrality.rewriting import LONGEST_LINE, Way, digest, fits, language_of, with_text
from matcha.records import ActorForm, NeedForm, ProfileForm
from matcha.records.batch import Batch
from matcha.text.canonical import LONGEST
from matcha.text.sentences import joined
from matcha.values import Language

NEEDS_WITH_NAMES = 5  # needs whose text is made to mention an actor

Value = TypeVar("Value")
Saying = TypeVar("Saying", ProfileForm, NeedForm)


def sampled(ids: Iterable[str], count: int) -> tuple[str, ...]:
    """Give `count` of the ids (or all there are), by their SHA-256."""
    return tuple(sorted(set(ids), key=digest)[:count])


def rewritten(batch: Batch, changed: Mapping[str, ProfileForm]) -> Batch:
    """Give the batch with other forms for some profiles, by id."""
    return replace(batch, profiles=tuple(changed.get(p.id, p) for p in batch.profiles))


def dealt(batch: Batch, sample: Sequence[str], ways: Sequence[Way]) -> Batch:
    """Give the batch with each sampled profile rewritten in another way, in turn."""
    profiles = {p.id: p for p in batch.profiles}
    return rewritten(batch, {id: ways[i % len(ways)](profiles[id]) for i, id in enumerate(sample)})


# names

_MENTIONS = {
    Language.SV: (
        "Vi på {name} har arbetat med detta länge.",
        "Det som beskrivs här används tillsammans med det som {name} gör.",
        "I dag har vi ett samarbete med {name} om detta.",
        " (organisationsnummer {number})",
        "{title} från {name}",
    ),
    Language.EN: (
        "We at {name} have worked with this for a long time.",
        "What is described here is used together with what {name} does.",
        "Today we work together with {name} on this.",
        " (organisation number {number})",
        "{title} from {name}",
    ),
}


def mentioning(batch: Batch, sample: Sequence[str]) -> Batch:
    """Give the batch with names in its texts.

    Of the sampled profiles two in three mention their own actor with its number, one at the end and in its title, one
    at the beginning; every third mentions another actor. So do the first needs.
    """
    actors = {a.id: a for a in batch.actors}
    order = sampled(actors, len(actors))
    after = dict(zip(order, (*order[1:], *order[:1]), strict=True))
    profiles = {p.id: p for p in batch.profiles}
    changed = {}
    for turn, id in enumerate(sample):
        own = actors[profiles[id].actor_id]
        changed[id] = _with_mention(profiles[id], turn % 3, own, actors[after[own.id]])
    needs = [_need_with_mention(need, actors[order[i % len(order)]]) for i, need in enumerate(batch.needs)]
    return replace(rewritten(batch, changed), needs=(*needs[:NEEDS_WITH_NAMES], *batch.needs[NEEDS_WITH_NAMES:]))


def _with_mention(profile: ProfileForm, turn: int, own: ActorForm, other: ActorForm) -> ProfileForm:
    by, used_with, _, number, titled = _MENTIONS[language_of(profile)]
    if turn == 2:
        return _roomy(with_text(profile, joined(profile.text, used_with.format(name=other.name))), profile)
    written = own.name + (number.format(number=own.org_number) if has_swedish_number(own) else "")
    sentence = by.format(name=written)
    if turn == 1:
        return _roomy(with_text(profile, f"{sentence} {profile.text}"), profile)
    title = titled.format(title=profile.title, name=own.name)
    title = title if len(title) <= LONGEST_LINE // 2 else profile.title
    return _roomy(with_text(profile, joined(profile.text, sentence), title), profile)


def _roomy(new: ProfileForm, old: ProfileForm) -> ProfileForm:
    """Give the new form unless it may grow too long when its names become longer ones."""
    return new if len(new.text) <= LONGEST - 2 * LONGEST_LINE else old


def _need_with_mention(need: NeedForm, actor: ActorForm) -> NeedForm:
    text = joined(need.text, _MENTIONS[language_of(need)][2].format(name=actor.name))
    return need.model_copy(update={"text": text}) if fits(text) and len(text) <= LONGEST - LONGEST_LINE else need


def renamed(batch: Batch) -> Batch:
    """Give the batch with the names of all actors permuted, and the Swedish organisation numbers, wherever they stand.

    Who has the same name or number has the same afterwards, too.
    """
    names = _rotated(a.name for a in batch.actors)
    numbers = _rotated(a.org_number for a in batch.actors if a.org_number and has_swedish_number(a))
    swap = _swap({**numbers, **names})
    actors = (
        a.model_copy(
            update={
                "name": names[a.name],
                "org_number": numbers.get(a.org_number or "", a.org_number) if a.country == "SE" else a.org_number,
            }
        )
        for a in batch.actors
    )
    return replace(
        batch,
        actors=tuple(actors),
        profiles=tuple(_said_anew(p, swap) for p in batch.profiles),
        needs=tuple(_said_anew(n, swap) for n in batch.needs),
    )


def has_swedish_number(actor: ActorForm) -> bool:
    """Whether an actor has an organisation number of the Swedish kind."""
    return actor.country == "SE" and actor.org_number is not None


def _rotated(values: Iterable[str]) -> dict[str, str]:
    """Give for each value the next one in the order of their hashes."""
    order = sampled(distinct := list(values), len(distinct))
    return dict(zip(order, (*order[1:], *order[:1]), strict=True))


def _swap(new: Mapping[str, str]) -> Callable[[str], str]:
    if not new:
        return lambda text: text
    longest_first = sorted(new, key=lambda old: (-len(old), old))
    found = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return lambda text: found.sub(lambda old: new[old[0]], text)


def _said_anew(form: Saying, swap: Callable[[str], str]) -> Saying:
    return form.model_copy(update={"title": swap(form.title), "text": swap(form.text)})


# fields and order


def swapped_fields(batch: Batch) -> Batch:
    """Give the batch with the websites of all actors permuted, the countries of those without organisation number,
    and whom the contact persons belong to."""
    order = sampled((a.id for a in batch.actors), len(batch.actors))
    actors = {a.id: a for a in batch.actors}
    sites = _moved(order, {id: actors[id].website for id in order})
    free = [id for id in order if actors[id].org_number is None]
    countries = _moved(free, {id: actors[id].country for id in free})
    owners = [contact.actor_id for contact in batch.contacts]
    return replace(
        batch,
        actors=tuple(
            a.model_copy(update={"website": sites[a.id], "country": countries.get(a.id, a.country)})
            for a in batch.actors
        ),
        contacts=tuple(
            contact.model_copy(update={"actor_id": owner})
            for contact, owner in zip(batch.contacts, (*owners[1:], *owners[:1]), strict=True)
        ),
    )


def _moved(order: Sequence[str], values: Mapping[str, Value]) -> dict[str, Value]:
    """Give each the value of the one half a round further on among all, sorted by value, so that most get another."""
    ranked = sorted(order, key=lambda each: (str(values[each]), digest(each)))
    half = len(ranked) // 2
    return {id: values[other] for id, other in zip(ranked, (*ranked[half:], *ranked[:half]), strict=True)}


def reversed_order(batch: Batch) -> Batch:
    """Give the batch with everything in the reverse order."""
    return _reordered(batch, lambda forms: tuple(reversed(forms)))


def shuffled(batch: Batch) -> Batch:
    """Give the batch with everything in the order of the hashes of its ids."""
    return _reordered(batch, lambda forms: tuple(sorted(forms, key=lambda form: digest("shuffled", form.id))))


def _reordered(batch: Batch, order: Callable[..., tuple[object, ...]]) -> Batch:
    nouns = ("actors", "contacts", "profiles", "needs")
    return replace(batch, **{noun: order(getattr(batch, noun)) for noun in nouns})  # type: ignore[arg-type]
