"""Taking in: versions, all or nothing, and nothing but the profile's own words in what is encoded."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from matcha import Batch, HashingEncoder, Matcha
from matcha.errors import InvalidRows, Unavailable
from matcha.matchlog.keys import MemoryKeeper
from matcha.records import ActorForm, ContactForm, ProfileForm, ProfileVersion
from matcha.records.batch import Noun
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import FolderShelf
from matcha.store import Store
from matcha.store.submissions import Counts
from matcha.values import ActorKind, Language
from tests.conftest import (
    HYGIENE,
    ListeningEncoder,
    StoppingEncoder,
    actor,
    profile,
    said,
    small_batch,
    told,
)

QUESTION = "Hur ofta spritas händerna?"


def edited(text: str) -> ProfileForm:
    return HYGIENE.model_copy(update={"text": text})


def counts(matcha: Matcha, batch: Batch) -> Counts:
    return dict(matcha.submit(batch).counts)[Noun.PROFILES]


def test_an_edit_makes_a_new_version_and_keeps_the_old_one(matcha: Matcha) -> None:
    assert counts(matcha, Batch(profiles=(edited("Vi räknar spritningar. Ny mening."),))) == Counts(0, 1, 0)
    assert counts(matcha, Batch(profiles=(edited("Vi räknar spritningar. Ny mening."),))) == Counts(0, 0, 1)
    with matcha._store.reading() as session:
        query = select(ProfileVersion).where(ProfileVersion.profile_id == HYGIENE.id)
        versions = {v.version: v.text for v in session.exec(query)}
    assert versions == {1: HYGIENE.text, 2: "Vi räknar spritningar. Ny mening."}
    found = matcha.match("Vi räknar spritningar.").matches[0]
    assert (found.profile_version, found.evidence[0].profile_sentence) == (2, "Vi räknar spritningar.")


def test_the_index_holds_what_is_current_and_nothing_else(tmp_path: Path) -> None:
    store, shelf = Store.open(f"sqlite:///{tmp_path / 'm.db'}"), FolderShelf(tmp_path / "i")
    system = Matcha(store, shelf, HashingEncoder, MemoryReference(), MemoryKeeper())

    def held() -> int:
        return int(json.loads((tmp_path / "i" / "manifest.json").read_text())["passages"])

    system.submit(small_batch())
    assert held() == 8  # title, sentences and one paragraph each
    system.submit(Batch(profiles=(edited("En. Två. Tre."),)))
    assert held() == 9
    system.withdraw("p-ko")
    assert held() == 5
    assert system.rebuild() == held()


def test_only_what_is_new_is_read() -> None:
    encoder = ListeningEncoder()
    system = Matcha.in_memory(encoder)
    system.submit(small_batch())
    before = len(encoder.heard)
    system.submit(small_batch())
    assert len(encoder.heard) == before
    system.submit(Batch(profiles=(edited("En helt ny mening."),)))
    assert encoder.heard[before:] == [HYGIENE.title, f"{HYGIENE.title}. En helt ny mening."]


def test_neither_names_nor_contacts_are_ever_encoded() -> None:
    encoder = ListeningEncoder()
    system = Matcha.in_memory(encoder)
    system.submit(
        Batch(
            actors=(ActorForm(id="a1", name="Namnbolaget", kind=ActorKind.COMPANY, org_number="495000-0010"),),
            contacts=(ContactForm(id="k1", actor_id="a1", name="Testperson Alfa", email="alfa@exempel.example"),),
            profiles=(profile("p1", "a1", "Handhygien", "Vi mäter."),),
        )
    )
    system.match(QUESTION)
    assert not [text for text in encoder.heard for word in ("Namnbolaget", "495000", "Alfa", "exempel") if word in text]


def test_withdrawing_excludes_and_submitting_again_brings_back(matcha: Matcha) -> None:
    matcha.withdraw(HYGIENE.id)
    answer = told(matcha.match(QUESTION))
    assert answer["considered"] == {
        "registered": 2,
        "scored": 1,
        "excluded": ({"reason": "withdrawn", "count": 1},),
    }
    assert [m["profile_id"] for m in answer["matches"]] == ["p-ko"]
    assert counts(matcha, Batch(profiles=(HYGIENE,))) == Counts(0, 1, 0)
    assert matcha.match(QUESTION).considered.scored == 2


def test_a_profile_of_a_stranger_or_of_another_actor_is_refused_with_its_row(matcha: Matcha) -> None:
    stranger = profile("p-ny", "a-okänd".replace("ä", "a"), "Titel", "Text.")
    moved = HYGIENE.model_copy(update={"actor_id": "a-ko"})
    with pytest.raises(InvalidRows) as raised:
        matcha.submit(Batch(profiles=(stranger, moved)))
    assert [fault.en for fault in raised.value.rows] == [
        "no actor a-okand",
        "profile p-hygien belongs to another actor (a-hygien)",
    ]
    assert matcha.profile("p-hygien").actor.id == "a-hygien"


def test_what_is_submitted_replaces_every_field_but_not_when_it_was_made(matcha: Matcha) -> None:
    made = matcha.actor("a-ko").created
    matcha.submit(Batch(actors=(ActorForm(id="a-ko", name="Nytt namn (demo)", kind=ActorKind.COMPANY),)))
    row = matcha.actor("a-ko")
    assert (row.name, row.kind, row.created) == ("Nytt namn (demo)", ActorKind.COMPANY, made)


def test_language_is_detected_unless_given(matcha: Matcha) -> None:
    english = profile("p-en", "a-ko", "Hand hygiene sensors", "We measure how often hands are disinfected.")
    told = replace_language(profile("p-sv", "a-ko", "Sensor", "OK."), Language.EN)
    matcha.submit(Batch(profiles=(english, told)))
    assert matcha.profile("p-en").version.language is Language.EN
    assert matcha.profile("p-sv").version.language is Language.EN
    assert matcha.profile(HYGIENE.id).version.language is Language.SV


def replace_language(form: ProfileForm, language: Language) -> ProfileForm:
    return form.model_copy(update={"language": language})


@pytest.mark.parametrize("before", [1, 2, 5])
def test_ctrl_c_while_reading_leaves_everything_as_it_was(tmp_path: Path, before: int) -> None:
    store, shelf = Store.open(f"sqlite:///{tmp_path / 'm.db'}"), FolderShelf(tmp_path / "i")
    means, keeper = MemoryReference(), MemoryKeeper()
    calm = Matcha(store, shelf, HashingEncoder, means, keeper)
    calm.submit(small_batch())
    seen = told(calm.match(QUESTION))
    files = {p.name: p.read_bytes() for p in (tmp_path / "i").rglob("*") if p.is_file()}
    stopped = Matcha(store, shelf, lambda: StoppingEncoder(before), means, keeper)
    many = Batch(actors=(actor("a-ny"),), profiles=tuple(profile(f"p{i}", "a-ny", "Titel", "Text.") for i in range(4)))
    with pytest.raises(KeyboardInterrupt):
        stopped.submit(many)
    assert told(calm.match(QUESTION)) == seen
    assert [a.id for a in calm.actors()] == ["a-hygien", "a-ko"]
    assert {p.name: p.read_bytes() for p in (tmp_path / "i").rglob("*") if p.is_file()} == files


def test_ctrl_c_while_rebuilding_leaves_what_was_and_the_next_run_goes_on(tmp_path: Path) -> None:
    class Other(StoppingEncoder):
        digest = "f" * 64

    store, shelf = Store.open(f"sqlite:///{tmp_path / 'm.db'}"), FolderShelf(tmp_path / "i")
    means, keeper = MemoryReference(), MemoryKeeper()
    calm = Matcha(store, shelf, HashingEncoder, means, keeper)
    calm.submit(small_batch())
    seen = told(calm.match(QUESTION))
    Matcha(store, shelf, lambda: Other(0), means, keeper).warm_up()  # reads the reference text
    with pytest.raises(KeyboardInterrupt):
        Matcha(store, shelf, lambda: Other(5), means, keeper).rebuild()
    assert told(calm.match(QUESTION)) == seen
    assert Matcha(store, shelf, lambda: Other(5), means, keeper).rebuild() == 8  # four of eight were kept


def test_an_index_that_cannot_be_written_is_told_and_mended(tmp_path: Path) -> None:
    store, means, keeper = Store.open(f"sqlite:///{tmp_path / 'm.db'}"), MemoryReference(), MemoryKeeper()
    (tmp_path / "blocked").write_text("a file stands where the folder should be")
    with pytest.raises(Unavailable, match=r"saved but not searchable yet.*matcha index rebuild"):
        Matcha(store, FolderShelf(tmp_path / "blocked"), HashingEncoder, means, keeper).submit(small_batch())
    mended = Matcha(store, FolderShelf(tmp_path / "free"), HashingEncoder, means, keeper)
    with pytest.raises(Unavailable, match="matcha index rebuild"):
        mended.match(QUESTION)
    assert mended.rebuild() == 8
    assert mended.match(QUESTION).matches[0].profile_id == HYGIENE.id


def test_the_order_of_import_changes_no_byte() -> None:
    batch = small_batch()
    one, other = Matcha.in_memory(), Matcha.in_memory()
    one.submit(batch)
    other.submit(replace(batch, actors=batch.actors[::-1], profiles=batch.profiles[1:]))
    other.submit(Batch(profiles=batch.profiles[:1]))
    assert said(one.match(QUESTION)) == said(other.match(QUESTION))
