"""`/v1/jobs`: many questions at once, answered one after the other, with progress, and stopped when wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from matcha.api.at import Asked, At
from matcha.api.paging import Cursor, Limit, Page, by_number, cursor_after, number_after, page
from matcha.api.shapes.jobs import JobLinks, JobRequest, JobResult, JobShape
from matcha.process import JobKind
from matcha.records import Job, JobItem
from matcha.records.fields import Id
from matcha.service.jobs import Jobs, MatchAsked
from matcha.service.rules import who

router = APIRouter(prefix="/v1", tags=["matching"])
JobId = Annotated[Id, Path(description="The job's id.")]


@router.get("/jobs", operation_id="list_jobs", summary="Your jobs, the oldest first")
def jobs(at: Asked, limit: Limit = 100, cursor: Cursor = None) -> Page[JobShape]:
    """The caller's own jobs. Those that ended more than 30 days ago are gone."""
    own = Jobs(at.matcha)
    found, following = page(own.jobs(who(at.caller)), _order, limit, cursor)
    done = own.done(*found)
    return Page[JobShape](items=[job_shape(job, done[job.id]) for job in found], next=following)


@router.post("/jobs", operation_id="start_job", summary="Ask up to 1,000 questions", status_code=202)
def start(asked: JobRequest, at: Asked, response: Response) -> JobShape:
    """Ask many questions. They are answered one after the other, also if the server is restarted meanwhile.

    `Location` says where to see how it goes. A question that cannot be answered, such as one about an unknown need,
    stops none of the others.
    """
    questions = [MatchAsked(**dict(question)) for question in asked.questions]
    return started(at, response, lambda: Jobs(at.matcha).ask_matches(questions, at.caller))


@router.get("/jobs/{id}", operation_id="get_job", summary="How a job goes")
def job(id: JobId, at: Asked) -> JobShape:
    """One of the caller's own jobs: its state, and how much is done."""
    own = Jobs(at.matcha)
    found = own.own(id, at.caller)
    return job_shape(found, own.done(found)[id])


@router.delete("/jobs/{id}", operation_id="cancel_job", summary="Cancel a job")
def cancel(id: JobId, at: Asked) -> JobShape:
    """Stop a job after the question that is being answered. What is answered stays, and stays in the match log."""
    own = Jobs(at.matcha)
    done = own.done(own.own(id, at.caller))[id]
    found = at.once(lambda: own.cancel(id, at.caller), lambda job: job_shape(job, done))
    return JobShape.model_validate(found)


@router.get("/jobs/{id}/results", operation_id="list_results", summary="What a job has found so far")
def results(id: JobId, at: Asked, limit: Limit = 100, cursor: Cursor = None) -> Page[JobResult]:
    """The questions that are answered, in the order in which they were asked, while the job goes on and after.

    A neutrality job has no results here; its report is at `/v1/neutrality`.
    """
    own = Jobs(at.matcha)
    if own.own(id, at.caller).kind is not JobKind.MATCHES:
        return Page[JobResult](items=[], next=None)
    found = own.results(id, _place(cursor), limit + 1)
    following = cursor_after(by_number(found[limit - 1].place)) if len(found) > limit else None
    return Page[JobResult](items=[_result(item) for item in found[:limit]], next=following)


def started(at: At, response: Response, start: Any) -> JobShape:
    """Start a job once, and say where it is."""
    found = JobShape.model_validate(at.once(start, lambda job: job_shape(job, 0)))
    response.headers["Location"] = found.links.self
    return found


def job_shape(job: Job, done: int) -> JobShape:
    """Show a job, of which so much is done."""
    path = f"/v1/jobs/{job.id}"
    return JobShape(
        id=job.id,
        kind=job.kind,
        state=job.state,
        done=done,
        total=job.total,
        made=job.made,
        ended=job.ended,
        links=JobLinks(self=path, results=f"{path}/results"),
    )


def _result(item: JobItem) -> JobResult:
    told: Mapping[str, Any] = json.loads(item.content)
    found = {"answer": told, "fault": None} if item.found else {"answer": None, "fault": told}
    return JobResult.model_validate({"place": item.place, "found": item.found, **found})


def _order(job: Job) -> str:
    return f"{job.made:%Y-%m-%dT%H:%M:%S.%f} {job.id}"


def _place(cursor: str | None) -> int:
    """Give the place after which to go on."""
    return min(number_after(cursor), 2**31 - 1)  # what its column holds
