"""Who does the jobs: a thread of the server, or a process in the foreground; any number of them share a database."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from sqlmodel import Session

from matcha.callers import Caller
from matcha.errors import Conflict, Forbidden, MatchaError, NotFound, Unavailable
from matcha.interchange import answer_json
from matcha.interchange.neutrality import report_json
from matcha.process import JobKind, JobState
from matcha.records import Job, JobItem
from matcha.service.jobs import MAY, Jobs, MatchAsked
from matcha.service.logbook import KEEPING
from matcha.store import jobs as rows
from matcha.values import Answer, Progress

logger = logging.getLogger(__name__)
_WAITS = (0.1, 0.5, 2.0)  # seconds before what may pass by itself is tried again
_TELL_EVERY = timedelta(seconds=1)
_FORGET_EVERY = timedelta(hours=1)


class _Lost(Exception):
    """The job is no longer this worker's: it was cancelled, its lease ran out, or the worker is to stop."""


class Worker:
    """Works on jobs, the oldest first, one at a time. `caller_of` says who an account is now, or raises."""

    def __init__(
        self,
        jobs: Jobs,
        caller_of: Callable[[str], Caller] | None = None,
        name: str | None = None,
        pause: float = 1.0,
    ) -> None:
        self.jobs = jobs
        self.name = name or secrets.token_hex(8)
        self._caller_of = caller_of or jobs.caller_of
        self._pause = pause
        self._stop = Event()
        self._thread: Thread | None = None
        self._read: int | None = None  # the newest need that has been read

    def start(self) -> None:
        """Begin to work in a thread; a worker that was stopped begins no more."""
        self._thread = Thread(target=self._run, name=f"matcha-jobs-{self.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the item that is worked on; its job is put back, for whoever comes next."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def run_until_idle(self) -> int:
        """Work until there is no job that nobody works on, and give how many were worked on."""
        worked = 0
        while not self._stop.is_set() and (job := self._claimed()):
            self._work(job)
            worked += 1
        return worked

    def _run(self) -> None:
        forgotten = self.jobs.clock() - _FORGET_EVERY
        try:
            while not self._stop.is_set():
                try:
                    self.run_until_idle()
                    self._read_needs()
                    if self.jobs.clock() - forgotten >= _FORGET_EVERY:
                        self.jobs.forget()
                        forgotten = self.jobs.clock()
                except (Conflict, Unavailable) as error:
                    logger.warning("jobs have to wait: %s", error.en)
                self._stop.wait(self._pause)
        finally:
            if not self._stop.wait(self._pause):
                self.start()  # a fault of ours ends one job (`_work`), and this thread with it, not the others

    def _read_needs(self) -> None:
        """Read new needs while there is nothing else to do."""
        newest = self.jobs.matcha.newest_need()
        if newest != self._read:
            self._read = newest  # what cannot be read now is read by who asks, or with the next need
            self.jobs.matcha.read_needs(self._stop.is_set)

    def _claimed(self) -> Job | None:
        moment = self.jobs.clock()
        with self.jobs.store.reading() as session:
            id = rows.waiting(session, moment)
        if id is None:
            return None
        with self.jobs.store.transaction() as session:
            mine = rows.claim(session, id, self.name, moment, moment + self.jobs.lease)
        return self.jobs.job(id) if mine else self._claimed()

    def _work(self, job: Job) -> None:
        try:
            with self._held(job):
                self._end(job, self._matches(job) if job.kind is JobKind.MATCHES else self._neutrality(job))
        except _Lost:
            self._change(lambda session: rows.release(session, job.id, self.name))
        except MatchaError:
            raise  # out of reach for now; whoever comes when the lease has run out goes on
        except Exception:
            self._end(job, JobState.FAILED)
            raise

    @contextmanager
    def _held(self, job: Job) -> Iterator[None]:
        """Renew the lease, however long one item takes."""
        over = Event()

        def renew() -> None:
            while not over.wait(self.jobs.lease.total_seconds() / 3):
                try:
                    self._change(lambda session: self._holds(session, job))
                except (Conflict, Unavailable) as error:
                    logger.warning("the lease of %s was not renewed: %s", job.id, error.en)
                except _Lost:
                    return

        thread = Thread(target=renew, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _matches(self, job: Job) -> JobState:
        start = self.jobs.done(job)[job.id]
        for place, asked in enumerate(job.asked[start:], start):
            caller = self._caller(job)
            if caller is None:
                return JobState.CANCELLED
            self._match(job, place, MatchAsked.of(asked), caller)
        return JobState.DONE

    def _match(self, job: Job, place: int, asked: MatchAsked, caller: Caller) -> None:
        """Answer one item, or keep why it cannot be; what may pass by itself is tried again."""
        fault = None
        for wait in (*_WAITS, 0):
            self._refuse_stopped()
            try:
                self._ask(job, place, asked, caller)
                return
            except MatchaError as error:
                fault = error
            if self._kept(job, place) or not _passing(fault):
                break
            self._stop.wait(wait)
        assert fault is not None
        self._keep_fault(job, place, fault)

    def _ask(self, job: Job, place: int, asked: MatchAsked, caller: Caller) -> None:
        def keep(session: Session, answer: Answer) -> None:
            self._keep(session, job, place, answer_json(answer))

        hook = KEEPING.set(keep)
        try:
            self.jobs.matcha.match(**vars(asked), caller=caller)
        finally:
            KEEPING.reset(hook)

    def _neutrality(self, job: Job) -> JobState:
        if self._caller(job) is None:
            return JobState.CANCELLED
        asked = {name: job.asked[0][name] for name in ("k", "sample")}
        try:
            report = self.jobs.matcha.neutrality_report(**asked, progress=self._teller(job))
        except MatchaError as error:
            self._keep_fault(job, 0, error)
            return JobState.FAILED
        self._change(lambda session: self._keep(session, job, 0, report_json(report)))
        return JobState.DONE

    def _teller(self, job: Job) -> Progress:
        """Give what writes progress where every process sees it, once a second at most."""
        told = self.jobs.clock()

        def tell(done: int, total: int) -> None:
            nonlocal told
            self._refuse_stopped()
            if (moment := self.jobs.clock()) - told < _TELL_EVERY:
                return
            told = moment
            try:
                self._change(lambda s: _or_lost(rows.note_progress(s, job.id, self.name, done, total)))
            except (Conflict, Unavailable) as error:
                logger.warning("how far %s has come was not noted: %s", job.id, error.en)

        return tell

    def _caller(self, job: Job) -> Caller | None:
        """Give who asks, as they are now; None when they may no longer."""
        try:
            caller = self._caller_of(job.by)
        except (Forbidden, NotFound):
            return None
        return caller if caller.is_any(*MAY[job.kind]) else None

    def _keep(self, session: Session, job: Job, place: int, told: Any, found: bool = True) -> None:
        self._holds(session, job)
        content = json.dumps(told, ensure_ascii=False).encode()
        session.add(JobItem(job_id=job.id, place=place, found=found, content=content))

    def _keep_fault(self, job: Job, place: int, fault: MatchaError) -> None:
        told = {"title": type(fault).__name__, "sv": fault.sv, "en": fault.en}
        if not self._kept(job, place):  # such as saved and logged, but not published yet
            self._change(lambda session: self._keep(session, job, place, told, found=False))

    def _kept(self, job: Job, place: int) -> bool:
        return bool(self.jobs.results(job.id, place - 1, 1))

    def _holds(self, session: Session, job: Job) -> None:
        _or_lost(rows.renew(session, job.id, self.name, self.jobs.clock() + self.jobs.lease))

    def _end(self, job: Job, state: JobState) -> None:
        self._change(lambda session: rows.end(session, job.id, self.name, state, self.jobs.clock()))

    def _change(self, change: Callable[[Session], object]) -> None:
        with self.jobs.store.transaction() as session:
            change(session)

    def _refuse_stopped(self) -> None:
        if self._stop.is_set():
            raise _Lost


def _passing(fault: MatchaError) -> bool:
    """Whether a fault may be gone when it is tried again: others wrote at the same time, or a file is out of reach."""
    return isinstance(fault, Unavailable) or (isinstance(fault, Conflict) and fault.__cause__ is not None)


def _or_lost(held: bool) -> None:
    if not held:
        raise _Lost
