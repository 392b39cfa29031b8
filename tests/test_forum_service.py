"""A forum in the service, from its composition to its end: what is done, what is refused, what the log has of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from matcha import Batch, Matcha
from matcha.callers import AccountRole, Caller
from matcha.errors import Conflict, Forbidden, Invalid, NotFound
from matcha.forum.record import Forum
from matcha.forum.relaxation import Impossible
from matcha.interchange.forum.record import forum_json, record_bytes
from matcha.matchlog.entry import Kind
from matcha.matchlog.note import PrivateKey
from matcha.process import ActKind, Inviting, Mixing, OutcomeKind, Part, Reply, SeedSource
from matcha.records import ActorForm, LockForm, NeedForm
from matcha.records.act import AnswerForm, DeclarationForm, InterestForm
from matcha.records.forum import (
    ArrangeForm,
    ClosingForm,
    ComposeForm,
    DayForm,
    DrawForm,
    ForumRulesForm,
    InvitingForm,
    MeetingsForm,
    NotesForm,
    OutcomeForm,
    ProgrammeForm,
    ReplacementForm,
    ReplyForm,
    TeamForm,
    ValueForm,
)
from matcha.store import log
from matcha.values import ActorKind, Choice
from tests.conftest import profile

NEED = "n-hygien"
ASPECTS = (
    "mäta hur ofta händerna spritas på avdelningen",
    "påminna personalen om handhygien under passet",
    "lära av varandra mellan vårdavdelningar",
)
KINDS = (*(ActorKind.COMPANY,) * 4, ActorKind.ACADEMIA, ActorKind.PATIENT_ORGANISATION)
ACTORS = tuple(ActorForm(id=f"a-{n:02}", name=f"Aktör {n:02} (demo)", kind=KINDS[n % 6]) for n in range(60))
CHIEF = Caller("chief", frozenset({AccountRole.COORDINATOR, AccountRole.ORGANISER}))
OTHER = Caller("other", frozenset({AccountRole.COORDINATOR}))
RULES = ForumRulesForm(
    seats=(20, 24),
    host={Part.NEED_OWNER: 2},
    quotas={Part.ACADEMIA: (2, 6)},
    must={"a-05": "företräder patienterna"},
    never_together=(("a-01", "a-02"),),
    apart=(("a-03", "a-09"),),
)
DAY = datetime(2027, 3, 11, 12, 0, tzinfo=UTC)
WEEK = tuple(DAY + timedelta(days=7, hours=hour) for hour in range(3))
WHO = {"user": "Vera Värd", "reason": "Som lotten föll."}


def supplier(actor_id: str) -> Caller:
    return Caller(f"konto-{actor_id}", frozenset({AccountRole.SUPPLIER}), actor_id)


def text(number: int) -> str:
    """What an actor does: one, two or all of the aspects, or something else."""
    own = [f"Vi kan {aspect}." for place, aspect in enumerate(ASPECTS) if number < 48 and number >> place & 1]
    return f"{' '.join(own) or 'Vi bygger broar av trä.'} Sedan {1960 + number} har vi arbetat på {number} platser."


def town(clock: Callable[[], datetime] | None = None, salts: Callable[[int], bytes] | None = None) -> Matcha:
    """Sixty actors, of whom some answer one aspect, some several and some none; a few have shown interest."""
    matcha = Matcha.in_memory(clock=clock or (lambda: DAY - timedelta(days=90)), salt=salts or salted())
    matcha.logbook.keeper.keep((KEY,))
    profiles = tuple(profile(f"p-{n:02}", f"a-{n:02}", f"Erbjudande {n}", text(n)) for n in range(60))
    said = "Händerna spritas för sällan. Vi vill mäta hur ofta händerna spritas på avdelningen. Vi vill påminna om det."
    need = NeedForm(id=NEED, title="Bättre handhygien", text=said, aspects=ASPECTS)
    matcha.submit(Batch(actors=ACTORS, profiles=profiles, needs=(need,)))
    for actor_id in ("a-50", "a-08", "a-16"):
        matcha.act(NEED, ActKind.INTEREST, InterestForm(), supplier(actor_id))
    return matcha


KEY = PrivateKey.made("forum.example/log")


def salted() -> Callable[[int], bytes]:
    """Give salts that are the same each time."""
    numbers = count()
    return lambda size: hashlib.shake_256(f"salt {next(numbers)}".encode()).digest(size)


@dataclass
class Story:
    """A forum that went its whole way, and what it was at each step."""

    matcha: Matcha
    at: dict[str, Forum] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def refuses(self, name: str, step: Callable[[], object]) -> None:
        with pytest.raises(Conflict) as wrong:
            step()
        self.refused[name] = wrong.value.en

    @property
    def last(self) -> Forum:
        return self.at["closed"]


def told() -> Story:
    """Let a forum go its whole way."""
    matcha = town()
    story = Story(matcha)
    made = matcha.compose_forum(NEED, ComposeForm(rules=RULES), CHIEF)
    id, step = made.id, story.at
    step["composed"] = made
    story.refuses("arranged undrawn", lambda: matcha.arrange_forum(id, ArrangeForm(), CHIEF))
    trial = DrawForm(source=SeedSource.TRIAL, said="på prov")
    step["trial"] = matcha.draw_forum(id, trial, CHIEF)
    story.refuses("invited on trial", lambda: matcha.invite_forum(id, inviting(), CHIEF))
    step["drawn"] = matcha.draw_forum(id, DrawForm(), CHIEF)
    story.refuses("drawn twice", lambda: matcha.draw_forum(id, trial, CHIEF))
    step["arranged"] = matcha.arrange_forum(id, ArrangeForm(mixing=Mixing.REMIXED), CHIEF)
    step["planned"] = matcha.plan_forum(id, ProgrammeForm(starts=DAY, place="Demohuset"), CHIEF)
    step["invited"] = matcha.invite_forum(id, inviting(), CHIEF)
    story.refuses("one more", lambda: matcha.compose_forum(NEED, ComposeForm(rules=RULES), CHIEF))
    meet(story)
    end(story)
    return story


def inviting() -> InvitingForm:
    return InvitingForm(**WHO, reply_by=date(2027, 2, 1))


def meet(story: Story) -> None:
    """Replies, a replacement, the day, and follow-up meetings."""
    matcha, step, id = story.matcha, story.at, story.at["invited"].id
    first, second, third, *rest = [one.actor_id for one in step["invited"].invitations if one.actor_id != "a-05"]
    for actor_id in (second, third):
        reply = ReplyForm(actor_id=actor_id, reply=Reply.ACCEPTED, meeting_times=WEEK)
        step["replied"] = matcha.reply_forum(id, reply, supplier(actor_id))
    matcha.reply_forum(id, ReplyForm(actor_id=first, reply=Reply.DECLINED), CHIEF)
    step["replaced"] = matcha.replace_forum(id, ReplacementForm(actor_id=first, **WHO), CHIEF)
    day = DayForm(gone=(f"{rest[0]}/1",), late={f"{rest[1]}/1": 2})
    step["changed"] = matcha.change_forum(id, day, CHIEF)
    step["came"] = matcha.change_forum(id, DayForm(come=(rest[0],), done=1), CHIEF)
    meetings = MeetingsForm(template="Vad behöver vården veta?", teams=(TeamForm(name="Lag A", times=WEEK),))
    step["scheduled"] = matcha.schedule_forum(id, meetings, CHIEF)
    one, other = (meeting.actor_id for meeting in step["scheduled"].meetings)
    story.refuses("notes of the next", lambda: matcha.note_meeting(id, notes(other), CHIEF))
    matcha.note_meeting(id, notes(one), CHIEF)
    story.refuses("times again", lambda: matcha.schedule_forum(id, meetings, CHIEF))
    story.refuses("closed without telling", lambda: matcha.close_forum(id, ClosingForm(), CHIEF))
    step["met"] = matcha.note_meeting(id, notes(other), CHIEF)


def notes(actor_id: str) -> NotesForm:
    return NotesForm(actor_id=actor_id, held=date(2027, 3, 18), notes="De frågade om sängplatserna.")


def end(story: Story) -> None:
    """What came of it, and its end."""
    matcha, step, id = story.matcha, story.at, story.at["met"].id
    outcome = OutcomeForm(kind=OutcomeKind.KNOWLEDGE, text="Sprit vid varje säng räcker långt.", station=1)
    matcha.add_outcome(id, outcome, CHIEF)
    who = step["met"].meetings[0].actor_id
    step["valued"] = matcha.value_forum(id, ValueForm(actor_id=who, insight=5, contacts=3, again=4), supplier(who))
    for meeting in step["valued"].untold:
        story.refuses("closed untold", lambda: matcha.close_forum(id, ClosingForm(), CHIEF))
        answer = AnswerForm(question=meeting, text="De frågade om sängplatserna.")
        matcha.act(NEED, ActKind.ANSWER, answer, CHIEF)
    step["told"] = matcha.forum(id)
    step["closed"] = matcha.close_forum(id, ClosingForm(text="Tack alla."), CHIEF)
    story.refuses("after the end", lambda: matcha.change_forum(id, DayForm(), CHIEF))


@pytest.fixture(scope="module")
def story() -> Story:
    return told()


def test_a_forum_keeps_its_rules(story: Story) -> None:
    forum = story.at["drawn"]
    invited = {one.actor_id: one for one in forum.invitations}
    seats = sum(one.seats for one in forum.invitations) + 2
    assert 20 <= seats <= 24
    assert not {"a-01", "a-02"} <= invited.keys()
    assert invited["a-05"].reason == "must:företräder patienterna"
    assert 2 <= sum(one.part is Part.ACADEMIA for one in forum.invitations) <= 6
    for place, _ in enumerate(ASPECTS):
        assert sum(one.grades[place] >= 1 for one in forum.invitations) >= 2
    everybody = [one.actor_id for one in forum.invitations]
    everybody += [one.actor_id for one in (*forum.reserves, *forum.not_selected)]
    assert sorted(everybody) == sorted({*everybody})
    assert {one.id for one in ACTORS if int(one.id[2:]) % 8 and int(one.id[2:]) < 48} <= {*everybody}


def test_nobody_is_drawn_before_the_draw_and_chances_are_published(story: Story) -> None:
    composed, drawn = story.at["composed"], story.at["drawn"]
    assert (composed.invitations, composed.reserves, composed.seed) == ((), (), None)
    assert {one.reason for one in composed.not_selected if one.chance} == {"awaiting"}
    before = {one.actor_id: one.chance for one in composed.not_selected}
    assert {one.actor_id: one.chance for one in drawn.invitations}.items() <= before.items()
    least = min(chance for chance in before.values() if chance)
    assert abs(least - composed.chance.objective) <= 1
    assert composed.digest == drawn.digest == story.last.digest


def test_the_seed_is_the_root_of_the_first_tree_with_the_composition(story: Story) -> None:
    drawn = story.at["drawn"]
    assert drawn.seed is not None
    with story.matcha._store.reading() as session:
        assert drawn.seed.said == log.root(session, drawn.leaf_index + 1).hex()
    assert story.at["trial"].seed is not None
    assert story.at["trial"].seed.source is SeedSource.TRIAL


def test_everybody_visits_every_station_once_and_competitors_never_meet(story: Story) -> None:
    forum = story.at["arranged"]
    ways = list(zip(*forum.rotation, strict=True))
    assert all(sorted(way) == [1, 2, 3] for way in ways)
    assert sum(len(group.seats) for group in forum.groups) == sum(one.seats for one in forum.invitations) + 2
    met = {
        frozenset((a.actor_id, b.actor_id))
        for at in forum.rotation
        for station in (1, 2, 3)
        for a in (s for g, where in zip(forum.groups, at, strict=True) if where == station for s in g.seats)
        for b in (s for g, where in zip(forum.groups, at, strict=True) if where == station for s in g.seats)
    }
    assert frozenset(("a-03", "a-09")) not in met
    assert forum.pairs is not None
    assert forum.pairs.objective <= forum.pairs.bound <= forum.possible == 24 * 23 // 2


def test_a_draw_on_trial_invites_nobody_and_a_draw_is_made_once(story: Story) -> None:
    assert "trial" in story.refused["invited on trial"]
    assert "drawn already" in story.refused["drawn twice"]
    assert "Draw first" in story.refused["arranged undrawn"]
    assert "Say why one more" in story.refused["one more"]


def test_an_invitation_is_a_decision_of_a_named_person_and_the_list_is_logged(story: Story) -> None:
    forum = story.at["invited"]
    decided = {one.actor_id: one for one in story.matcha.decisions() if one.choice is Choice.INVITED}
    assert {one.actor_id for one in forum.invitations} <= decided.keys()
    assert {one.user for one in decided.values()} == {"Vera Värd"}
    ranks = {one.actor_id: one.rank for one in forum.invitations}
    assert {id: decided[id].machine_rank for id in ranks} == ranks
    assert all(one.said for one in forum.invitations)
    assert len(story.matcha.entries(kind=Kind.INVITE_LIST)) == 1


def test_the_reserve_that_takes_a_place_keeps_the_rules_and_sits_down(story: Story) -> None:
    before, after = story.at["replied"], story.at["replaced"]
    (new,) = (one for one in after.invitations if one.in_place_of)
    gone = next(one for one in before.invitations if one.actor_id == new.in_place_of)
    assert new.part is gone.part
    assert new.reason == f"reserve:{gone.actor_id}"
    assert new.actor_id in {one.actor_id for one in before.reserves}
    assert new.said is not None
    seated = {seat.actor_id for group in after.groups for seat in group.seats}
    assert new.actor_id in seated
    assert gone.actor_id not in seated
    left = {one.actor_id: one.reason for one in after.not_selected}
    assert left[gone.actor_id] == "gave_up"
    assert not {"a-01", "a-02"} <= {one.actor_id for one in after.invitations}


def test_on_the_day_who_is_gone_sits_nowhere_until_they_come(story: Story) -> None:
    seats = {name: ways(story.at[name]) for name in ("replaced", "changed", "came")}
    (gone,) = seats["replaced"].keys() - seats["changed"].keys()
    assert seats["came"][gone][0] == 0
    assert all(seats["came"][gone][1:])
    late = next(seat for seat, way in seats["changed"].items() if way[0] == 0)
    assert all(seats["changed"][late][1:])


def ways(forum: Forum) -> dict[str, tuple[int, ...]]:
    each = zip(forum.groups, zip(*forum.rotation, strict=True), strict=True)
    return {seat.id: way for group, way in each for seat in group.seats}


def test_meetings_are_held_one_after_another_with_notes_and_told_to_all(story: Story) -> None:
    assert [meeting.starts for meeting in story.at["scheduled"].meetings] == [*WEEK[:2]]
    assert "notes of the meeting" in story.refused["notes of the next"]
    assert "held already" in story.refused["times again"]
    assert "not been told the same" in story.refused["closed without telling"]
    assert "not been told the same" in story.refused["closed untold"]
    assert "is over" in story.refused["after the end"]
    ways_in = {(one.actor_id, one.way.value) for one in story.matcha.dossier(NEED)}
    assert {(meeting.actor_id, "met") for meeting in story.last.meetings} <= ways_in


def test_the_end_vouches_for_the_record(story: Story) -> None:
    assert story.last.closed is not None
    assert [one.text for one in story.last.outcomes] == ["Sprit vid varje säng räcker långt."]
    assert [one.insight for one in story.last.values] == [5]
    (act,) = story.matcha.acts(NEED, ActKind.FORUM_CLOSED)
    assert act.content["record"] == hashlib.sha256(record_bytes(story.at["told"])).hexdigest()
    assert json.loads(record_bytes(story.last)) == json.loads(json.dumps(forum_json(story.last)))


def test_the_log_has_all_of_it_and_the_standings_replay(story: Story) -> None:
    matcha = story.matcha
    assert matcha.audit().faults == ()
    (composed,) = matcha.acts(NEED, ActKind.FORUM_COMPOSED)
    standings = composed.content["standings"]
    assert len(standings) == 1 + len(ASPECTS)
    assert [one.leaf_index for one in matcha.replay(standings) if one.identical] == standings
    kinds = [step.kind for step in story.last.steps]
    assert kinds[:5] == [
        ActKind.FORUM_COMPOSED,
        ActKind.FORUM_DRAWN,
        ActKind.FORUM_DRAWN,
        ActKind.FORUM_ARRANGED,
        ActKind.FORUM_PLANNED,
    ]
    assert kinds[-1] is ActKind.FORUM_CLOSED
    assert [step.leaf_index for step in story.last.steps] == sorted(step.leaf_index for step in story.last.steps)
    assert matcha.forum(story.last.id) == story.last
    assert [each.id for each in matcha.forums(NEED)] == [story.last.id]


def test_two_systems_with_the_same_clock_and_salts_give_the_same_bytes(story: Story) -> None:
    again = told()
    for name, forum in story.at.items():
        assert record_bytes(again.at[name]) == record_bytes(forum), name
    problems = [each.matcha.composition(each.last.id) for each in (story, again)]
    assert problems[0][1].to_bytes() == problems[1][1].to_bytes()


@pytest.fixture(scope="module")
def early() -> Matcha:
    """A town where nobody is invited yet."""
    return town()


def test_dice_are_thrown_before_witnesses(early: Matcha) -> None:
    id = early.compose_forum(NEED, ComposeForm(rules=RULES), CHIEF).id
    throws = "4 2 6 1 3 5 2 2 6 1"
    with pytest.raises(Invalid):
        early.draw_forum(id, DrawForm(source=SeedSource.DICE, said=throws), CHIEF)
    drawn = early.draw_forum(id, DrawForm(source=SeedSource.DICE, said=throws, witnesses=("Vera Vittne",)), CHIEF)
    assert drawn.seed is not None
    assert drawn.seed.witnesses == ("Vera Vittne",)
    assert drawn.composed == len(early.forums(NEED))


def test_an_open_invitation_is_for_those_who_showed_interest(early: Matcha) -> None:
    rules = ForumRulesForm(inviting=Inviting.OPEN, seats=(1, 10), coverage=0, one_sided=100)
    forum = early.compose_forum(NEED, ComposeForm(rules=rules), CHIEF)
    assert {one.actor_id for one in forum.not_selected if one.chance} == {"a-08", "a-16", "a-50"}


def test_rules_that_cannot_hold_are_named_and_nothing_is_composed(early: Matcha) -> None:
    before = early.forums(NEED)
    rules = ForumRulesForm(seats=(20, 24), quotas={Part.AUTHORITY: (1, 3)})
    with pytest.raises(Impossible) as wrong:
        early.compose_forum(NEED, ComposeForm(rules=rules), CHIEF)
    assert [str(rule.subject) for rule in wrong.value.conflict] == [Part.AUTHORITY]
    assert early.forums(NEED) == before


def test_rules_about_strangers_and_needs_without_aspects_are_refused(early: Matcha) -> None:
    with pytest.raises(NotFound, match="a-99"):
        early.compose_forum(NEED, ComposeForm(rules=ForumRulesForm(must={"a-99": "känd"})), CHIEF)
    with pytest.raises(Invalid, match="1 aspects"):
        early.compose_forum(NEED, ComposeForm(rules=ForumRulesForm(aspects=("en enda",))), CHIEF)
    with pytest.raises(NotFound):
        early.forum("forum-finns-inte")


def test_whoever_has_an_interest_of_their_own_composes_nothing(early: Matcha) -> None:
    early.act(NEED, ActKind.DECLARATION, DeclarationForm(conflicted=True, reason="Delägare."), OTHER)
    with pytest.raises(Forbidden):
        early.compose_forum(NEED, ComposeForm(rules=RULES), OTHER)


def test_nothing_is_composed_or_invited_during_a_procurement_and_that_is_logged() -> None:
    matcha = town()
    id = matcha.compose_forum(NEED, ComposeForm(rules=RULES), CHIEF).id
    matcha.draw_forum(id, DrawForm(), CHIEF)
    matcha.set_lock(LockForm(need_id=NEED, locked=True, user="Vera Värd", reason="Upphandling."))
    steps: tuple[Callable[[], object], ...] = (
        lambda: matcha.compose_forum(NEED, ComposeForm(rules=RULES), CHIEF),
        lambda: matcha.invite_forum(id, inviting(), CHIEF),
        lambda: matcha.arrange_forum(id, ArrangeForm(), CHIEF),
    )
    for step in steps:
        before = len(refusals(matcha))
        with pytest.raises(Conflict, match="procurement"):
            step()
        assert len(refusals(matcha)) == before + 1
    assert matcha.audit().faults == ()


def refusals(matcha: Matcha) -> list[int]:
    return [index for index, entry in matcha.entries(kind=Kind.PHASE_LOCK) if "refused" in entry.said]


def test_suppliers_answer_for_themselves_alone(story: Story) -> None:
    matcha = story.matcha
    who = story.last.invitations[0].actor_id
    reply = ReplyForm(actor_id=who, reply=Reply.ACCEPTED)
    with pytest.raises(Forbidden):
        matcha.reply_forum(story.last.id, reply, supplier("a-59"))
    with pytest.raises(Forbidden):
        matcha.reply_forum(story.last.id, ReplyForm(actor_id=who, reply=Reply.ATTENDED), supplier(who))
