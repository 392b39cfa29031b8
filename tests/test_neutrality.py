"""The relations that a neutral ranking keeps, tried on one that is neutral and on many that are not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from matcha.errors import Invalid
from matcha.neutrality.changes import mentioning, renamed, sampled, swapped_fields
from matcha.neutrality.comparing import among, folded
from matcha.neutrality.relations import Parallel, Ranks, check
from matcha.neutrality.report import Finding, Relation
from matcha.neutrality.rewriting import padded, padding
from matcha.records import ActorForm, ContactForm, NeedForm, ProfileForm
from matcha.records.batch import Batch
from matcha.text.canonical import LONGEST
from matcha.values import ActorKind, Language
from tests.conftest import demo, demo_qrels
from tests.rankers import RANKERS, Plain, demo_parallels

NEEDS, PROFILES, SAMPLE = 15, 80, 24


@cache
def part_of_demo(most_needs: int = NEEDS, most_profiles: int = PROFILES) -> Batch:
    """Some needs, and some of the profiles judged for them."""
    judged = {need: set(grades) for need, grades in demo_qrels().items()}
    needs = sampled(judged, most_needs)
    profiles = set(sampled(set().union(*(judged[need] for need in needs)), most_profiles))
    forms = tuple(ProfileForm(**row) for row in demo("profiles") if row["id"] in profiles)
    actors = {form.actor_id for form in forms}
    return Batch(
        tuple(ActorForm(**row) for row in demo("actors") if row["id"] in actors),
        tuple(ContactForm(**row) for row in demo("contacts") if row["actor_id"] in actors),
        forms,
        tuple(NeedForm(**row) for row in demo("needs") if row["id"] in needs),
    )


@cache
def findings(ranker: str) -> Mapping[Relation, Finding]:
    found = check(part_of_demo(), RANKERS[ranker](), demo_parallels(), SAMPLE, lambda done, total: None)
    return {finding.relation: finding for finding in found}


def test_a_ranking_that_is_neutral_by_construction_keeps_every_relation() -> None:
    found = findings("Plain")
    assert tuple(found) == tuple(Relation)
    assert all(finding.tried for finding in found.values())
    judged = {relation: finding.holds for relation, finding in found.items()}
    assert judged == {relation: None if relation is Relation.SIZE else True for relation in Relation}


R = Relation
FAULTS: dict[str, tuple[Relation, set[Relation]]] = {  # which relation must catch it, and which others may
    "LongNames": (R.NAMES, set()),
    "ReadsNames": (R.NAMES, set()),
    "PrefersSweden": (R.FIELDS, set()),
    "FirstCome": (R.ORDER, {R.LANGUAGE}),  # the Swedish version is registered first
    "ReciprocalRanks": (R.REMOVED, {R.ADDED}),
    "MinMax": (R.REMOVED, {R.ADDED}),
    "RegisteredRarity": (R.ADDED, {R.REMOVED}),
    "AsWritten": (R.INVISIBLE, set()),
    "EverySentence": (R.REPETITION, {R.LENGTH}),
    "ReadsLists": (R.KEYWORDS, set()),
    # what goes by the number of characters is moved by whatever changes it
    "PrefersShort": (R.LENGTH, {R.NAMES, R.INVISIBLE, R.REPETITION, R.LANGUAGE}),
    "PrefersLong": (R.LENGTH, {R.NAMES, R.INVISIBLE, R.REPETITION, R.KEYWORDS, R.LANGUAGE}),
    "OwnLanguage": (R.LANGUAGE, set()),
    "AddsProfiles": (R.DUPLICATE, set()),
    "ListsCopies": (R.DUPLICATE, set()),
}


@pytest.mark.parametrize("ranker", FAULTS)
def test_a_ranking_with_a_fault_is_caught(ranker: str) -> None:
    catches, others = FAULTS[ranker]
    caught = {relation for relation, finding in findings(ranker).items() if finding.holds is False}
    assert catches in caught
    assert caught - {catches} <= others


def test_every_fault_has_a_relation_that_must_catch_it() -> None:
    assert {"Plain", *FAULTS} == set(RANKERS)
    assert {catches for catches, _ in FAULTS.values()} == set(Relation) - {Relation.SIZE}  # which is not judged


# its own arithmetic

A, B, C = "a", "b", "c"


def toy_batch() -> Batch:
    """Three actors, of whom the first has two profiles, and two needs."""
    actors = tuple(
        ActorForm(id=id, name=f"Bolaget {id} (demo)", kind=ActorKind.COMPANY, org_number=number)
        for id, number in ((A, "495000-0010"), (B, "4950000028"), (C, None))
    )
    profiles = tuple(
        ProfileForm(
            id=id, actor_id=actor, title=f"Titel {id}", text=f"Det här säger {id} om saken.", language=Language.SV
        )
        for id, actor in (("p1", A), ("p2", A), ("p3", B), ("p4", C))
    )
    needs = tuple(NeedForm(id=id, title=f"Behov {id}", text="Något viktigt saknas i dag.") for id in ("n1", "n2"))
    return Batch(actors, (), profiles, needs)


class Toy:
    """Ranks whoever has profiles by a score that a test gives, and remembers the batches."""

    def __init__(self, score: Callable[[Batch, str, str], float]) -> None:
        self.score = score
        self.batches: list[Batch] = []

    def __call__(self, batch: Batch) -> Ranks:
        self.batches.append(batch)
        actors = dict.fromkeys(p.actor_id for p in batch.profiles)
        points = {need.id: {actor: self.score(batch, need.id, actor) for actor in actors} for need in batch.needs}
        return {need: Plain().ranked(own) for need, own in points.items()}


def by_id(batch: Batch, need: str, actor: str) -> float:
    return -float(sorted(a.id for a in batch.actors).index(actor))


def tried(toy: Toy, parallels: Sequence[Parallel] = (), sample: int = 4) -> dict[Relation, Finding]:
    found = check(toy_batch(), toy, parallels, sample, lambda done, total: None)
    return {finding.relation: finding for finding in found}


def test_counts_what_was_compared() -> None:
    found = tried(Toy(lambda batch, need, actor: {A: 3.0, B: 2.0, C: 1.0}.get(actor, 0.0)))
    everyone = 2 * 3  # needs and actors
    assert {relation: finding.moves for relation, finding in found.items()} == {
        Relation.NAMES: ((0, everyone),),
        Relation.FIELDS: ((0, everyone),),
        Relation.ORDER: ((0, 2 * everyone),),
        Relation.ADDED: ((0, 3 * everyone),),
        Relation.REMOVED: ((0, 3 * 2 * 2),),  # three removals; the actor who loses a profile is left out
        Relation.DUPLICATE: ((0, 2 * everyone),),
        Relation.INVISIBLE: ((0, everyone),),
        Relation.REPETITION: ((0, everyone),),
        Relation.KEYWORDS: ((0, 2),),  # of the profiles, those of b (2 · 2 > 3) and c are low
        Relation.LENGTH: ((0, 2),),  # one actor is padded
        Relation.LANGUAGE: (),
        Relation.SIZE: ((0, 2),),
    }
    assert found[Relation.LANGUAGE].holds is None


def test_counts_how_far_everyone_moves() -> None:
    def first_come(batch: Batch, need: str, actor: str) -> float:
        return -float([a.id for a in batch.actors].index(actor))

    order = tried(Toy(first_come))[Relation.ORDER]
    assert order.moves[0][0] == -2
    assert order.moves[-1][0] == 2
    assert sum(change * count for change, count in order.moves) == 0
    assert order.tried == 12
    assert order.figure == 2.0
    assert order.holds is False


def test_the_gain_of_keywords_is_the_most_that_anybody_gains() -> None:
    def lines(batch: Batch, need: str, actor: str) -> float:
        said = max(p.text.count("\n") for p in batch.profiles if p.actor_id == actor)
        return (100.0 if said else 0.0) + {A: 3.0, B: 2.0, C: 1.0}.get(actor, 0.0)

    found = tried(Toy(lines))[Relation.KEYWORDS]
    assert found.moves == ((-1, 2),)  # past a, the only one who attacks nobody
    assert found.figure == 1.0
    assert found.holds is True


def test_the_share_of_swedish_first_counts_ties_half() -> None:
    def swedish_first_for_one_need(batch: Batch, need: str, actor: str) -> float:
        language = next(p.language for p in batch.profiles if p.actor_id == actor)
        return float(need == "n1" and language is Language.SV)

    found = tried(Toy(swedish_first_for_one_need), [Parallel(("Titel", "Text."), ("Title", "Text."))])
    language = found[Relation.LANGUAGE]
    assert language.moves == ((0, 1), (4, 1))
    assert language.figure == 0.75
    assert language.holds is False


def test_size_is_told_and_not_judged() -> None:
    def profiles(batch: Batch, need: str, actor: str) -> float:
        return float(sum(p.actor_id == actor for p in batch.profiles)) + (0.5 if actor == C else 0.0)

    size = tried(Toy(profiles))[Relation.SIZE]
    assert size.moves == ((-1, 2),)  # first with both, second, after c, with one
    assert size.figure == -1.0
    assert size.holds is None


def test_a_copy_may_stand_for_its_original() -> None:
    found = folded({"n": {"a-copy": 1, "b": 2, "b-copy": 3}}, {"a-copy": "a", "b-copy": "b"})
    assert found == {"n": {"a": 1, "b": 2}}


def test_those_who_are_left_are_ranked_anew_and_share_as_before() -> None:
    assert among({"n": {"a": 1, "b": 2, "c": 2, "d": 4, "e": 5}}, ["a", "d"]) == {"n": {"b": 1, "c": 1, "e": 3}}


def test_the_same_batch_is_tried_alike_and_left_as_it_is() -> None:
    first, second, told = Toy(by_id), Toy(by_id), list[tuple[int, int]]()
    batch = toy_batch()
    found = check(batch, first, demo_parallels(), 4, lambda done, total: told.append((done, total)))
    assert found == check(toy_batch(), second, demo_parallels(), 4, lambda done, total: None)
    assert first.batches == second.batches
    assert batch == toy_batch()
    assert told == [(done, len(first.batches)) for done in range(1, len(first.batches) + 1)]


def test_every_batch_that_is_ranked_could_be_submitted() -> None:
    toy = Toy(by_id)
    batch = part_of_demo()
    long = batch.profiles[0].model_copy(update={"text": "Detta är en mening om något annat. " * 560})
    check(replace(batch, profiles=(long, *batch.profiles[1:])), toy, demo_parallels(), PROFILES, lambda d, t: None)
    for tried_batch in toy.batches:
        for forms in (tried_batch.actors, tried_batch.contacts, tried_batch.profiles, tried_batch.needs):
            assert len({form.id for form in forms}) == len(forms)
    for form in {form for b in toy.batches for form in (*b.actors, *b.contacts, *b.profiles, *b.needs)}:
        type(form).model_validate(form.model_dump())


def test_needs_something_to_try() -> None:
    with pytest.raises(Invalid):
        check(replace(toy_batch(), needs=()), Toy(by_id), (), 4, lambda done, total: None)
    with pytest.raises(Invalid):
        check(toy_batch(), Toy(by_id), (), 0, lambda done, total: None)


# what is changed


def test_names_and_numbers_change_places_in_fields_and_texts_alike() -> None:
    batch = mentioning(part_of_demo(), sampled((p.id for p in part_of_demo().profiles), SAMPLE))
    after = renamed(batch)
    new = {a.name: b.name for a, b in zip(batch.actors, after.actors, strict=True)}
    assert sorted(new) == sorted(new.values())
    assert all(old != name for old, name in new.items())
    numbers = {a.id: (a.org_number, b.org_number) for a, b in zip(batch.actors, after.actors, strict=True)}
    assert sorted(a or "" for a, _ in numbers.values()) == sorted(b or "" for _, b in numbers.values())
    assert all((a is None) == (b is None) for a, b in numbers.values())
    mentions = 0
    texts = zip(said(batch), said(after), strict=True)
    for (old, now), name in product(texts, new):
        mentions += old.count(name)
        assert now.count(new[name]) == old.count(name)
    assert mentions >= SAMPLE


def said(batch: Batch) -> list[str]:
    return [*(f"{p.title}\n{p.text}" for p in batch.profiles), *(f"{n.title}\n{n.text}" for n in batch.needs)]


def test_fields_change_places() -> None:
    batch, after = part_of_demo(), swapped_fields(part_of_demo())
    for field in ("country", "website"):
        before, now = ([getattr(a, field) for a in each.actors] for each in (batch, after))
        assert Counter(before) == Counter(now)
        assert before != now


def test_padding_is_long_enough_and_says_nothing_of_care() -> None:
    for language in Language:
        lines = padding(language)
        assert len(set(lines)) == len(lines) >= 180
        assert not re.search(
            r"\b(vård|patient|sjuk|medic|klin|hälso|care\b|health|clinic|hospital)", " ".join(lines), re.I
        )
        text = "En mening. " if language is Language.SV else "A sentence. "
        form = ProfileForm(id="p", actor_id="a", title="Titel", text=text * 40, language=language)
        short, whole = padded(LONGEST // 4, form), padded(LONGEST, form)
        assert 0.97 < len(short.text) / (LONGEST // 4) <= 1
        assert 0.97 < len(whole.text) / LONGEST <= 1
        assert whole.text.startswith(short.text)
