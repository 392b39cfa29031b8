"""A small town to fuzz: a whole system in memory with something of everything, and a copy of it in a millisecond."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import StaticPool, create_engine

from matcha import Batch, Matcha
from matcha.api import csrf
from matcha.api.caller import COOKIE
from matcha.callers import AccountRole, Caller
from matcha.matchlog.keys import MemoryKeeper
from matcha.process import (
    ActKind,
    Analysis,
    Criterion,
    EventKind,
    Mixing,
    Part,
    Party,
    Reply,
    Ruling,
    State,
)
from matcha.records import (
    DecisionForm,
    LockForm,
    NeedForm,
    RequestForm,
    RequestKind,
    RulingForm,
    SubscriptionForm,
    WeightingForm,
)
from matcha.records import act as forms
from matcha.records import forum as steps
from matcha.records.account import AccountForm, KeyForm
from matcha.retrieval.reference import MemoryReference
from matcha.service import tokens
from matcha.service.accounts import Accounts
from matcha.service.jobs import Jobs, MatchAsked
from matcha.service.passwords import Passwords
from matcha.service.worker import Worker
from matcha.store import Store
from matcha.store.database import _listen
from matcha.values import ActorKind, Choice
from tests.conftest import actor, profile
from tests.people import PASSWORD, CountingHasher

ROLES = tuple(role for role in AccountRole if role is not AccountRole.PUBLIC)
ALL = "all"  # an account with every role
OTHER = "other"  # a supplier of another actor
MINE, THEIRS = "a-mine", "a-theirs"
STATES = (State.IDEA, State.DRAFT, State.SCREENED, State.PRIORITISED, State.PUBLISHED)
LOCKED, SECRET, TALK, DONE, IDEA = "n-locked", "n-secret", "n-talk", "n-done", "n-idea"
HOSTED = "n-hosted"  # of its two forums one is composed and no more, the other held
SECRET_GOAL, SECRET_TEXT = "Hemligt mål om upphandlingen", "Första bedömning sker digitalt med klorinblandning."
_REASON = "Så blev det bestämt."


@dataclass
class Town:
    """A system, who is in it, and the ids of what there is. `keys` and `accounts` are by role, `ALL` and `OTHER`."""

    matcha: Matcha
    keys: dict[str, str] = field(default_factory=dict)
    key_ids: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    invitation: str = ""
    ids: dict[str, list[Any]] = field(default_factory=dict)
    _image: bytes = b""

    @classmethod
    def built(cls) -> Town:
        """Build it."""
        town = cls(_with_cheap_passwords(Matcha.in_memory()))
        _settle(town)
        _work(town)
        town.keep()
        return town

    def keep(self) -> None:
        """Take the image that copies are made of."""
        with self.matcha._store.engine.connect() as connection:
            self._image = connection.connection.driver_connection.serialize()  # type: ignore[union-attr]

    def copied(self) -> Matcha:
        """Give a system that is as this one was when it was built, and goes its own way."""
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        _listen(engine, wal=False)
        with engine.connect() as connection:
            connection.connection.driver_connection.deserialize(self._image)  # type: ignore[union-attr]
        keeper = MemoryKeeper()
        keeper.keep(self.matcha.logbook.keeper.keys())
        shelf, encoder = copy.copy(self.matcha._shelf), self.matcha.reader.encoder
        return _with_cheap_passwords(Matcha(Store(engine), shelf, lambda: encoder, MemoryReference(), keeper))

    def caller(self, who: str) -> Caller:
        """Give somebody as the service knows them."""
        account = self.matcha.accounts.account(self.accounts[who])
        return Caller(account.id, account.role_set, account.actor_id, account.name)

    def headers(self, who: str | None) -> Mapping[str, str]:
        """Give what somebody sends to be known, or nothing for the public."""
        return {} if who is None else {"Authorization": f"Bearer {self.keys[who]}"}

    def cookie(self, who: str) -> Mapping[str, str]:
        """Give what our own page sends for somebody who has signed in."""
        token = self.sessions[who]
        own = {"Cookie": f"{COOKIE}={token}", csrf.HEADER: tokens.csrf_token(token)}
        return {**own, "Sec-Fetch-Site": "same-origin"}

    def act(self, need_id: str, kind: ActKind, form: Any, who: str = AccountRole.COORDINATOR) -> int:
        """Do something with a need, and give the act's id."""
        done = self.matcha.act(need_id, kind, form, self.caller(who))
        assert done.id is not None
        self.ids.setdefault(kind.value, []).append(done.id)
        return done.id


def _with_cheap_passwords(matcha: Matcha) -> Matcha:
    matcha.accounts = Accounts(matcha.logbook, matcha._store, matcha._clock, passwords=Passwords(CountingHasher()))
    return matcha


def _settle(town: Town) -> None:
    profiles = (
        profile("p-mine", MINE, "Sensorer som mäter handhygien", "Vi mäter hur ofta händerna spritas på avdelningar."),
        profile("p-second", MINE, "Påminnelser om handhygien", "Vi påminner om att händerna ska spritas."),
        profile("p-theirs", THEIRS, "Kortare kö till barnpsykiatrin", SECRET_TEXT),
        profile("p-gone", THEIRS, "Något som dragits tillbaka", "Det här erbjuds inte längre av oss."),
    )
    actors = (actor(MINE), actor(THEIRS, ActorKind.ACADEMIA), actor("a-third"))
    town.matcha.submit(Batch(actors=actors, profiles=profiles))
    town.matcha.withdraw("p-gone")
    actor_of = {AccountRole.SUPPLIER.value: MINE, OTHER: THEIRS, ALL: "a-third"}
    one: dict[str, list[AccountRole]] = {role.value: [role] for role in ROLES}
    roles_of = one | {
        ALL: list(ROLES),
        OTHER: [AccountRole.SUPPLIER],
    }
    for name, roles in {**roles_of, "spare": [AccountRole.ORGANISER], "conflicted": [AccountRole.COORDINATOR]}.items():
        form = AccountForm(name=f"{name} Prov", email=f"{name}@vard.example", roles=roles, actor_id=actor_of.get(name))
        invited = town.matcha.accounts.add(form)
        assert invited.token is not None
        town.matcha.accounts.set_password(invited.token, PASSWORD)
        town.accounts[name] = invited.account.id
        issued = town.matcha.accounts.issue_key(invited.account.id, KeyForm(name="Prov"))
        assert issued.text is not None
        town.keys[name], town.key_ids[name] = issued.text, issued.key.id
        town.sessions[name] = town.matcha.accounts.sign_in(f"{name}@vard.example", PASSWORD).token
    invited = town.matcha.accounts.add(
        AccountForm(name="Inga Ny", email="inga@vard.example", roles=[AccountRole.ORGANISER])
    )
    town.invitation, town.accounts["invited"] = invited.token or "", invited.account.id
    town.ids = {"profile": [one.id for one in profiles], "actor": [one.id for one in actors]}


def _work(town: Town) -> None:
    matcha, chief = town.matcha, town.caller(AccountRole.COORDINATOR)
    matcha.publish_weighting(WeightingForm(weights=dict.fromkeys(Criterion, 20), reason=_REASON), chief)
    for id in (*(f"n-{state}" for state in STATES), LOCKED, SECRET, TALK, DONE, HOSTED, "n-parked", "n-closed"):
        matcha.add_need(_need(id), chief)
        if "job" not in town.ids:
            _report(town)
        last = STATES.index(State(id[2:])) if id[2:] in set(STATES) else len(STATES) - 1
        for state in STATES[1 : last + 1]:
            _raise(town, id, state)
    for id, state in (("n-parked", State.PARKED), ("n-closed", State.CLOSED)):
        town.act(id, ActKind.STATE, forms.StateForm(state=state, reason=_REASON))
    matcha.set_lock(LockForm(need_id=LOCKED, locked=True, user=str(chief.account_id), reason=_REASON))
    town.act(SECRET, ActKind.SECRECY, forms.SecrecyForm(field="goal", secret=True, reason=_REASON))
    town.act("n-published", ActKind.DECLARATION, forms.DeclarationForm(conflicted=True, reason=_REASON), "conflicted")
    for number in (1, 2):
        file = matcha.attach(TALK, Analysis.OTHER, f"bilaga{number}.txt", b"En bilaga med lite text.", chief)
        town.ids.setdefault("attachment", []).append(file.id)
    _talk(town)
    _come_to_effect(town)
    _submit(town)
    _ask(town)
    _host(town)
    town.ids["need"] = [need.id for need in matcha.needs()]


def _report(town: Town) -> None:
    """Have a neutrality report made, while there is but one need: it ranks every need twenty times."""
    jobs = Jobs(town.matcha)
    town.ids["job"] = [jobs.ask_neutrality(3, 2, town.caller(ALL)).id]
    Worker(jobs).run_until_idle()


def _need(id: str) -> NeedForm:
    return NeedForm(
        id=id,
        title=f"Bättre handhygien på vårdavdelningar {id}",
        text="Händerna spritas för sällan. Infektioner sprids mellan patienter.",
        quantity_number=120.5,
        quantity_unit="infektioner",
        quantity_period="år",
        goal=SECRET_GOAL if id == SECRET else "Färre infektioner.",
        preconditions="Ska fungera med vårdens system.",
        care_setting="Slutenvård",
        aspects=("mätning", "påminnelse"),
    )


def _raise(town: Town, id: str, state: State) -> None:
    if state is State.SCREENED:
        for criterion in Criterion:
            town.act(id, ActKind.SCREENING, forms.ScreeningForm(criterion=criterion, score=3, reason=_REASON))
    town.act(id, ActKind.STATE, forms.StateForm(state=state, reason=_REASON))


def _talk(town: Town) -> None:
    prose = "Det här gäller vårdens behov."
    for id in (TALK, DONE):
        for who in (AccountRole.SUPPLIER, OTHER, ALL):
            town.act(id, ActKind.INTEREST, forms.InterestForm(text=prose), who)
        question = town.act(id, ActKind.QUESTION, forms.QuestionForm(text="Vad mäts i dag?"), OTHER)
        town.act(id, ActKind.ANSWER, forms.AnswerForm(question=question, text=prose))
        thread = town.act(id, ActKind.POST, forms.PostForm(title="Mätning", text=prose), OTHER)
        town.act(id, ActKind.POST, forms.PostForm(thread=thread, text=prose), AccountRole.SUPPLIER)
        town.act(id, ActKind.CONTACT, forms.BrokeringForm(actor_id=MINE, text=prose))
        held = forms.MeetingForm(actor_ids=(MINE, THEIRS), held=date(2026, 3, 1), exchanged=prose)
        town.act(id, ActKind.MEETING, held)
        starts = datetime(2026, 5, 1, 9, tzinfo=UTC)
        town.act(
            id, ActKind.EVENT, forms.EventForm(kind=EventKind.WORKSHOP, title="Träff", starts=starts, place="Umeå")
        )
        town.act(id, ActKind.STATE, forms.StateForm(state=State.IN_DIALOGUE, reason=_REASON))


def _come_to_effect(town: Town) -> None:
    prose = "Avdelningarna mäter nu själva."
    solution = town.act(
        DONE, ActKind.SOLUTION, forms.SolutionForm(title="Sensorer", text=prose, actor_id=MINE, decision="Avtal 1")
    )
    town.act(DONE, ActKind.STATE, forms.StateForm(state=State.SOLUTION_CHOSEN, reason=_REASON))
    began = forms.ImplementationForm(solution=solution, unit="Avdelning 3", started=date(2026, 4, 1))
    town.act(DONE, ActKind.IMPLEMENTATION, began)
    town.act(DONE, ActKind.STATE, forms.StateForm(state=State.IMPLEMENTED, reason=_REASON))
    town.act(DONE, ActKind.FEEDBACK, forms.FeedbackForm(solution=solution, party=Party.STAFF, grade=4, text=prose))
    measured = forms.EffectForm(solution=solution, number=80, unit="infektioner", period="år", text=prose)
    town.act(DONE, ActKind.EFFECT, measured)
    town.matcha.add_need(_need("n-after"), town.caller(AccountRole.COORDINATOR), follows=DONE)
    town.act(DONE, ActKind.JUDGEMENT, forms.JudgementForm(profile_id="p-mine", relevant=True))


def _submit(town: Town) -> None:
    text = "Vi mäter handhygien och visar resultatet varje vecka."
    theirs = profile("p-theirs", THEIRS, "Kortare kö", SECRET_TEXT + " igen.")
    for form, who in ((theirs, OTHER), (profile("p-new", MINE, "Mätning", text), AccountRole.SUPPLIER)):
        proposal = town.matcha.propose(form, town.caller(who))
        town.ids.setdefault("proposal", []).append(proposal.id)
    returned = town.matcha.propose(profile("p-bad", THEIRS, "Utkast", text), town.caller(OTHER))
    assert returned.id is not None
    ruling = RulingForm(ruling=Ruling.RETURNED, reason=_REASON)
    town.matcha.rule(returned.id, ruling, town.caller(AccountRole.COORDINATOR))
    for who in (AccountRole.SUPPLIER, OTHER, ALL, ALL):
        subscription = town.matcha.subscribe(SubscriptionForm(words="handhygien"), town.caller(who))
        town.ids.setdefault("subscription", []).append(subscription.id)
    asked = RequestForm(kind=RequestKind.ERASURE, text="Radera allt om oss.", email="oss@vard.example")
    town.ids["request"] = [town.matcha.ask_operator(asked, town.caller(OTHER)).id]


def _ask(town: Town) -> None:
    matcha, who = town.matcha, town.caller(ALL)
    answer = matcha.match(need_id=TALK, caller=who)
    explained = matcha.explain("p-mine", need_id=TALK, caller=who)
    town.ids["match"] = [answer.leaf_index, explained.leaf_index]
    form = DecisionForm(need_id=TALK, actor_id=MINE, choice=Choice.INVITED, reason=_REASON, user=str(who.account_id))
    matcha.decide(form, who)
    jobs = Jobs(matcha)
    done = jobs.ask_matches([MatchAsked(need_id=TALK), MatchAsked(need_id="saknas"), MatchAsked(text="Vård.")], who)
    Worker(jobs).run_until_idle()
    waiting = jobs.ask_matches([MatchAsked(need_id=TALK)], who)
    town.ids["job"] = [done.id, *town.ids["job"], waiting.id]


def _host(town: Town) -> None:
    matcha, host = town.matcha, town.caller(AccountRole.ORGANISER)
    for who in (AccountRole.SUPPLIER, ALL):
        town.act(HOSTED, ActKind.INTEREST, forms.InterestForm(), who)
    must, own = dict.fromkeys((MINE, THEIRS), "företräder dem som behovet gäller"), {Part.NEED_OWNER: 2}
    form = steps.ComposeForm(rules=steps.ForumRulesForm(seats=(3, 9), host=own, must=must, coverage=0, one_sided=100))
    composed, held = (matcha.compose_forum(HOSTED, form, host).id for _ in range(2))
    matcha.draw_forum(held, steps.DrawForm(), host)
    matcha.arrange_forum(held, steps.ArrangeForm(mixing=Mixing.REMIXED), host)
    stations = tuple(steps.StationForm(room=f"Sal {name}", facilitator="Siv", note_taker="Nils") for name in "AB")
    starts = datetime(2026, 6, 1, 13, tzinfo=UTC)
    matcha.plan_forum(held, steps.ProgrammeForm(starts=starts, place="Umeå", stations=stations), host)
    invitation = steps.InvitingForm(user="Olle Ordnar", reason=_REASON, reply_by=date(2026, 5, 20))
    matcha.invite_forum(held, invitation, host)
    times = (datetime(2026, 6, 8, 9, tzinfo=UTC), datetime(2026, 6, 8, 10, tzinfo=UTC))
    for actor_id in (MINE, THEIRS):
        matcha.reply_forum(held, steps.ReplyForm(actor_id=actor_id, reply=Reply.ACCEPTED, meeting_times=times), host)
    team = steps.TeamForm(name="Behovsteamet", times=times)
    matcha.schedule_forum(held, steps.MeetingsForm(template="Samma frågor till alla.", teams=(team,)), host)
    town.ids["forum"] = [composed, held]
