"""Whether the ranking is neutral with what is registered now: relations tried on twins, and who is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from sqlmodel import Session, SQLModel

from matcha.neutrality import exposure, relations
from matcha.neutrality.newcomers import invented_parallels
from matcha.neutrality.relations import Ranks
from matcha.neutrality.report import Exposure, Override, Report
from matcha.records import ActorForm, ContactForm, NeedForm
from matcha.records.batch import Batch
from matcha.records.fields import Form
from matcha.service.preparation import Ready
from matcha.store import queries, submissions
from matcha.values import Choice, Progress

Given = TypeVar("Given", bound=Form)


class System(Protocol):
    """What can take in a batch and rank everyone for a need."""

    def submit(self, batch: Batch) -> object: ...

    def everyone(self, need_id: str) -> Mapping[str, int]: ...


def report(
    session: Session,
    ready: Ready,
    twin: Callable[[], System],
    now: datetime,
    k: int,
    sample: int,
    progress: Progress,
) -> Report:
    """Give the neutrality report. Every need is asked; each relation is tried on `sample` profiles, in twins."""
    everything = registered(session)

    def rank(batch: Batch) -> Ranks:
        system = twin()
        system.submit(batch)
        return {need.id: system.everyone(need.id) for need in batch.needs}

    ranks = rank(everything)

    def ranked(batch: Batch) -> Ranks:
        return ranks if batch is everything else rank(batch)

    return Report(
        made=now,
        pipeline=ready.pipeline.digest,
        snapshot=ready.snapshot.digest,
        registered=len(everything.profiles),
        findings=relations.check(everything, ranked, invented_parallels(), sample, progress),
        exposure=_exposure(session, ready, ranks, k),
        overrides=_overrides(session),
        alike=ready.snapshot.alike,
    )


def registered(session: Session) -> Batch:
    """Give what is registered and takes part, as it could be submitted; it is not judged again by the rules of now."""
    current = [c for c in queries.current_profiles(session) if c.profile.withdrawn is None]
    return Batch(
        actors=tuple(_copied(ActorForm, row) for row in queries.actors(session)),
        contacts=tuple(_copied(ContactForm, row) for row in queries.contacts(session)),
        profiles=tuple(submissions.as_form(c) for c in current),
        needs=tuple(_copied(NeedForm, row) for row in queries.needs(session)),
    )


def _copied(form: type[Given], row: SQLModel) -> Given:
    values = {name: getattr(row, name) for name in form.model_fields}
    return form.model_construct(None, **values)  # type: ignore[return-value]  # its own type forgets the class


def _exposure(session: Session, ready: Ready, ranks: Ranks, k: int) -> Exposure:
    eligible = ready.snapshot.eligible.values()
    considered = {registered.actor.id: len(ranks) for registered in eligible}
    shown = Counter(actor for found in ranks.values() for actor, rank in found.items() if rank <= k)
    invitations = {(d.need_id, d.actor_id) for d in queries.decisions(session) if d.choice is Choice.INVITED}
    return exposure.measure(
        ready.snapshot.registered.actors(),
        Counter(registered.actor.id for registered in eligible),
        considered,
        shown,
        Counter(actor for _, actor in invitations),
        len(ranks),
        k,
    )


def _overrides(session: Session) -> tuple[Override, ...]:
    return tuple(
        Override(d.need_id, d.actor_id, d.choice, d.user, d.reason, d.machine_rank, d.made)
        for d in queries.decisions(session)
    )
