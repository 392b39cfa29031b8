"""Many questions at once: asked as one job, answered one after the other, each logged as if it were asked alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path, Query, Response

from matcha.api.access import STAFF
from matcha.api.paging import by_number, cursor_after
from matcha.api.routes import jobs
from matcha.api.shapes.jobs import JobRequest, JobResult
from matcha.api.shapes.matches import MatchRequest
from matcha.process import JobKind, JobState
from matcha.records.fields import Id
from matcha.service.jobs import MOST, Jobs
from matcha.web.filling import Fault, FieldFault, Unfilled
from matcha.web.look import Look, Looking
from matcha.web.router import Routes
from matcha.web.routes.coordinator_search import USUAL

routes = Routes()
AT_ONCE = 50
JobId = Annotated[Id, Path()]
UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class Row:
    """A question of a job: its place from 1, its words or need, and what it was answered with, if it was."""

    place: int
    text: str | None
    need_id: str | None
    found: JobResult | None


@routes.page("/fragor", STAFF)
def questions(look: Looking) -> Response:
    """Show the form, and the visitor's jobs."""
    return _page(look)


@routes.form("/fragor", STAFF)
def ask(look: Looking) -> Response:
    """Start a job of the questions, one a line."""

    def do() -> Response:
        lines = [line.strip() for line in look.given.get("questions").splitlines() if line.strip()]
        if not 1 <= len(lines) <= MOST:
            wrong = FieldFault("questions", f"skriv 1 till {MOST} frågor, en per rad", f"write 1 to {MOST}, one a line")
            raise Unfilled((wrong,))
        k = look.fill(MatchRequest, text="-", need_id=None).k
        found = look.ask(jobs.start, JobRequest(questions=[MatchRequest(text=line, k=k) for line in lines]))
        return look.go(f"/fragor/{found.id}")

    return look.take(do, lambda fault: _page(look, fault))


@routes.page("/fragor/{id}", STAFF)
def job(look: Looking, id: JobId, fran: Annotated[int, Query(ge=1, le=MOST)] = 1) -> Response:
    """Show how a job goes, and its answers so far. The page asks again by itself while the job is under way."""
    found = look.ask(jobs.job, id)
    asked = Jobs(look.matcha).own(id, look.caller).asked if found.kind is JobKind.MATCHES else []
    cursor = None if fran == 1 else cursor_after(by_number(fran - 2))
    by_place = {one.place: one for one in look.ask(jobs.results, id, limit=AT_ONCE, cursor=cursor).items}
    rows = [
        Row(place + 1, one.get("text"), one.get("need_id"), by_place.get(place))
        for place, one in enumerate(asked[fran - 1 : fran - 1 + AT_ONCE], fran - 1)
    ]
    return look.show(
        "coordinator/job.html",
        part="coordinator/_job.html",
        job=found,
        rows=rows,
        start=fran,
        at_once=AT_ONCE,
        under_way=found.state in UNDER_WAY,
    )


@routes.form("/fragor/{id}/avbryt", STAFF)
def cancel(look: Looking, id: JobId) -> Response:
    """Stop a job after the question that is being answered."""

    def do() -> Response:
        look.ask(jobs.cancel, id)
        return look.go(f"/fragor/{id}", look.words.gettext("Jobbet är avbrutet. Det som är besvarat finns kvar."))

    return look.take(do, lambda fault: look.go(f"/fragor/{id}", fault.told(look.language)))


def _page(look: Look, fault: Fault | None = None) -> Response:
    mine = [one for one in look.ask(jobs.jobs, limit=1000).items if one.kind is JobKind.MATCHES]
    return look.show(
        "coordinator/questions.html",
        fault.status if fault else 200,
        fault=fault,
        given=look.with_start({"k": USUAL}),
        jobs=mine[::-1][:AT_ONCE],
        most=MOST,
    )
