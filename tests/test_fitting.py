"""Which needs a profile fits by its own score: what is kept between questions is never older than what it is of."""

from __future__ import annotations

from matcha import Batch, Matcha
from matcha.process import State
from matcha.records import LockForm, NeedForm
from matcha.values import Band
from tests.conftest import HYGIENE, NEED, QUEUE, profile


def fits(matcha: Matcha, profile_id: str = HYGIENE.id) -> dict[str, Band]:
    return {need.id: band for need, band in matcha.fitting(profile_id, tuple(State))}


def test_what_fits_follows_needs_profiles_and_locks(matcha: Matcha) -> None:
    assert fits(matcha).keys() == {NEED.id}
    assert fits(matcha) == fits(matcha)
    assert NEED.id not in fits(matcha, QUEUE.id)
    again = NeedForm(**{**NEED.model_dump(), "id": "n-again", "text": f"{HYGIENE.text} Det saknas."})
    matcha.submit(Batch(needs=(again,)))
    assert fits(matcha).keys() == {NEED.id, "n-again"}
    matcha.set_lock(LockForm(need_id=NEED.id, locked=True, user="Kim", reason="Upphandlas."))
    assert fits(matcha).keys() == {"n-again"}
    other = profile(HYGIENE.id, HYGIENE.actor_id, "Kortare kö till psykiatrin", "Första besöket sker inom en vecka.")
    matcha.submit(Batch(profiles=(other,)))
    assert fits(matcha) == {}
    matcha.withdraw(QUEUE.id)
    assert fits(matcha, QUEUE.id) == {}


def test_what_fits_is_given_for_the_states_asked_for_alone(matcha: Matcha) -> None:
    assert [need.id for need, _ in matcha.fitting(HYGIENE.id, (State.PUBLISHED,))] == [NEED.id]
    assert matcha.fitting(HYGIENE.id, (State.IDEA,)) == ()
