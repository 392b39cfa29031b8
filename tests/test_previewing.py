"""A preview shows what is then read, sentence for sentence, and leaves nothing behind; actors are found as by hand."""

from __future__ import annotations

import pytest

from matcha import Batch, Matcha
from matcha.callers import ANYBODY
from matcha.errors import Forbidden, Invalid, NotFound
from matcha.service.previewing import Sketch
from matcha.store import queries
from matcha.text.phrases import MASK
from matcha.values import ActorKind, Exclusion, Grain, Language
from tests import staging
from tests.conftest import HYGIENE, actor, profile

TEXT = (
    "Nordvik Sensorteknik AB har byggt en lampa som tänds när ingen har spritat händerna. Ring 08-123 45 67. "
    "Lampan släcks när dispensern har använts. Lampan släcks när dispensern har använts. "
    "Sensor, larm, mätning, hygien, sprit, tvål, vatten, ljus, ljud, data, värme, kyla."
)
SKETCH = Sketch("Lampa vid sängen", TEXT, None, "a-ny", "p-ny", "Nordvik Sensorteknik AB")


def test_what_is_shown_is_what_is_read(matcha: Matcha) -> None:
    shown = matcha.preview(SKETCH)
    assert shown is not None
    owner = actor("a-ny").model_copy(update={"name": SKETCH.name})
    matcha.submit(Batch(actors=(owner,), profiles=(profile("p-ny", "a-ny", SKETCH.title, TEXT),)))
    with matcha._store.reading() as session:
        version = queries.profile(session, "p-ny").version
        assert version.id is not None
        kept = queries.read_passages(session, matcha.reader.digest, [version.id])[version.id]
    read = [passage.text for passage in kept if passage.grain is Grain.SENTENCE]
    assert [MASK.join(pieces) for pieces in (shown.title, *shown.sentences)] == read
    assert shown.language is version.language is Language.SV
    assert set(version.masked) <= set(shown.masked)
    assert "08-123 45 67" in shown.masked
    assert [sentence for sentence in shown.unread if sentence.startswith("Sensor, larm")] == [shown.unread[-1]]


def test_nothing_is_left_behind() -> None:
    matcha = staging.fresh()
    size, before = matcha.size(), staging.contents(matcha)
    assert matcha.preview(SKETCH) is not None
    assert (matcha.size(), staging.contents(matcha)) == (size, before)


def test_what_says_nothing_has_no_preview_and_what_cannot_be_submitted_says_why(matcha: Matcha) -> None:
    assert matcha.preview(Sketch("Rubrik", " \n…")) is None
    assert matcha.preview(Sketch("", "Bara en text.")) is not None
    with pytest.raises(Invalid, match=r"alfabet|alphabet"):
        matcha.preview(Sketch("Rubrik", "Hаndhygien"))  # а Cyrillic letter


def test_a_near_copy_of_ones_own_profile_is_warned_of_but_not_the_profile_itself(matcha: Matcha) -> None:
    same = Sketch(HYGIENE.title, HYGIENE.text, actor_id=HYGIENE.actor_id)
    shown = matcha.preview(same)
    assert shown is not None
    assert [one.profile_id for one in shown.alike] == [HYGIENE.id]
    for other in (Sketch(HYGIENE.title, HYGIENE.text, actor_id=HYGIENE.actor_id, profile_id=HYGIENE.id), SKETCH):
        shown = matcha.preview(other)
        assert shown is not None
        assert shown.alike == ()


def test_which_of_ones_own_profiles_take_part(matcha: Matcha) -> None:
    assert matcha.taking_part(HYGIENE.actor_id) == {HYGIENE.id: None}
    matcha.withdraw(HYGIENE.id)
    assert matcha.taking_part(HYGIENE.actor_id) == {HYGIENE.id: Exclusion.WITHDRAWN}
    assert matcha.taking_part("ingen") == {}


def test_versions_are_shown_to_their_owner_alone() -> None:
    matcha, owner, other = staging.fresh(), staging.town().caller("supplier"), staging.town().caller("other")
    assert [one.version for one in matcha.versions("p-mine", owner)] == [1]
    for caller in (other, ANYBODY):
        with pytest.raises(Forbidden):
            matcha.versions("p-mine", caller)
    with pytest.raises(NotFound):
        matcha.versions("saknas", owner)


@pytest.mark.parametrize("words", ["", "alfa", "BOLAG alfa", "ö", "finns inte", "…"])
@pytest.mark.parametrize("kind", [None, ActorKind.COMPANY, ActorKind.ACADEMIA])
def test_actors_are_found_as_by_hand_a_few_at_a_time(words: str, kind: ActorKind | None) -> None:
    matcha = Matcha.in_memory()
    names = ["Alfa Bolag", "Beta bolag", "ALFA Östra", "Gamma", "Alfabolag Ö", "Delta"]
    kinds = [ActorKind.COMPANY, ActorKind.ACADEMIA]
    forms = [actor(f"a-{n}", kinds[n % 2]).model_copy(update={"name": name}) for n, name in enumerate(names)]
    matcha.submit(Batch(actors=tuple(forms)))
    asked = words.casefold().replace("…", "").split()
    by_hand = [f.id for f in forms if all(w in f.name.casefold() for w in asked) and kind in (None, f.kind)]
    found: list[str] = []
    while some := matcha.find_actors(words, kind, found[-1] if found else "", 2):
        found += [one.id for one in some]
    assert found == sorted(by_hand)
