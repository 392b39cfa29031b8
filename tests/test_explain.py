"""Why a profile stands where it stands: every number against the ranking itself, and nobody else's words in it."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlmodel import select

from matcha import Batch, HashingEncoder, Language, Match, Matcha
from matcha.encoding.remembering import RememberingEncoder
from matcha.errors import Conflict, Invalid, NotFound
from matcha.explanation import Case
from matcha.interchange import explanation_json
from matcha.matchlog.keys import MemoryKeeper
from matcha.records import ActorForm, ContactForm, NeedForm, Passage, ProfileForm, ProfileVersion
from matcha.records.batch import Noun
from matcha.retrieval import reference
from matcha.retrieval.reading import Reader, Reading, all_sentences, as_encoded
from matcha.retrieval.reference import Reference
from matcha.retrieval.shelf import MemoryShelf
from matcha.scoring import Query
from matcha.service.asking import Question
from matcha.service.explaining import Explainer
from matcha.service.telling import Told, matches, texts_in
from matcha.store import Store, log
from matcha.store.changes import note
from matcha.values import ActorKind, Band, Explanation, Hit, Parts, Progress, Role, Scored
from tests.conftest import HYGIENE, ListeningEncoder, actor, profile, said, small_batch, told

SV, EN = Language.SV, Language.EN
DOES = {
    SV: ("mäter", "visar", "följer", "ordnar", "stöder", "prövar", "förbättrar", "räknar"),
    EN: ("measure", "show", "follow", "arrange", "support", "examine", "improve", "count"),
}
WHAT = {
    SV: ("handhygien", "väntetider", "fallolyckor", "trycksår", "läkemedel", "sjukresor", "sårvård", "scheman"),
    EN: ("hygiene", "queues", "falls", "ulcers", "medication", "transport", "wounds", "rosters"),
}
WHERE = {
    SV: ("avdelningen", "mottagningen", "akuten", "hemmet", "vårdcentralen", "operationssalen"),
    EN: ("wards", "clinics", "homes", "theatres", "pharmacies", "laboratories"),
}
WHEN = {
    SV: ("varje vecka", "dygnet runt", "utan att störa arbetet", "tillsammans med patienten", "med en sensor i taket"),
    EN: ("every week", "day and night", "without disturbing the work", "with the patient", "by a sensor above the bed"),
}
NEEDS = {
    "n-ett": (SV, "Vi behöver mäta handhygien på avdelningen utan att störa arbetet."),
    "n-flera": (
        SV,
        "Färre fallolyckor om natten\nVi vill följa fallolyckor på avdelningen dygnet runt. "
        "Personalen ska få se resultatet varje vecka. Trycksår ska upptäckas tidigt hos den som ligger länge.",
    ),
    "n-english": (EN, "We need to count falls on our wards day and night. Wounds should be followed in the home."),
}

LIST = "Salva kräm plåster förband dosett rullstol madrass tolk journal remiss dropp kanyl spruta gips krycka skena."


def a_sentence(draw: random.Random, language: Language) -> str:
    does, what, where, when = (draw.choice(each[language]) for each in (DOES, WHAT, WHERE, WHEN))
    if language is SV:
        return f"Vi {does} {what} på {where} {when}."
    return f"We {does} the {what} in our {where} {when}."


def mark(number: int) -> str:
    """A word that stands in one profile only."""
    return f"zqx{number:02}q"


def a_profile(draw: random.Random, number: int, actor_id: str, language: Language) -> ProfileForm:
    said = list(dict.fromkeys(a_sentence(draw, language) for _ in range(draw.choice((1, 2, 4, 12)))))
    said.append(f"Det vi har heter {mark(number)}." if language is SV else f"What we have is called {mark(number)}.")
    draw.shuffle(said)
    if number % 5 == 0:
        said.append(LIST)
    if number % 7 == 0:
        said.append(said[0].upper())  # a repetition
    title = f"{draw.choice(WHAT[language])} {mark(number)}"
    text = " ".join(said)
    return ProfileForm(id=f"p-{mark(number)}", actor_id=actor_id, title=title, text=text, language=language)


def a_register() -> Batch:
    """Thirty actors, every third with four profiles, half of them in each language."""
    draw = random.Random(2)
    actors: list[ActorForm] = []
    profiles: list[ProfileForm] = []
    for i in range(30):
        actors.append(actor(f"a-{i:02}"))
        for _ in range(4 if i % 3 == 0 else 1):
            profiles.append(a_profile(draw, len(profiles), actors[-1].id, SV if i % 2 else EN))
    needs = [NeedForm(id=id, title="Behov", text=text, language=language) for id, (language, text) in NEEDS.items()]
    return Batch(actors=tuple(actors), profiles=tuple(profiles), needs=tuple(needs))


REGISTER = a_register()
PROFILES = {form.id: form for form in REGISTER.profiles}
LONG = [form.id for form in REGISTER.profiles if len(form.text) > 500]
SEVERAL = [form.id for form in REGISTER.profiles if form.actor_id == "a-03"]
SHORT = [form.id for form in REGISTER.profiles if len(form.text) < 130]
CHOSEN = (*SEVERAL[:2], LONG[0], LONG[-1], SHORT[0], "p-zqx00q", "p-zqx35q")


ENCODER = RememberingEncoder(HashingEncoder())  # the register is read again and again


def registered(batch: Batch = REGISTER) -> Matcha:
    system = Matcha.in_memory(ENCODER)
    system.submit(batch)
    system.freeze()
    return system


@pytest.fixture(scope="module")
def system() -> Matcha:
    """The register, with frozen statistics. Treat as read-only."""
    return registered()


@pytest.fixture
def changing() -> Matcha:
    """The register, to be changed."""
    return registered()


def of_actor(system: Matcha, actor_id: str, text: str) -> Match:
    (found,) = (row for row in system.match(text, k=1000).matches if row.actor.id == actor_id)
    return found


def own_points(found: Explanation) -> int:
    pairs, terms, others = found.evidence, found.terms, found.other_points
    return sum(p.points for p in pairs) + sum(t.points for t in terms) + sum(o.points for o in others)


def test_the_register_is_what_the_tests_need() -> None:
    assert len(LONG) >= 8
    assert len(SHORT) >= 3
    assert len(SEVERAL) == 4
    assert {PROFILES[id].language for id in CHOSEN} == set(Language)


# what it is made of


@pytest.mark.parametrize("need", NEEDS)
def test_every_explanation_adds_up_and_says_what_the_ranking_says(system: Matcha, need: str) -> None:
    rows = {row.actor.id: row for row in system.match(need_id=need, k=1000).matches}
    assert len(rows) == 30
    scores: dict[str, dict[str, int]] = {}
    for id, form in PROFILES.items():
        row, found = rows[form.actor_id], system.explain(id, need_id=need)
        scores.setdefault(form.actor_id, {})[id] = found.score
        assert own_points(found) == found.score
        assert [part.what for part in found.other_points] == ["whole", "generality"]
        assert sum(part.points for part in found.counted) == found.actor_score == row.score
        assert {part.what.removeprefix("profile:") for part in found.counted} <= {
            other for other, each in PROFILES.items() if each.actor_id == form.actor_id
        }
        assert (found.rank, found.ranked, found.actor) == (row.rank, 30, row.actor)
        assert (found.profile_id, found.profile_version, found.profile_title) == (id, 1, form.title)
        assert [pair.need_sentence for pair in found.evidence] == list(found.need_sentences)
        if id == row.profile_id:
            seen = (row.band, row.evidence, row.terms, row.copied)
            assert seen == (found.band, found.evidence, found.terms, found.copied)
            assert row.other_points == (*found.other_points, *found.counted[1:])
    for row in rows.values():
        assert scores[row.actor.id][row.profile_id] == max(scores[row.actor.id].values())


def test_an_explanation_names_what_was_asked_and_of_whom(system: Matcha) -> None:
    answer, found = system.match(need_id="n-flera"), system.explain("p-zqx09q", need_id="n-flera", k=7)
    assert (found.need_sentences, found.k) == (answer.need_sentences, 7)
    assert (found.pipeline, found.snapshot) == (answer.pipeline, answer.snapshot)
    need = system.need("n-flera")
    assert found == system.explain("p-zqx09q", f"{need.title}\n{need.text}", k=7)


def test_what_is_cited_stands_in_the_profile(system: Matcha) -> None:
    for id, form in PROFILES.items():
        for pair in system.explain(id, need_id="n-flera").evidence:
            assert pair.profile_sentence == form.title or pair.profile_sentence in form.text


@pytest.mark.parametrize("k", [1, 2, 7, 29, 30, 31, 1000])
def test_the_cut_is_the_score_of_the_actor_at_place_k(system: Matcha, k: int) -> None:
    rows = system.match(need_id="n-flera", k=1000).matches
    for row in (rows[0], rows[6], rows[-1]):
        found = system.explain(row.profile_id, need_id="n-flera", k=k)
        assert found.k == k
        assert found.to_cut == (row.score - rows[k - 1].score if k <= 30 else None)


def test_repetitions_and_lists_are_told_as_unread_and_nothing_else(system: Matcha) -> None:
    for number, (id, form) in enumerate(PROFILES.items()):
        unread = system.explain(id, need_id="n-ett").unread
        assert form.language is not None
        found = all_sentences(form.text, form.language)
        expected = [s for s in found if s == LIST or s.isupper()]
        assert list(unread) == expected
        assert bool(unread) == (number % 5 == 0 or number % 7 == 0)


def test_a_need_sentence_has_support_when_its_points_are_above_those_of_other_texts(system: Matcha) -> None:
    with system._store.reading() as session:
        ready = system._preparation.ready(session)
    need = NEEDS["n-flera"][1]
    scale = ready.calibration.scale(ready.pipeline.query(system.reader.need(need, SV)))
    seen = set()
    for id in PROFILES:
        for level, pair in zip(scale.support, system.explain(id, need).evidence, strict=True):
            assert pair.supported == (pair.points > level)
            seen.add(pair.supported)
    assert seen == {True, False}


def test_the_band_is_that_of_the_best_profile_alone(system: Matcha) -> None:
    need = NEEDS["n-flera"][1]
    row = next(row for row in system.match(need, k=1000).matches if len(row.other_points) == 4)
    alone = row.score - sum(part.points for part in row.other_points[2:])
    reading = system.reader.need(need, SV)
    with system._store.reading() as session:
        ready = system._preparation.ready(session)
        query = ready.pipeline.query(reading)
        low, high = ready.calibration.scale(query).standings([alone, row.score])
        strict = replace(ready)
        vars(strict)["calibration"] = replace(ready.calibration, possible=(low + high) / 2, strong=high + 1)
        explainer = Explainer(strict, system._indexer, reading, 10, log.head(session))
        assert explainer.explain(session, row.profile_id, what_if=False).band is Band.WEAK
        told = Told(reading, strict.calibration.scale(query), ready.snapshot)
        chosen = [hit for hit in explainer.hits if hit.rank == row.rank]
        (again,) = matches(chosen, texts_in(session, ready.catalogue), told)
    assert (again.profile_id, again.band) == (row.profile_id, Band.WEAK)


def test_the_needs_own_words_are_told_as_copied(matcha: Matcha) -> None:
    need = "Händerna spritas för sällan mellan besöken hos patienterna. Vi vill mäta det dygnet runt på avdelningen."
    copied, own = "Händerna spritas för sällan mellan besöken hos patienterna.", "Resultatet visas i korridoren."
    matcha.submit(Batch(profiles=(HYGIENE.model_copy(update={"text": f"{own} {copied}"}),)))
    found = matcha.explain(HYGIENE.id, need)
    assert found.copied == (copied,)
    assert (found.evidence[0].profile_sentence, found.evidence[0].copied) == (copied, True)
    assert not any(pair.copied for pair in found.evidence if pair.profile_sentence != copied)
    first = told(matcha.match(need))["matches"][0]
    assert (first["copied"], first["evidence"][0]["copied"]) == ([copied], True)
    assert first["unsupported"] == list(
        dict.fromkeys(pair.need_sentence for pair in found.evidence if not pair.supported)
    )


# what if


def resubmitted(system: Matcha, form: ProfileForm, text: str) -> None:
    system.submit(Batch(profiles=(form.model_copy(update={"text": text}),)))


@pytest.mark.parametrize("id", CHOSEN)
def test_deleting_a_sentence_changes_the_score_by_as_much_as_told(changing: Matcha, id: str) -> None:
    form = PROFILES[id]
    before = {need: changing.explain(id, text) for need, (_, text) in NEEDS.items()}
    deletions = {need: {d.profile_sentence: d.change for d in found.deletions} for need, found in before.items()}
    for need, found in before.items():
        cited = {pair.profile_sentence for pair in found.evidence} - {form.title}
        assert set(deletions[need]) == cited
        assert len(found.deletions) == len(cited)
        assert list(deletions[need]) == list(
            dict.fromkeys(pair.profile_sentence for pair in found.evidence if pair.profile_sentence != form.title)
        )
    for sentence in {sentence for changes in deletions.values() for sentence in changes}:
        assert sentence in form.text
        resubmitted(changing, form, form.text.replace(sentence, ""))
        for need, changes in deletions.items():
            if sentence in changes:
                now = of_actor(changing, form.actor_id, NEEDS[need][1]).score
                assert now - before[need].actor_score == changes[sentence], (need, sentence)


@pytest.mark.parametrize("id", CHOSEN[::2])
def test_saying_what_is_missing_brings_the_rank_that_was_told(changing: Matcha, id: str) -> None:
    form = PROFILES[id]
    for _, need in NEEDS.values():
        resubmitted(changing, form, form.text)
        found = changing.explain(id, need)
        lacking = [pair.need_sentence for pair in found.evidence if not pair.supported]
        assert [a.need_sentences for a in found.advice] == [
            *((sentence,) for sentence in lacking),
            *([tuple(lacking)] if len(lacking) > 1 else []),
        ]
        for advice in found.advice:
            resubmitted(changing, form, "\n".join([form.text, *advice.need_sentences]))
            assert of_actor(changing, form.actor_id, need).rank == advice.best_rank


def test_some_advice_and_some_deletion_matters(system: Matcha) -> None:
    """Else the tests above would say nothing."""
    found = [system.explain(id, text) for id in CHOSEN for _, text in NEEDS.values()]
    assert sum(advice.best_rank < each.rank for each in found for advice in each.advice) > 5
    changes = [deletion.change for each in found for deletion in each.deletions]
    assert len(changes) > 20
    assert min(changes) < 0
    assert len(set(changes)) > 10
    assert any(len(each.counted) == 3 for each in found)
    assert any(each.profile_id != each.counted[0].what.removeprefix("profile:") for each in found)


def test_a_rank_counts_the_others_above_and_equal_scores_share_it() -> None:
    def hit(rank: int, actor_id: str, score: int) -> Hit:
        return Hit(rank, actor_id, Scored(f"p-{actor_id}", score, Parts((), (), (), score)))

    hits = (hit(1, "b", 90), hit(2, "a", 70), hit(2, "c", 70), hit(4, "d", 50))
    query = Query(SV, np.zeros((1, 2), np.int16), np.zeros((1, 2), np.int16), {})
    case = Case(query, hits, "a", "p-a", {})
    ranks = {score: case.rank(score) for score in (100, 90, 80, 70, 60, 50, 40)}
    assert ranks == {100: 1, 90: 1, 80: 2, 70: 2, 60: 3, 50: 3, 40: 4}
    assert [case.to_cut(k) for k in (1, 2, 3, 4, 5)] == [-20, 0, 0, 20, None]


def test_the_only_sentence_cannot_be_deleted(changing: Matcha) -> None:
    resubmitted(changing, PROFILES["p-zqx00q"], "Vi mäter handhygien på avdelningen varje vecka.")
    found = changing.explain("p-zqx00q", NEEDS["n-ett"][1])
    assert found.evidence[0].profile_sentence == "Vi mäter handhygien på avdelningen varje vecka."
    assert found.deletions == ()


def test_without_what_if_everything_else_is_the_same_and_nothing_is_encoded() -> None:
    encoder = ListeningEncoder()
    system = Matcha.in_memory(encoder)
    system.submit(small_batch())
    whole = system.explain(HYGIENE.id, NEEDS["n-ett"][1])
    with system._store.reading() as session:
        explainer = system.explainer(session, Question(NEEDS["n-ett"][1], SV, 10))
        encoder.heard.clear()
        found = explainer.explain(session, HYGIENE.id, what_if=False)
    assert encoder.heard == []
    assert whole.deletions
    assert found == replace(whole, deletions=(), advice=())


def test_only_what_is_new_is_encoded_to_explain() -> None:
    encoder = ListeningEncoder()
    system = Matcha.in_memory(encoder)
    system.submit(Batch(actors=REGISTER.actors, profiles=REGISTER.profiles))
    form = PROFILES[LONG[0]]
    before = [text for text in encoder.heard if form.title in text]
    encoder.heard.clear()
    found = system.explain(form.id, NEEDS["n-flera"][1])
    assert found.deletions
    assert not set(before) & set(encoder.heard)


# nobody else


def test_nothing_of_another_actors_profile_is_told(system: Matcha) -> None:
    """R28: no matter who stands above."""
    for id, form in PROFILES.items():
        for need in NEEDS:
            told = json.dumps(explanation_json(system.explain(id, need_id=need)), ensure_ascii=False)
            assert mark(int(id[5:7])) in told
            for other in REGISTER.profiles:
                if other.actor_id != form.actor_id:
                    assert mark(int(other.id[5:7])) not in told
                    assert f'"{other.actor_id}"' not in told
                    assert f"Bolaget {other.actor_id} " not in told


def test_an_explanation_is_plain_json(system: Matcha) -> None:
    found = explanation_json(system.explain("p-zqx09q", need_id="n-flera"))
    again = json.loads(json.dumps(found))
    assert again["actor"] == {"id": "a-03", "name": "Bolaget a-03 (demo)", "kind": "company"}
    assert {"evidence", "terms", "other_points", "counted", "deletions", "advice", "unread", "masked"} < set(again)
    assert again["evidence"][0].keys() == {"need_sentence", "profile_sentence", "points", "supported", "copied"}


def test_the_same_question_gives_the_same_bytes_in_any_order_of_import(system: Matcha) -> None:
    shuffled = Batch(actors=REGISTER.actors[::-1], profiles=REGISTER.profiles[::-1], needs=REGISTER.needs[::-1])
    other = registered(shuffled)
    for id in CHOSEN:
        one, two = (each.explain(id, need_id="n-flera") for each in (system, other))
        assert one.snapshot != two.snapshot  # each has its own log
        assert one == replace(two, snapshot=one.snapshot)


# refused


def test_who_takes_no_part_is_not_explained_and_who_is_unknown_not_found(matcha: Matcha) -> None:
    with pytest.raises(NotFound, match="matcha profiles list"):
        matcha.explain("finns-inte", "Rena händer.")
    with pytest.raises(NotFound, match="matcha needs list"):
        matcha.explain(HYGIENE.id, need_id="finns-inte")
    matcha.withdraw(HYGIENE.id)
    with pytest.raises(Conflict, match="p-hygien is withdrawn"):
        matcha.explain(HYGIENE.id, "Rena händer.")
    matcha.submit(Batch(profiles=(HYGIENE,)))
    assert matcha.explain(HYGIENE.id, "Rena händer.").ranked == 2


@pytest.mark.parametrize("k", [0, -1, 1001])
def test_k_outside_its_bounds_is_refused(matcha: Matcha, k: int) -> None:
    with pytest.raises(Invalid, match="from 1 to 1000"):
        matcha.explain(HYGIENE.id, "Rena händer.", k=k)


@pytest.mark.parametrize("text", ["", " \n ", "?!", "a" * 20_001, "\x00\x01", None])
def test_a_need_that_cannot_be_read_is_refused(matcha: Matcha, text: str | None) -> None:
    with pytest.raises(Invalid):
        matcha.explain(HYGIENE.id, text)


# read without names


KVANTIX = ActorForm(id="a-kvantix", name="Kvantix Medtech AB", kind=ActorKind.COMPANY, org_number="495000-0010")
BRIXMO = ActorForm(id="a-brixmo", name="Brixmo AB", kind=ActorKind.COMPANY)
CONTACT = ContactForm(id="k-asa", actor_id="a-kvantix", name="Åsa Kvistberg", email="asa.kvistberg@kvantix.example")
NAMING = profile(
    "p-namn",
    "a-kvantix",
    "Kvantix Medtech mäter handhygien",
    "Kvantix Medtech AB (495000-0010) räknar hur ofta händerna spritas. Vi byggde det tillsammans med Brixmo. "
    "Fråga Åsa Kvistberg, asa.kvistberg@kvantix.example, om hur det går till på avdelningen.",
)
ASKED = "Kvantix Medtech AB och Brixmo räknar hur ofta händerna spritas; fråga Åsa Kvistberg. Kan någon annan det?"
FORBIDDEN = ("kvantix", "medtech", "brixmo", "495000", "kvistberg")


def named(texts: list[str]) -> list[str]:
    return [text for text in texts for word in FORBIDDEN if word in text.lower()]


def test_no_name_number_or_address_of_anybody_registered_reaches_the_encoder() -> None:
    encoder = ListeningEncoder()
    system = Matcha.in_memory(encoder)
    need = NeedForm(id="n", title="Brixmo eller annan", text=ASKED)
    system.submit(Batch(actors=(KVANTIX, BRIXMO), contacts=(CONTACT,), profiles=(NAMING,), needs=(need,)))
    system.match(ASKED)
    system.match(need_id="n")
    found = system.explain("p-namn", ASKED)
    system.freeze()
    assert [text for text in encoder.heard if "händerna spritas" in text]
    assert named(encoder.heard) == []
    version = system.profile("p-namn").version
    assert (version.title, version.text) == (NAMING.title, NAMING.text)  # nothing is lost
    assert {"Brixmo", "Kvantix Medtech", "Åsa Kvistberg"} <= set(version.masked)
    assert found.masked == tuple(version.masked)
    assert found.unread == ()
    assert any("[–]" in deletion.profile_sentence for deletion in found.deletions)
    told = [text for pair in found.evidence for text in (pair.need_sentence, pair.profile_sentence)]
    assert told
    assert named(told) == []


def versions(system: Matcha, id: str) -> list[tuple[int, str, tuple[str, ...]]]:
    with system._store.reading() as session:
        rows = session.exec(select(ProfileVersion).where(ProfileVersion.profile_id == id))
        return sorted((row.version, row.text, tuple(row.masked)) for row in rows)


def passages(system: Matcha, id: str) -> list[tuple[str, int, str]]:
    """What is read of the newest version of a profile."""
    newest = system.profile(id).version.id
    with system._store.reading() as session:
        rows = session.exec(select(Passage).where(Passage.version_id == newest))
        return sorted((row.grain, row.ordinal, row.text) for row in rows)


@pytest.mark.parametrize(
    "later",
    [
        Batch(actors=(BRIXMO,)),
        Batch(actors=(actor("a-sist").model_copy(update={"name": "Brixmo AB"}),)),
        Batch(contacts=(ContactForm(id="k-z", actor_id="a-ko", name="Brixmo Karlsson"),)),
    ],
)
def test_who_is_registered_later_makes_a_new_version_of_what_names_it(later: Batch) -> None:
    said = "Karlsson och vi byggde det med Brixmo och med Brixmo Karlsson på en avdelning."
    encoder = ListeningEncoder()
    system = Matcha.in_memory(encoder)
    system.submit(small_batch())
    system.submit(Batch(profiles=(profile("p-z", "a-ko", "Sensor", said),)))
    assert versions(system, "p-z") == [(1, said, ())]
    encoder.heard.clear()
    plan = system.submit(later)
    assert [(new.form.id, new.version) for new in plan.versions] == [("p-z", 2)]
    (first, second) = versions(system, "p-z")
    assert first == (1, said, ())
    assert second[:2] == (2, said)
    assert second[2]
    assert all(word.startswith("Brixmo") for word in second[2])
    assert encoder.heard
    assert not [text for text in encoder.heard if "Brixmo Karlsson" in text]
    assert [p.version.version for p in system.profiles()] == [1, 1, 2]  # nobody else's
    assert system.submit(later).versions == ()
    assert system.match("Brixmo byggde sensor").matches
    assert named(encoder.heard) == [] or not later.actors


def test_renaming_masks_the_new_name_too_and_forgets_no_old_one() -> None:
    system = Matcha.in_memory()
    said = "Vi byggde det med Brixmo och Qvibbo på en avdelning."
    system.submit(Batch(actors=(actor("a"), BRIXMO), profiles=(profile("p", "a", "Sensor", said),)))
    assert versions(system, "p") == [(1, said, ("Brixmo",))]
    system.submit(Batch(actors=(BRIXMO.model_copy(update={"name": "Qvibbo AB"}),)))
    assert versions(system, "p") == [(1, said, ("Brixmo",)), (2, said, ("Brixmo", "Qvibbo"))]
    assert passages(system, "p")[1:] == [
        ("sentence", 0, "Sensor"),
        ("sentence", 1, "Vi byggde det med [–] och [–] på en avdelning."),
    ]
    system.submit(Batch(actors=(BRIXMO.model_copy(update={"kind": ActorKind.AUTHORITY, "name": "Qvibbo AB"}),)))
    system.submit(Batch(profiles=(profile("p", "a", "Sensor", said),)))
    assert len(versions(system, "p")) == 2
    system.submit(Batch(profiles=(profile("p", "a", "Sensor", f"{said} Och den håller."),)))
    assert versions(system, "p")[-1] == (3, f"{said} Och den håller.", ("Qvibbo",))  # another text, today's names


def test_a_number_that_is_given_later_is_masked_too() -> None:
    system = Matcha.in_memory()
    said = "Vi har nummer 556036-0793 och finns på en avdelning."
    system.submit(Batch(actors=(actor("a"),), profiles=(profile("p", "a", "Sensor", said),)))
    numbered = actor("a").model_copy(update={"org_number": "NO 123 456 789 MVA", "country": "NO"})
    assert system.submit(Batch(actors=(numbered,))).versions == ()
    abroad = "Vi har nummer NO 123 456 789 MVA och finns på en avdelning."
    system.submit(Batch(profiles=(profile("p", "a", "Sensor", abroad),)))
    assert versions(system, "p")[-1] == (2, abroad, ("NO 123 456 789 MVA",))
    assert not [text for _, _, text in passages(system, "p") if "123" in text]


def test_the_snapshot_names_what_is_not_read() -> None:
    naming = profile("p", "a", "Sensor", "Vi byggde det med Brixmo.")
    snapshots = set()
    for name in ("Brixmo AB", "Qvibbo AB"):
        system = Matcha.in_memory()
        system.submit(Batch(actors=(actor("a"), BRIXMO.model_copy(update={"name": name})), profiles=(naming,)))
        assert system.profile("p").version.version == 1
        snapshots.add(system.match("Vem byggde det?").snapshot)
    assert len(snapshots) == 2


def test_a_number_alone_that_is_given_later_makes_a_new_version() -> None:
    system = Matcha.in_memory()
    said = "Vi har nummer NO 123 456 789 MVA och finns på en avdelning."
    system.submit(Batch(actors=(actor("a"),), profiles=(profile("p", "a", "Sensor", said),)))
    numbered = actor("a").model_copy(update={"org_number": "NO 123 456 789 MVA", "country": "NO"})
    system.submit(Batch(actors=(numbered,)))
    assert versions(system, "p") == [(1, said, ()), (2, said, ("NO 123 456 789 MVA",))]


@pytest.mark.parametrize("text", ["Vi byggde det med Brixmo.", "Vi byggde det med Brixmo på en avdelning."])
def test_a_profile_that_comes_with_a_new_name_gets_one_version(text: str) -> None:
    system = Matcha.in_memory()
    first = "Vi byggde det med Brixmo."
    system.submit(Batch(actors=(actor("a"),), profiles=(profile("p", "a", "Sensor", first),)))
    plan = system.submit(Batch(actors=(BRIXMO,), profiles=(profile("p", "a", "Sensor", text),)))
    assert [(new.form.id, new.version) for new in plan.versions] == [("p", 2)]
    assert versions(system, "p") == [(1, first, ()), (2, text, ("Brixmo",))]
    assert {noun: (c.new, c.edited, c.unchanged) for noun, c in plan.counts}[Noun.PROFILES] == (0, 1, 0)


def test_a_withdrawn_profile_is_read_anew_when_it_returns() -> None:
    system = Matcha.in_memory()
    said = "Vi byggde det med Brixmo på en avdelning."
    form = profile("p", "a", "Sensor", said)
    system.submit(Batch(actors=(actor("a"),), profiles=(form,)))
    system.withdraw("p")
    assert system.submit(Batch(actors=(BRIXMO,))).versions == ()
    system.submit(Batch(profiles=(form,)))
    assert versions(system, "p") == [(1, said, ()), (2, said, ("Brixmo",))]


def test_rebuilding_masks_what_was_written_without() -> None:
    encoder = ListeningEncoder()
    system = Matcha.in_memory(encoder)
    system.submit(
        Batch(
            actors=(KVANTIX, BRIXMO), contacts=(CONTACT,), profiles=(NAMING, profile("p", "a-brixmo", "T", "En text."))
        )
    )
    masked = versions(system, "p-namn")[0][2]
    read = passages(system, "p-namn")
    with system._store.transaction() as session:
        said = NAMING.model_dump(include={"title", "text", "kind"})
        row = ProfileVersion(profile_id="p-namn", version=2, language=SV, created=datetime.now(UTC), **said)
        session.add(row)
        note(session, ["p-namn"])
    encoder.heard.clear()
    system.rebuild()
    assert versions(system, "p-namn") == [(1, NAMING.text, masked), (2, NAMING.text, ()), (3, NAMING.text, masked)]
    assert passages(system, "p-namn") == read
    assert named(encoder.heard) == []
    assert system.match(ASKED).matches[0].profile_version == 3
    heard = len(encoder.heard)
    system.rebuild()
    assert len(encoder.heard) == heard
    assert len(versions(system, "p")) == 1


def steps() -> Iterator[tuple[Batch, ...]]:
    other = profile("p-z", "a-brixmo", "Brixmo visar", "Vi visar vad Kvantix Medtech räknar. Ring Åsa Kvistberg.")
    yield from permutations(
        (
            Batch(actors=(KVANTIX,), profiles=(NAMING,)),
            Batch(actors=(BRIXMO,), profiles=(other,)),
            Batch(actors=(actor("a-mellan"),), contacts=(replace_actor(CONTACT, "a-mellan"),)),
        )
    )


def replace_actor(form: ContactForm, actor_id: str) -> ContactForm:
    return form.model_copy(update={"actor_id": actor_id})


@pytest.mark.parametrize("order", list(steps()))
def test_the_order_of_registration_changes_nothing_that_is_read(order: tuple[Batch, ...]) -> None:
    def after(batches: tuple[Batch, ...]) -> object:
        system = Matcha.in_memory()
        for batch in batches:
            system.submit(batch)
        seen = [(m.rank, m.actor, m.score, m.band, m.evidence, m.terms) for m in system.match(ASKED).matches]
        masked = [system.profile(id).version.masked for id in ("p-namn", "p-z")]
        return seen, masked, passages(system, "p-namn"), passages(system, "p-z")

    together = Batch(
        actors=tuple(a for batch in order for a in batch.actors),
        contacts=tuple(c for batch in order for c in batch.contacts),
        profiles=tuple(p for batch in order for p in batch.profiles),
    )
    assert after(order) == after((together,))


def test_a_title_that_is_a_name_stops_nobody(matcha: Matcha) -> None:
    matcha.submit(
        Batch(actors=(BRIXMO,), profiles=(profile("p-z", "a-brixmo", "Brixmo", "Vi mäter hur ofta det är."),))
    )
    assert len(matcha.match("Hur ofta spritas händerna?").matches) == 3


@pytest.mark.parametrize(("title", "text"), [("Brixmo", "Brixmo AB."), ("www.brixmo.example", "a@brixmo.example")])
def test_a_profile_that_is_nothing_but_names_is_refused_or_taken_in_whole(
    matcha: Matcha, title: str, text: str
) -> None:
    matcha.submit(Batch(actors=(BRIXMO,), profiles=(profile("p-z", "a-brixmo", title, text),)))
    assert matcha.match("Hur ofta spritas händerna?").matches


# nearly the same text under one organisation number


SAME = "Vi mäter hur ofta händerna spritas på avdelningen och visar resultatet på en skärm i korridoren varje vecka."
NEARLY = SAME.replace("varje vecka", "varje månad")
ANOTHER = "Avdelningen ser sitt resultat när den vill, och läkare kan följa hur ofta händerna spritas om natten."
QUESTION = "Hur ofta spritas händerna på avdelningen?"


def moments() -> Iterator[datetime]:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    while True:
        yield day
        day += timedelta(days=1)


def sharing(first: str | None, second: str | None, text: str = NEARLY, country: str = "SE") -> Matcha:
    """Two actors with nearly the same text, the later one first by id, and a third with something else."""
    clock = moments()
    system = Matcha.in_memory(clock=lambda: next(clock))
    for id, number, wording in (("a-2", first, SAME), ("a-1", second, text)):
        form = ActorForm(id=id, name=f"Bolaget {id} (demo)", kind=ActorKind.COMPANY, org_number=number, country=country)
        system.submit(Batch(actors=(form,), profiles=(profile(f"p{id}", id, "Handhygien", wording),)))
    system.submit(Batch(actors=(actor("a-3"),), profiles=(profile("pa-3", "a-3", "Resor", "Vi kör till en dialys."),)))
    return system


def rows(system: Matcha) -> list[tuple[str, str, tuple[str, ...]]]:
    found = system.match(QUESTION).matches
    return sorted((row.actor.id, row.profile_id, row.alike) for row in found)


THIRD = ("a-3", "pa-3", ())
APART = [("a-1", "pa-1", ()), ("a-2", "pa-2", ()), THIRD]


@pytest.mark.parametrize("numbers", [("495000-0010", "4950000010"), ("495000-0010", "495000-0010")])
def test_of_near_copies_under_one_organisation_number_the_first_registered_is_scored(numbers: tuple[str, str]) -> None:
    system = sharing(*numbers)
    assert rows(system) == [("a-2", "pa-2", ("pa-2", "pa-1")), THIRD]
    answer = told(system.match(QUESTION))
    assert [row["alike"] for row in answer["matches"]] == [["pa-2", "pa-1"], []]
    assert answer["considered"] == {"registered": 3, "scored": 2, "excluded": ({"reason": "near_copy", "count": 1},)}
    found = system.explain("pa-2", QUESTION)
    assert (found.actor.id, found.rank, found.ranked) == ("a-2", 1, 2)
    with pytest.raises(Conflict, match="pa-2 says nearly the same under the same organisation number"):
        system.explain("pa-1", QUESTION)


@pytest.mark.parametrize(
    ("numbers", "country"),
    [
        ((None, None), "SE"),
        (("495000-0010", None), "SE"),
        ((None, "495000-0010"), "SE"),
        (("495000-0010", "495000-0028"), "SE"),
        (("NO 999 999 999", "NO 999 999 998"), "NO"),
    ],
)
def test_other_numbers_and_none_are_rows_of_their_own(numbers: tuple[str | None, str | None], country: str) -> None:
    system = sharing(*numbers, country=country)
    assert rows(system) == APART
    assert system.match(QUESTION).considered.scored == 3


def test_foreign_numbers_are_compared_without_blanks() -> None:
    system = sharing("NO 999 999 999", "NO999999999", country="NO")
    assert rows(system) == [("a-2", "pa-2", ("pa-2", "pa-1")), THIRD]


def test_other_texts_under_one_number_are_rows_of_their_own() -> None:
    assert rows(sharing("495000-0010", "495000-0010", ANOTHER)) == APART


def test_an_actors_own_near_copies_count_once_too() -> None:
    system = sharing(None, None)
    system.submit(
        Batch(profiles=(profile("pa-2b", "a-2", "Handhygien", NEARLY), profile("pa-2a", "a-2", "X", ANOTHER)))
    )
    assert rows(system) == [APART[0], ("a-2", "pa-2", ("pa-2", "pa-2b")), THIRD]
    considered = system.match(QUESTION).considered
    assert (considered.registered, considered.scored) == (5, 4)


def test_who_was_registered_first_stays_first_when_it_is_edited() -> None:
    system = sharing("495000-0010", "495000-0010", ANOTHER)
    system.submit(Batch(profiles=(profile("pa-2", "a-2", "Handhygien", NEARLY),)))
    system.submit(Batch(profiles=(profile("pa-1", "a-1", "Handhygien", SAME),)))
    assert rows(system) == [("a-2", "pa-2", ("pa-2", "pa-1")), THIRD]
    system.submit(Batch(profiles=(profile("pa-2", "a-2", "Handhygien", f"{SAME} Vi är fler."),)))
    assert rows(system) == [("a-2", "pa-2", ("pa-2", "pa-1")), THIRD]
    system.submit(Batch(profiles=(profile("pa-2", "a-2", "Handhygien", ANOTHER),)))
    assert rows(system) == APART


def test_what_was_registered_at_once_is_ordered_by_id() -> None:
    system = Matcha.in_memory(clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    forms = [ActorForm(id=f"a-{i}", name="x", kind=ActorKind.COMPANY, org_number="495000-0010") for i in (2, 1)]
    profiles = [profile(f"pa-{i}", f"a-{i}", "Handhygien", SAME) for i in (2, 1)]
    system.submit(Batch(actors=tuple(forms), profiles=tuple(profiles)))
    assert rows(system) == [("a-1", "pa-1", ("pa-1", "pa-2"))]


def test_near_copies_change_no_score_but_are_not_there() -> None:
    apart, together = (sharing("495000-0010", number).match(QUESTION) for number in ("495000-0028", "495000-0010"))
    scores = {row.actor.id: row.score for row in apart.matches}
    assert {row.actor.id: row.score for row in together.matches} == {id: scores[id] for id in ("a-2", "a-3")}
    assert apart.snapshot != together.snapshot


def test_when_the_first_withdraws_the_next_takes_part_and_the_other_way_round() -> None:
    system = sharing("495000-0010", "495000-0010")
    system.withdraw("pa-2")
    assert rows(system) == [APART[0], THIRD]
    considered = system.match(QUESTION).considered
    assert [(e.reason, e.count) for e in considered.excluded] == [("withdrawn", 1)]
    assert system.explain("pa-1", QUESTION).rank == 1
    with pytest.raises(Conflict, match="is withdrawn"):
        system.explain("pa-2", QUESTION)
    system.submit(Batch(profiles=(profile("pa-2", "a-2", "Handhygien", SAME),)))
    assert rows(system) == [("a-2", "pa-2", ("pa-2", "pa-1")), THIRD]


def test_nothing_is_told_of_a_deletion_that_makes_a_near_copy_a_profile_of_its_own() -> None:
    own = "Larm går till den som är jour, och den som har jouren svarar från sin telefon inom en minut varje natt."
    asked = f"{QUESTION} Larm ska gå till den som är jour."
    system = sharing(None, None)
    first = profile("pa-2", "a-2", "Handhygien", f"{SAME} {own}")
    system.submit(Batch(profiles=(first, profile("pa-2b", "a-2", "Handhygien", f"{own} {NEARLY}"))))
    before = system.explain("pa-2", asked)
    assert any(pair.profile_sentence == own for pair in before.evidence)
    assert own not in [deletion.profile_sentence for deletion in before.deletions]
    resubmitted(system, first, SAME)
    assert system.explain("pa-2b", asked).actor_score == of_actor(system, "a-2", asked).score  # it stands alone now


@pytest.mark.parametrize("number", ["4950000010", None])
def test_nothing_is_told_of_a_deletion_that_makes_a_near_copy_under_the_same_number(number: str | None) -> None:
    own = "Larm går till den som är jour, och den som har jouren svarar från sin telefon inom en minut varje natt."
    system = sharing("495000-0010", number, f"{own} {NEARLY}")
    system.submit(Batch(profiles=(profile("pa-2", "a-2", "Handhygien", f"{SAME} {own}"),)))
    deletions = system.explain("pa-2", f"{QUESTION} Larm ska gå till den som är jour.").deletions
    assert (own in [deletion.profile_sentence for deletion in deletions]) is (number is None)


def test_a_kind_filter_shows_nobody_of_another_kind_and_everybody_has_one_reason() -> None:
    system = sharing("495000-0010", "495000-0010")
    for kind, left in ((ActorKind.COMPANY, ["a-2", "a-3"]), (ActorKind.ACADEMIA, [])):
        answer = system.match(QUESTION, kind=kind)
        assert [row.actor.id for row in answer.matches] == left
        reasons = {e.reason: e.count for e in answer.considered.excluded}
        assert reasons == {"near_copy": 1} | ({} if left else {"other_kind": 2})
        assert answer.considered.registered == answer.considered.scored + sum(reasons.values()) == 3


# remembered


class FreshReference:
    """A reference that is read anew."""

    def reference(self, reader: Reader, progress: Progress) -> Reference:
        return reference.read_reference(reader, progress)


class DeafEncoder(ListeningEncoder):
    """An encoder that must not be asked."""

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        raise AssertionError(f"{role}: {text}")


def readings(system: Matcha) -> Iterator[tuple[Role, Reading]]:
    for need in REGISTER.needs:
        yield Role.NEED, system.reader.need(f"{need.title}\n{need.text}", need.language or SV)
    for read in (*system.known.needs, *system.known.unrelated):
        yield Role.NEED, read
    with system._store.reading() as session:
        for read in (*system.known.profiles, *system._indexer.registered(session)):
            yield Role.PROFILE, read


def test_a_second_system_that_remembers_what_the_first_read_reads_nothing_and_answers_alike(system: Matcha) -> None:
    deaf = RememberingEncoder(DeafEncoder())
    for role, read in readings(system):
        deaf.remember(role, as_encoded(role, read))
    second = Matcha(Store.in_memory(), MemoryShelf(), lambda: deaf, FreshReference(), MemoryKeeper())
    second.submit(REGISTER)
    second.freeze()
    for need in NEEDS:
        answers = [json.dumps(said(each.match(need_id=need, k=1000))) for each in (system, second)]
        assert answers[0] == answers[1]


@pytest.mark.parametrize("title", ["Rubrik som säger något", "Är det en rubrik?", ""])
@pytest.mark.parametrize(
    "text",
    [
        PROFILES[LONG[0]].text,
        "Vi mäter det.",
        f"{'mening ' * 3}{' '.join(f'ord{i} och' for i in range(60))}. Slut på det.",
    ],
)
def test_all_that_is_encoded_is_given_to_be_remembered(title: str, text: str) -> None:
    encoder = ListeningEncoder()
    read = Reader(encoder).profile(title, text, SV)
    given = dict(as_encoded(Role.PROFILE, read, titled=bool(title)))
    assert set(given) == set(encoder.heard)
    remembering = RememberingEncoder(DeafEncoder())
    remembering.remember(Role.PROFILE, given.items())
    again = Reader(remembering).profile(title, text, SV)
    for one, other in ((read.sentences, again.sentences), (read.paragraphs, again.paragraphs)):
        assert (one.texts, one.vectors.tolist()) == (other.texts, other.vectors.tolist())


def test_what_is_remembered_is_remembered_for_its_role_and_what_is_new_is_asked_once() -> None:
    heard = ListeningEncoder()
    encoder = RememberingEncoder(heard)
    first = encoder.encode("Vi mäter.", Role.NEED)
    assert encoder.encode("Vi mäter.", Role.NEED).tolist() == first.tolist()
    assert heard.heard == ["Vi mäter."]
    assert first.tolist() == ListeningEncoder().encode("Vi mäter.", Role.NEED).tolist()
    encoder.encode("Vi mäter.", Role.PROFILE)
    assert heard.heard == ["Vi mäter."] * 2
