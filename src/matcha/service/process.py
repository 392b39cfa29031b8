"""The process of a need: idea → draft → screened → … → followed up. Every step is an act, and every act is logged."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from pydantic import BaseModel

from matcha.callers import Caller
from matcha.errors import Conflict, Stale
from matcha.interchange.attachments import checked
from matcha.needs import lifecycle
from matcha.process import ActKind, Analysis, State
from matcha.records import Act, Attachment, Need, NeedForm
from matcha.records.act import StateForm
from matcha.records.batch import Batch
from matcha.service import acts, entries, rules
from matcha.service.ledger import Ledger
from matcha.service.logbook import Writing
from matcha.service.rules import under_procurement
from matcha.store import process, queries, submissions

NEW = "Behovet registrerades. / The need was registered."


class Process(Ledger):
    """What can be done with a need, by whom, and what it leaves in the log."""

    def add_need(self, form: NeedForm, caller: Caller, follows: str | None = None) -> Need:
        """Register a need as an idea; `follows` names the need whose effect gave rise to it (S13).

        Raises Conflict for an id that is taken, NotFound for an unknown need that it would follow.
        """
        with self.logbook.writing() as writing:
            need = self._new_need(writing, form)
            need.state = State.IDEA
            acts.append(writing, need, ActKind.STATE, {"state": need.state.value, "reason": NEW}, rules.who(caller))
            if follows is not None:
                before = queries.need(writing.session, follows)
                rules.check(writing.session, before, ActKind.FOLLOW_UP, caller)
                effects = process.acts(writing.session, follows, ActKind.EFFECT)
                said = {"need_id": need.id, "effect": effects[-1].id if effects else None}
                acts.append(writing, before, ActKind.FOLLOW_UP, said, rules.who(caller))
            return writing.done(need)

    def edit_need(self, form: NeedForm, caller: Caller, seen: int | None = None) -> Need:
        """Change what a need says; the version before stays in the log. Raises Stale unless `seen` is its newest entry.

        Raises Conflict while a procurement is under way, Forbidden for a caller with an interest of their own (R12).
        """
        with self.logbook.writing() as writing:
            need = queries.need(writing.session, form.id)
            refuse_stale(need, seen)
            rules.check_edit(writing.session, need, caller)
            submissions.apply(writing.session, Batch(needs=(form,)), (), writing.now)
            entries.log_needs(writing, [form.id])
            need.touched = max(need.touched or 0, need.leaf_index or 0)
            return writing.done(need)

    def act(self, need_id: str, kind: ActKind, form: BaseModel, caller: Caller, seen: int | None = None) -> Act:
        """Do something with a need (`rules` says what is asked of it). Raises as `edit_need` does, NotFound, Invalid.

        While a procurement is under way, contacts, meetings and the like are refused, and that is logged (R11).
        """
        with self.logbook.writing() as writing:
            need = queries.need(writing.session, need_id)
            refuse_stale(need, seen)
            locked = need.locked and kind in rules.NOT_WHILE_LOCKED
            if locked:
                writing.append(entries.refused(need, kind.value))
            else:
                return writing.done(self._append(writing, need, kind, form, caller))
        raise under_procurement(need)

    def hindrances(self, need_id: str, to: State, caller: Caller) -> tuple[lifecycle.Missing, ...]:
        """Give what would stand in the way if the caller took a need to a state now and said why; nothing if free."""
        with self._store.reading() as session:
            need = queries.need(session, need_id)
            return lifecycle.refused(need.state, to, caller.roles, rules.facts(session, need, "-"))

    def attach(self, need_id: str, analysis: Analysis, name: str, content: bytes, caller: Caller) -> Attachment:
        """Attach a file to a need (S8). Raises Invalid for one that is not what it says, too large or dangerous."""
        found = checked(name, content)
        digest = hashlib.sha256(content).hexdigest()
        with self.logbook.writing() as writing:
            need = queries.need(writing.session, need_id)
            rules.check(writing.session, need, ActKind.ATTACHMENT, caller)
            file = Attachment(
                need_id=need_id,
                analysis=analysis,
                name=found.name,
                media_type=found.media_type,
                digest=digest,
                content=content,
            )
            said = {"analysis": analysis.value, "name": found.name, "digest": digest, "size": len(content)}
            acts.append(writing, need, ActKind.ATTACHMENT, said, rules.who(caller))
            writing.session.add(file)
            writing.session.flush()
            return writing.done(file)

    def attachment(self, need_id: str, id: int) -> Attachment:
        """Give an attachment of a need with its content, or raise NotFound."""
        with self._store.reading() as session:
            return process.attachment(session, need_id, id)

    def attachments(self, need_id: str) -> Sequence[Attachment]:
        """Give the attachments of a need."""
        with self._store.reading() as session:
            return process.attachments(session, need_id)

    def acts(self, need_id: str | None = None, *kinds: ActKind) -> Sequence[Act]:
        """Give what has happened to a need (or to all), in order. Raises NotFound for an unknown need."""
        with self._store.reading() as session:
            if need_id is not None:
                queries.need(session, need_id)
            return process.acts(session, need_id, *kinds)

    def _new_need(self, writing: Writing, form: NeedForm) -> Need:
        if writing.session.get(Need, form.id) is not None:
            raise Conflict(f"Behovet {form.id} finns redan.", f"The need {form.id} exists already.")
        submissions.apply(writing.session, Batch(needs=(form,)), (), writing.now)
        entries.log_needs(writing, [form.id])
        return queries.need(writing.session, form.id)

    def _append(self, writing: Writing, need: Need, kind: ActKind, form: BaseModel, caller: Caller) -> Act:
        content = form.model_dump(mode="json")
        actor_id = rules.check(writing.session, need, kind, caller, form)
        row = acts.append(writing, need, kind, content, rules.who(caller), actor_id)
        if isinstance(form, StateForm):
            aside = form.state in (State.PARKED, State.CLOSED)
            need.was = (need.was or need.state) if aside else None
            need.state = form.state
        if kind is ActKind.SECRECY:
            held = {name: why for name, why in need.secret.items() if name != content["field"]}
            need.secret = held | ({content["field"]: content["reason"]} if content["secret"] else {})
        return row


def new_id(prefix: str, salt: bytes) -> str:
    """Give an id nobody has: behov-7k2m…"""
    return f"{prefix}-{base64.b32encode(salt).decode().lower().rstrip('=')}"


def refuse_stale(need: Need, seen: int | None) -> None:
    """Raise Stale for a need that has changed since the caller looked at it."""
    if seen is not None and seen != need.touched:
        raise Stale(
            f"Behovet {need.id} har ändrats sedan du läste det. Läs det igen och gör om ändringen.",
            f"The need {need.id} has changed since you read it. Read it again and make the change anew.",
        )
