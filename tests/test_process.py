"""Profiles proposed, renewed and run out; rules of acts; what the audit sees of all of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from matcha import Batch, HashingEncoder, Matcha
from matcha.callers import AccountRole, Caller
from matcha.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from matcha.matchlog.keys import MemoryKeeper
from matcha.needs.lifecycle import FORWARD
from matcha.process import ActKind, Analysis, Criterion, Ruling, State
from matcha.records import ActorForm, NeedForm, ProfileForm, RulingForm, WeightingForm
from matcha.records.act import DeclarationForm, InterestForm, QuestionForm, ScreeningForm, SecrecyForm, StateForm
from matcha.records.erasure import Erased, ErasureForm, Ground
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import MemoryShelf
from matcha.service.submitting import LIFETIME
from matcha.store import Store
from matcha.values import ActorKind
from tests.conftest import NEED, small_batch

KIM = Caller("konto-kim", frozenset({AccountRole.COORDINATOR}))
ALEX = Caller("konto-alex", frozenset({AccountRole.COORDINATOR}))
HYGIEN = Caller("konto-hygien", frozenset({AccountRole.SUPPLIER}), "a-hygien")
WEIGHTS = dict.fromkeys(Criterion, 20)


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def system(clock: Clock) -> Matcha:
    found = Matcha.in_memory(clock=clock)
    found.submit(small_batch())
    return found


def proposed(system: Matcha, text: str = "Vi mäter handhygien på nytt sätt.", **said: object) -> int:
    form = ProfileForm(id="p-ny", actor_id="a-hygien", title="Ny mätare", text=text, **said)  # type: ignore[arg-type]
    return system.propose(form, HYGIEN).id or 0


def accepted(system: Matcha, id: int) -> None:
    system.rule(id, RulingForm(ruling=Ruling.ACCEPTED, reason="Fullständig."), KIM)


def test_nothing_is_matched_before_it_is_reviewed(system: Matcha) -> None:
    id = proposed(system)
    assert system.match("handhygien").considered.registered == 2
    accepted(system, id)
    assert system.match("handhygien").considered.registered == 3
    assert system.audit().faults == ()
    with pytest.raises(Conflict, match="ruled"):
        accepted(system, id)


def test_a_proposal_is_reviewed_by_somebody_else_who_may(system: Matcha) -> None:
    id = proposed(system)
    form = RulingForm(ruling=Ruling.ACCEPTED, reason="Jag själv.")
    for caller in (HYGIEN, Caller("konto-hygien", frozenset({AccountRole.COORDINATOR}))):
        with pytest.raises(Forbidden):
            system.rule(id, form, caller)
    other = Caller("konto-ko", frozenset({AccountRole.SUPPLIER}), "a-ko")
    with pytest.raises(Forbidden):
        system.rule(id, RulingForm(ruling=Ruling.TAKEN_BACK, reason="Inte min."), other)
    with pytest.raises(Forbidden):
        system.propose(ProfileForm(id="p-x", actor_id="a-hygien", title="X", text="Text."), other)
    with pytest.raises(Conflict):
        system.propose(ProfileForm(id="p-ko", actor_id="a-hygien", title="X", text="Text."), HYGIEN)


def test_a_new_proposal_takes_the_one_before_back(system: Matcha) -> None:
    first = proposed(system)
    second = proposed(system, "Vi mäter handhygien på ett tredje sätt.")
    assert [p.ruling for p in system.proposals("a-hygien")] == [Ruling.TAKEN_BACK, Ruling.AWAITING]
    with pytest.raises(Conflict):
        accepted(system, first)
    accepted(system, second)


def test_a_profile_that_is_not_renewed_runs_out_and_is_counted(system: Matcha, clock: Clock) -> None:
    accepted(system, proposed(system))
    clock.now += LIFETIME - timedelta(seconds=1)
    assert system.match("handhygien").considered.scored == 3
    clock.now += timedelta(seconds=1)
    answer = system.match("handhygien")
    assert [(one.reason.value, one.count) for one in answer.considered.excluded] == [("expired", 1)]
    assert (answer.considered.registered, answer.considered.scored) == (3, 2)
    system.renew("p-ny", HYGIEN)
    assert system.match("handhygien").considered.scored == 3
    assert system.audit().faults == ()
    assert all(found.identical for found in system.replay())
    with pytest.raises(Forbidden):
        system.renew("p-ko", HYGIEN)


def test_certificates_or_equivalent_are_kept_and_change_no_score(system: Matcha) -> None:
    accepted(system, proposed(system))
    before = system.match("Vi mäter handhygien").matches
    accepted(system, proposed(system, certificates="ISO 13485 (SE); ISO 27001 eller likvärdigt (NO)"))
    assert system.profile("p-ny").version.certificates == [
        {"name": "ISO 13485", "country": "SE", "equivalent": False},
        {"name": "ISO 27001", "country": "NO", "equivalent": True},
    ]
    after = system.match("Vi mäter handhygien").matches
    assert [(m.profile_id, m.score) for m in after] == [(m.profile_id, m.score) for m in before]
    with pytest.raises(ValueError, match="ISO 13485"):
        proposed(system, certificates="ISO 13485")


def test_scores_come_after_a_published_weighting_that_sums_to_a_hundred(system: Matcha) -> None:
    score = ScreeningForm(criterion=Criterion.LEGAL, score=3, reason="Inga hinder.")
    with pytest.raises(Conflict):
        system.act(NEED.id, ActKind.SCREENING, score, KIM)
    with pytest.raises(Invalid):
        system.publish_weighting(WeightingForm(weights={**WEIGHTS, Criterion.LEGAL: 21}, reason="Fel."), KIM)
    system.publish_weighting(WeightingForm(weights=WEIGHTS, reason="Beslut."), KIM)
    system.act(NEED.id, ActKind.SCREENING, score, KIM)
    assert system.screened().order.incomplete == (NEED.id,)


def test_who_has_an_interest_may_not_run_edit_or_decide(system: Matcha) -> None:
    system.act(NEED.id, ActKind.DECLARATION, DeclarationForm(conflicted=True, reason="Släkt."), KIM)
    tries: list[Callable[[Caller], object]] = [
        lambda who: system.match(need_id=NEED.id, caller=who),
        lambda who: system.explain("p-ko", need_id=NEED.id, caller=who),
        lambda who: system.edit_need(NEED, who),
        lambda who: system.close_invitations(NEED.id, who),
        lambda who: system.act(NEED.id, ActKind.STATE, StateForm(state=State.PARKED, reason="Paus."), who),
    ]
    for run in tries:
        with pytest.raises(Forbidden):
            run(KIM)
    for run in tries:
        run(ALEX)
    system.act(NEED.id, ActKind.DECLARATION, DeclarationForm(conflicted=False, reason="Sålt."), KIM)
    tries[0](KIM)


def test_an_edit_of_what_has_changed_is_refused(system: Matcha) -> None:
    seen = system.need(NEED.id).touched
    changed = NEED.model_copy(update={"text": "Händerna spritas aldrig."})
    assert system.edit_need(changed, KIM, seen).text == "Händerna spritas aldrig."
    with pytest.raises(Stale):
        system.edit_need(changed, KIM, seen)
    with pytest.raises(Stale):
        system.act(NEED.id, ActKind.STATE, StateForm(state=State.PARKED, reason="Paus."), KIM, seen)


def test_a_supplier_takes_part_in_what_is_published_and_only_then_asks(system: Matcha) -> None:
    system.add_need(NeedForm(id="n-ide", title="En idé", text="Något saknas."), KIM)
    with pytest.raises(NotFound):
        system.act("n-ide", ActKind.INTEREST, InterestForm(), HYGIEN)
    with pytest.raises(Forbidden):
        system.act(NEED.id, ActKind.QUESTION, QuestionForm(text="Hur många?"), HYGIEN)
    system.act(NEED.id, ActKind.INTEREST, InterestForm(), HYGIEN)
    with pytest.raises(Conflict):
        system.act(NEED.id, ActKind.INTEREST, InterestForm(), HYGIEN)
    system.act(NEED.id, ActKind.QUESTION, QuestionForm(text="Hur många?"), HYGIEN)


def test_a_parked_need_goes_back_to_where_it_was(system: Matcha) -> None:
    park = StateForm(state=State.PARKED, reason="Paus.")
    system.act(NEED.id, ActKind.STATE, park, KIM)
    _forced(system, State.PUBLISHED)
    _forced(system, State.IN_DIALOGUE)
    system.act(NEED.id, ActKind.STATE, park, KIM)
    with pytest.raises(Conflict):
        system.act(NEED.id, ActKind.STATE, StateForm(state=State.PUBLISHED, reason="Fel."), KIM)
    assert (system.need(NEED.id).was, system.audit().faults) == (State.IN_DIALOGUE, ())


def _forced(system: Matcha, state: State) -> None:
    """Take the demo's need on, with what publication asks for."""
    whole = {"preconditions": "Inga.", "goal": "Färre.", "aspects": ("mäta", "lära")}
    system.edit_need(NEED.model_copy(update=whole), KIM)
    if not system.weightings():
        system.publish_weighting(WeightingForm(weights=WEIGHTS, reason="Beslut."), KIM)
        for criterion in Criterion:
            form = ScreeningForm(criterion=criterion, score=3, reason="Bedömt.")
            system.act(NEED.id, ActKind.SCREENING, form, KIM)
    system.act(NEED.id, ActKind.STATE, StateForm(state=state, reason="Vidare."), KIM)


TAMPERED = [
    "UPDATE act SET content = replace(content, 'Hur', 'Var') WHERE kind = 'question'",
    "UPDATE act SET \"by\" = 'konto-annan' WHERE kind = 'question'",
    "UPDATE act SET actor_id = 'a-ko' WHERE kind = 'question'",
    "UPDATE act SET kind = 'post' WHERE kind = 'question'",
    "DELETE FROM act WHERE kind = 'question'",
    'INSERT INTO act SELECT 99, need_id, kind, "by", actor_id, content, leaf_index, made FROM act LIMIT 1',
    "UPDATE need SET state = 'followed_up'",
    "UPDATE need SET was = 'idea'",
    "UPDATE need SET secret = '{}'",
    "UPDATE proposal SET ruling = 'accepted'",
    "UPDATE proposal SET reason = 'x'",
    "UPDATE proposal SET content = replace(content, 'handhygien', 'annat')",
    "DELETE FROM proposal",
    "UPDATE attachment SET content = x'00'",
    "UPDATE attachment SET name = 'annan.txt'",
    "DELETE FROM attachment",
    "UPDATE weighting SET weights = replace(weights, '20', '19')",
    "DELETE FROM weighting",
    'UPDATE need SET aspects = \'["a", "b"]\'',
]


@pytest.mark.parametrize("edit", TAMPERED)
def test_the_audit_sees_every_edit(system: Matcha, edit: str) -> None:
    system.act(NEED.id, ActKind.INTEREST, InterestForm(), HYGIEN)
    system.act(NEED.id, ActKind.QUESTION, QuestionForm(text="Hur många?"), HYGIEN)
    system.act(NEED.id, ActKind.SECRECY, SecrecyForm(field="goal", secret=True, reason="Exempel."), KIM)
    system.publish_weighting(WeightingForm(weights=WEIGHTS, reason="Beslut."), KIM)
    proposed(system)
    system.attach(NEED.id, Analysis.OTHER, "kalkyl.txt", b"Tolv avdelningar.", KIM)
    assert system.audit().faults == ()
    with system._store.transaction() as session:
        session.execute(text(edit))
    assert system.audit().faults != ()


def test_what_is_erased_leaves_acts_without_content_and_a_clean_audit(system: Matcha) -> None:
    system.act(NEED.id, ActKind.INTEREST, InterestForm(text="Vi kan."), HYGIEN)
    system.act(NEED.id, ActKind.QUESTION, QuestionForm(text="Hur många?"), HYGIEN)
    accepted(system, proposed(system))
    system.propose(ProfileForm(id="p-till", actor_id="a-hygien", title="Till", text="Mer text."), HYGIEN)
    erase = {"ground": Ground.GDPR_17, "reference": "A-1", "user": "Alex"}
    system.erase(ErasureForm(what=Erased.ACTOR, id="a-hygien", **erase))  # type: ignore[arg-type]
    assert [act.content for act in system.acts(NEED.id)] == [{}, {}]
    assert [p.content for p in system.proposals("a-hygien")] == [{}, {}]
    assert system.audit().faults == ()
    system.erase(ErasureForm(what=Erased.NEED, id=NEED.id, **erase))  # type: ignore[arg-type]
    assert (system.audit().faults, system.dialogue(NEED.id, KIM).shown) == ((), ())


def test_every_state_is_reached_by_steps_alone() -> None:
    assert set(State) == {*FORWARD, State.PARKED, State.CLOSED}


def test_an_actor_is_registered_with_its_first_accepted_profile(system: Matcha) -> None:
    new = Caller("konto-ny", frozenset({AccountRole.SUPPLIER}), "a-ny")
    actor = ActorForm(id="a-ny", name="Nya bolaget (demo)", kind=ActorKind.COMPANY)
    form = ProfileForm(id="p-nytt", actor_id="a-ny", title="Nytt", text="Vi gör något nytt för vården.")
    with pytest.raises(NotFound):
        system.propose(form, new)
    id = system.propose(form, new, actor).id or 0
    with pytest.raises(NotFound):
        system.actor("a-ny")
    accepted(system, id)
    assert system.actor("a-ny").name == "Nya bolaget (demo)"


def test_groups_are_kept_until_a_need_or_a_profile_changes(matcha: Matcha) -> None:
    """The slow twin is the same system that has kept nothing."""

    def anew(ids: tuple[str, ...] | None = None) -> object:
        matcha._groups.forget()
        return matcha.grouped(ids)

    first = matcha.grouped()
    assert matcha.grouped() is first
    assert matcha.grouped(()) is not first
    matcha.submit(Batch(needs=(NeedForm(id="n-ko", title="Kö till BUP", text="Väntetiden till BUP är för lång."),)))
    second = matcha.grouped()
    assert first != second == anew()
    gaps = [gap.need_id for gap in second.gaps]
    for id in ("p-hygien", "p-ko"):
        matcha.withdraw(id)
    third = matcha.grouped()
    assert [gap.need_id for gap in third.gaps] == ["n-hygien", "n-ko"] != gaps
    assert third == anew()


def test_nobody_waits_for_the_groups_and_what_was_erased_goes(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'matcha.db'}")  # whose threads have connections of their own
    system: Matcha = Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), MemoryKeeper())
    system.submit(small_batch())
    ids = tuple(system.need_titles(tuple(State)))
    assert system.grouped_at_hand(ids) == (None, False)
    assert system._groups.thread is not None
    system._groups.thread.join()
    found, fresh = system.grouped_at_hand(ids)
    assert found is not None
    assert fresh
    assert found.clusters.alone == ("n-hygien",)
    with system._groups.working:  # what is new is not worked out yet
        system.erase(
            ErasureForm(what=Erased.NEED, id="n-hygien", ground=Ground.GDPR_17, reference="D 1", user="A. Arkivarie")
        )
        assert system.grouped_at_hand(ids) == (found, False)
    system._groups.thread.join()
    assert system.grouped(ids).clusters.alone == ()
    system.close()
