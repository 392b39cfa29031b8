"""An invented course of events in the demo: what makes every page of the site have something to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from matcha import Matcha
from matcha.callers import AccountRole, Caller
from matcha.process import ActKind, Criterion, EventKind, Party, State
from matcha.records import (
    DecisionForm,
    NeedForm,
    ProfileForm,
    RequestForm,
    RequestKind,
    SubscriptionForm,
    WeightingForm,
)
from matcha.records import act as forms
from matcha.service.jobs import Jobs, MatchAsked
from matcha.service.worker import Worker
from matcha.values import Choice, Language
from tools.show_forum import hold

MAIN, DONE, IDEA = "behov-a01", "behov-a02", "behov-oro"
_WHY = "Så kom gruppen överens om den 3 mars."
_STEPS = (State.DRAFT, State.SCREENED, State.PRIORITISED)


def fill(matcha: Matcha, who: Mapping[AccountRole, Caller]) -> dict[str, Any]:
    """Let it all happen, and give the ids of what pages are about, by the names of the braces in their paths."""
    own = who[AccountRole.SUPPLIER].actor_id or ""
    profile = next(one for one in matcha.profiles(own) if one.profile.withdrawn is None)
    account = who[AccountRole.ORGANISER].account_id
    found: dict[str, Any] = {"actor": own, "profile": profile.profile.id, "account": account}
    _weigh(matcha, who)
    _talk(matcha, who, own, found)
    _loop(matcha, who[AccountRole.COORDINATOR], own)
    _ask(matcha, who[AccountRole.COORDINATOR], found)
    _propose(matcha, who[AccountRole.SUPPLIER], own, found)
    held = hold(matcha)
    found.update(forum=held.id, guest=held.invitations[0].actor_id, met=held.meetings[0].actor_id)
    return found


def _weigh(matcha: Matcha, who: Mapping[AccountRole, Caller]) -> None:
    chief = who[AccountRole.COORDINATOR]
    weights = dict(zip(Criterion, (30, 15, 25, 10, 20), strict=True))
    matcha.publish_weighting(WeightingForm(weights=weights, reason="Beslut i styrgruppen inför våren."), chief)
    for place, (id, title) in enumerate(_IDEAS.items()):
        matcha.add_need(_need(id, title, _TEXTS[id]), chief)
        for step in _STEPS[: (2, 1, 3)[place]]:
            if step is State.SCREENED:
                for number, criterion in enumerate(Criterion):
                    score = 1 + (place * 2 + number * 3) % 5
                    given = forms.ScreeningForm(criterion=criterion, score=score, reason=_WHY)
                    matcha.act(id, ActKind.SCREENING, given, chief)
            matcha.act(id, ActKind.STATE, forms.StateForm(state=step, reason=_WHY), chief)


def _need(id: str, title: str, text: str) -> NeedForm:
    return NeedForm(
        id=id,
        title=title,
        text=text,
        language=Language.SV,
        quantity_number=40,
        quantity_unit="tillfällen",
        quantity_population="patienter på två sjukhus",
        quantity_period="oktober 2026",
        source="behovsworkshop",
        preconditions="Ska fungera med den utrustning som finns.",
        care_setting="slutenvård",
        goal="Färre än tio tillfällen i månaden inom ett år.",
    )


_IDEAS = {
    IDEA: "Oron för att ringa fel mottagning gör att patienter väntar för länge",
    "behov-larm": "Larm som ingen hör i undersökningsrum med stängd dörr",
    "behov-narstaende": "Närstående får olika besked av olika team",
}
_TEXTS = {
    IDEA: "Var femte patient ringer först fel mottagning. De kopplas vidare och ger upp. "
    "Vi vill att den som ringer en gång får rätt hjälp.",
    "behov-larm": "I tolv undersökningsrum hörs inte larmet när dörren är stängd. "
    "Personal har fått vänta på hjälp i flera minuter.",
    "behov-narstaende": "Närstående till svårt sjuka berättar att de får olika besked på avdelningen, "
    "i hemsjukvården och av kommunen.",
}


def _talk(matcha: Matcha, who: Mapping[AccountRole, Caller], own: str, found: dict[str, Any]) -> None:
    chief, supplier = who[AccountRole.COORDINATOR], who[AccountRole.SUPPLIER]
    said = forms.InterestForm(text="Vi har arbetat med frågan på två sjukhus och berättar gärna mer.")
    matcha.act(MAIN, ActKind.INTEREST, said, supplier)
    asked = forms.QuestionForm(text="Hur många avdelningar berörs, och finns det mätningar från förra året?")
    question = matcha.act(MAIN, ActKind.QUESTION, asked, supplier)
    told = forms.AnswerForm(question=question.id or 0, text="22 vårdavdelningar. Mätningar finns för vecka 11 2025.")
    matcha.act(MAIN, ActKind.ANSWER, told, chief)
    again = forms.QuestionForm(text="Får uppföljningen visas på en skärm i korridoren?")
    found["question"] = matcha.act(MAIN, ActKind.QUESTION, again, supplier).id
    thread = forms.PostForm(
        title="Vad har ni lärt er av tidigare försök?", text="Berätta gärna, även om det gick dåligt."
    )
    found["thread"] = matcha.act(MAIN, ActKind.POST, thread, chief).id
    starts = datetime(2027, 4, 8, 13, tzinfo=UTC)
    event = forms.EventForm(kind=EventKind.WORKSHOP, title="Öppen träff om handhygien", starts=starts, place="Sundåker")
    matcha.act(MAIN, ActKind.EVENT, event, chief)
    met = forms.MeetingForm(actor_ids=(own,), held=date(2026, 11, 3), exchanged="Visade ett pass på avdelning 32.")
    matcha.act(MAIN, ActKind.MEETING, met, chief)
    declared = forms.DeclarationForm(conflicted=False, reason="Inga egna intressen.")
    matcha.act(MAIN, ActKind.DECLARATION, declared, chief)


def _loop(matcha: Matcha, chief: Caller, own: str) -> None:
    chosen = forms.SolutionForm(
        title="Daglig kateterrond", text="En fast fråga vid ronden.", actor_id=own, decision="Dnr 12"
    )
    solution = matcha.act(DONE, ActKind.SOLUTION, chosen, chief).id or 0
    began = forms.ImplementationForm(solution=solution, unit="Ortopeden", started=date(2026, 9, 1))
    matcha.act(DONE, ActKind.IMPLEMENTATION, began, chief)
    felt = forms.FeedbackForm(solution=solution, party=Party.STAFF, grade=4, text="Tar en minut och känns självklart.")
    matcha.act(DONE, ActKind.FEEDBACK, felt, chief)
    need = matcha.need(DONE)
    measured = forms.EffectForm(
        solution=solution,
        number=2.9,
        unit=need.quantity_unit or "",
        population=need.quantity_population,
        period="2026",
        text="Mätt i journalen, alla tre klinikerna.",
    )
    matcha.act(DONE, ActKind.EFFECT, measured, chief)
    after = _need("behov-efter", "Kateterronden hålls inte på helger", "På helger ställs frågan i fyra fall av tio.")
    matcha.add_need(after, chief, follows=DONE)


def _ask(matcha: Matcha, chief: Caller, found: dict[str, Any]) -> None:
    answer = matcha.match(need_id=MAIN, k=10, caller=chief)
    found["leaf"] = answer.leaf_index
    best = [match.actor.id for match in answer.matches]
    found["first"], found["second"] = best[0], best[1]
    last = answer.matches[-1]
    found["post"] = matcha.explain(last.profile_id, need_id=MAIN, caller=chief).leaf_index
    for actor_id, choice in zip(best, (Choice.INVITED, Choice.INVITED, Choice.DECLINED), strict=False):
        form = DecisionForm(need_id=MAIN, actor_id=actor_id, choice=choice, reason=_WHY, user=str(chief.account_id))
        matcha.decide(form, chief)
    judged = forms.JudgementForm(profile_id=answer.matches[0].profile_id, relevant=True)
    matcha.act(MAIN, ActKind.JUDGEMENT, judged, chief)
    jobs = Jobs(matcha)
    asked = [MatchAsked(text=text) for text in _TEXTS.values()]
    found["job"] = jobs.ask_matches(asked, chief).id
    Worker(jobs).run_until_idle()


def _propose(matcha: Matcha, supplier: Caller, own: str, found: dict[str, Any]) -> None:
    text = "Vi mäter följsamhet till basala hygienrutiner utan att peka ut någon. Arbetslaget ser resultatet."
    form = ProfileForm(id="profil-ny", actor_id=own, title="Mätning av handhygien för arbetslag", text=text)
    found["proposal"] = matcha.propose(form, supplier).id
    matcha.subscribe(SubscriptionForm(words="handhygien, vårdrelaterade infektioner"), supplier)
    asked = RequestForm(kind=RequestKind.ACCESSIBILITY, text="Knappen Skicka nås inte med skärmläsare.", page="/behov")
    found["request"] = matcha.ask_operator(asked, supplier).id
