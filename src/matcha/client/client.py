"""The client: every operation of the API as a method, and what is made of several."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, ParamSpec, Protocol, TypeVar

from matcha.client.async_operations import AsyncOperations
from matcha.client.errors import Unfinished
from matcha.client.models import Job, JobState
from matcha.client.operations import Operations

Item = TypeVar("Item", covariant=True)
Given = ParamSpec("Given")
Progress = Callable[[Job], object]
_UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


class Paged(Protocol[Item]):
    """A page of a list; `next` says where to go on, None on the last page."""

    @property
    def items(self) -> Sequence[Item]:
        """What the page holds."""

    @property
    def next(self) -> str | int | None:
        """The cursor, or the index, of the next page."""


class Client(Operations):
    """A client of one server. Use it in a `with` statement, or close it."""

    def iterate(
        self, listing: Callable[Given, Paged[Item]], *args: Given.args, **kwargs: Given.kwargs
    ) -> Iterator[Item]:
        """Give every item of a list, page by page: `client.iterate(client.list_needs, state=[State.PUBLISHED])`."""
        more: dict[str, Any] | None = {}
        while more is not None:
            page = listing(*args, **{**kwargs, **more})
            yield from page.items
            more = _following(page.next)

    def wait(
        self, job: Job | str, progress: Progress | None = None, *, every: float = 1.0, patience: float = 3600.0
    ) -> Job:
        """Wait until a job has ended, done or not, and give it; its `state` says which.

        `progress` is called with the job each time it is asked for, `every` so many seconds. Raises Unfinished when
        `patience` seconds have passed.
        """
        ends = time.monotonic() + patience
        while (found := self.get_job(_id(job))).state in _UNDER_WAY:
            if progress is not None:
                progress(found)
            _refuse_after(ends, found)
            self._sleep(every)
        if progress is not None:
            progress(found)
        return found


class AsyncClient(AsyncOperations):
    """A client of one server for asyncio. Use it in an `async with` statement, or close it."""

    async def iterate(
        self, listing: Callable[Given, Awaitable[Paged[Item]]], *args: Given.args, **kwargs: Given.kwargs
    ) -> AsyncIterator[Item]:
        """Give every item of a list, page by page: `async for need in client.iterate(client.list_needs)`."""
        more: dict[str, Any] | None = {}
        while more is not None:
            page = await listing(*args, **{**kwargs, **more})
            for item in page.items:
                yield item
            more = _following(page.next)

    async def wait(
        self, job: Job | str, progress: Progress | None = None, *, every: float = 1.0, patience: float = 3600.0
    ) -> Job:
        """Wait until a job has ended, as `Client.wait` does."""
        ends = time.monotonic() + patience
        while (found := await self.get_job(_id(job))).state in _UNDER_WAY:
            if progress is not None:
                progress(found)
            _refuse_after(ends, found)
            await self._sleep(every)
        if progress is not None:
            progress(found)
        return found


def _following(next: str | int | None) -> dict[str, Any] | None:
    """Give the parameter that asks for the next page: the log's is an index, any other a cursor."""
    if next is None:
        return None
    return {"start": next} if isinstance(next, int) else {"cursor": next}


def _id(job: Job | str) -> str:
    return job if isinstance(job, str) else job.id


def _refuse_after(ends: float, job: Job) -> None:
    if time.monotonic() >= ends:
        raise Unfinished(
            f"Jobbet {job.id} är inte klart: {job.done} av {job.total}. Vänta igen med wait.",
            f"The job {job.id} is not done: {job.done} of {job.total}. Wait again with wait.",
        )
